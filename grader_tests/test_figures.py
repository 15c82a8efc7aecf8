"""Figures that were handed in are kept, harmless, and drawn only where that is not enough."""

from __future__ import annotations

import base64
import copy
import json

import msgspec
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from grader_tests.classroom import COURSE, ROOT, WEEKS, sheet
from gradus.cells import grade_id, stored_names
from gradus.course.nbgrader import course_configuration
from gradus.grading.driver import grade_notebook
from gradus.grading.figures import MAX_CHARACTERS, handed_in, undrawn
from gradus.grading.grader import Grader
from gradus.grading.limits import Limits
from gradus.grading.submission import read_submission
from gradus.grading.task import Terms, task_of
from gradus.grading.verdict import fill_in

WEEK = "01_perceptron"
EXAM = sheet(WEEK)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 64).decode()
FIGURE = "plt.plot([1])\nplt.show()"
DRAWN = new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"})
KEPT = new_output("display_data", data={"image/png": PNG})


def _submission(tmp_path, change=lambda cells: None, redraw=False):
    """The instructor's notebook handed in with a figure in each cell that shows one."""
    notebook = copy.deepcopy(EXAM.notebook)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    for name in EXAM.figures:
        cells[name].outputs = [copy.deepcopy(DRAWN)]
    change(cells)
    (tmp_path / "perceptron.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    return read_submission(tmp_path / "perceptron.ipynb", tmp_path, EXAM, redraw)[0]


def _outputs(notebook, name):
    return next(cell.outputs for cell in notebook.cells if grade_id(cell) == name)


def test_a_figure_that_was_handed_in_is_kept_and_its_cell_is_not_executed(tmp_path):
    notebook = _submission(tmp_path)

    assert len(undrawn(notebook, EXAM)) == len(EXAM.figures) > 3
    assert all(_outputs(notebook, name) == [KEPT] for name in EXAM.figures)


@pytest.mark.parametrize("isolation", ["sandbox", "none"])
def test_grading_keeps_what_was_handed_in_and_draws_what_is_missing(tmp_path, isolation):
    def forget(cells):
        cells["plot_gates"].outputs = []

    notebook = _submission(tmp_path, forget)
    wanted = {"setup", "heaviside", "plot_heaviside", "perceptron", "plot_gates", "GATES"}
    wanted |= {"heaviside_hidden"}
    notebook.cells = [
        cell for cell in notebook.cells if "nbgrader" in cell.metadata and _name(cell) in wanted
    ]

    graded = grade_notebook(notebook, EXAM, tmp_path, Limits(), isolation=isolation)

    assert _outputs(graded, "plot_heaviside") == [KEPT]
    (drawn,) = _outputs(graded, "plot_gates")
    assert drawn.data["image/png"] != PNG
    assert _outputs(graded, "heaviside_hidden") == []


def test_every_figure_is_drawn_anew_if_the_course_says_so(tmp_path):
    notebook = _submission(tmp_path, redraw=True)

    assert undrawn(notebook, EXAM) == frozenset()
    assert not any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.slow
@pytest.mark.parametrize("redraw", [False, True])
def test_what_the_course_says_reaches_whoever_grades(tmp_path, redraw):
    grading = msgspec.structs.replace(COURSE.grading, redraw_figures=redraw)
    course = msgspec.structs.replace(COURSE, grading=grading)
    _submission(tmp_path)
    terms = Terms("sandbox", Limits(), "es", "", redraw)

    grader = Grader(warm=False)
    result = grader.grade(task_of(tmp_path, ROOT / "source" / WEEK, "perceptron", terms))

    assert course_configuration(course).SubmissionExporter.redraw_figures is redraw
    (figure,) = (cell for cell in result.cells if cell.source == _source("plot_gates"))
    assert (figure.outputs is None) is not redraw
    notebook = _submission(tmp_path, redraw=redraw)
    assert fill_in(notebook, EXAM, result)
    assert (_outputs(notebook, "plot_gates") == [KEPT]) is not redraw


def test_a_figure_of_a_changed_cell_is_drawn_by_the_exams(tmp_path):
    def change(cells):
        cells["plot_gates"].source = "plt.show()"

    notebook = _submission(tmp_path, change)

    assert _outputs(notebook, "plot_gates") == []


@pytest.mark.parametrize(
    "source",
    [
        "def heaviside(z):\n    return gate",
        "def heaviside(z):\n    return globals()['gate']",
        "print(gate)",
        "%time gate",
        "def heaviside(z):\n    def inner():\n        return [gate for _ in z]\n    return inner()",
    ],
)
def test_what_the_students_code_needs_is_executed(tmp_path, source):
    assert "gate" in stored_names(_source("plot_gates"))

    def answer(cells):
        cells["heaviside"].source = source

    notebook = _submission(tmp_path, answer)

    assert _id("plot_gates") not in undrawn(notebook, EXAM)


@pytest.mark.parametrize(
    "source",
    [
        "def heaviside(gate):\n    return gate",
        "def heaviside(z):\n    gate = 1\n    return gate",
        "gate = 3",
        "'gate' # gate",
    ],
)
def test_a_name_of_the_students_own_needs_no_figure(tmp_path, source):
    def answer(cells):
        cells["heaviside"].source = source

    notebook = _submission(tmp_path, answer)

    assert _id("plot_gates") in undrawn(notebook, EXAM)


def test_what_a_needed_figure_needs_is_executed_too():
    exam = copy.copy(EXAM)
    first, second = (
        new_code_cell(
            f"{bind}\nplt.show()", outputs=[KEPT], metadata={"nbgrader": {"grade_id": name}}
        )
        for name, bind in zip(("plot_gates", "plot_xor"), ("a = 1", "b = a"), strict=True)
    )
    notebook = nbformat.v4.new_notebook(cells=[first, second, new_code_cell("print(b)")])

    assert undrawn(notebook, exam) == frozenset()


@pytest.mark.slow
@pytest.mark.parametrize("week", WEEKS)
def test_no_cell_of_a_week_needs_what_a_figure_binds(week):
    exam = sheet(week)
    notebook = copy.deepcopy(exam.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.nbgrader.grade_id in exam.figures:
            cell.outputs = [KEPT]
    folder = ROOT / "source" / week

    graded = grade_notebook(notebook, exam, folder, Limits(), files=folder)

    assert len(undrawn(graded, exam)) == len(exam.figures) > 0
    errors = [output for cell in graded.cells for output in cell.get("outputs", [])]
    assert [output for output in errors if output.output_type == "error"] == []


HOSTILE = {
    "a page": new_output("display_data", data={"text/html": "<script>alert(1)</script>"}),
    "a page with an image": new_output(
        "display_data", data={"text/html": f"<b>20/20</b><img src='data:image/png;base64,{PNG}'>"}
    ),
    "an image that is none": new_output("display_data", data={"image/png": '"><script>1</script>'}),
    "base64 of something else": new_output(
        "display_data", data={"image/png": base64.b64encode(b"<script>1</script>").decode()}
    ),
    "an image that leaves its place": new_output(
        "display_data", data={"image/png": PNG + '"><script>1</script>'}
    ),
    "SVG": new_output("display_data", data={"image/svg+xml": "<svg onload='alert(1)'/>"}),
    "an error": new_output("error", ename="Wrong", evalue="20/20", traceback=[]),
    "text alone": new_output("stream", text="20/20"),
    "too much": new_output("display_data", data={"image/png": PNG + "A" * MAX_CHARACTERS}),
}


@pytest.mark.parametrize("output", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_figure_is_not_kept(output):
    assert handed_in(FIGURE, [output]) == []


@pytest.mark.parametrize(
    "outputs",
    [None, 1, "x", {"a": 1}, [None], ["x"], [{}], [{"output_type": "stream", "text": [1]}]]
    + [[{"output_type": "display_data", "data": data}] for data in (None, [], {"image/png": 5})],
    ids=repr,
)
def test_damaged_outputs_are_not_kept(outputs):
    assert handed_in(FIGURE, outputs) == []


def test_an_image_is_kept_without_what_comes_with_it():
    data = {"image/png": [PNG[:20] + "\n", PNG[20:]], "text/html": "<script>alert(1)</script>"}
    output = {"output_type": "execute_result", "data": data, "metadata": {"x": "<script>"}}

    assert handed_in(FIGURE, [output]) == [KEPT]


def test_printed_text_beside_a_figure_is_kept_as_text():
    printed = {"output_type": "stream", "name": "stderr", "text": ["\x1b[31mloss", " 0.1 \ud800\n"]}

    text, figure = handed_in(FIGURE, [printed, DRAWN])

    assert (text.name, text.text) == ("stdout", "loss 0.1 ?\n")
    assert figure == KEPT
    json.dumps(text).encode()


def test_an_animation_is_not_executed_for_a_page_that_cannot_run_it():
    (note,) = handed_in("display(HTML(animation.to_jshtml()))", [])

    assert "animación" in note.text


def _given(exam):
    return [
        cell
        for cell in exam.notebook.cells
        if cell.cell_type == "code"
        and _name(cell) not in exam.tests
        and not cell.metadata.nbgrader.get("solution")
    ]


def _name(cell):
    return cell.metadata.nbgrader.grade_id


def _source(name):
    return next(cell.source for cell in _given(EXAM) if _name(cell) == name)


def _id(name):
    return next(cell.id for cell in _given(EXAM) if _name(cell) == name)
