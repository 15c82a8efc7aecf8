"""One notebook, one kernel: verdicts stand in the test cells and cost only their own question."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell

from grader_tests.classroom import exercises, sheet
from gradus.cells import grade_id
from gradus.grading.driver import grade_notebook
from gradus.grading.limits import Limits
from gradus.grading.verdict import FAILED

WEEK = "01_perceptron"
SECONDS = 8
LIMITS = Limits(cell_seconds=SECONDS)


@pytest.fixture(params=["sandbox", "none"])
def graded(tmp_path, request):
    """Grade the instructor's first exercise answered otherwise; returns grade id → outputs."""

    def grade(source, **extra_cells):
        exam = sheet(WEEK)
        notebook = copy.deepcopy(exam.notebook)
        kept = ("setup", "heaviside", "heaviside_visible", "heaviside_hidden", "perceptron_hidden")
        notebook.cells = [
            cell for cell in notebook.cells if grade_id(cell) in (*kept, "perceptron")
        ]
        notebook.cells[1].source = source
        for cell in extra_cells.values():
            notebook.cells.insert(2, new_code_cell(cell))
        result = grade_notebook(notebook, exam, tmp_path, LIMITS, isolation=request.param)
        return {grade_id(cell): cell for cell in result.cells}

    return grade


def _errors(cell):
    return [output for output in cell.outputs if output.output_type == "error"]


def _message(cell):
    (error,) = _errors(cell)
    assert error.ename == FAILED
    assert " ".join(error.traceback) == error.evalue
    assert max(map(len, error.traceback)) <= 100, "Formgrader cuts off longer lines"
    return error.evalue


def test_a_right_answer_leaves_no_error(graded):
    cells = graded(exercises(WEEK)["heaviside"])

    assert _errors(cells["heaviside_visible"]) == []
    assert cells["heaviside_hidden"].outputs == []


def test_warnings_and_lines_on_stderr_cost_nothing(graded):
    cells = graded(
        "import sys, warnings\n"
        "def heaviside(z):\n"
        "    print('hello', file=sys.stderr)\n"
        "    warnings.warn('careful')\n"
        "    return np.where(np.asarray(z) >= 0, 1, 0)"
    )

    outputs = cells["heaviside_visible"].outputs

    assert [output.get("name") for output in outputs if output.output_type == "stream"]
    assert not any(output.get("name") == "stderr" for output in outputs)
    assert _errors(cells["heaviside_visible"]) == []
    assert cells["heaviside_hidden"].outputs == []


def test_what_is_printed_during_hidden_calls_is_dropped(graded):
    cells = graded("def heaviside(z):\n    print('input:', z)\n    return z")

    assert [output.output_type for output in cells["heaviside_hidden"].outputs] == ["error"]


def test_an_endless_loop_is_interrupted_and_the_rest_is_graded(graded):
    cells = graded("def heaviside(z):\n    while True:\n        pass")

    assert f"{SECONDS} segundos" in _message(cells["heaviside_visible"])
    assert f"{SECONDS} segundos" in _message(cells["heaviside_hidden"])
    assert cells["perceptron_hidden"].outputs == []


def test_a_syntax_error_costs_its_own_question_only(graded):
    cells = graded("def heaviside(z:\n    return z")

    assert "`heaviside` no está definido" in _message(cells["heaviside_visible"])
    assert cells["perceptron_hidden"].outputs == []


def test_an_error_is_not_carried_forward(graded):
    cells = graded("def heaviside(z):\n    return -1")

    assert _errors(cells["heaviside_hidden"])
    assert cells["perceptron_hidden"].outputs == []


def test_a_visible_test_shows_its_message_and_not_a_traceback(graded):
    cells = graded("def heaviside(z):\n    return np.where(np.asarray(z) > 0, 1, 0)")

    assert _message(cells["heaviside_visible"]) == "f(0) = 1: el borde cuenta (z ≥ 0)"


def test_an_exception_names_the_students_own_line(graded):
    cells = graded("def heaviside(z):\n    return z.nonsense()  # here")

    assert "«return z.nonsense()  # here»" in _message(cells["heaviside_hidden"])


def test_a_kernel_that_dies_leaves_a_recorded_verdict(graded):
    cells = graded("def heaviside(z):\n    import os\n    os._exit(1)")

    assert "kernel" in _message(cells["heaviside_hidden"])


