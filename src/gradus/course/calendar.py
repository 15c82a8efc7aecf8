"""The calendar of a course: what is planned, released, due and graded at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from rich import box
from rich.table import Table

from gradus.course.late import strangers
from gradus.course.nbgrader import has_gradebook, open_gradebook
from gradus.course.releasing import is_out
from gradus.course.settings import Assignment, Course

State = Literal["planned", "to release", "released", "due", "graded"]


@dataclass(frozen=True)
class Entry:
    """One line of the calendar."""

    assignment: Assignment
    state: State
    handed_in: int
    graded: int
    extensions: int


def entries(root: Path, course: Course, now: datetime) -> list[Entry]:
    """The calendar as it stands at ``now``; nothing is written."""
    graded = _graded(root, course)
    lines = []
    for assignment in course.assignments:
        handed_in = len(list(root.glob(f"submitted/*/{assignment.name}")))
        done = graded.get(assignment.name, 0)
        state = _state(root, course, assignment, now)
        if state == "due" and done and done >= handed_in:
            state = "graded"
        extensions = sum(e.assignment == assignment.name for e in course.extensions)
        lines.append(Entry(assignment, state, handed_in, done, extensions))
    return lines


def warnings(root: Path, course: Course) -> list[str]:
    """What in the calendar fits nobody; the class list is looked at if there is one."""
    if not course.extensions or not has_gradebook(root, course):
        return []
    with open_gradebook(root, course) as gradebook:
        students = {student.id for student in gradebook.students}
    return strangers(course, students) if students else []


def as_table(course: Course, lines: list[Entry]) -> Table:
    """The calendar for the terminal."""
    identity = course.course
    title = f"{identity.id} · {identity.title} · {identity.language} · {identity.timezone}"
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        caption=_rules(course),
        caption_justify="left",
    )
    for column in ("assignment", "release", "due", "state"):
        table.add_column(column, no_wrap=True)
    for column in ("in", "done", "ext"):
        table.add_column(column, justify="right", no_wrap=True)
    for line in lines:
        release, due = (
            f"{instant:%a %d %b %H:%M}"
            for instant in (line.assignment.release, line.assignment.due)
        )
        counts = [str(n or "") for n in (line.handed_in, line.graded, line.extensions)]
        table.add_row(line.assignment.name, release, due, line.state, *counts)
    return table


def as_json(course: Course, lines: list[Entry]) -> list[dict[str, Any]]:
    """The calendar for a program; instants carry their UTC offset."""
    return [
        {
            "assignment": line.assignment.name,
            "release": course.release(line.assignment).isoformat(),
            "due": course.due(line.assignment).isoformat(),
            "state": line.state,
            "handed_in": line.handed_in,
            "graded": line.graded,
            "extensions": line.extensions,
        }
        for line in lines
    ]


def _state(root: Path, course: Course, assignment: Assignment, now: datetime) -> State:
    if now >= course.due(assignment):
        return "due"
    if is_out(root, assignment.name):
        return "released"
    return "planned" if now < course.release(assignment) else "to release"


def _graded(root: Path, course: Course) -> dict[str, int]:
    """Assignment → submissions of which nothing waits for a person."""
    if not has_gradebook(root, course):
        return {}
    with open_gradebook(root, course) as gradebook:
        return {
            assignment.name: sum(not entry.needs_manual_grade for entry in assignment.submissions)
            for assignment in gradebook.assignments
        }


def _rules(course: Course) -> str:
    late, scale = course.late, course.scale
    rules = (
        f"Late: {late.per_day:g} % a day after {late.grace_minutes:g} min, "
        f"at least {late.floor:g} % stays."
        if late.per_day
        else "Late: nothing is lost."
    )
    if scale.letters:
        return f"{rules} Marks: {', '.join(scale.letters)}."
    return (
        f"{rules} Marks: {scale.lowest:g} to {scale.highest:g}, "
        f"{scale.passing:g} at {scale.requirement:g} %."
    )
