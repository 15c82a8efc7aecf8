"""``gradus autograde``: the gradebook, files and pages of nbgrader; side by side, and resumed."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbgrader.converters import base
from nbgrader.preprocessors import SaveAutoGrades

from grader_tests.classroom import ROOT, sheet
from grader_tests.nbgrader_course import (
    SMALL_CLASS,
    SMALL_FIGURE,
    gradebook_rows,
    gradus,
    nbgrader,
    small_course,
)
from grader_tests.nbgrader_course import SMALL_NOTEBOOK as NOTEBOOK
from grader_tests.nbgrader_course import SMALL_WEEK as WEEK
from gradus.cells import grade_id
from gradus.course.autograding import autograde
from gradus.course.settings import read_course, read_secret
from gradus.grading import sandbox as sandbox_module
from gradus.grading.crew import Crew
from gradus.grading.limits import Libraries, Limits
from gradus.grading.sandbox import Sandbox
from gradus.grading.student import StudentKernel
from gradus.grading.task import Result, Task, Terms, task_of
from gradus.grading.verdict import fill_in
from gradus.processes import SECRET, lasting
from gradus.text import VARIABLE

GRADUS = Path(sys.executable).with_name("gradus")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def _gradus(root: Path, *arguments: str) -> dict:
    result = subprocess.run(
        [GRADUS, "autograde", WEEK, "--json", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def _rows(root: Path) -> dict[str, list[tuple]]:
    return gradebook_rows(f"sqlite:///{root / 'gradebook.db'}")


_SECONDS = re.compile(rb'"seconds": [0-9.]+')


def _files(root: Path, stage: str) -> dict[str, bytes]:
    """The files of a stage, but for how long each cell took."""
    return {
        str(path.relative_to(root)): _SECONDS.sub(b"", path.read_bytes())
        for path in sorted((root / stage).rglob("*"))
        if path.is_file() and path.name != "README.md"
    }


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """The course as ``nbgrader autograde`` leaves it."""
    root = small_course(tmp_path_factory.mktemp("theirs"))
    nbgrader(root, "autograde", WEEK)
    nbgrader(root, "generate_feedback", WEEK)
    return root


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The course as ``gradus autograde`` leaves it, and what it printed."""
    root = small_course(tmp_path_factory.mktemp("ours"))
    summary = _gradus(root, "--jobs", "2")
    nbgrader(root, "generate_feedback", WEEK)
    return root, summary


def test_the_gradebook_is_the_same_row_by_row(theirs, ours):
    assert _rows(ours[0]) == _rows(theirs)


def test_the_files_are_the_same_byte_by_byte(theirs, ours):
    mine, other = _files(ours[0], "autograded"), _files(theirs, "autograded")

    assert mine.keys() == other.keys()
    assert [name for name in mine if mine[name] != other[name]] == []
    assert SMALL_FIGURE.encode() in mine[f"autograded/perfect/{WEEK}/{NOTEBOOK}"]


def test_the_pages_are_the_same(theirs, ours):
    assert _files(ours[0], "feedback") == _files(theirs, "feedback")


def test_the_summary_counts_everyone_once(ours):
    _, summary = ours

    assert summary["submissions"] == summary["graded"] == len(SMALL_CLASS) + 1
    assert summary["refused"] == ["garbage"]
    assert summary["faults"] == {}


def test_only_what_changed_is_graded_again(ours):
    root, _ = ours
    before = _rows(root)

    assert _gradus(root)["unchanged"] == len(SMALL_CLASS) + 1

    changed = root / "submitted" / "blank" / WEEK / NOTEBOOK
    shutil.copy(root / "submitted" / "perfect" / WEEK / NOTEBOOK, changed)
    summary = _gradus(root)

    assert (summary["graded"], summary["unchanged"]) == (1, len(SMALL_CLASS))
    assert _rows(root) != before


def test_a_result_is_recorded_anew_when_files_are_gone(ours):
    root, _ = ours
    shutil.rmtree(root / "autograded" / "perfect")

    summary = _gradus(root)

    assert (summary["graded"], summary["remembered"]) == (0, 1)
    assert (root / "autograded" / "perfect" / WEEK / NOTEBOOK).is_file()


