"""The course in nbgrader's words: one configuration for its commands and for ours."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from traitlets.config import Config

import gradus.grading
from gradus.course.late import configure_lateness
from gradus.course.settings import Course, read_course, read_secret
from gradus.errors import GradusError
from gradus.processes import SECRET
from gradus.text import VARIABLE

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

TEMPLATES = Path(gradus.grading.__file__).parent / "templates"
GRADEBOOK = "GRADUS_DB_URL"
"""The environment's name for where the gradebook is, if not in the course's folder."""
NO_CLASS_LIST = (
    "The gradebook has no students; import the class list with "
    "`nbgrader db student import FILE.csv`."
)
CODE_STUB = "# TU CÓDIGO AQUÍ · YOUR CODE HERE\nraise NotImplementedError()"


def configure(config: Config, root: Path) -> None:
    """Fill in nbgrader's configuration from ``root/course.toml``; called by nbgrader_config.py.

    A mistake in ``course.toml`` ends the command with one sentence and exit status 1.
    """
    from gradus.grading.plugins import copy_regular_files_only

    try:
        course = read_course(root)
        ours = course_configuration(course)
    except GradusError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    find_programs()
    copy_regular_files_only()
    config.merge(ours)
    config.CourseDirectory.root = str(root.resolve())
    # The kernel inherits these: hidden tests speak the course's language and draw their inputs
    # from the course's secret.
    os.environ[VARIABLE] = course.course.language
    os.environ[SECRET] = read_secret(root)


def gradebook_url(url: str) -> str:
    """The address of a gradebook as SQLAlchemy wants it, with the PostgreSQL driver we install.

    Raises
    ------
    GradusError
        if it is neither a PostgreSQL nor an SQLite address.
    """
    scheme, mark, rest = url.partition("://")
    if mark and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if mark and scheme == "sqlite":
        return url
    raise GradusError(
        f"{GRADEBOOK} starts with {scheme!r}; write postgresql://USER:PASSWORD@HOST/DATABASE or "
        "sqlite:////absolute/path."
    )


def find_programs() -> None:
    """Let nbgrader find ``alembic``, which it starts by name, beside this Python."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])


def course_configuration(course: Course) -> Config:
    """nbgrader's configuration of this course, wherever it lies."""
    plugins = "gradus.grading.plugins"
    config = Config()
    config.CourseDirectory.course_id = course.course.id
    if url := os.environ.get(GRADEBOOK):
        config.CourseDirectory.db_url = gradebook_url(url)
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.Autograde.exporter_class = f"{plugins}.SubmissionExporter"
    config.SubmissionExporter.optimistic_validation = True  # once, after all preprocessors
    config.SubmissionExporter.redraw_figures = course.grading.redraw_figures
    # No CheckCellMetadata: every cell has the metadata of the exam, which it was released with.
    config.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.OverwriteCells"]
    config.Autograde.autograde_preprocessors = [
        f"{plugins}.Examine",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "gradus.course.lateness.Punctuality",
    ]
    config.Examine.isolation = course.grading.isolation
    config.Examine.limits = msgspec.structs.asdict(course.limits)
    configure_lateness(config, course)
    config.ExchangeFactory.collect = "gradus.course.collecting.exchange.CarefulCollect"
    if course.exchange.root:
        config.Exchange.root = course.exchange.root
    config.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "gradus.course.feedback.MarkedFeedback",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    config.MarkedFeedback.scale = msgspec.structs.asdict(course.scale)
    config.MarkedFeedback.decimal = course.export.for_language(course.course.language)[1]
    config.GenerateFeedback.exporter_class = f"{plugins}.FeedbackExporter"
    config.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
    config.FeedbackExporter.exclude_anchor_links = True
    config.FeedbackExporter.template_name = "gradus_feedback"
    # Nothing that a submission displays may run in the reader's browser.
    config.FeedbackExporter.sanitize_html = True
    return config


def course_directory(root: Path, course: Course, assignment: str = "") -> CourseDirectory:
    """nbgrader's view of the course in ``root``; its ``db_url`` is where the gradebook lies."""
    from nbgrader.coursedir import CourseDirectory

    config = course_configuration(course)
    config.CourseDirectory.root = str(root.resolve())
    if assignment:
        config.CourseDirectory.assignment_id = assignment
    # nbgrader's log is for its own commands; ours say what went wrong in one sentence.
    logger = logging.getLogger("gradus.nbgrader")
    logger.setLevel(logging.CRITICAL + 1)
    return CourseDirectory(config=config, log=logger)


@contextmanager
def open_gradebook(root: Path, course: Course) -> Iterator[Gradebook]:
    """The course's gradebook, made if there is none."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SAWarning

    find_programs()
    directory = course_directory(root, course)
    with warnings.catch_warnings(), Gradebook(directory.db_url, directory.course_id) as gradebook:
        # nbgrader's own queries make SQLAlchemy warn of its internals.
        warnings.filterwarnings("ignore", category=SAWarning)
        yield gradebook


def has_gradebook(root: Path, course: Course) -> bool:
    """Whether there is a gradebook; looking at one must not make it."""
    url = str(course_directory(root, course).db_url)
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).is_file()
