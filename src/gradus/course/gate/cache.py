"""Verdicts kept between runs, under the digests of :mod:`gradus.course.gate.keys`."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from gradus.course.settings import CACHE
from gradus.errors import GradusError

_DAYS = 30


class Kept(NamedTuple):
    """What a test said (None: passed), and the seconds it took."""

    message: str | None
    seconds: float = 0.0


class Cache:
    """A file in ``.gradus-cache/`` of the course; it may be deleted at any time."""

    def __init__(self, root: Path) -> None:
        folder = root / CACHE
        folder.mkdir(exist_ok=True)
        path = folder / "verdicts.sqlite"
        try:
            self._open(path)
        except sqlite3.OperationalError as error:
            # Busy, perhaps: another process may be using it, so it is not ours to remove.
            raise GradusError(f"{path} cannot be used now ({error}); try again.") from None
        except sqlite3.DatabaseError:
            path.unlink()
            self._open(path)

    def _open(self, path: Path) -> None:
        # Each statement by itself: a lock held for a whole week would stop a check beside this one.
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS verdicts"
            " (key TEXT PRIMARY KEY, message TEXT, seconds REAL, used REAL)"
        )
        self._database.execute(
            "DELETE FROM verdicts WHERE used < ?", (time.time() - _DAYS * 86400,)
        )

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def get(self, key: str) -> Kept | None:
        row = self._database.execute(
            "UPDATE verdicts SET used = ? WHERE key = ? RETURNING message, seconds",
            (time.time(), key),
        ).fetchone()
        return Kept(*row) if row else None

    def put(self, key: str, verdict: Kept) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?)", (key, *verdict, time.time())
        )