def test_sqlite_is_told_how_large_its_tables_are(ours):
    root, _ = ours
    _gradus(root, "--force", "--student", "perfect")

    with sqlite3.connect(root / "gradebook.db") as gradebook:
        told = {table for (table,) in gradebook.execute("SELECT tbl FROM sqlite_stat1")}
    assert {"grade", "comment", "submitted_notebook"} <= told


def test_a_fresh_sandbox_per_submission_gives_the_same(tmp_path, theirs):
    root = small_course(tmp_path)
    _gradus(root, "--fresh", "--jobs", "2")

    assert _rows(root) == _rows(theirs)


def test_a_submission_without_its_notebook_does_not_stop_the_class(tmp_path):
    root = small_course(tmp_path)
    (root / "submitted" / "blank" / WEEK / NOTEBOOK).rename(
        root / "submitted" / "blank" / WEEK / "Untitled.ipynb"
    )

    result = gradus(root, "autograde", WEEK, "--json")

    assert result.returncode == 1
    summary = json.loads(result.stderr)
    assert summary["faults"] == {"blank": f"there is no {NOTEBOOK}"}
    assert summary["graded"] == len(SMALL_CLASS)


def test_killed_at_any_moment_it_loses_nothing(tmp_path, theirs):
    root, chance = small_course(tmp_path), random.Random(7)
    for _ in range(6):
        process = subprocess.Popen(
            [GRADUS, "autograde", WEEK, "--jobs", "2"],
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(2, 9))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()

    _gradus(root, "--jobs", "2")

    assert _rows(root) == _rows(theirs)
    assert _files(root, "autograded") == _files(theirs, "autograded")


def test_two_runs_at_a_time_are_refused(tmp_path):
    root = small_course(tmp_path)
    first = subprocess.Popen(
        [GRADUS, "autograde", WEEK], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    lock = root / ".gradus-cache" / "autograde.lock"
    while not lock.exists() and first.poll() is None:
        time.sleep(0.05)
    second = subprocess.run(
        [GRADUS, "autograde", WEEK], cwd=root, capture_output=True, text=True, check=False
    )
    first.kill()
    first.communicate()

    assert second.returncode == 1
    assert "Another `gradus autograde` is under way" in second.stdout + second.stderr


def test_what_cannot_be_written_to_the_gradebook_is_told_and_recorded_later(tmp_path):
    root = small_course(tmp_path)
    command = ("autograde", WEEK, "--json", "--student", "blank")
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as another:
        another.execute("BEGIN IMMEDIATE")
        result = gradus(root, *command)

    assert result.returncode == 1
    assert json.loads(result.stderr)["faults"].keys() == {"blank"}  # and nothing else is said
    assert _gradus(root, "--student", "blank")["faults"] == {}


def test_an_assignment_that_is_not_in_the_gradebook(tmp_path):
    root = small_course(tmp_path)
    (root / "gradebook.db").unlink()

    result = subprocess.run(
        [GRADUS, "autograde", WEEK], cwd=root, capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert "gradus release" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


# Workers ----------------------------------------------------------------------------------------


def _task(source: str = "") -> Task:
    terms = Terms("sandbox", Limits(cell_seconds=10), "es", "secret")
    task = task_of(ROOT / "source" / WEEK, ROOT / "source" / WEEK, "perceptron", terms)
    return task if not source else Task(source, task.submitted, task.source, terms)


def test_workers_give_the_result_of_every_task_under_its_key():
    with Crew(2) as crew:
        results = dict(crew.grade((number, _task()) for number in range(3)))

    assert results.keys() == {0, 1, 2}
    for result in results.values():
        notebook = nbformat.read(ROOT / "source" / WEEK / NOTEBOOK, as_version=4)
        assert fill_in(notebook, sheet(WEEK), result)
        errors = [o for c in notebook.cells for o in c.get("outputs", []) if "ename" in o]
        assert errors == []


def test_a_task_that_cannot_be_done_is_a_fault_and_the_rest_is_done():
    with Crew(1) as crew:
        results = dict(crew.grade([("bad", _task("no_such_notebook")), ("good", _task())]))

    assert results["bad"].fault
    assert not results["good"].fault


def test_workers_go_on_while_the_caller_is_busy_with_a_result():
    with Crew(1) as crew:
        results = crew.grade((number, _task()) for number in range(2))
        first = next(results)
        end = time.monotonic() + 60
        while crew._ready.empty() and time.monotonic() < end:
            time.sleep(0.05)
        waiting = crew._ready.qsize()
        rest = list(results)

    assert waiting >= 1
    assert [first[0], *(key for key, _ in rest)] == [0, 1]


def test_a_caller_may_stop_early():
    """More tasks than there is place for results, and one is taken."""
    with Crew(1) as crew:
        for _ in crew.grade((number, _task("no_such_notebook")) for number in range(9)):
            break

    assert crew._manager is not None
    assert not crew._manager.is_alive()


def test_an_error_of_the_tasks_is_the_callers():
    def tasks():
        yield 0, _task("no_such_notebook")
        raise LookupError("no more")

    with Crew(1) as crew, pytest.raises(LookupError, match="no more"):
        list(crew.grade(tasks()))


def test_workers_compute_in_one_thread_and_this_process_as_before():
    before = os.environ.get("OMP_NUM_THREADS")
    with Crew(1) as crew:
        crew.begin(1)
        list(crew.grade([]))
        worker = crew._workers[0].process.pid
        environment = Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")

    assert b"OMP_NUM_THREADS=1" in environment
    assert os.environ.get("OMP_NUM_THREADS") == before


def _has_sandbox(worker):
    """Whether one is there that stays, and not only a program that tries whether one can be."""
    for process in worker.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(part.endswith("supervisor.py") for part in process.cmdline()):
                return True
    return False


def test_a_worker_gets_ready_before_there_is_a_task():
    exam = ROOT / "source" / WEEK / NOTEBOOK
    with Crew(1, True, (_task().terms, exam)) as crew:
        crew.begin(1)
        assert crew._beginning is not None
        crew._beginning.join()
        worker = psutil.Process(crew._workers[0].process.pid)
        end = time.monotonic() + 60
        while not (found := _has_sandbox(worker)) and time.monotonic() < end:
            time.sleep(0.05)

        assert found
        assert not dict(crew.grade([("one", _task())]))["one"].fault


@pytest.mark.parametrize("jobs", ["as many as cores", "fewer"])
def test_each_worker_stays_on_a_core_if_there_is_one_for_each(jobs, monkeypatch):
    own = os.sched_getaffinity(0)
    if jobs == "fewer":
        # More than workers, also on a machine with one.
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*own, max(own) + 1})
    with Crew(len(own)) as crew:
        crew.begin(len(own))
        list(crew.grade([("one", _task())]))
        found = [set(psutil.Process(w.process.pid).cpu_affinity()) for w in crew._workers]

    if jobs == "fewer":
        assert found == [own] * len(own)
    else:
        assert found == [{core} for core in sorted(own)]


