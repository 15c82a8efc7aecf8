"""Whose file is it? Names of files, as learning platforms make them, and the class list."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gradus.course.settings import Lms

RUT = r"\d{1,2}\.?\d{3}\.?\d{3}-[\dkK]"

BUILT_IN = (
    Lms("moodle", r"(?P<name>[^/]+?)_\d+_assignsubmission_[a-z]+_?/?(?P<file>.+)"),
    # Canvas writes the time of the download into its archives, and LATE into the name.
    Lms(
        "canvas",
        r"(?P<name>[^/_]+)_(?:(?P<late>LATE)_)?(?P<id>\d+)_\d+_(?P<file>[^/]+)",
        times=False,
    ),
    Lms("u-cursos", rf"[^/]*?(?<!\d)(?P<id>{RUT})(?!\d)[^/]*/(?P<file>.+)"),
    Lms("u-cursos", rf"[^/]*?(?<!\d)(?P<id>{RUT})(?!\d)[\s_)\]-]*(?P<file>[^/]+)"),
    Lms("folder", r"(?P<name>[^/]+)/(?P<file>.+)"),
    Lms("prefix", r"(?P<name>[^/]+?)(?:_| - )(?P<file>[^/]+)"),
)
"""Tried after those of course.toml, in this order; the pattern must fit a whole path.

``id`` is a student id, an email address or the platform's number (``lms_user_id`` of the
gradebook); ``name`` may also be a person's name. ``time`` and ``late`` may say more.
"""


@dataclass(frozen=True)
class Person:
    """One student of the class list."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""

    @classmethod
    def of(cls, student: Any) -> Person:
        """The person whom nbgrader's gradebook calls ``student``."""
        fields = ("id", "first_name", "last_name", "email", "lms_user_id")
        return cls(*(str(getattr(student, field) or "") for field in fields))


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, by its path in a download."""

    student: str
    file: str
    lms: Lms
    time: datetime | None = None
    """From the name of the file."""
    late: bool = False
    """The platform says so."""
    guess: str = ""
    """What the name said, if it is only a part of the student's."""


class ClassList:
    """Finds people by what a learning platform calls them."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = {person.id: person for person in people}
        self._by_id: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = {}
        for person in self.people.values():
            local = person.email.partition("@")[0]
            for key in (person.id, person.email, local, person.lms_user_id):
                if folded(key):
                    self._by_id[folded(key)].add(person.id)
            first, last = person.first_name, person.last_name
            for key in (f"{first}{last}", f"{last}{first}"):
                if first and last:
                    self._by_name[folded(key)].add(person.id)
            self._words[person.id] = set(words(f"{first} {last}"))

    def find(self, found: dict[str, str | None]) -> tuple[set[str], bool]:
        """The students whom an ``id`` and a ``name`` may mean, and whether by a part of a name."""
        by_id = self._by_id.get(folded(found.get("id") or ""), set())
        key = folded(found.get("name") or "")
        by_name = self._by_id.get(key) or self._by_name.get(key) or set()
        if by_id or by_name:
            return by_id & by_name or by_id | by_name, False
        parts = set(words(found.get("name") or ""))
        if len(parts) < 2:
            return set(), False
        return {identity for identity, whole in self._words.items() if parts <= whole}, True


def owner_of(
    path: str, container: int, classlist: ClassList, lms: Sequence[Lms], zone: ZoneInfo
) -> Owner | str:
    """Whose file ``path`` is, or a clause that says why nobody's.

    Deeper folders and the ends of names are a student's own words, which may be somebody else's
    name. So only the first ``container`` folders, those that the whole download shares, are looked
    through, and a file that fits two students is of neither. Patterns of ``lms`` come before the
    built-in ones.
    """
    for patterns in (lms, BUILT_IN):
        owners = list(_owners(path, container, classlist, patterns, zone))
        certain = [owner for owner in owners if not owner.guess] or owners
        students = sorted({owner.student for owner in certain})
        if len(students) > 1:
            return f"could be of {', '.join(students)}"
        if certain:
            return certain[0]
    return "is of nobody in the class list"


def container_of(paths: Sequence[str]) -> int:
    """How many leading folders all paths share."""
    folders = [path.split("/")[:-1] for path in paths]
    shared = 0
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return shared


def folded(text: str) -> str:
    """Letters and digits only, without case and accents: what platforms agree on."""
    return "".join(words(text))


def words(text: str) -> list[str]:
    """The words of a name, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))


def _owners(
    path: str, container: int, classlist: ClassList, patterns: Sequence[Lms], zone: ZoneInfo
) -> Iterator[Owner]:
    parts = path.split("/")
    for lms in patterns:
        for start in range(min(container + 1, len(parts))):
            match = re.fullmatch(lms.pattern, "/".join(parts[start:]))
            if match is None:
                continue
            found = match.groupdict()
            students, guessed = classlist.find(found)
            for student in students:
                yield Owner(
                    student=student,
                    file=found["file"],
                    lms=lms,
                    time=_time_in(found.get("time") or "", zone),
                    late=bool(found.get("late")),
                    guess=(found.get("name") or "") if guessed else "",
                )


def _time_in(text: str, zone: ZoneInfo) -> datetime | None:
    """The instant that a name gives as year, month, day, and perhaps hour, minute, second."""
    digits = "".join(re.findall(r"[0-9]", text))
    if len(digits) < 8:
        return None
    fields = [digits[:4], *re.findall("..", digits[4:14])]
    try:
        year, month, day, hour, minute, second = [*map(int, fields), 0, 0, 0][:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
