"""People with accounts of their own on this machine, for as long as a test runs."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader_tests.browser.lab import BIN, environment


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

    def run(self, folder: Path, program: str, *arguments: str) -> str:
        """Run a command in a folder as this user; what it printed."""
        result = subprocess.run(
            [BIN / program, *arguments],
            cwd=folder,
            env=environment(self.home),
            user=self.id,
            group=self.id,
            extra_groups=[],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout
        return result.stdout


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
