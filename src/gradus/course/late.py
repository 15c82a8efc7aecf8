"""What a late submission loses, and who has more time."""

from __future__ import annotations

import math
from collections.abc import Container
from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from gradus.course.settings import Course

DAY = 24 * 60 * 60


class LatePolicy(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Each day that begins after the grace takes ``per_day`` percent of the points earned.

    However late, at least ``floor`` percent of them stay.
    """

    grace_minutes: float = 0
    per_day: float = 0
    floor: float = 0

    def mistake(self) -> tuple[str, str] | None:
        """The field that is wrong and what is wrong with it, or None."""
        if not 0 <= self.grace_minutes < math.inf:
            return "grace_minutes", "grace_minutes must be 0 or more."
        for field in ("per_day", "floor"):
            if not 0 <= getattr(self, field) <= 100:
                return field, f"{field} is a percentage, 0 to 100."
        return None

    def days(self, seconds_late: float) -> int:
        """The days that have begun since the due instant and the grace."""
        return math.ceil(max(0.0, seconds_late - self.grace_minutes * 60) / DAY)

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points lost by a submission of ``score`` points that came ``seconds_late``."""
        lost = min(self.days(seconds_late) * self.per_day, 100 - self.floor)
        return max(0.0, score) * lost / 100


def extensions(course: Course) -> dict[str, dict[str, str]]:
    """Assignment → student → the due instant of the extension, in UTC."""
    table: dict[str, dict[str, str]] = {}
    for entry in course.extensions:
        due = course.due(course.assignment(entry.assignment), entry.student).astimezone(UTC)
        table.setdefault(entry.assignment, {})[entry.student] = due.isoformat()
    return table


def strangers(course: Course, students: Container[str]) -> list[str]:
    """A sentence for each extension of somebody who is not among ``students``."""
    return [
        f"course.toml gives {entry.student!r} more time for {entry.assignment}, but the class list "
        "has no such student; mend the id."
        for entry in course.extensions
        if entry.student not in students
    ]


def configure_lateness(config: Any, course: Course) -> None:
    """Let nbgrader's autograde apply the policy and the extensions of the course."""
    config.AssignLatePenalties.plugin_class = "gradus.course.lateness.LateDays"
    config.LateDays.policy = msgspec.structs.asdict(course.late)
    config.Punctuality.extensions = extensions(course)
