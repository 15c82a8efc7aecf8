"""Runs the tests of an exam in this process, against functions in the student's.

A test cell finds three kinds of names: the graded names of its exercise, fetched from the student;
those of earlier exercises, bound to the reference and lent to the student; and whatever the
instructor's given cells bind, which are executed here when a test first needs them.
"""

from __future__ import annotations

import contextlib
import functools
import io
import types
import warnings
from pathlib import Path
from typing import Any

from gradus.catalogue import reference_of
from gradus.cells import loaded_names, stored_names
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.grading.student import StudentKernel


class Examiner:
    """The examiner of one submission."""

    def __init__(self, exam: ExamSheet, folder: Path) -> None:
        self._exam = exam
        self._folder = folder
        self._reference = vars(reference_of(exam.topic))
        self._waiting = _given_cells(exam)
        self._namespace: dict[str, Any] = {"__name__": "exam"}

    def examine(
        self, test: ExamCell, kernel: StudentKernel, bound: dict[str, Any] | None = None
    ) -> None:
        """Run one test cell; returns if it passes, raises what it raises.

        ``bound`` is what the graded names are bound to; they are fetched now if it is None.
        """
        self._run_given_cells(test.source)
        lent = {name: self._reference[name] for name in test.lent_names}
        self._namespace.update(lent)
        with kernel.lending(lent):
            for name in test.graded_names:
                self._namespace.pop(name, None)
                if bound is None:
                    with contextlib.suppress(NameError):
                        self._namespace[name] = kernel.fetch(name)
            self._namespace.update(bound or {})
            self._run(test.source, test.grade_id)

    def _run_given_cells(self, source: str) -> None:
        """Run the given cells that bind a name which ``source`` uses, in the notebook's order."""
        needed: set[str] = set()
        names: set[str] | frozenset[str] = loaded_names(source)
        while names:
            fresh = {
                grade_id
                for grade_id, cell in self._waiting.items()
                if grade_id not in needed and names & stored_names(cell)
            }
            needed |= fresh
            names = {name for grade_id in fresh for name in loaded_names(self._waiting[grade_id])}
        for grade_id in [entry for entry in self._waiting if entry in needed]:
            cell = self._waiting.pop(grade_id)
            used = loaded_names(cell) & set(self._exam.exercise_of)
            self._namespace.update({name: self._reference[name] for name in used})
            self._run(cell, grade_id)

    def _run(self, source: str, name: str) -> None:
        with (
            contextlib.chdir(self._folder),
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            exec(_compiled(source, name), self._namespace)


@functools.lru_cache(256)
def _compiled(source: str, name: str) -> types.CodeType:
    return compile(source, f"<{name}>", "exec")


def _given_cells(exam: ExamSheet) -> dict[str, str]:
    """The instructor's cells that are neither an answer, a test nor a figure, by id."""
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in exam.notebook.cells
        if cell.cell_type == "code"
        and not cell.metadata.nbgrader.get("solution")
        and cell.metadata.nbgrader.grade_id not in exam.tests
        and cell.metadata.nbgrader.grade_id not in exam.figures
    }
