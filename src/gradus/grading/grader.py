"""Carrying out tasks: what a worker does, and imports for it."""

from __future__ import annotations

import io
import tarfile
import tempfile
import threading
import time
from pathlib import Path

from nbformat import NotebookNode

from gradus.cells import code_cells
from gradus.grading.driver import grade_notebook
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.files import staged_files
from gradus.grading.limits import Libraries, Limits
from gradus.grading.sandbox import Sandbox
from gradus.grading.submission import RefusedError, read_submission
from gradus.grading.task import CellResult, Result, Task, Terms
from gradus.processes import SECRET, environment
from gradus.text import VARIABLE


class Grader:
    """Carries out tasks one after the other, in one sandbox as long as the exam stays the same."""

    def __init__(self, warm: bool = True) -> None:
        """``warm`` is whether a sandbox serves more than one submission."""
        self._warm = warm
        self._sandbox: Sandbox | None = None
        self._needs: tuple[Limits, Libraries] | None = None

    def grade(self, task: Task) -> Result:
        """The graded notebook; the same as nbgrader with our plug-ins makes it."""
        start = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="gradus-task-") as name:
            folder = Path(name)
            submitted, source = folder / "submitted", folder / "source"
            _unpack(task.submitted, submitted)
            _unpack(task.source, source)
            exam = ExamSheet.read(source / f"{task.notebook}.ipynb")
            with environment({VARIABLE: task.terms.language, SECRET: task.terms.secret}):
                try:
                    path = submitted / f"{task.notebook}.ipynb"
                    redraw = task.terms.redraw_figures
                    notebook, _ = read_submission(path, submitted, exam, redraw)
                except RefusedError as refusal:
                    return Result(refused=str(refusal.reason))
                handed_in = [cell.outputs for cell in code_cells(notebook)]
                with staged_files(submitted, source) as files:
                    graded = grade_notebook(
                        notebook,
                        exam,
                        source,
                        task.terms.limits,
                        isolation=task.terms.isolation,
                        files=files,
                        sandbox=self.prepare(task.terms, exam.libraries),
                    )
        cells = [
            CellResult(
                cell.source,
                None if cell.outputs is before and before else list(cell.outputs),
                _seconds_of(cell),
            )
            for cell, before in zip(code_cells(graded), handed_in, strict=True)
        ]
        return Result(cells, seconds=time.perf_counter() - start)

    def prepare(self, terms: Terms, libraries: Libraries) -> Sandbox | None:
        """The sandbox for such tasks, made now if there is none yet; None if each gets its own."""
        if terms.isolation == "none" or not self._warm:
            return None
        needs = (terms.limits, libraries)
        if self._needs != needs:
            self.close()
            self._sandbox, self._needs = Sandbox(*needs), needs
        return self._sandbox

    def prepare_for(self, terms: Terms, exam: Path) -> None:
        """Have the sandbox ready for tasks of the exam whose source notebook lies there."""
        self.prepare(terms, ExamSheet.read(exam).libraries)

    def close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox, self._needs = None, None


_one_at_a_time = threading.Lock()
_grader = Grader()


def grade(task: Task, warm: bool = True) -> Result:
    """Carry out a task in this process; if ``warm``, it keeps its sandbox for the next one."""
    # Tests run in this process, in a folder and with streams that are the whole process's.
    with _one_at_a_time:
        return (_grader if warm else Grader(warm=False)).grade(task)


def _seconds_of(cell: NotebookNode) -> float:
    return float(cell.metadata.get("gradus", {}).get("seconds", 0.0))


def _unpack(packed: bytes, folder: Path) -> None:
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(folder, filter="data")
