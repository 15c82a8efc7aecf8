"""Brings downloads of a learning platform into submitted/: the latest counts, all are kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gradus.course.collecting.names import ClassList, Owner, Person, container_of, folded, owner_of
from gradus.course.collecting.parcels import (
    Parcel,
    Refused,
    parcels,
    parcels_of_bytes,
    printable,
)
from gradus.course.late import strangers
from gradus.course.nbgrader import NO_CLASS_LIST, has_gradebook, open_gradebook
from gradus.course.settings import Assignment, Course
from gradus.errors import GradusError

KEPT = "received"
TIMESTAMP = "timestamp.txt"
MAX_STUDENT_BYTES = 100 << 20
MAX_STUDENT_FILES = 200

_RECORD = "hand-in.json"
_COPY = re.compile(
    r"(?:[ _-]*\((?P<round>\d+)\)|[ _-]+(?P<dash>\d+)|[ _-]+(?:copia|copy))+$", re.IGNORECASE
)
_COPY_OF = re.compile(r"^(?:copia de|copy of|copia|copy)[ _-]+", re.IGNORECASE)


@dataclass
class Line:
    """What is known of one student after a collection."""

    student: str
    state: str = "missing"
    """new, replaced, same, no notebook, or missing."""
    notebook: str = ""
    handed_in: str | None = None
    seconds_late: float = 0.0
    notes: list[str] = field(default_factory=list)


@dataclass
class Collection:
    """The report of a collection."""

    assignment: str
    lines: list[Line]
    refused: list[tuple[str, str]]
    """Path and reason, of every file that was not taken."""
    warnings: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        return [line.student for line in self.lines if line.state == "missing"]

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"missing": self.missing}


@dataclass(frozen=True)
class _Piece:
    """One file of a hand-in, laid aside."""

    name: str
    place: Path
    digest: str
    time: datetime | None
    owner: Owner

    @property
    def is_notebook(self) -> bool:
        return self.name.lower().endswith(".ipynb")


def collect(
    root: Path,
    course: Course,
    name: str,
    places: Sequence[Path],
    progress: Callable[[str], None] = lambda _: None,
) -> Collection:
    """Collect ``places``, each a folder or zip of a learning platform; the report of it.

    Every hand-in is kept below ``received/``; the latest of each student stands in ``submitted/``.
    What was there before from elsewhere counts as a hand-in too.
    """
    assignment = course.assignment(name)
    classlist = class_list(root, course)
    if places and not classlist.people:
        raise GradusError(NO_CLASS_LIST)
    kept = _made(root / KEPT / name)
    lines = {identity: Line(identity) for identity in classlist.people}
    for folder in sorted(root.glob(f"submitted/*/{name}")):
        stranger = folder.parent.name
        lines.setdefault(stranger, Line(stranger, notes=["not in the class list"]))
    refused: list[tuple[str, str]] = []
    for place in places:
        progress(str(place))
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=kept) as scratch:
            desk = _Desk(course, classlist, Path(scratch), refused)
            for student, pieces in desk.sort(place).items():
                chosen, note = _notebook(pieces, assignment)
                if note:
                    lines[student].notes.append(note)
                if chosen is None:
                    lines[student].state = "no notebook"
                else:
                    _keep(kept / student, pieces, chosen, place)
                lines[student].notes += _remarks(pieces)
    for student, line in lines.items():
        progress(student)
        _hand_over(root, course, assignment, kept / student, line)
    return Collection(
        name, list(lines.values()), refused, strangers(course, classlist.people.keys())
    )


def class_list(root: Path, course: Course) -> ClassList:
    """The students of the gradebook; raises :class:`GradusError` if an id is no folder's name."""
    people: list[Person] = []
    if has_gradebook(root, course):
        with open_gradebook(root, course) as gradebook:
            people = [Person.of(student) for student in gradebook.students]
    strange = [person.id for person in people if not is_folder_name(person.id)]
    if strange:
        raise GradusError(
            f"The student id {printable(strange[0])!r} cannot be the name of a folder; use "
            "letters, digits and .@_- in the class list."
        )
    return ClassList(people)


