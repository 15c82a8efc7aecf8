"""What a collection found, for the terminal."""

from __future__ import annotations

from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gradus.course.collecting.collect import Collection, Line
from gradus.course.settings import Course


def print_collection(console: Console, course: Course, collection: Collection) -> None:
    """Who handed in what, who is missing, what was refused; names are shown as plain text."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("student", "state", "handed in", "late", "notebook and notes"):
        table.add_column(column, overflow="fold")
    for line in collection.lines:
        if line.state != "missing":
            table.add_row(*map(Text, _cells(course, line)))
    console.print(table)
    if collection.missing:
        _say(console, f"Missing ({len(collection.missing)}): {', '.join(collection.missing)}")
    if collection.refused:
        _say(console, f"Not taken ({len(collection.refused)}):")
        for path, reason in collection.refused:
            _say(console, f"  {path} {reason}")
    for warning in collection.warnings:
        _say(console, warning)
    _say(console, summary(collection))


def summary(collection: Collection) -> str:
    """One line."""
    count = {
        state: sum(line.state == state for line in collection.lines)
        for state in ("new", "replaced", "same", "no notebook")
    }
    here = count["new"] + count["replaced"] + count["same"]
    late = sum(line.seconds_late > 0 for line in collection.lines)
    return (
        f"{collection.assignment}: {here} of {len(collection.lines)} handed in "
        f"({count['new']} new, {count['replaced']} replaced, {late} late), "
        f"{count['no notebook']} without a notebook, {len(collection.missing)} missing, "
        f"{len(collection.refused)} files not taken."
    )


def _cells(course: Course, line: Line) -> list[str]:
    instant = ""
    if line.handed_in is not None:
        local = datetime.fromisoformat(line.handed_in).astimezone(course.zone)
        instant = f"{local:%Y-%m-%d %H:%M}"
    late = f"{line.seconds_late / 3600:.1f} h" if line.seconds_late else ""
    notes = "; ".join(filter(None, [line.notebook, *line.notes]))
    return [line.student, line.state, instant, late, notes]


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
