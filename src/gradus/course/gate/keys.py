"""Names for verdicts, by the content of everything that each of them depends on."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import gradus
from gradus.course.gate.code_slice import misconceptions_slice, module_slice, reference_slice
from gradus.course.gate.notebook_slice import can_be_read, needed_cells, used_names
from gradus.course.gate.running import CELL, Paper, steps_of
from gradus.grading.exam_sheet import ExamSheet

PACKAGE = Path(gradus.__file__).parent
_LIBRARIES = ("numpy", "scipy", "torch")
_EXAMINING = ("catalogue.py", "cells.py", "text.py", "exam", "course/gate/running.py")
_IN_A_FORK = (*_EXAMINING, "course/gate/sitting.py")
_IN_THE_SANDBOX = (*_EXAMINING, "course/gate/sandboxed.py", "grading")

Keys = dict[str, str]
"""Grade id → digest."""


class Keyring:
    """Digests for the verdicts of one week.

    A verdict depends on its test, on the answers, on the slice of the notebook that both see, and
    on the slice of our code that they run; not on other tests, nor on other cells.
    """

    def __init__(self, exam: ExamSheet) -> None:
        self._exam = exam
        self._steps = steps_of(exam)
        # The same for many papers.
        self._content = functools.cache(self._content_of)
        self._code = functools.cache(self._code_of)
        self._files = functools.cache(self._files_of)

    def of(self, paper: Paper) -> Keys:
        """For each test of the paper, a digest of all that its verdict depends on."""
        circumstances = (paper.secret, paper.language, paper.hurried, paper.disturbed)
        files = self._files(_IN_A_FORK)
        keys = {
            test: _digest(self._content(paper.answers, test, not paper.hurried, False), files)
            for test in paper.tests
        }
        # In another order, tests are examined for what they leave behind.
        together = [] if self.in_order(paper) else list(keys.items())
        return {test: _digest(key, circumstances, together) for test, key in keys.items()}

    def of_graded(self, paper: Paper, terms: object) -> Keys:
        """The same for a whole notebook that is graded on these terms, as a student's."""
        files = self._files(_IN_THE_SANDBOX)
        return {
            test: _digest(self._content(paper.answers, test, True, True), files, terms)
            for test in paper.tests
        }

    def in_order(self, paper: Paper) -> bool:
        """Whether the tests run as they stand in the notebook, so that each speaks for itself."""
        return paper.tests == tuple(name for name in self._exam.tests if name in paper.tests)

    def _content_of(
        self, answers: tuple[tuple[str, str], ...], grade_id: str, diagnosis: bool, whole: bool
    ) -> str:
        """A test, and what it meets of the cells before it (or of the whole notebook)."""
        test = self._exam.tests[grade_id]
        lent = frozenset(test.lent_names)
        cells = list(self._cells(dict(answers), None if whole else grade_id))
        met = [test.source, *needed_cells(cells, used_names(test.source) - lent, lent)]
        lent = lent.intersection(name for source in met for name in used_names(source))
        topic = self._exam.topic
        examined = set(re.findall(rf"[\"']{topic}\.(\w+)[\"']", test.source))
        examined.update(test.graded_names if test.hidden else ())
        keys = [f"{topic}.{name}" for name in examined] if diagnosis else []
        imports = frozenset(origin for source in met for origin in _imported(source))
        code = self._code(lent.union(examined), frozenset(keys), imports)
        return _digest(answers, met, test.graded_names, sorted(lent), code)

    def _cells(self, answers: dict[str, str], end: str | None) -> Iterator[str]:
        for kind, step_id, source in self._steps:
            if step_id == end:
                return
            if kind == CELL:
                yield answers.get(step_id, source)

    def _code_of(
        self, names: frozenset[str], keys: frozenset[str], imports: frozenset[tuple[str, str]]
    ) -> str:
        parts = [reference_slice(PACKAGE, self._exam.topic, names)]
        if keys:
            parts.append(misconceptions_slice(PACKAGE, self._exam.topic, keys))
        parts += [module_slice(PACKAGE, *origin) for origin in sorted(imports)]
        return _digest(parts)

    def _files_of(self, places: tuple[str, ...]) -> str:
        files = [path for place in places for path in _python_files(PACKAGE / place)]
        versions = [importlib.metadata.version(library) for library in _LIBRARIES]
        return _digest(sys.version, versions, [path.read_bytes() for path in files])


def _python_files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


@functools.cache
def _imported(source: str) -> frozenset[tuple[str, str]]:
    """Module and name of all that a cell imports of ours, but for what every test imports."""
    tree = ast.parse(source) if can_be_read(source) else ast.Module([], [])
    return frozenset(
        (str(node.module), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("gradus.")
        and not (node.module or "").startswith("gradus.exam")
        for alias in node.names
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
