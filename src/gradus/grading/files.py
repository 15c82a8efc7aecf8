"""The files of a submission, reached without trust."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024


def regular_files(folder: Path) -> Iterator[Path]:
    """The regular files below ``folder`` that a submission may bring along, up to a size."""
    left = MAX_BYTES
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not Path(place, name).is_symlink())
        for name in sorted(names):
            path = Path(place, name)
            if is_regular(path, folder) and path.stat().st_size <= left:
                left -= path.stat().st_size
                yield path


@contextmanager
def staged_files(submitted: Path, given: Path) -> Iterator[Path]:
    """A folder with what the student's code finds beside it: handed-in files, then given ones."""
    with tempfile.TemporaryDirectory(prefix="gradus-files-") as name:
        stage = Path(name)
        for origin in (submitted, given):
            for path in regular_files(origin):
                if path.suffix == ".ipynb":
                    continue
                target = stage / path.relative_to(origin)
                with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        for path in (stage, *stage.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield stage


def is_regular(path: Path, within: Path) -> bool:
    """Whether ``path`` is a regular file, reached without a link below ``within``."""
    between = [parent for parent in path.parents if parent.is_relative_to(within)]
    if any(parent.is_symlink() for parent in between):
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False
