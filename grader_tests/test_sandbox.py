"""What is meant for one question, or for one room, does not meet the next."""

from __future__ import annotations

import copy
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from grader_tests.classroom import sheet
from gradus.cells import grade_id
from gradus.grading import sandbox as sandbox_module
from gradus.grading.driver import grade_notebook
from gradus.grading.inside import wire
from gradus.grading.limits import Libraries, Limits
from gradus.grading.sandbox import Sandbox
from gradus.grading.student import KernelDied, StudentKernel, TookTooLong

pytestmark = pytest.mark.timeout(120)
LOOP = "def f(x):\n    while True:\n        pass\n\n\ndef g(x):\n    return x + 1"
HOG = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        held = b"x" * 100_000_000
        time.sleep(60)
time.sleep(60)
"""
PATIENT = 60.0


@pytest.fixture
def sandbox():
    with Sandbox(Limits()) as opened:
        yield opened


def _kernel(sandbox, source=LOOP):
    kernel = StudentKernel(sandbox)
    kernel.begin(PATIENT)
    kernel.execute(source)
    return kernel


def _loop(kernel, seconds=0.2):
    """One question about a function that does not end."""
    kernel.begin(PATIENT)
    f = kernel.fetch("f")
    kernel.begin(seconds)
    with pytest.raises(TookTooLong), kernel.lending({"lent": 1}):
        f(1)


def test_a_question_that_takes_too_long_is_interrupted_once(sandbox, monkeypatch):
    kernel, sent = _kernel(sandbox), []
    monkeypatch.setattr(
        sandbox, "interrupt", lambda: (sent.append(1), Sandbox.interrupt(sandbox))[0]
    )

    _loop(kernel)

    assert sent == [1]


def test_what_was_lent_is_taken_back_also_after_a_loop(sandbox):
    kernel = _kernel(sandbox, LOOP + "\nlent = 'mine'")

    _loop(kernel)

    kernel.begin(PATIENT)
    assert kernel.fetch("lent") == "mine"
    assert kernel.fetch("g")(1) == 2


@pytest.mark.parametrize("body", ["lent(x)", "print(x)"])
def test_an_interrupt_in_the_middle_of_a_message_ends_that_call_only(sandbox, body):
    kernel = _kernel(
        sandbox, f"def f(x):\n    while True:\n        {body}\n\n\ndef g(x):\n    return lent(x)"
    )

    for _ in range(20):
        kernel.begin(PATIENT)
        f, g = kernel.fetch("f"), kernel.fetch("g")
        kernel.begin(0.01)
        with pytest.raises(TookTooLong), kernel.lending({"lent": lambda x: x + 1}):
            f(1)
        kernel.begin(PATIENT)
        with kernel.lending({"lent": lambda x: x + 1}):
            assert g(1) == 2


def test_the_kernel_has_been_interrupted_when_the_order_returns(sandbox):
    kernel, told = _kernel(sandbox), threading.Event()
    os.kill(sandbox._supervisor, signal.SIGSTOP)
    order = threading.Thread(target=lambda: (sandbox.interrupt(), told.set()))
    order.start()
    early = told.wait(0.3)
    os.kill(sandbox._supervisor, signal.SIGCONT)
    order.join()

    assert not early
    assert told.is_set()
    kernel.begin(PATIENT)
    assert kernel.fetch("g")(1) == 2


def _said(sandbox, expression):
    kernel = _kernel(sandbox, f"import sys\nprint({expression})")
    return "".join(output.text for output in kernel.outputs).strip()


def test_a_room_finds_its_shell_as_if_it_had_been_made_there(sandbox):
    assert _said(sandbox, "(sys.path[0], get_ipython().user_ns['_dh'][0].as_posix())") == str(
        ("", sandbox_module.WORK)
    )
    assert _said(sandbox, "any('/gradus' in path for path in sys.path)") == "False"
    assert _said(sandbox, "__import__('gc').isenabled()") == "True"
    # A student's own files may have these names.
    ours = {path.stem for path in Path(wire.__file__).parent.glob("*.py")}
    assert _said(sandbox, f"{ours} & sys.modules.keys()") == "set()"


def test_what_draws_figures_is_there_once_it_is_needed():
    with Sandbox(Limits(), Libraries(("bisect",), ("colorsys", "no_such_module"))) as sandbox:
        loaded = "'bisect' in sys.modules, 'colorsys' in sys.modules"
        before = _said(sandbox, loaded)
        sandbox.prepare_to_draw()
        after = _said(sandbox, loaded)
        os.kill(sandbox._supervisor, signal.SIGKILL)
        sandbox._process.wait()
        made_anew = _said(sandbox, loaded)

    assert (before, after, made_anew) == ("True False", "True True", "True True")


def test_matplotlib_is_imported_without_describing_its_classes_and_describes_new_ones():
    program = (
        "from gradus.grading.inside.libraries import import_all\n"
        "import_all(['no_such_module', 'matplotlib.pyplot'])\n"
        "import matplotlib.lines\n"
        "Line = matplotlib.lines.Line2D\n"
        "print(*('markersize' in c.set.__doc__ for c in (Line, type('New', (Line,), {}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=100
    )

    assert done.stdout.split() == ["False", "True"]


def test_the_first_step_of_training_loads_nothing():
    """It would load hundreds of modules in every room."""
    step = (
        "import sys, torch\nweight = torch.nn.Parameter(torch.zeros(1))\n"
        "before = len(sys.modules)\nweight.sum().backward()\n"
        "torch.optim.SGD([weight], lr=1.0).step()\n"
        "print(weight.item(), len(sys.modules) - before)"
    )
    with Sandbox(Limits(), Libraries(("torch",))) as sandbox:
        kernel = _kernel(sandbox, step)

    assert "".join(output.text for output in kernel.outputs).split() == ["-1.0", "0"]


def test_a_sandbox_that_does_not_answer_is_made_anew(sandbox, monkeypatch):
    monkeypatch.setattr(sandbox_module, "_ANSWER_SECONDS", 0.1)
    kernel = _kernel(sandbox)
    os.kill(sandbox._supervisor, signal.SIGSTOP)

    kernel.begin(PATIENT)
    f = kernel.fetch("f")
    kernel.begin(0.1)
    with pytest.raises(KernelDied):
        f(1)

    sandbox._process.wait()
    assert _kernel(sandbox).fetch("g")(1) == 2


def test_a_room_pays_for_its_own_memory_only(sandbox, monkeypatch):
    """Another kernel is started while the memory of the one before is still being measured."""
    _kernel(sandbox)
    moved_in, measured = [], threading.Event()

    def memory_of(process):
        if moved_in:
            measured.set()
            return 0
        moved_in.append(StudentKernel(sandbox))
        return 1 << 50

    monkeypatch.setattr(sandbox_module, "_memory_of", memory_of)
    assert measured.wait(PATIENT)

    moved_in[0].begin(PATIENT)
    moved_in[0].is_there()
    assert not sandbox.exceeded_memory


def test_a_room_that_holds_too_much_is_ended():
    with Sandbox(Limits(memory_mib=300)) as sandbox:
        kernel = _kernel(sandbox)
        kernel.begin(PATIENT)
        with pytest.raises(KernelDied):
            kernel.execute(HOG)

        assert sandbox.exceeded_memory


def test_what_is_printed_is_not_kept(sandbox):
    """Else a cell that prints much would end the question after it."""
    kernel = _kernel(sandbox)
    kernel.begin(PATIENT)
    held = "int(open('/proc/self/statm').read().split()[1]) >> 8"

    kernel.execute(f"before = {held}\nfor _ in range(3000): print('x' * 100_000)\nmib = {held}")

    assert kernel.fetch("mib") - kernel.fetch("before") < 100


def test_whoever_is_found_to_hold_too_much_pays_for_it_at_once(sandbox, monkeypatch):
    """A cell ends while its memory is being measured; the question after it is innocent."""
    kernel, looking, ended = _kernel(sandbox), threading.Event(), threading.Event()

    def memory_of(process):
        looking.set()
        assert ended.wait(PATIENT)
        return 1 << 50

    monkeypatch.setattr(sandbox_module, "_memory_of", memory_of)
    assert looking.wait(PATIENT)
    kernel.begin(PATIENT)
    threading.Timer(0.2, ended.set).start()
    with pytest.raises(KernelDied), kernel.lending({}):
        pass

    assert sandbox.exceeded_memory


def test_a_replay_that_takes_too_long_is_begun_again_without_its_cell(monkeypatch):
    """The machine is so busy that a cell ends the first time, and not when it is run again."""
    exam = sheet("01_perceptron")
    notebook = copy.deepcopy(exam.notebook)
    cells = {grade_id(cell): cell for cell in notebook.cells}
    notebook.cells.insert(0, new_code_cell("slow = 'when it is run again'"))
    cells["heaviside"].source = "import os\n\n\ndef heaviside(z):\n    os._exit(1)"
    seen, execute = [], StudentKernel.execute

    def sometimes_slow(self, source):
        if "slow = " in source:
            seen.append(source)
            if len(seen) == 2:
                raise TookTooLong
        execute(self, source)

    monkeypatch.setattr(StudentKernel, "execute", sometimes_slow)
    grade_notebook(notebook, exam, Path(), Limits())

    failed = {
        name
        for name, cell in cells.items()
        if name in exam.tests and any(o.output_type == "error" for o in cell.outputs)
    }
    assert len(seen) == 2
    assert failed == {"heaviside_visible", "heaviside_hidden"}
