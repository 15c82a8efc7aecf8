"""What nbgrader plugs in: reading, examining, and feedback that hides what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import find_all_files
from traitlets import Bool, Dict, Enum

from gradus.cells import BEGIN_HIDDEN, without_hidden_tests
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.files import regular_files, staged_files
from gradus.grading.limits import Limits
from gradus.grading.sanitise import sanitise
from gradus.grading.submission import RefusedError, read_submission, refused_notebook
from gradus.grading.task import Result
from gradus.grading.verdict import failure_of, fill_in
from gradus.text import Text, language


def copy_regular_files_only() -> None:
    """Let nbgrader copy regular files from a submission, and nothing that it would follow.

    nbgrader copies what lies beside a submitted notebook before any plug-in runs, through links
    and from devices. It offers no setting for this, so its listing of files is replaced.
    """
    from nbgrader.converters import base

    def listing(folder: str, exclude: Any = None) -> list[str]:
        # As paths: nbgrader writes "./" within those of source/.
        allowed = set(regular_files(Path(folder)))
        return [path for path in find_all_files(folder, exclude) if Path(path) in allowed]

    base.find_all_files = listing


def _source_path(exporter: Any, resources: Any) -> Path:
    """Where the source notebook of the submission at hand lies."""
    coursedir = exporter.parent.coursedir
    names = resources["nbgrader"]
    folder = coursedir.format_path(coursedir.source_directory, ".", names["assignment"])
    return Path(folder) / f"{names['notebook']}.ipynb"


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """Reads a submission without trust; an unreadable one is refused, and the class goes on."""

    redraw_figures = Bool(help="Whether figures that were handed in are drawn anew.").tag(
        config=True
    )

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        path = Path(filename)
        resources.setdefault("metadata", {})["path"] = str(path.parent)
        if not self.parent._sanitizing:
            return self.from_notebook_node(nbformat.read(path, as_version=4), resources, **kwargs)
        exam = ExamSheet.read(_source_path(self, resources))
        coursedir = self.parent.coursedir
        submitted = Path(coursedir.format_path(coursedir.submitted_directory, ".", "."))
        try:
            notebook, repairs = read_submission(path, submitted, exam, self.redraw_figures)
        except RefusedError as refusal:
            self.log.warning("%s is refused: %s", filename, refusal)
            notebook, repairs = refused_notebook(exam.notebook, refusal.reason), []
        for sentence in repairs:
            self.log.warning("%s is repaired: %s", filename, sentence)
        return self.from_notebook_node(notebook, resources, **kwargs)


class Examine(NbGraderPreprocessor):  # type: ignore[misc]
    """Executes the submission with the exam from ``source/``, in place of nbgrader's Execute."""

    isolation = Enum(("sandbox", "none"), "sandbox", help="Where student code runs.").tag(
        config=True
    )
    limits = Dict(help="What one submission may use; see gradus.grading.limits.").tag(config=True)
    recorded: ClassVar[dict[tuple[str, str], Result]] = {}
    """What workers have graded, by student and notebook."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        if self.isolation == "none":
            self.log.warning("Isolation is off: student code can reach the tests and this machine.")
        source = _source_path(self.parent, resources)
        coursedir, names = self.parent.parent.coursedir, resources["nbgrader"]
        exam = ExamSheet.read(source)
        result = self.recorded.get((names["student"], names["notebook"]))
        if result is not None and fill_in(nb, exam, result):
            return nb, resources
        # Not where a worker has graded: it brings what executes notebooks with it.
        from gradus.grading.driver import grade_notebook

        submitted = coursedir.format_path(
            coursedir.submitted_directory, names["student"], names["assignment"]
        )
        with staged_files(Path(submitted), source.parent) as files:
            graded = grade_notebook(
                nb,
                exam,
                folder=source.parent,
                limits=Limits(**self.limits),
                isolation=self.isolation,
                files=files,
            )
        return graded, resources


class Feedback(NbGraderPreprocessor):  # type: ignore[misc]
    """Prepares the student's page: hidden tests are cut out, and the questions are summed up."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        exam = ExamSheet.read(_source_path(self.parent, resources))
        questions: dict[str, dict[str, Any]] = {}
        for cell in nb.cells:
            marks = cell.metadata.get("nbgrader", {})
            test = exam.tests.get(marks.get("grade_id", ""))
            if test is None:
                continue
            failure = failure_of(cell)
            if test.points:
                question = questions.setdefault(
                    test.exercise, {"score": 0.0, "points": 0.0, "messages": []}
                )
                question["score"] += marks.get("score") or 0.0
                question["points"] += test.points
                if failure and failure not in question["messages"]:
                    question["messages"].append(failure)
            if BEGIN_HIDDEN in cell.source:
                cell.source = "\n".join(without_hidden_tests(cell.source))
            kind = (
                Text("Test oculto", "Hidden test")
                if test.hidden
                else Text("Test visible", "Visible test")
            )
            cell.metadata["gradus"] = {"message": failure, "title": str(kind)}
        resources["gradus"] = {
            "questions": questions,
            "language": language(),
            "say": lambda es, en: str(Text(es, en)),
        }
        return nb, resources


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]
    """The feedback page. A class of its own, since nbgrader configures HTMLExporter itself."""

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        yield from super().default_filters()
        yield "clean_html", sanitise
