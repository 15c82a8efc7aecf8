"""``gradus autograde``: a class graded side by side, and recorded by nbgrader one after the other.

Workers grade (:mod:`gradus.grading.crew`); this process alone writes. For each submission it runs
nbgrader's own converter, whose examination is replaced by what a worker brought, so that gradebook,
files and messages are nbgrader's. A journal says what is finished: a run that was killed is taken
up where it ended, and what has not changed is not graded again.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from gradus.course.settings import CACHE, Course, read_secret
from gradus.errors import GradusError
from gradus.grading.cluster import Cluster
from gradus.grading.crew import Crew
from gradus.grading.task import Result, Terms, code_digest
from gradus.processes import lasting

if TYPE_CHECKING:
    from gradus.course.recording import Desk


@dataclass
class Summary:
    """What a run did; submissions are counted once."""

    assignment: str
    submissions: int = 0
    graded: int = 0
    remembered: int = 0
    """Recorded anew from an earlier run's result."""
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, student: str, result: Result, fresh: bool, fault: str) -> None:
        """Count a submission; ``fresh`` is whether this run graded it."""
        if fault:
            self.faults[student] = fault
            return
        if result.refused:
            self.refused.append(student)
        self.graded += fresh
        self.remembered += not fresh

    @property
    def done(self) -> int:
        return self.graded + self.remembered + self.unchanged + len(self.faults)


Progress = Callable[[Summary], None]


def autograde(
    root: Path,
    course: Course,
    assignment: str,
    *,
    jobs: int,
    force: bool = False,
    warm: bool = True,
    scheduler: str | None = None,
    students: frozenset[str] | None = None,
    progress: Progress = lambda _: None,
) -> Summary:
    """Grade what was handed in for ``assignment``; see the module.

    ``jobs`` workers are started here, or those of the dask ``scheduler`` at that address are used.

    Raises
    ------
    GradusError
        if the assignment is not released, another run is under way, or the cluster is not ready.
    """
    start = time.monotonic()
    if not (root / "nbgrader_config.py").is_file():
        raise GradusError("There is no nbgrader_config.py here; run this in the course's folder.")
    terms = Terms(
        course.grading.isolation,
        course.limits,
        course.course.language,
        read_secret(root),
        course.grading.redraw_figures,
    )
    summary, week = Summary(assignment), course.assignment(assignment)
    with ExitStack() as stack:
        stack.enter_context(_alone(root))
        journal = stack.enter_context(_Journal(root, assignment))
        crew = None
        if scheduler is None:
            exam = root / "source" / week.name / week.notebook
            crew = stack.enter_context(Crew(jobs, warm, (terms, exam)))
            done = set() if force else journal.finished
            new = (students or _handed_in(root, assignment)) - done
            crew.begin(min(jobs, len(new)))
        with lasting():  # as long as the workers take to get ready
            from gradus.course.recording import Desk, one_engine

        desk = Desk(root, week, terms)
        stack.enter_context(one_engine())
        entries = _to_do(desk, None if force else journal, students, summary)
        progress(summary)

        def finish(student: str, result: Result, fresh: bool) -> None:
            fault = desk.record(student, result) or result.fault
            if not fault:
                if fresh:
                    journal.keep(student, entries[student], result)
                    desk.log_timings(student, result)
                journal.finish(student)
            summary.note(student, result, fresh, fault)
            progress(summary)

        waiting = []
        for student, digest in entries.items():
            result = None if force else journal.result(student, digest)
            if result is None:
                waiting.append(student)
            else:
                finish(student, result, fresh=False)
        if waiting:
            graders = crew or stack.enter_context(Cluster(str(scheduler), warm))
            tasks = ((student, desk.task(student)) for student in waiting)
            for student, result in graders.grade(tasks):
                finish(student, result, fresh=True)
    summary.seconds = time.monotonic() - start
    return summary


class _Journal:
    """What is finished, and the last result of each submission; in ``.gradus-cache/``."""

    def __init__(self, root: Path, assignment: str) -> None:
        self._path = root / CACHE / "autograde.sqlite"
        self._assignment = assignment

    def __enter__(self) -> _Journal:
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._path.unlink()
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._database.close()

    @property
    def finished(self) -> set[str]:
        """Whose submission was recorded to the end once, changed since or not."""
        rows = self._database.execute(
            "SELECT student FROM submissions WHERE assignment = ? AND finished IS NOT NULL",
            (self._assignment,),
        )
        return {student for (student,) in rows}

    def is_finished(self, student: str, digest: str) -> bool:
        """Whether this very submission was recorded to the end."""
        row = self._row("finished", student)
        return row is not None and row == (digest,)

    def result(self, student: str, digest: str) -> Result | None:
        """The result of grading this very submission, if it was ever graded."""
        row = self._row("graded, result", student)
        if row is None or row[0] != digest:
            return None
        return msgspec.msgpack.decode(zlib.decompress(row[1]), type=Result)

    def keep(self, student: str, digest: str, result: Result) -> None:
        packed = zlib.compress(msgspec.msgpack.encode(result), 1)
        self._database.execute(
            "INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, NULL)",
            (self._assignment, student, digest, packed),
        )
        self._database.commit()

    def finish(self, student: str) -> None:
        self._database.execute(
            "UPDATE submissions SET finished = graded WHERE assignment = ? AND student = ?",
            (self._assignment, student),
        )
        self._database.commit()

    def _row(self, columns: str, student: str) -> Any:
        return self._database.execute(
            f"SELECT {columns} FROM submissions WHERE assignment = ? AND student = ?",
            (self._assignment, student),
        ).fetchone()

    def _open(self) -> None:
        self._database = sqlite3.connect(self._path)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS submissions (assignment TEXT, student TEXT, graded TEXT, "
            "result BLOB, finished TEXT, PRIMARY KEY (assignment, student))"
        )
        self._database.commit()


def _to_do(
    desk: Desk, journal: _Journal | None, students: frozenset[str] | None, summary: Summary
) -> dict[str, str]:
    """Who has something to grade or to record, and its digest; the others are counted."""
    known, entries = desk.recorded(), {}
    for student in desk.students():
        if students is not None and student not in students:
            continue
        summary.submissions += 1
        if not desk.has_notebook(student):
            summary.faults[student] = f"there is no {desk.notebook}"
            continue
        digest = _digest(desk.task(student).digest, code_digest())
        if journal and student in known and journal.is_finished(student, digest):
            summary.unchanged += 1
        else:
            entries[student] = digest
    return entries


def _handed_in(root: Path, assignment: str) -> frozenset[str]:
    """Who did, in a course that keeps its submissions where they are kept by default."""
    return frozenset(path.parent.name for path in (root / "submitted").glob(f"*/{assignment}"))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One run at a time writes."""
    (root / CACHE).mkdir(exist_ok=True)
    with (root / CACHE / "autograde.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GradusError(
                "Another `gradus autograde` is under way in this course; wait for it to end."
            ) from None
        yield


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
