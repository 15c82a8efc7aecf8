"""Grading in this process, without a kernel: fast enough to try every answer in the catalogue."""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib

from gradus.cells import without_solutions
from gradus.course.settings import read_course
from gradus.exam import lending
from gradus.grading.exam_sheet import ExamSheet

ROOT = Path(__file__).parent.parent
COURSE = read_course(ROOT)
WEEKS = [assignment.name for assignment in COURSE.assignments]
STUB = "raise NotImplementedError()"


@cache
def sheet(week: str) -> ExamSheet:
    """The exam of a week, from source/."""
    return ExamSheet.read(ROOT / "source" / week / f"{COURSE.assignment(week).topic}.ipynb")


def exercises(week: str) -> dict[str, str]:
    """Exercise id → instructor's solution cell."""
    return sheet(week).solutions


def keys(week: str) -> list[str]:
    """The catalogue keys (topic.name) of a week's graded names."""
    topic = COURSE.assignment(week).topic
    return [f"{topic}.{name}" for name in sheet(week).exercise_of]


def exercise_of(week: str, name: str) -> str:
    """The exercise that binds a graded name."""
    return sheet(week).exercise_of[name]


def stub(solution: str) -> str:
    """The cell as it is released: the stub where the solution was."""
    kept = "\n".join(without_solutions(solution))
    indent = "    " if "def " in kept else ""
    return f"{kept}\n{indent}{STUB}"


def grade(
    week: str, answers: Mapping[str, str] | None = None, plots: bool = False
) -> dict[str, str | None]:
    """Grade the instructor's notebook with some exercises answered otherwise.

    ``answers`` maps exercise id to the source of its cell. Returns grade id → None if the test
    passed, else the message. Given cells that only plot are left out unless ``plots``.
    """
    matplotlib.use("Agg")
    exam = sheet(week)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    messages: dict[str, str | None] = {}
    for cell in exam.notebook.cells:
        if cell.cell_type != "code":
            continue
        grade_id = cell.metadata.nbgrader.grade_id
        source = (answers or {}).get(grade_id, cell.source)
        test = exam.tests.get(grade_id)
        if test is None:
            if plots or "plt.show()" not in source:
                with contextlib.suppress(Exception):
                    _run(source, namespace, f"{week}/{grade_id}")
            continue
        lending.begin(namespace, exam.topic, test.lent_names)
        try:
            _run(test.source, namespace, f"{week}/{grade_id}")
            messages[grade_id] = None
        except Exception as error:
            messages[grade_id] = f"{type(error).__name__}: {error}"
        finally:
            lending.end(namespace)
    return messages


def points(week: str, messages: Mapping[str, str | None]) -> float:
    """The points that these verdicts are worth."""
    tests = sheet(week).tests
    return sum(tests[grade_id].points for grade_id, message in messages.items() if message is None)


def _run(source: str, namespace: dict[str, Any], name: str) -> None:
    filename = f"<ipython-{name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(source, filename, "exec"), namespace)
