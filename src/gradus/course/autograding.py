"""``gradus autograde``: a class graded side by side, and recorded by nbgrader one after the other.

Workers grade (:mod:`gradus.grading.crew`); this process alone writes. For each submission it runs
nbgrader's own converter, whose examination is replaced by what a worker brought, so that gradebook,
files and messages are nbgrader's. A journal says what is finished: a run that was killed is taken
up where it ended, and what has not changed is not graded again.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config, PyFileConfigLoader

from gradus.course.settings import Course
from gradus.errors import GradusError
from gradus.exam.examination import SECRET
from gradus.grading.cluster import Cluster
from gradus.grading.crew import Crew
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.plugins import Examine
from gradus.grading.task import Result, Task, Terms, code_digest, task_of

CACHE = ".gradus-cache"
_LOG = "gradus.autograde"


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
    config = _configuration(root)
    terms = Terms(
        course.grading.isolation,
        course.limits,
        course.course.language,
        os.environ.get(SECRET, ""),
        course.grading.redraw_figures,
    )
    desk = _Desk(root, config, assignment, terms)
    summary = Summary(assignment)
    with _alone(root), _one_engine(), _Journal(root, assignment) as journal:
        known, entries = desk.recorded(), {}
        for student in desk.students():
            if students is not None and student not in students:
                continue
            summary.submissions += 1
            if not desk.has_notebook(student):
                summary.faults[student] = f"there is no {desk.notebook}"
                continue
            digest = _digest(desk.task(student).digest, code_digest())
            if not force and student in known and journal.is_finished(student, digest):
                summary.unchanged += 1
            else:
                entries[student] = digest
        progress(summary)

        def finish(student: str, result: Result, fresh: bool) -> None:
            fault = desk.record(student, result) or result.fault
            if fault:
                summary.faults[student] = fault
            else:
                if fresh:
                    journal.keep(student, entries[student], result)
                    desk.log_timings(student, result)
                if result.refused:
                    summary.refused.append(student)
                summary.graded += fresh
                summary.remembered += not fresh
                journal.finish(student)
            progress(summary)

        waiting = []
        for student, digest in entries.items():
            result = None if force else journal.result(student, digest)
            if result is None:
                waiting.append(student)
            else:
                finish(student, result, fresh=False)
        if waiting:
            with (
                Cluster(scheduler, warm)
                if scheduler
                else Crew(min(jobs, len(waiting)), warm, desk.imports())
            ) as crew:
                tasks = ((student, desk.task(student)) for student in waiting)
                for student, result in crew.grade(tasks):
                    finish(student, result, fresh=True)
    summary.seconds = time.monotonic() - start
    return summary


class _Desk:
    """Where submissions lie, and where they are recorded."""

    def __init__(self, root: Path, config: Config, assignment: str, terms: Terms) -> None:
        self._root = root
        self._assignment = assignment
        self._terms = terms
        self._topic = assignment.split("_", 1)[1]
        self.notebook = f"{self._topic}.ipynb"
        self._directory = CourseDirectory(config=config)
        self._directory.assignment_id = assignment
        self._config = config
        self._source = self._folder(self._directory.source_directory, ".")
        self._final = self._directory.autograded_directory
        self._timings = root / CACHE / f"timings-{assignment}.jsonl"
        if not (self._source / self.notebook).is_file():
            raise GradusError(f"There is no source/{assignment}; run `gradus build`.")
        with self._gradebook() as gradebook:
            try:
                gradebook.find_assignment(assignment)
            except MissingEntry:
                raise GradusError(
                    f"{assignment} is not in the gradebook yet; run `gradus release "
                    f"{assignment}` first."
                ) from None

    def students(self) -> list[str]:
        """Who handed something in."""
        below = Path(self._directory.format_path(self._directory.submitted_directory, ".", "."))
        found = below.glob(f"*/{self._assignment}") if below.is_dir() else ()
        return sorted(path.parent.name for path in found if path.is_dir())

    def recorded(self) -> set[str]:
        """Whose submission is in the gradebook and among the graded files."""
        with self._gradebook() as gradebook:
            found = gradebook.find_assignment(self._assignment).submissions
            names = {submission.student_id for submission in found}
        return {name for name in names if self._folder(self._final, name).is_dir()}

    def task(self, student: str) -> Task:
        submitted = self._folder(self._directory.submitted_directory, student)
        return task_of(submitted, self._source, self._topic, self._terms)

    def imports(self) -> tuple[str, ...]:
        """The modules that the assignment needs."""
        return ExamSheet.read(self._source / self.notebook).imports

    def has_notebook(self, student: str) -> bool:
        folder = self._folder(self._directory.submitted_directory, student)
        return os.path.lexists(folder / self.notebook)

    def record(self, student: str, result: Result) -> str:
        """Let nbgrader write gradebook and files; the files appear whole or not at all.

        Returns why it could not, if it could not.
        """
        scratch = self._root / CACHE / "autograded"
        shutil.rmtree(scratch, ignore_errors=True)
        self._directory.autograded_directory = str(scratch)
        self._directory.student_id = student
        Examine.recorded = {(student, self._topic): result}
        converter = Autograde(coursedir=self._directory, config=self._config)
        converter.log = logging.getLogger(_LOG)
        converter.force = True
        try:
            with warnings.catch_warnings():
                # nbgrader's own queries make SQLAlchemy warn of its internals.
                warnings.filterwarnings("ignore", category=SAWarning)
                converter.start()
        except (NbGraderException, SystemExit):
            return f"nbgrader could not record it, see {CACHE}/autograde.log"
        finally:
            Examine.recorded = {}
            self._directory.autograded_directory = self._final
        _put_in_place(scratch / student / self._assignment, self._folder(self._final, student))
        return ""

    def log_timings(self, student: str, result: Result) -> None:
        cells = [round(cell.seconds, 4) for cell in result.cells]
        line = json.dumps({"student": student, "seconds": round(result.seconds, 3), "cells": cells})
        with self._timings.open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _folder(self, stage: str, student: str) -> Path:
        return Path(self._directory.format_path(stage, student, self._assignment))

    def _gradebook(self) -> Gradebook:
        return Gradebook(self._directory.db_url, self._directory.course_id)


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


@contextmanager
def _one_engine() -> Iterator[None]:
    """Let nbgrader's gradebooks share an engine.

    It opens eight of them for each submission, and an engine that is new compiles every query anew.
    There is no setting for it, so what it calls is replaced.
    """
    ordinary = api.create_engine
    api.create_engine = functools.cache(ordinary)
    try:
        yield
    finally:
        api.create_engine = ordinary


def _configuration(root: Path) -> Config:
    """What nbgrader reads, with its messages in a log of ours."""
    if not (root / "nbgrader_config.py").is_file():
        raise GradusError("There is no nbgrader_config.py here; run this in the course's folder.")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    (root / CACHE).mkdir(exist_ok=True)
    handler = logging.FileHandler(root / CACHE / "autograde.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("traitlets", _LOG):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.WARNING)
    return Config(config)


def _put_in_place(made: Path, final: Path) -> None:
    """Move a folder to where it belongs, in place of the one that is there."""
    for path in made.glob("*.ipynb"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    final.parent.mkdir(parents=True, exist_ok=True)
    old = made.parent / "replaced"
    if final.exists():
        final.rename(old)
    made.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