@pytest.mark.parametrize("jobs", ["as many as cores", "fewer"])
def test_one_worker_pauses_while_results_wait_if_the_caller_has_no_core_else(jobs, monkeypatch):
    own = os.sched_getaffinity(0)
    workers = max(2, len(own))
    # As many as workers, or more.
    cores = range(workers + (jobs == "fewer"))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(cores))
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None)
    seen = []

    def tasks():
        for number in range(6 * workers):
            seen.append((len(crew._busy()), crew._ready.empty()))
            yield number, _task("no_such_notebook")

    with Crew(workers) as crew:
        for _ in crew.grade(tasks()):
            time.sleep(0.1)

    while_waiting = max(busy for busy, none_waits in seen if not none_waits)
    assert while_waiting == (workers - 1 if jobs == "fewer" else workers - 2)


def test_what_hires_workers_waits_for_nothing_that_only_they_need():
    slow = {"nbformat", "nbgrader", "numpy", "rich.progress"}
    program = (
        f"import sys, gradus.cli, gradus.course.autograding\nprint(*sys.modules.keys() & {slow})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=100
    )

    assert not done.stdout.split()


@pytest.mark.parametrize("exam", [WEEK, "no_such_week"])
def test_workers_are_forked_from_what_has_imported_the_libraries_of_the_exam(exam):
    program = (
        "import pathlib\n"
        "from gradus.processes import forkserver\n"
        f"exam = pathlib.Path('source', '{exam}', '{NOTEBOOK}')\n"
        "context = forkserver(['gradus.grading.preparing'], exam)\n"
        "look = 'import sys; print(\\'matplotlib.pyplot\\' in sys.modules)'\n"
        "worker = context.Process(target=exec, args=(look,))\n"
        "worker.start()\n"
        "worker.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )

    assert done.stdout.strip() == str(exam == WEEK)
    assert not done.stderr


def test_no_more_workers_are_hired_than_there_are_tasks():
    with Crew(5) as crew:
        list(crew.grade([("one", _task("no_such_notebook"))]))

        assert len(crew._workers) == 1


def test_who_grades_from_a_script_need_not_guard_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from gradus.grading.crew import Crew\n"
        "print('read')\n"
        "with Crew(2) as crew:\n"
        "    crew.begin(2)\n"
        "    list(crew.grade([]))\n"
        "    print([worker.process.is_alive() for worker in crew._workers])\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=100
    )

    assert done.stdout.split("\n") == ["read", "[True, True]", ""]


