"""What a student may read must not give the answers away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from gradus.cells import without_hidden_tests
from gradus.course.authoring import Cell
from gradus.course.building import ensure_nothing_leaks, secret_lines, solution_lines
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamSheet

_TELLTALE = re.compile(
    r"gradus|reference\.|examine\(|Traceback|File \"|array\(|tensor\(|\d\.\d{5,}|misconception"
)
_QUOTED = re.compile(r"«[^»]*»|\"[^\"]*\"")


def release_leaks(cells: list[Cell], release: Path) -> Iterator[tuple[int, str]]:
    """Lines of the authoring file that the release gives away, and a sentence for each."""
    try:
        ensure_nothing_leaks(cells, release)
    except GradusError as error:
        said = str(error)
        yield (
            next((line for text, line in secret_lines(cells).items() if repr(text) in said), 1),
            said,
        )
    yield from _given_away(cells)
    for path in sorted(release.rglob("*")):
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for word in ("gradus", "examine(", "misconception"):
                if word in text:
                    yield 1, f"{path.name} of the release mentions {word!r}; take it out"


def _given_away(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """Lines of prose that repeat a secret one, and cells that show all of a solution."""
    secret = secret_lines(cells)
    for cell in cells:
        if cell.role == "prose":
            for number, line in enumerate(cell.source.splitlines(), 1):
                found = next((text for text in secret if text in line), None)
                if found:
                    yield cell.line + number, f"this prose shows {found!r} to students; take it out"
    solutions = {cell.id: solution_lines(cell) for cell in cells if cell.role == "exercise"}
    for cell in cells:
        if cell.role in ("given", "test"):
            shown = {line.strip() for line in cell.source.splitlines()}
            for exercise, lines in solutions.items():
                if lines and lines <= shown:
                    yield cell.line, f"this cell shows the solution of {exercise}; take it out"


def feedback_leaks(
    cells: list[Cell], exam: ExamSheet, messages: Iterable[tuple[str, str, str]]
) -> Iterator[tuple[int, str]]:
    """The same for feedback: what is left of hidden cells there, and what messages say.

    ``messages`` are triples: the exercise, the student's own code, which a message may quote, and
    the message.
    """
    secret = secret_lines(cells)
    for test in exam.tests.values():
        left = "\n".join(without_hidden_tests(test.source)) if test.hidden else ""
        for text, line in secret.items():
            if text in left:
                yield line, f"feedback shows {text!r} of the hidden test {test.grade_id}"
    lines = {cell.id: cell.line for cell in cells if cell.role == "hidden"}
    for exercise, own, message in messages:
        said = message
        for quote in _QUOTED.findall(message):
            if quote[1:-1] in own:
                said = said.replace(quote, "")
        found = _TELLTALE.search(said)
        given = next((text for text in secret if text in said), found and found[0])
        if given:
            yield (
                lines[exercise],
                f"a message for students gives {given!r} away; say the property, not the value",
            )