def test_the_tests_are_the_exams_whatever_the_submission_says(tmp_path):
    exam = sheet(WEEK)
    notebook = copy.deepcopy(exam.notebook)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            cell.source = ""
        if marks.get("grade"):
            cell.source = "pass"

    result = grade_notebook(notebook, exam, tmp_path, LIMITS)

    graded_cells = [c for c in result.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert all(_errors(cell) for cell in graded_cells)


def test_an_interrupted_cell_shows_the_reason_and_no_traceback(tmp_path):
    exam = sheet(WEEK)
    notebook = copy.deepcopy(exam.notebook)
    notebook.cells = [new_code_cell("print('before')\nwhile True:\n    print(end='')")]

    result = grade_notebook(notebook, exam, tmp_path, Limits(cell_seconds=1))

    assert [output.output_type for output in result.cells[0].outputs] == ["stream", "error"]
    assert result.cells[0].outputs[1].ename == "TimeoutError"


def test_no_exception_ends_a_loop_of_the_tests_quietly(tmp_path):
    exam = sheet(WEEK)
    hidden = exam.tests["heaviside_hidden"]
    loop = "assert all(map(lambda z: heaviside(z) == 1, [1.0, 2.0])), 'wrong'"
    changed = replace(exam, tests=exam.tests | {hidden.grade_id: replace(hidden, source=loop)})
    notebook = copy.deepcopy(exam.notebook)
    notebook.cells = [
        cell for cell in notebook.cells if grade_id(cell) in ("heaviside", "heaviside_hidden")
    ]
    notebook.cells[0].source = "def heaviside(z):\n    raise StopIteration"

    grade_notebook(notebook, changed, tmp_path, LIMITS)

    assert "RuntimeError" in _message(notebook.cells[1])


def test_a_lent_function_may_call_functions_of_the_students(tmp_path):
    week = "02_activations"
    exam = sheet(week)
    notebook = copy.deepcopy(exam.notebook)
    asked = ("setup", "numeric_derivative", "gradient_through_layers")
    notebook.cells = [
        cell for cell in notebook.cells if grade_id(cell).split("_hidden")[0] in asked
    ]
    place = [c.metadata.nbgrader.grade_id for c in notebook.cells].index("gradient_through_layers")
    notebook.cells[place].source = (
        "def gradient_through_layers(f, d_f, z0, depth):\n"
        "    slope = np.ones(np.shape(z0))\n"
        "    z = np.asarray(z0, dtype=float)\n"
        "    for _ in range(depth):\n"
        "        slope, z = slope * d_f(z), f(z)\n"
        "    probe = numeric_derivative(lambda t: 3 * t, np.array([1.0]))\n"
        "    return slope * np.round(probe[0] / 3)"
    )

    graded = grade_notebook(notebook, exam, tmp_path, LIMITS)

    assert [_errors(cell) for cell in graded.cells if cell.cell_type == "code"] == [[]] * 5


NAMED_TUPLE = """
Memory = namedtuple("Memory", "X H")

def mlp_forward(params, X):
    H = np.tanh(X @ params["W1"] + params["b1"])
    return H @ params["W2"] + params["b2"], Memory(X, H)

def mlp_backward(params, cache, d_logits):
    D = d_logits @ params["W2"].T * (1 - cache.H**2)
    hidden = {"W1": cache.X.T @ D, "b1": D.sum(0)}
    return hidden | {"W2": cache.H.T @ d_logits, "b2": d_logits.sum(0)}
"""
GRAPH = """
def mlp_forward(params, X):
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    examples = torch.tensor(X, dtype=torch.float64)
    hidden = torch.tanh(examples @ leaves["W1"] + leaves["b1"])
    logits = hidden @ leaves["W2"] + leaves["b2"]
    return logits.detach().numpy(), [leaves, logits]

def mlp_backward(params, cache, d_logits):
    leaves, logits = cache
    found = torch.autograd.grad(logits, list(leaves.values()), torch.tensor(d_logits), True)
    return {name: gradient.numpy() for name, gradient in zip(leaves, found)}
"""
SUBCLASS = """
class Memory(OrderedDict):
    @property
    def slope(self):
        return 1 - self["H"] ** 2

def mlp_forward(params, X):
    H = np.tanh(X @ params["W1"] + params["b1"])
    return H @ params["W2"] + params["b2"], {"memory": Memory(X=X, H=H)}

def mlp_backward(params, cache, d_logits):
    memory = cache["memory"]
    D = d_logits @ params["W2"].T * memory.slope
    hidden = {"W1": memory["X"].T @ D, "b1": D.sum(0)}
    return hidden | {"W2": memory["H"].T @ d_logits, "b2": d_logits.sum(0)}
"""


@pytest.mark.parametrize("answer", [NAMED_TUPLE, GRAPH, SUBCLASS])
def test_what_the_student_keeps_comes_back_as_the_object_that_it_was(tmp_path, answer):
    exam = sheet("05_chain_rule")
    notebook = copy.deepcopy(exam.notebook)
    asked = ("setup", "mlp", "mlp_visible", "mlp_hidden")
    notebook.cells = [cell for cell in notebook.cells if grade_id(cell) in asked]
    imports = "import torch\nfrom collections import OrderedDict, namedtuple\n"
    notebook.cells[1].source = imports + answer

    graded = grade_notebook(notebook, exam, tmp_path, LIMITS)

    assert [_errors(cell) for cell in graded.cells] == [[], [], [], []]


def test_what_a_test_changes_of_it_is_sent_as_it_is(tmp_path):
    exam = sheet(WEEK)
    notebook = copy.deepcopy(exam.notebook)
    asked = ("setup", "heaviside", "heaviside_visible")
    notebook.cells = [c for c in notebook.cells if grade_id(c) in asked]
    notebook.cells[1].source = (
        "import torch\ndef heaviside(z):\n"
        "    return z if isinstance(z, torch.Tensor) else torch.as_tensor(np.array(z))"
    )
    test = (
        "kept = heaviside(np.zeros(2))\n"
        "same = heaviside(kept)\n"
        "kept[0] = 5\n"
        "assert list(heaviside(kept)) == [5, 0] and list(same) == [0, 0]"
    )
    changed = replace(exam.tests["heaviside_visible"], source=test)
    changed_exam = replace(exam, tests={**exam.tests, "heaviside_visible": changed})

    graded = grade_notebook(notebook, changed_exam, tmp_path, LIMITS)

    assert _errors(graded.cells[2]) == []
