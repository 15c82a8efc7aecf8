"""The course's settings: ``course.toml``, read once, typed, with errors that name the line."""

from __future__ import annotations

import re
import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from gradus.errors import GradusError
from gradus.grading.driver import Isolation
from gradus.grading.sandbox import Limits
from gradus.text import Language

FILE = "course.toml"
SECRET_FILE = ".gradus-secret"


class Identity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Which course this is, and in which language and time zone it lives."""

    id: str
    title: str
    language: Language
    timezone: str


class Grading(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where student code runs: in a sandbox, or (``"none"``) with all that we can do."""

    isolation: Isolation = "sandbox"


class Assignment(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One week's assignment; ``release`` and ``due`` are wall-clock times of the course's zone."""

    name: str
    release: datetime
    due: datetime

    @property
    def topic(self) -> str:
        """The name without its number: ``perceptron`` of ``01_perceptron``."""
        return self.name.split("_", 1)[1]


class Course(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything in ``course.toml``."""

    course: Identity
    assignments: list[Assignment]
    grading: Grading = Grading()
    limits: Limits = Limits()

    def assignment(self, name: str) -> Assignment:
        """The assignment called ``name``; raises :class:`GradusError` if there is none."""
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments)
        raise GradusError(f"There is no assignment {name!r} in {FILE}; it lists {known}.")

    def due(self, assignment: Assignment) -> datetime:
        """The due instant, with the course's time zone."""
        return assignment.due.replace(tzinfo=ZoneInfo(self.course.timezone))


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
        line = _line_of(text, place.rstrip("`"))
        raise GradusError(f"{path}, line {line}: {problem}.") from None
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
    names: set[str] = set()
    for index, assignment in enumerate(course.assignments):
        place = f".assignments[{index}]"
        if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", assignment.name):
            raise wrong(f"{place}.name", f"{assignment.name!r} is not of the form 01_topic.")
        if assignment.name in names:
            raise wrong(f"{place}.name", f"{assignment.name!r} is listed twice.")
        names.add(assignment.name)
        for field in ("release", "due"):
            if getattr(assignment, field).tzinfo is not None:
                raise wrong(
                    f"{place}.{field}",
                    f"{field} has a UTC offset; write the wall-clock time of the course's zone.",
                )
        if assignment.due <= assignment.release:
            raise wrong(f"{place}.due", f"{assignment.name} is due before it is released.")


def _line_of(text: str, place: str) -> int:
    """The line of a msgspec path such as ``.assignments[1].due``; of its table if absent."""
    match = re.match(r"\.(\w+)(?:\[(\d+)\])?(?:\.(\w+))?", place)
    if match is None:
        return 1
    table, index, key = match.group(1), int(match.group(2) or 0), match.group(3)
    headers = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(rf"\s*\[\[?\s*{table}\s*\]", line)
    ]
    if index >= len(headers):
        return 1
    start = headers[index]
    for number, line in enumerate(text.splitlines()[start:], start + 1):
        if re.match(r"\s*\[", line):
            break
        if key and re.match(rf"\s*{key}\s*=", line):
            return number
    return start
