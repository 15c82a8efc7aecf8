"""A notebook taken in this process, without a kernel: fast enough to try thousands of answers."""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from typing import Any

from gradus.cells import without_solutions
from gradus.exam import lending
from gradus.grading.exam_sheet import ExamCell

_STUB = "raise NotImplementedError()"


class Sitting:
    """The namespace of one notebook, and the verdicts of the tests that run in it."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._namespace: dict[str, Any] = {"__name__": "__main__"}

    def run(self, source: str, grade_id: str) -> None:
        """Run a cell that is not a test; as in a notebook, an error stops only this cell."""
        with contextlib.suppress(Exception):
            self._execute(source, grade_id)

    def examine(self, test: ExamCell) -> str | None:
        """Run a test cell: None if it passes, else the message."""
        lending.begin(self._namespace, self._topic, test.lent_names)
        try:
            self._execute(test.source, test.grade_id)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            lending.end(self._namespace)
        return None

    def _execute(self, source: str, grade_id: str) -> None:
        # Named as in a notebook, so that messages can quote the student's line.
        filename = f"<ipython-{self._topic}/{grade_id}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(source, filename, "exec"), self._namespace)


def stub(solution: str) -> str:
    """The cell as it is released: the stub where the solution was."""
    kept = "\n".join(without_solutions(solution))
    indent = "    " if "def " in kept else ""
    return f"{kept}\n{indent}{_STUB}"