def _as_in_a_process_of_its_own(root, monkeypatch):
    """What reading nbgrader's configuration sets ends with the test."""
    monkeypatch.chdir(root)
    monkeypatch.setattr(base, "find_all_files", base.find_all_files)
    for name in (VARIABLE, SECRET, "PATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def test_workers_are_told_the_secret_of_the_course(tmp_path, monkeypatch):
    """Whoever knows it knows the hidden inputs; without one they would be the same everywhere."""
    root, told = small_course(tmp_path), []
    monkeypatch.setattr(Crew, "begin", lambda crew, _: told.append(crew._ahead[0].secret))
    _as_in_a_process_of_its_own(root, monkeypatch)
    monkeypatch.delenv(SECRET)
    one = frozenset(SMALL_CLASS[:1])
    autograde(root, read_course(root), WEEK, jobs=1, students=one)

    assert told == [read_secret(root)]


def test_nobody_is_hired_for_a_class_that_is_finished(tmp_path, monkeypatch):
    root = small_course(tmp_path)
    begun = []
    begin = Crew.begin

    def recorded(crew, workers):
        begun.append(workers)
        begin(crew, workers)

    monkeypatch.setattr(Crew, "begin", recorded)
    _as_in_a_process_of_its_own(root, monkeypatch)
    some = frozenset(SMALL_CLASS[:3])
    for students in (some, some, None, None):
        autograde(root, read_course(root), WEEK, jobs=2, students=students)

    assert begun == [2, 0, 2, 0]


def test_a_submission_is_in_the_gradebook_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    root = small_course(tmp_path)
    save = SaveAutoGrades.preprocess

    def failing(preprocessor, notebook, resources):
        save(preprocessor, notebook, resources)
        if preprocessor.student_id == SMALL_CLASS[0]:
            raise RuntimeError("half of it is written")
        return notebook, resources

    monkeypatch.setattr(SaveAutoGrades, "preprocess", failing)
    _as_in_a_process_of_its_own(root, monkeypatch)
    summary = autograde(root, read_course(root), WEEK, jobs=2)
    rows = _rows(root)

    assert list(summary.faults) == [SMALL_CLASS[0]]
    recorded = {student for student, *_ in rows["grades"]}
    assert recorded == {student for student, *_ in rows["submissions"]}
    assert recorded == {*SMALL_CLASS[1:], "garbage"}


def test_what_is_imported_to_last_is_not_looked_at_again():
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        kept = [[] for _ in range(1000)]

    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)


def test_a_fault_fails_every_test_with_a_sentence():
    notebook = nbformat.read(ROOT / "source" / WEEK / NOTEBOOK, as_version=4)

    assert fill_in(notebook, sheet(WEEK), Result(fault="it took too long"))

    for cell in notebook.cells:
        if grade_id(cell) in sheet(WEEK).tests:
            assert "no se pudo calificar" in cell.outputs[0].evalue


def test_another_notebook_is_not_filled_in():
    notebook = nbformat.read(ROOT / "source" / WEEK / NOTEBOOK, as_version=4)

    assert not fill_in(notebook, sheet(WEEK), Result())


# One sandbox, one submission after the other ------------------------------------------------------


def _said(sandbox: Sandbox, source: str) -> str:
    kernel = StudentKernel(sandbox)
    kernel.begin(20)
    kernel.execute(source)
    said = "".join(output.text for output in kernel.outputs)
    kernel.close()
    return said


