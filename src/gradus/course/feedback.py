"""The student's own page, with the mark that the points are worth."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from traitlets import Dict, Unicode

from gradus.course.scale import Scale
from gradus.grading.plugins import Feedback


class MarkedFeedback(Feedback):
    """Feedback that also tells the mark on the course's scale."""

    scale = Dict(help="The fields of gradus.course.scale.Scale.").tag(config=True)
    decimal = Unicode(",", help="The decimal mark.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        nb, resources = super().preprocess(nb, resources)
        resources["gradus"]["mark"] = self.mark(resources["nbgrader"])
        return nb, resources

    def mark(self, grades: Any) -> str:
        """The mark of what nbgrader's GetGrades found; its score is after the late penalty."""
        return Scale(**self.scale).written(grades["score"], grades["max_score"], self.decimal)
