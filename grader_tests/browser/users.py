"""People with accounts of their own on this machine, for as long as a test runs."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader_tests.browser.lab import BIN, environment

_AS_USER = """
set -e
user=$1 closed=$2 python=$3 packages=$4
shift 4
if [ -n "$closed" ]; then
  exec 3< "$python" 4< "$packages"
  mount -t tmpfs -o mode=755 none "$closed"
  mkdir -p "$python" "$packages"
  mount --no-canonicalize --bind /proc/self/fd/3 "$python"
  mount --no-canonicalize --bind /proc/self/fd/4 "$packages"
  exec 3<&- 4<&-
fi
cd "$PWD"
exec setpriv --reuid "$user" --regid "$user" --clear-groups -- "$@"
"""
"""In mounts of its own, shows Python inside a folder that is root's alone, then becomes a user."""


@dataclass(frozen=True)
class Account:
    """An operating-system user."""

    name: str
    id: int
    home: Path

    def own(self, path: Path) -> None:
        """Give a folder and all in it to this user."""
        for place in (path, *path.rglob("*")):
            os.chown(place, self.id, self.id)

    def command(self, *command: str | Path) -> list[str]:
        """What root starts to run a command as this user, in the same process."""
        become = ["unshare", "--mount", "sh", "-c", _AS_USER, "sh", str(self.id)]
        return [*become, _closed_folder(), sys.base_prefix, sys.prefix, *map(str, command)]

    def run(self, folder: Path, program: str, *arguments: str) -> tuple[int, str]:
        """Run one of our commands in a folder as this user; its exit status and output."""
        result = subprocess.run(
            self.command(BIN / program, *arguments),
            cwd=folder,
            env=environment(self.home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return result.returncode, result.stdout


def _closed_folder() -> str:
    """The outermost folder around Python that others may not pass; empty if there is none."""
    for place in (sys.base_prefix, sys.prefix):
        for folder in reversed(Path(place).parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                return str(folder)
    return ""


@contextmanager
def accounts(*names: str) -> Iterator[list[Account]]:
    """Accounts with homes in a folder that everyone may pass; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gradus-homes-"))
    folder.chmod(0o755)
    try:
        yield [_account(name, folder) for name in names]
    finally:
        for name in names:
            subprocess.run(["userdel", name], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)


def _account(name: str, folder: Path) -> Account:
    with suppress(KeyError):  # left by a run that was killed
        pwd.getpwnam(name)
        subprocess.run(["userdel", name], check=True)
    home = folder / name
    subprocess.run(
        ["useradd", "--no-create-home", f"--home-dir={home}", "--user-group", name], check=True
    )
    user = pwd.getpwnam(name)
    home.mkdir(mode=0o700)
    os.chown(home, user.pw_uid, user.pw_gid)
    return Account(name, user.pw_uid, home)