def is_folder_name(identity: str) -> bool:
    """Whether a student id is safe as the name of a folder and in nbgrader's patterns."""
    return re.fullmatch(r"[\w][\w.@ -]{0,126}", identity) is not None


class _Desk:
    """Sorts the files of one download by student, and lays them aside."""

    def __init__(
        self,
        course: Course,
        classlist: ClassList,
        scratch: Path,
        refused: list[tuple[str, str]],
    ) -> None:
        self._course = course
        self._classlist = classlist
        self._scratch = scratch
        self._refused = refused
        self._bytes: dict[str, int] = defaultdict(int)
        self._pieces: dict[str, list[_Piece]] = defaultdict(list)
        self._number = 0

    def sort(self, place: Path) -> dict[str, list[_Piece]]:
        # A zip is read while it is open, and a container is known when all names are.
        container = container_of([entry.path for entry in _taken(place, self._course)])
        for entry in parcels(place, self._course.zone):
            if entry.refusal is not None:
                self._refuse(entry.path, entry.refusal)
                continue
            self._sort_one(entry, container)
        return self._pieces

    def _sort_one(self, entry: Parcel, container: int) -> None:
        course = self._course
        owner = owner_of(entry.path, container, self._classlist, course.lms, course.zone)
        if isinstance(owner, str):
            # A zip of nobody's is not opened: names inside of it are its author's words.
            self._refuse(entry.path, owner)
            return
        try:
            data = entry.read()
            if not _is_zip(entry.path):
                self._lay_aside(owner, owner.file, data, entry.time)
                return
            inside = parcels_of_bytes(data, course.zone)
        except Refused as refusal:
            self._refuse(entry.path, str(refusal))
            return
        for inner in inside:
            self._sort_inner(owner, entry, inner)

    def _sort_inner(self, owner: Owner, entry: Parcel, inner: Parcel) -> None:
        """A file in a student's zip came when the zip came, whatever the zip says."""
        try:
            if _is_zip(inner.path):
                raise Refused("is a zip within a zip")
            self._lay_aside(owner, inner.path, inner.read(), entry.time)
        except Refused as refusal:
            self._refuse(f"{entry.path} → {inner.path}", str(refusal))

    def _lay_aside(self, owner: Owner, name: str, data: bytes, time: datetime | None) -> None:
        student = owner.student
        if name.rpartition("/")[2].lower() in (TIMESTAMP, _RECORD):
            raise Refused("has a name that the course keeps for itself")
        if len(self._pieces[student]) >= MAX_STUDENT_FILES:
            raise Refused(f"is beyond the first {MAX_STUDENT_FILES} files of {student}")
        if self._bytes[student] + len(data) > MAX_STUDENT_BYTES:
            raise Refused(f"is beyond the first {MAX_STUDENT_BYTES >> 20} MiB of {student}")
        self._bytes[student] += len(data)
        self._number += 1
        place = self._scratch / str(self._number)
        place.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        self._pieces[student].append(_Piece(name, place, digest, owner.time or time, owner))

    def _refuse(self, path: str, reason: str) -> None:
        self._refused.append((printable(path), reason))


def _is_zip(path: str) -> bool:
    return path.lower().endswith(".zip")


def _taken(place: Path, course: Course) -> Iterator[Parcel]:
    return (entry for entry in parcels(place, course.zone) if entry.refusal is None)


