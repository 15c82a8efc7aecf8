"""Recording a graded submission: nbgrader's own converter writes gradebook and files.

Importing nbgrader takes longer than to grade several notebooks, so what can begin without it does.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nbgrader import api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError, SAWarning
from traitlets.config import Config, PyFileConfigLoader

from gradus.course.settings import CACHE, Assignment
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.plugins import Examine
from gradus.grading.task import Result, Task, Terms, task_of

_LOG = "gradus.autograde"
_SIZES_TOLD_EVERY = 100


class Desk:
    """Where submissions lie, and where they are recorded."""

    def __init__(self, root: Path, week: Assignment, terms: Terms) -> None:
        config, assignment = _configuration(root), week.name
        self._root = root
        self._assignment = assignment
        self._terms = terms
        self._topic, self.notebook = week.topic, week.notebook
        self._directory = CourseDirectory(config=config)
        self._directory.assignment_id = assignment
        self._config = config
        self._source = self._folder(self._directory.source_directory, ".")
        self._final = self._directory.autograded_directory
        self._times_recorded = 0
        self._timings = root / CACHE / f"timings-{assignment}.jsonl"
        ExamSheet.read(self._source / self.notebook)  # or it says what is wrong with it
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

    def has_notebook(self, student: str) -> bool:
        folder = self._folder(self._directory.submitted_directory, student)
        return os.path.lexists(folder / self.notebook)

    def record(self, student: str, result: Result) -> str:
        """Let nbgrader write gradebook and files; the files appear whole or not at all.

        Returns why it could not, if it could not.
        """
        if self._times_recorded % _SIZES_TOLD_EVERY == 0:
            self._tell_sizes()
        self._times_recorded += 1
        scratch = self._root / CACHE / "autograded"
        shutil.rmtree(scratch, ignore_errors=True)
        self._directory.autograded_directory = str(scratch)
        self._directory.student_id = student
        Examine.recorded = {(student, self._topic): result}
        converter = Autograde(coursedir=self._directory, config=self._config)
        converter.log = logging.getLogger(_LOG)
        converter.force = True
        try:
            with warnings.catch_warnings(), _one_transaction(self._directory.db_url):
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

    def _tell_sizes(self) -> None:
        """Let SQLite know how large its tables are by now.

        Or it looks for one student's grade among all that there are of the question.
        """
        engine = api.create_engine(self._directory.db_url, echo=False, future=True)
        if engine.dialect.name == "sqlite":
            # Another program may be writing.
            with suppress(OperationalError), engine.begin() as connection:
                connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
                connection.exec_driver_sql("ANALYZE")

    def _folder(self, stage: str, student: str) -> Path:
        return Path(self._directory.format_path(stage, student, self._assignment))

    def _gradebook(self) -> Gradebook:
        return Gradebook(self._directory.db_url, self._directory.course_id)


@contextmanager
def one_engine() -> Iterator[None]:
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


@contextmanager
def _one_transaction(url: str) -> Iterator[None]:
    """Let what nbgrader's gradebooks commit meanwhile be there as a whole, or not at all.

    It commits dozens of times for each submission, and waits for the disk each time.
    """
    shared = api.create_engine
    with shared(url, echo=False, future=True).begin() as connection:
        # A session that is bound to it leaves its end to us, but "disposes of the engine".
        connection.dispose = lambda: None
        api.create_engine = lambda *_, **__: connection
        try:
            yield
        finally:
            api.create_engine = shared


def _configuration(root: Path) -> Config:
    """What nbgrader reads, with its messages in a log of ours."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    handler = logging.FileHandler(root / CACHE / "autograde.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name in ("traitlets", "tornado.application", _LOG):
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