@pytest.mark.parametrize(
    ("plant", "look"),
    [
        ("open('/tmp/left', 'w').write('x')", "import os\nprint(os.path.exists('/tmp/left'))"),
        ("open('left', 'w').write('x')", "import os\nprint(os.path.exists('left'))"),
        (
            "import os\nopen(os.path.expanduser('~/left'), 'w').write('x')",
            "import os\nprint(os.path.exists(os.path.expanduser('~/left')))",
        ),
        (
            "from multiprocessing import shared_memory\n"
            "held = shared_memory.SharedMemory('left', create=True, size=9)",
            "import os\nprint(os.path.exists('/dev/shm/left'))",
        ),
        (
            "import pathlib, subprocess\n"
            "child = subprocess.Popen(['sleep', '99'], start_new_session=True)\n"
            "while 'sleep' not in pathlib.Path(f'/proc/{child.pid}/cmdline').read_text():\n"
            "    pass",
            "import glob\n"
            "print(any('sleep' in open(p).read() for p in glob.glob('/proc/[0-9]*/cmdline')))",
        ),
        (
            "import ctypes\nctypes.CDLL(None).semget(4711, 1, 0o1666)",
            "import ctypes\nprint(ctypes.CDLL(None).semget(4711, 1, 0o666) >= 0)",
        ),
        (
            "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0left')\ns.listen()",
            "import socket\nother = socket.socket(socket.AF_UNIX)\n"
            "print(other.connect_ex('\\0left') == 0)",
        ),
        ("import numpy\nnumpy.left = 1", "import numpy\nprint(hasattr(numpy, 'left'))"),
        ("left = 1", "print('left' in get_ipython().user_ns)"),
    ],
    ids=["tmp", "folder", "home", "shm", "process", "semaphore", "socket", "module", "shell"],
)
def test_nothing_of_a_submission_reaches_the_next(plant, look):
    with Sandbox(Limits(), Libraries(("numpy",))) as sandbox:
        sandbox.admit(None)
        same = _said(sandbox, f"{plant}\n{look}")
        sandbox.admit(None)
        later = _said(sandbox, look)

    assert same.strip() == "True", "it is permitted within a submission"
    assert later.strip() == "False"


def test_a_room_keeps_what_is_mounted_among_temporary_files(tmp_path, monkeypatch):
    """A Python that lives in /tmp, say."""
    (tmp_path / "a python").mkdir()
    (tmp_path / "a python" / "file").write_text("kept")
    system = sandbox_module._system

    def with_more(mounts):
        folder, file = "/tmp/deep/a python", "/tmp/deep/file"
        source = tmp_path / "a python"
        return [*system(mounts), *mounts.bind(source, folder), *mounts.bind(source / "file", file)]

    monkeypatch.setattr(sandbox_module, "_system", with_more)
    with Sandbox(Limits()) as sandbox:
        sandbox.admit(None)
        read = "print(open('/tmp/deep/a python/file').read(), open('/tmp/deep/file').read())"
        write = "open('/tmp/deep/a python/file', 'w')"

        assert _said(sandbox, read).split() == ["kept", "kept"]
        assert "Read-only file system" in _said(
            sandbox, f"try:\n    {write}\nexcept OSError as error:\n    print(error)"
        )


@pytest.mark.parametrize(
    "source",
    [
        "import os\nprint(os.getppid() in (0, 1), os.getpid() < 10)",
        "import os\nprint(max(int(p) for p in os.listdir('/proc') if p.isdigit()) < 20, True)",
    ],
)
def test_the_supervisor_is_out_of_sight(source):
    with Sandbox(Limits()) as sandbox:
        assert _said(sandbox, source).split() == ["True", "True"]


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x10000000)",
        "unshare(0x00020000)",
        "mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        "umount2(b'/tmp', 2)",
        "sethostname(b'mine', 4)",
    ],
)
def test_nothing_in_a_room_may_make_namespaces_or_mounts(call):
    source = f"import ctypes\nprint(ctypes.CDLL(None, use_errno=True).{call})"
    with Sandbox(Limits()) as sandbox:
        assert _said(sandbox, source).strip() == "-1"


def test_a_room_finds_its_own_files_each_time(tmp_path):
    (tmp_path / "mine.csv").write_text("1,2")
    with Sandbox(Limits()) as sandbox:
        for _ in range(2):
            sandbox.admit(tmp_path)
            assert _said(sandbox, "print(open('mine.csv').read())").strip() == "1,2"
        sandbox.admit(None)
        assert _said(sandbox, "import os\nprint(os.listdir())").strip() == "[]"