def _notebook(pieces: list[_Piece], assignment: Assignment) -> tuple[_Piece | None, str]:
    """The notebook that counts, and what to tell about the choice."""
    notebooks = [piece for piece in pieces if piece.is_notebook]
    if not notebooks:
        names = ", ".join(printable(piece.name) for piece in pieces[:3])
        return None, f"no notebook among: {names}"

    def preference(piece: _Piece) -> tuple[int, datetime, int, str]:
        stem = piece.name.rpartition("/")[2][: -len(".ipynb")]
        copy = _COPY.search(stem)
        number = max(map(int, (n for n in copy.groups() if n)), default=0) if copy else 0
        plain = _COPY_OF.sub("", _COPY.sub("", stem))
        topic = folded(assignment.topic)
        alike = 2 if folded(plain) == topic else int(topic in folded(plain))
        return alike, piece.time or datetime.min.replace(tzinfo=UTC), min(number, 10**6), stem

    chosen = max(notebooks, key=preference)
    if len(notebooks) == 1:
        return chosen, ""
    return chosen, f"{len(notebooks)} notebooks; {printable(chosen.name)} counts"


def _remarks(pieces: list[_Piece]) -> list[str]:
    remarks = {f"taken for {printable(p.owner.guess)!r}" for p in pieces if p.owner.guess}
    if any(piece.owner.late for piece in pieces):
        remarks.add("late, says the platform; it does not say how late")
    return sorted(remarks)


