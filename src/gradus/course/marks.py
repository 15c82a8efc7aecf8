"""The table of marks: one row per student, for a spreadsheet or a learning platform."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.plugins import ExportPlugin

from gradus.course.late import strangers
from gradus.course.nbgrader import NO_CLASS_LIST
from gradus.course.settings import Assignment, Course, read_course
from gradus.errors import GradusError
from gradus.text import Text

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

FILE = "marks.csv"
BOM = "\ufeff"

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Marks:
    """The rows as they are written, and what the reader should know before using them."""

    header: list[str]
    rows: list[list[str]]
    warnings: list[str] = field(default_factory=list)


def marks_table(
    root: Path,
    course: Course,
    gradebook: Gradebook,
    *,
    assignments: Sequence[str] = (),
    students: Sequence[str] = (),
    now: datetime | None = None,
) -> Marks:
    """The marks of everyone in the gradebook.

    Who handed in nothing gets the lowest mark once the assignment is due, and an empty cell before.
    An empty cell also stands for work that was handed in and is not graded yet. Raises
    :class:`GradusError` if there is no class list.
    """
    now = now or datetime.now(UTC)
    chosen = [course.assignment(name) for name in assignments] or course.assignments
    language = course.course.language
    decimal = course.export.for_language(language)[1]
    known = {entry.name: entry for entry in gradebook.assignments}
    columns = [entry for entry in chosen if entry.name in known]
    submissions = {
        (name, submission.student_id): submission
        for name, entry in known.items()
        for submission in entry.submissions
    }
    people = [entry for entry in gradebook.students if not students or entry.id in students]
    everyone = [person.id for person in gradebook.students]
    if not everyone:
        raise GradusError(NO_CLASS_LIST)
    warnings = [
        *strangers(course, everyone),
        *_warnings(root, columns, submissions, [person.id for person in people]),
    ]
    rows = []
    for person in people:
        numbers: list[Decimal] = []
        cells = []
        for assignment in columns:
            submission = submissions.get((assignment.name, person.id))
            if submission is not None:
                points: float | None = final_score(submission)
            elif _is_open(root, course, assignment, person.id, now):
                points = None
            else:
                points = 0.0
            maximum = known[assignment.name].max_score
            if points is None or not maximum:
                cells.append("")
                continue
            numbers.append(course.scale.mark(points, maximum))
            cells.append(course.scale.written(points, maximum, decimal))
        identity = [person.id, person.last_name or "", person.first_name or "", person.email or ""]
        if not course.scale.letters:
            average = course.scale.average(numbers) if numbers else None
            cells.append("" if average is None else course.scale.number(average, decimal))
        rows.append([*map(harmless, identity), *cells])
    titles = [
        Text("alumno", "student"),
        Text("apellidos", "last name"),
        Text("nombres", "first name"),
        Text("correo", "email"),
    ]
    header = [title.to(language) for title in titles] + [entry.name for entry in columns]
    if not course.scale.letters:
        header.append(Text("promedio", "average").to(language))
    return Marks(header, rows, warnings)


def as_csv(marks: Marks, course: Course) -> str:
    """The table as Excel and LibreOffice read it by a double click, accents and decimals included.

    The byte order mark says that it is UTF-8; separator and decimal mark are those of the course.
    """
    separator, _ = course.export.for_language(course.course.language)
    text = io.StringIO(newline="")
    text.write(BOM)
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(
        [marks.header, *marks.rows]
    )
    return text.getvalue()


def harmless(cell: str) -> str:
    """``cell`` on one line, and as text where a spreadsheet would compute it as a formula."""
    line = " ".join("".join(c if c.isprintable() else " " for c in cell).split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def write_marks(path: Path, marks: Marks, course: Course) -> None:
    """Write the table; raises :class:`GradusError` if the place cannot be written to."""
    try:
        path.write_text(as_csv(marks, course), encoding="utf-8", newline="")
    except OSError as error:
        raise GradusError(f"{path} cannot be written: {error.strerror}.") from None


class MarksExporter(ExportPlugin):  # type: ignore[misc]
    """``nbgrader export --exporter=gradus.course.marks.MarksExporter``."""

    def export(self, gradebook: Gradebook) -> None:
        root = Path(self.parent.coursedir.root)
        course = read_course(root)
        assignments, students = map(str, self.assignment), map(str, self.student)
        marks = marks_table(
            root, course, gradebook, assignments=[*assignments], students=[*students]
        )
        for warning in marks.warnings:
            self.log.warning(warning)
        write_marks(Path(self.to or FILE), marks, course)


def final_score(submission: Any) -> float:
    """The points of a submission after its late penalty."""
    return max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0.0))


def _is_open(
    root: Path, course: Course, assignment: Assignment, student: str, now: datetime
) -> bool:
    """Whether a student without a grade may still get one."""
    return _is_handed_in(root, student, assignment) or now <= course.due(assignment, student)


def _is_handed_in(root: Path, student: str, assignment: Assignment) -> bool:
    return (root / "submitted" / student / assignment.name).is_dir()


def _warnings(
    root: Path,
    assignments: Sequence[Assignment],
    submissions: dict[tuple[str, str], Any],
    students: Sequence[str],
) -> list[str]:
    warnings = []
    for assignment in assignments:
        graded = {student for name, student in submissions if name == assignment.name}
        waiting = [s for s in students if s not in graded and _is_handed_in(root, s, assignment)]
        if waiting:
            warnings.append(
                f"{assignment.name}: {len(waiting)} handed in and not graded yet; "
                f"run `gradus autograde {assignment.name}`."
            )
        unread = [s for s in graded if submissions[assignment.name, s].needs_manual_grade]
        if unread:
            warnings.append(
                f"{assignment.name}: {len(unread)} wait for a mark by hand in Formgrader."
            )
    return warnings
