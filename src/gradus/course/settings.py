"""The course's settings: ``course.toml``, read once, typed, with errors that name the line."""

from __future__ import annotations

import re
import secrets
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from gradus.course.late import LatePolicy
from gradus.course.scale import Scale
from gradus.errors import GradusError
from gradus.grading.limits import Isolation, Limits
from gradus.text import Language

FILE = "course.toml"
SECRET_FILE = ".gradus-secret"
CACHE = ".gradus-cache"
"""What may be deleted at any time, at the price of making it anew."""


class Identity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which course this is, and in which language and time zone it lives."""

    id: str
    title: str
    language: Language
    timezone: str


class Grading(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How submissions are executed."""

    isolation: Isolation = "sandbox"
    """Where student code runs: in a sandbox, or (``"none"``) with all that we can do."""
    redraw_figures: bool = False
    """Whether the instructor's figures are drawn anew, where a student handed them in."""


class Assignment(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One week's assignment; ``release`` and ``due`` are wall-clock times of the course's zone."""

    name: str
    release: datetime
    due: datetime

    @property
    def topic(self) -> str:
        """The name without its number: ``perceptron`` of ``01_perceptron``."""
        return self.name.split("_", 1)[1]

    @property
    def notebook(self) -> str:
        """The name of its file: ``perceptron.ipynb``."""
        return f"{self.topic}.ipynb"

    @property
    def week(self) -> int:
        """The number that its name begins with."""
        return int(self.name.split("_", 1)[0])


class Extension(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """More time for one student; ``due`` is a wall-clock time of the course's zone."""

    student: str
    assignment: str
    due: datetime


class Exchange(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where nbgrader's exchange lies; an empty ``root`` means that the course has none."""

    root: str = ""


class Export(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How numbers are written in the table of marks, for the spreadsheet that opens it."""

    separator: Literal["", ";", ",", "\t"] = ""
    decimal: Literal["", ",", "."] = ""

    def for_language(self, language: Language) -> tuple[str, str]:
        """Separator and decimal mark; where not given, those of the language's spreadsheets."""
        usual = (";", ",") if language == "es" else (",", ".")
        return self.separator or usual[0], self.decimal or usual[1]


class Lms(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a learning platform names the files of a download; see gradus.course.collecting."""

    name: str
    pattern: str
    times: bool = True
    """Whether the files' times say when they were handed in."""


class Course(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything in ``course.toml``."""

    course: Identity
    assignments: list[Assignment]
    grading: Grading = Grading()
    limits: Limits = Limits()
    late: LatePolicy = LatePolicy()
    scale: Scale = Scale()
    export: Export = Export()
    exchange: Exchange = Exchange()
    extensions: list[Extension] = []
    lms: list[Lms] = []

    def assignment(self, name: str) -> Assignment:
        """The assignment called ``name``; raises :class:`GradusError` if there is none."""
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments)
        raise GradusError(f"There is no assignment {name!r} in {FILE}; it lists {known}.")

    def of_week(self, week: int) -> Assignment:
        """The assignment whose number is ``week``; raises :class:`GradusError` if there is none."""
        for assignment in self.assignments:
            if assignment.week == week:
                return assignment
        known = ", ".join(str(assignment.week) for assignment in self.assignments)
        raise GradusError(f"There is no week {week} in {FILE}; it lists {known}.")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the dates of the course are written."""
        return ZoneInfo(self.course.timezone)

    def release(self, assignment: Assignment) -> datetime:
        """The instant of release, with the course's time zone."""
        return assignment.release.replace(tzinfo=self.zone)

    def due(self, assignment: Assignment, student: str | None = None) -> datetime:
        """The due instant, with the course's time zone; of ``student``, if one is named."""
        due = assignment.due
        for extension in self.extensions:
            if (extension.student, extension.assignment) == (student, assignment.name):
                due = extension.due
        return due.replace(tzinfo=self.zone)


def read_course(root: Path) -> Course:
    """Read and check ``course.toml`` in ``root``; raises :class:`GradusError`, one sentence."""
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise GradusError(
            f"There is no {FILE} in {root.resolve()}; run this in the folder of the course."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise GradusError(f"{path} cannot be read: {error}.") from None
    try:
        course = msgspec.convert(tomllib.loads(text), Course)
    except tomllib.TOMLDecodeError as error:
        raise GradusError(f"{path} is not valid TOML: {error}.") from None
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        unknown = re.search(r"unknown field `(.+)`", problem)
        line = _line_of(text, place.rstrip("`") + (f".{unknown[1]}" if unknown else ""))
        raise GradusError(f"{path}, line {line}: {_plainly(problem)}.") from None
    _check(course, text, path)
    return course


def read_secret(root: Path) -> str:
    """The course's secret, which seeds hidden inputs; made on first use, never committed."""
    path = root / SECRET_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16) + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _check(course: Course, text: str, path: Path) -> None:
    def wrong(place: str, sentence: str) -> GradusError:
        return GradusError(f"{path}, line {_line_of(text, place)}: {sentence}")

    try:
        ZoneInfo(course.course.timezone)
    except (KeyError, ValueError, OSError):
        raise wrong(
            ".course.timezone",
            f"{course.course.timezone!r} is not a time zone; write one like America/Santiago.",
        ) from None
    for name, value in msgspec.structs.asdict(course.limits).items():
        if value <= 0:
            raise wrong(f".limits.{name}", f"{name} must be a positive number.")
    for table in ("late", "scale"):
        mistake = getattr(course, table).mistake()
        if mistake is not None:
            raise wrong(f".{table}.{mistake[0]}", mistake[1])
    _check_assignments(course, wrong)
    _check_extensions(course, wrong)
    _check_lms(course, wrong)
    if course.exchange.root and not Path(course.exchange.root).is_absolute():
        raise wrong(".exchange.root", f"{course.exchange.root!r} is not an absolute path.")


def _plainly(problem: str) -> str:
    """What msgspec found wrong, in the words of the file."""
    if "datetime" in problem:
        return f"this is no date with a time ({problem}); write one like 2026-08-17T23:59:00"
    return problem


_Wrong = Callable[[str, str], GradusError]


def _check_assignments(course: Course, wrong: _Wrong) -> None:
    names: set[str] = set()
    for index, assignment in enumerate(course.assignments):
        place = f".assignments[{index}]"
        if not re.fullmatch(r"[0-9]{2}_[a-z][a-z0-9_]*", assignment.name):
            raise wrong(f"{place}.name", f"{assignment.name!r} is not of the form 01_topic.")
        if assignment.name in names:
            raise wrong(f"{place}.name", f"{assignment.name!r} is listed twice.")
        names.add(assignment.name)
        for field in ("release", "due"):
            _check_instant(getattr(assignment, field), f"{place}.{field}", course, wrong)
        if course.due(assignment).timestamp() <= course.release(assignment).timestamp():
            raise wrong(f"{place}.due", f"{assignment.name} is due before it is released.")


def _check_extensions(course: Course, wrong: _Wrong) -> None:
    assignments = {assignment.name: assignment for assignment in course.assignments}
    seen: set[tuple[str, str]] = set()
    for index, extension in enumerate(course.extensions):
        place = f".extensions[{index}]"
        if extension.assignment not in assignments:
            raise wrong(
                f"{place}.assignment", f"there is no assignment {extension.assignment!r} to extend."
            )
        if not extension.student.strip():
            raise wrong(f"{place}.student", "an extension needs the id of a student.")
        _check_instant(extension.due, f"{place}.due", course, wrong)
        if extension.due < assignments[extension.assignment].due:
            raise wrong(
                f"{place}.due",
                f"{extension.student!r} gets less time than {extension.assignment} gives everyone.",
            )
        if (extension.student, extension.assignment) in seen:
            raise wrong(
                f"{place}.student",
                f"{extension.student!r} has two extensions of {extension.assignment}; keep one.",
            )
        seen.add((extension.student, extension.assignment))


def _check_lms(course: Course, wrong: _Wrong) -> None:
    for index, lms in enumerate(course.lms):
        place = f".lms[{index}].pattern"
        try:
            groups = re.compile(lms.pattern).groupindex
        except re.error as error:
            raise wrong(place, f"the pattern of {lms.name!r} is not right: {error}.") from None
        if "file" not in groups or not {"id", "name"} & set(groups):
            raise wrong(
                place,
                f"the pattern of {lms.name!r} needs the groups (?P<file>…) and (?P<id>…) or "
                "(?P<name>…).",
            )


def _check_instant(instant: datetime, place: str, course: Course, wrong: _Wrong) -> None:
    field = place.rpartition(".")[2]
    if instant.tzinfo is not None:
        raise wrong(
            place, f"{field} has a UTC offset; write the wall-clock time of the course's zone."
        )
    there = instant.replace(tzinfo=course.zone)
    if there.astimezone(UTC).astimezone(course.zone).replace(tzinfo=None) != instant:
        raise wrong(
            place,
            f"{instant} does not exist in {course.course.timezone}: clocks skip it; write another.",
        )


def _line_of(text: str, place: str) -> int:
    """The line of a msgspec path such as ``.assignments[1].due``; of its table if absent."""
    match = re.match(r"\.([^.\[]+)(?:\[(\d+)\])?(?:\.([^.\[]+))?", place)
    if match is None:
        return 1
    table, index, key = match.group(1), int(match.group(2) or 0), match.group(3)
    lines = text.splitlines()
    headers = _headers(lines, table)
    if index >= len(headers):
        return _key_line(lines, 0, table) or 1
    start = headers[index]
    if key is None:
        return start
    return next(iter(_headers(lines, f"{table}.{key}")), _key_line(lines, start, key)) or start


def _headers(lines: list[str], table: str) -> list[int]:
    """The lines where a table of this name begins."""
    header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]")
    return [number for number, line in enumerate(lines, 1) if header.match(line)]


def _key_line(lines: list[str], start: int, key: str) -> int | None:
    """The line of a key, from line ``start`` to the next table."""
    for number, line in enumerate(lines[start:], start + 1):
        if re.match(r"\s*\[[^\]]*\]\]?\s*(#.*)?$", line):
            break
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]", line):
            return number
    return None