def _keep(kept: Path, pieces: list[_Piece], chosen: _Piece, source: Path) -> None:
    """Lay a hand-in down below ``kept``, once; nothing that lies there is ever overwritten."""
    is_sure = chosen.owner.lms.times or chosen.owner.time is not None
    time = chosen.time.isoformat() if chosen.time and is_sure else None
    order = chosen.time or datetime.now(UTC)
    listing = [str(time), *sorted(f"{piece.name}\0{piece.digest}" for piece in pieces)]
    digest = hashlib.sha256("\n".join(listing).encode()).hexdigest()[:12]
    for folder in kept.glob(f"*-{digest}"):
        if chosen.time:
            _move_up(folder, order)
        return
    files = {piece: _free_name(piece.name) for piece in pieces}
    folder = Path(tempfile.mkdtemp(prefix=".part-", dir=_made(kept)))
    used: set[str] = {_RECORD}
    for piece, name in files.items():
        while name.casefold() in used:
            name = f"{name.rpartition('.')[0]}_.{name.rpartition('.')[2]}"  # noqa: PLW2901
        used.add(name.casefold())
        files[piece] = name
        target = folder / name
        shutil.move(piece.place, target)
        target.chmod(0o644)
    record = {
        "order": order.isoformat(),
        "time": time,
        "notebook": files[chosen],
        "as": printable(chosen.name),
        "source": str(source),
    }
    (folder / _RECORD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    folder.chmod(0o755)
    folder.rename(kept / f"{order:%Y%m%dT%H%M%S}-{digest}")


def _move_up(folder: Path, order: datetime) -> None:
    """The same work, downloaded again with a later time, comes after what lay between."""
    path = folder / _RECORD
    record = json.loads(path.read_text(encoding="utf-8"))
    if datetime.fromisoformat(record["order"]) < order:
        record["order"] = order.isoformat()
        path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def _free_name(name: str) -> str:
    """A flat name made of harmless characters; a notebook's extension in small letters."""
    flat = re.sub(r"[^\w.()+@ -]", "_", name.replace("/", "_")).lstrip(". -").strip() or "file"
    stem, dot, extension = flat.rpartition(".")
    if not dot:
        return flat.encode()[:200].decode("utf-8", "ignore")
    short = stem.encode()[:180].decode("utf-8", "ignore")
    return f"{short or 'file'}.{extension[:20].lower()}"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _hand_over(root: Path, course: Course, assignment: Assignment, kept: Path, line: Line) -> None:
    """Put the latest hand-in of a student into submitted/, and write the report's line."""
    submitted = root / "submitted" / line.student / assignment.name
    present = _present(submitted, kept, assignment)
    hand_ins = _hand_ins(kept)
    if not hand_ins:
        return
    latest = max(hand_ins, key=lambda folder: (hand_ins[folder]["order"], folder.name))
    record = hand_ins[latest]
    if latest == present:
        line.state = "same"
    else:
        line.state = "new" if present is None else "replaced"
        _replace(submitted, _as_submitted(latest, record, assignment))
    line.notebook, line.handed_in = record["as"], record["time"]
    if record["time"] is None:
        line.notes.append("no time of hand-in; not counted as late")
        if line.state == "replaced":
            line.notes.append("grade it again with --force")
    else:
        due = course.due(assignment, line.student)
        handed_in = datetime.fromisoformat(record["time"])
        line.seconds_late = max(0.0, handed_in.timestamp() - due.timestamp())
    if len(hand_ins) > 1:
        line.notes.append(f"{len(hand_ins)} hand-ins kept")


def _hand_ins(kept: Path) -> dict[Path, dict[str, Any]]:
    """Folder → record, of every hand-in of a student."""
    return {
        path.parent: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(kept.glob(f"[0-9]*/{_RECORD}"))
    }


def _as_submitted(folder: Path, record: dict[str, Any], assignment: Assignment) -> dict[str, bytes]:
    """The files of submitted/ that a kept hand-in makes; other notebooks stay behind."""
    files = {
        name: data
        for name, data in _contents(folder).items()
        if name != _RECORD and not name.endswith(".ipynb")
    }
    files[assignment.notebook] = (folder / record["notebook"]).read_bytes()
    if record["time"] is not None:
        files[TIMESTAMP] = record["time"].encode()
    return files


def _present(submitted: Path, kept: Path, assignment: Assignment) -> Path | None:
    """The kept hand-in that stands in submitted/; what came there by another way is kept first."""
    here = _contents(submitted)
    notebook = assignment.notebook
    if notebook not in here:
        return None
    for folder, record in _hand_ins(kept).items():
        if _as_submitted(folder, record, assignment) == here:
            return folder
    time = _timestamp(here.pop(TIMESTAMP, b""))
    order = time or datetime.fromtimestamp((submitted / notebook).lstat().st_mtime, UTC)
    digest = hashlib.sha256(repr(sorted(here.items())).encode()).hexdigest()[:12]
    target = kept / f"{order:%Y%m%dT%H%M%S}-{digest}"
    if not target.exists():
        record = {
            "order": order.isoformat(),
            "time": time.isoformat() if time else None,
            "notebook": notebook,
            "as": notebook,
            "source": "submitted/",
        }
        _replace(target, here | {_RECORD: json.dumps(record).encode()})
    return target


def _timestamp(data: bytes) -> datetime | None:
    from nbgrader.utils import parse_utc

    try:
        time = parse_utc(data.decode().strip())
        return time.replace(tzinfo=UTC) if time else None
    except (ValueError, OverflowError, TypeError):
        return None


def _contents(folder: Path) -> dict[str, bytes]:
    """Relative path → bytes, of the regular files below ``folder``; no link is followed."""
    files: dict[str, bytes] = {}
    if folder.is_symlink():
        return files
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".ipynb_checkpoints"]
        for name in names:
            path = Path(place, name)
            if stat.S_ISREG(path.lstat().st_mode):
                files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def _replace(target: Path, files: dict[str, bytes]) -> None:
    """Put a folder with these files in the place of ``target``."""
    _made(target.parent)
    if target.is_symlink():
        target.unlink()
    fresh = Path(tempfile.mkdtemp(prefix=".part-", dir=target.parent))
    for name, data in files.items():
        _made((fresh / name).parent)
        (fresh / name).write_bytes(data)
    fresh.chmod(0o755)
    if target.exists():
        old = fresh.with_name(f"{fresh.name}-old")
        target.rename(old)
        fresh.rename(target)
        shutil.rmtree(old)
    else:
        fresh.rename(target)
