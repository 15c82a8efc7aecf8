"""The synthetic class of a week, graded as students are: in the sandbox, over the wire.

The thousands of other papers are examined by the same tests, but in processes of our own
(:mod:`gradus.course.gate.running`). Here every catalogued answer goes the whole way once.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from nbformat import NotebookNode

from gradus.cells import grade_id, shows_figure
from gradus.course.gate.running import Paper, preloaded
from gradus.course.gate.sitting import stub
from gradus.course.synthetic import Student, synthetic_class
from gradus.grading.driver import grade_notebook
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.limits import Isolation, Libraries, Limits
from gradus.grading.sandbox import Sandbox
from gradus.grading.verdict import failure_of
from gradus.processes import SECRET, forkserver
from gradus.text import VARIABLE, Language

Verdicts = dict[str, str | None]
_TOO_SLOW = ("endless-loop", "late")


@dataclass(frozen=True)
class Terms:
    """How a class is graded."""

    language: Language
    isolation: Isolation
    limits: Limits


def students_of(exam: ExamSheet) -> list[Student]:
    """The synthetic class, without those who show something else than a verdict."""
    return [student for student in synthetic_class(exam) if student.id not in _TOO_SLOW]


def paper_of(exam: ExamSheet, student: Student) -> Paper:
    """The student's answers, where they are not the instructor's, and all tests."""
    answers = {name: student.answers.get(name, stub(own)) for name, own in exam.solutions.items()}
    changed = {name: own for name, own in answers.items() if own != exam.solutions[name]}
    return Paper(tuple(changed.items()), tuple(exam.tests))


def grade_papers(
    exams: Sequence[ExamSheet], papers: Sequence[Paper], terms: Terms, jobs: int
) -> Iterator[tuple[int, Verdicts]]:
    """The index of each paper, and the message of each test (None: passed), as they are ready.

    ``exams`` holds for each paper the exam with its tests only.
    """
    if not papers:
        return
    workers = min(jobs, len(papers))
    with ProcessPoolExecutor(
        workers, forkserver(preloaded(exams[0].topic)), _open_sandbox, (terms, exams[0].libraries)
    ) as pool:
        waiting = {
            pool.submit(_grade, exam, paper, terms): index
            for index, (exam, paper) in enumerate(zip(exams, papers, strict=True))
        }
        for done in as_completed(waiting):
            yield waiting[done], done.result()


_sandboxes: list[Sandbox] = []
"""This worker's one, unless nothing is isolated."""


def _open_sandbox(terms: Terms, libraries: Libraries) -> None:
    """Give this worker a sandbox for all that it grades."""
    if terms.isolation == "sandbox":
        _sandboxes.append(Sandbox(terms.limits, libraries))
        Finalize(None, _sandboxes[0].close, exitpriority=0)


def _grade(exam: ExamSheet, paper: Paper, terms: Terms) -> Verdicts:
    os.environ[VARIABLE], os.environ[SECRET] = terms.language, "gate"
    with tempfile.TemporaryDirectory(prefix="gradus-gate-") as name:
        folder = Path(name)
        (folder / "language.txt").write_text(f"{terms.language}\n", encoding="utf-8")
        # Student code runs as another user.
        folder.chmod(0o755)
        graded = grade_notebook(
            _notebook(exam, paper),
            exam,
            folder,
            terms.limits,
            isolation=terms.isolation,
            files=folder,
            sandbox=next(iter(_sandboxes), None),
        )
    return {
        name: failure_of(cell) for cell in graded.cells if (name := grade_id(cell)) in exam.tests
    }


def _notebook(exam: ExamSheet, paper: Paper) -> NotebookNode:
    """What is handed in, without the cells that only plot."""
    answers = dict(paper.answers)
    notebook = copy.deepcopy(exam.notebook)
    notebook.cells = [cell for cell in notebook.cells if not shows_figure(cell.source)]
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            cell.source = answers.get(marks["grade_id"], cell.source)
    return notebook


def problems_of(exam: ExamSheet, student: Student, verdicts: Verdicts) -> Iterator[tuple[str, str]]:
    """Tests whose verdict is not what the student's answers deserve, and a sentence for each."""
    for name, test in exam.tests.items():
        message = verdicts.get(name, "it was not graded")
        answered = test.exercise in student.answers
        if test.exercise in student.wrong or not answered:
            if message is None and test.points and (test.hidden or not answered):
                yield name, f"lets {student.id} pass with a wrong answer to {test.exercise}"
        elif message is not None:
            yield name, f"fails {student.id} with a right answer to {test.exercise}: {message}"
