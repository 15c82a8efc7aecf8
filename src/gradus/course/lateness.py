"""What nbgrader plugs in for late submissions: the course's extensions and its late policy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from traitlets import Dict

from gradus.course.late import LatePolicy


class LateDays(LateSubmissionPlugin):  # type: ignore[misc]
    """The penalty of ``[late]`` in course.toml."""

    policy = Dict(help="The fields of gradus.course.late.LatePolicy.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        return LatePolicy(**self.policy).penalty(score, total_seconds_late)


class Punctuality(AssignLatePenalties):  # type: ignore[misc]
    """Records the extension of ``[[extensions]]``, then lets nbgrader assign the penalty.

    The extension goes into the gradebook, so that Formgrader and every export agree on who is
    late. One that was granted there and that course.toml does not mention is kept.
    """

    extensions = Dict(help="Assignment → student → due instant.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        due = self.extensions.get(names["assignment"], {}).get(names["student"])
        if due is not None:
            with Gradebook(names["db_url"]) as gradebook:
                submission = gradebook.find_submission(names["assignment"], names["student"])
                usual = submission.assignment.duedate
                # Without a due date nobody is late, and nbgrader cannot add to it.
                if usual is not None:
                    submission.extension = max(parse_utc(due) - usual, timedelta(0))
                    gradebook.db.commit()
        super().preprocess(nb, resources)
        return nb, resources
