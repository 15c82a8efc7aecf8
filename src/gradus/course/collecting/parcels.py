"""The files of a download, read without trust: each is taken or refused, and none stops the rest.

Nothing is extracted under a name that the archive chose; whoever calls gets bytes and a clean path.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gradus.errors import GradusError

MAX_FILE = 50 << 20
MAX_ENTRIES = 20_000
MAX_DEPTH = 12
MAX_PATH = 1024
MAX_NAME = 255

_JUNK_FOLDERS = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git"}
_JUNK_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}
_ENCRYPTED, _UTF8 = 0x1, 0x800
_DIRECTORY_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    IndexError,
    OverflowError,
)
_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


class Refused(Exception):
    """One file is not taken; the text says why."""


@dataclass(frozen=True)
class Parcel:
    """One file: its path in the download, when it was written, and how to read it.

    ``refusal`` is set if it cannot be taken; then ``read`` raises it.
    """

    path: str
    time: datetime | None
    read: Callable[[], bytes]
    refusal: str | None = None


def parcels(place: Path, zone: ZoneInfo) -> Iterator[Parcel]:
    """Every file of a folder or a zip; raises :class:`GradusError` if ``place`` is neither."""
    if place.is_dir():
        yield from _of_folder(place)
    elif place.is_file():
        try:
            with zipfile.ZipFile(place) as archive:
                yield from _of_zip(archive, zone)
        except _BROKEN:
            raise GradusError(
                f"{place} is neither a folder nor a zip that can be read; download it again."
            ) from None
    else:
        raise GradusError(f"There is no {place}.")


def parcels_of_bytes(data: bytes, zone: ZoneInfo) -> list[Parcel]:
    """Every file of a zip within a download; raises :class:`Refused` if it cannot be opened."""
    if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise Refused(f"holds more than {MAX_ENTRIES} files")
    try:
        return list(_of_zip(zipfile.ZipFile(io.BytesIO(data)), zone))
    except _BROKEN:
        raise Refused("is not a zip that can be read") from None


def clean_path(name: str) -> str:
    """``name`` as a relative path with / between its parts; raises :class:`Refused`."""
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise Refused("has control characters in its name")
    visible = "".join(c for c in name if unicodedata.category(c) != "Cf")
    path = unicodedata.normalize("NFC", visible).replace("\\", "/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        raise Refused("has an absolute path")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refused("points outside of its folder")
    too_long = any(len(part.encode()) > MAX_NAME for part in parts)
    if not parts or too_long or len(parts) > MAX_DEPTH or len(path) > MAX_PATH:
        raise Refused("has a name that no file should have")
    return "/".join(parts)


def printable(name: str) -> str:
    """A hostile name as one line of text for a report."""
    shown = "".join(c if c.isprintable() else "�" for c in name[:200])
    return shown + ("…" if len(name) > 200 else "")


def is_junk(path: str) -> bool:
    """Whether an operating system or an editor left this file behind."""
    *folders, name = path.split("/")
    return bool(_JUNK_FOLDERS & set(folders)) or name in _JUNK_FILES or name.startswith("._")


def _refused(path: str, reason: str) -> Parcel:
    def read() -> bytes:
        raise Refused(reason)

    return Parcel(printable(path), None, read, reason)


def _of_zip(archive: zipfile.ZipFile, zone: ZoneInfo) -> Iterator[Parcel]:
    entries = archive.infolist()
    for entry in entries[MAX_ENTRIES:]:
        yield _refused(entry.filename, f"is beyond the first {MAX_ENTRIES} files")
    for entry in entries[:MAX_ENTRIES]:
        name = _name(entry)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if name.endswith(("/", "\\")) or kind == stat.S_IFDIR:
            continue
        try:
            path = clean_path(name)
            if is_junk(path):
                continue
            if kind not in (0, stat.S_IFREG):
                raise Refused(f"is {_KINDS.get(kind, 'not a file')}")
            if entry.flag_bits & _ENCRYPTED:
                raise Refused("is encrypted")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Refused("is compressed in an unusual way")
            _ensure_size(entry.file_size)
        except Refused as refusal:
            yield _refused(name, str(refusal))
        else:
            yield Parcel(path, _entry_time(entry, zone), _reader(archive, entry))


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(entry) as file:
                # The size in the directory is what the archive claims, not what it holds.
                data = file.read(MAX_FILE + 1)
        except _BROKEN:
            raise Refused("is damaged") from None
        _ensure_size(len(data))
        return data

    return read


def _ensure_size(size: int) -> None:
    if size > MAX_FILE:
        raise Refused(f"is larger than {MAX_FILE >> 20} MiB")


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many tools write UTF-8 without saying so."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def _entry_time(entry: zipfile.ZipInfo, zone: ZoneInfo) -> datetime | None:
    """When the file was written: UTC where the archive has it, else the wall clock of the zone."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == 0x5455 and len(field) >= 5 and field[0] & 1:
            return _plausible(datetime.fromtimestamp(struct.unpack("<i", field[1:5])[0], UTC))
    try:
        return _plausible(datetime(*entry.date_time, tzinfo=zone).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _plausible(time: datetime) -> datetime | None:
    """The time, unless the archive had none to give: its epoch, or a day to come."""
    return time if time.year > 1981 and time < datetime.now(UTC) + timedelta(days=1) else None


def _of_folder(folder: Path) -> Iterator[Parcel]:
    for place, folders, names in os.walk(folder):
        for name in sorted(folders):
            if Path(place, name).is_symlink():
                yield _refused(_shown(Path(place, name), folder), "is a link")
        folders[:] = sorted(n for n in folders if not Path(place, n).is_symlink())
        for name in sorted(names):
            file = Path(place, name)
            shown = _shown(file, folder)
            try:
                path = clean_path(shown)
                if is_junk(path):
                    continue
                status = file.lstat()
                if not stat.S_ISREG(status.st_mode):
                    raise Refused(f"is {_KINDS.get(stat.S_IFMT(status.st_mode), 'not a file')}")
                _ensure_size(status.st_size)
            except Refused as refusal:
                yield _refused(shown, str(refusal))
            except OSError:
                yield _refused(shown, "cannot be read")
            else:
                time = _plausible(datetime.fromtimestamp(status.st_mtime, UTC))
                yield Parcel(path, time, lambda file=file: _read(file))  # type: ignore[misc]


def _shown(file: Path, folder: Path) -> str:
    """The path below ``folder``; names that are not UTF-8 were written by older systems."""
    raw = os.fsencode(file.relative_to(folder))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read(file: Path) -> bytes:
    """The bytes of a regular file, even if a link took its place in the meantime."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Refused("is not a file")
            data = stream.read(MAX_FILE + 1)
    except OSError:
        raise Refused("cannot be read") from None
    _ensure_size(len(data))
    return data
