"""The exam of an assignment: the test cells of its source notebook, by grade id.

It is always taken from ``source/``, never from the submission.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gradus.cells import BEGIN_HIDDEN, bound_names, grade_id, shows_figure
from gradus.errors import GradusError
from gradus.grading.limits import Libraries


@dataclass(frozen=True)
class ExamCell:
    """One test: whether its source is hidden, and what it examines."""

    grade_id: str
    source: str
    hidden: bool
    points: float
    exercise: str
    graded_names: tuple[str, ...]
    """Names that the exercise under test binds."""
    lent_names: tuple[str, ...]
    """Names of earlier exercises, lent right ones while this test runs."""


@dataclass(frozen=True)
class ExamSheet:
    """The tests of one notebook, and the instructor's cells that stand between them."""

    topic: str
    notebook: NotebookNode
    tests: dict[str, ExamCell] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> ExamSheet:
        """Read the source notebook at ``path``; raises :class:`GradusError` if it cannot be.

        One exam serves all who read the same text; nobody changes it.
        """
        try:
            return _of_text(path.stem, path.read_text(encoding="utf-8"))
        except (OSError, ValueError, nbformat.ValidationError):
            raise GradusError(
                f"{path} is missing or not a notebook; run `gradus build` to make it again."
            ) from None

    @classmethod
    def of(cls, topic: str, notebook: NotebookNode) -> ExamSheet:
        """The exam that a source notebook holds."""
        return cls(topic, notebook, _tests(notebook))

    def only(self, grade_ids: Collection[str]) -> ExamSheet:
        """The exam with these tests alone; the notebook loses the cells of the others."""
        others = self.tests.keys() - set(grade_ids)
        cells = [cell for cell in self.notebook.cells if grade_id(cell) not in others]
        notebook = NotebookNode({**self.notebook, "cells": cells})
        return ExamSheet(self.topic, notebook, {name: self.tests[name] for name in grade_ids})

    @cached_property
    def solutions(self) -> dict[str, str]:
        """Exercise → the instructor's cell, in the notebook's order."""
        return {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in self.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }

    @cached_property
    def exercise_of(self) -> dict[str, str]:
        """Graded name → the exercise that binds it."""
        return {name: test.exercise for test in self.tests.values() for name in test.graded_names}

    @cached_property
    def figures(self) -> frozenset[str]:
        """The ids of the instructor's cells that show a figure; no test needs what they bind."""
        return frozenset(
            cell.metadata.nbgrader.grade_id
            for cell in self.notebook.cells
            if cell.cell_type == "code"
            and not cell.metadata.nbgrader.get("solution")
            and cell.metadata.nbgrader.grade_id not in self.tests
            and shows_figure(cell.source)
        )

    @cached_property
    def libraries(self) -> Libraries:
        """The modules that the instructor's cells import."""
        figures = self._imports_of(lambda name: name in self.figures)
        return Libraries(self._imports_of(lambda name: name not in self.figures), figures)

    def _imports_of(self, chosen: Callable[[str], bool]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for cell in self.notebook.cells:
            if cell.cell_type != "code":
                continue
            name = grade_id(cell)
            if name not in self.tests and chosen(name):
                found |= dict.fromkeys(_imported(cell.source))
        return tuple(found)

    def answered(self, name: str, code: str) -> tuple[str, str]:
        """The exercise of ``name``, and its cell with ``name`` bound by ``code``.

        Other names that the exercise asks for keep the instructor's answer.
        """
        exercise = self.exercise_of[name]
        alone = list(self.exercise_of.values()).count(exercise) == 1
        return exercise, code if alone else f"{self.solutions[exercise]}\n\n\n{code}"


@lru_cache(8)
def _of_text(topic: str, text: str) -> ExamSheet:
    return ExamSheet.of(topic, nbformat.reads(text, as_version=4))


def _imported(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # notebook magic
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _tests(notebook: NotebookNode) -> dict[str, ExamCell]:
    tests: dict[str, ExamCell] = {}
    exercise = ""
    names: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    for cell in notebook.cells:
        role = cell.metadata.get("nbgrader", {})
        if role.get("solution"):
            earlier = (*earlier, *names)
            exercise, names = role["grade_id"], bound_names(cell.source)
        elif exercise and role.get("grade_id", "").startswith(f"{exercise}_"):
            tests[role["grade_id"]] = ExamCell(
                grade_id=role["grade_id"],
                source=cell.source,
                hidden=BEGIN_HIDDEN in cell.source,
                points=float(role.get("points", 0)),
                exercise=exercise,
                graded_names=names,
                lent_names=earlier,
            )
    return tests
