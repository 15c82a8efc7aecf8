"""Collection from nbgrader's own exchange, by nbgrader's own means."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import ignore_patterns

from gradus.course.nbgrader import course_directory
from gradus.course.settings import Course
from gradus.errors import GradusError


def collect_exchange(root: Path, course: Course, name: str) -> None:
    """As ``nbgrader collect NAME --update``; raises :class:`GradusError` if it cannot be."""
    from nbgrader.auth import Authenticator
    from nbgrader.exchange import ExchangeError, ExchangeFactory

    if not course.exchange.root:
        raise GradusError(
            "course.toml names no exchange; say which folders or zips to collect, or give "
            "[exchange] root."
        )
    directory = course_directory(root, course, name)
    collector = ExchangeFactory(config=directory.config).Collect(
        coursedir=directory,
        authenticator=Authenticator(config=directory.config),
        config=directory.config,
        log=directory.log,
    )
    collector.update = True
    try:
        collector.start()
    except (ExchangeError, OSError) as error:
        raise GradusError(f"The exchange could not be collected: {error}.") from None


class CarefulCollect(ExchangeCollect):  # type: ignore[misc]
    """nbgrader's collection, which follows no link that a student left in the exchange.

    Students can write into ``inbound`` without nbgrader. A link there would be read with the
    rights of the instructor, and what it points to would reach the student's own code.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        usual = ignore_patterns(
            exclude=self.coursedir.ignore,
            include=self.coursedir.include,
            max_file_size=self.coursedir.max_file_size,
            log=self.log,
        )

        def left_behind(folder: str, names: list[str]) -> set[str]:
            modes = {name: Path(folder, name).lstat().st_mode for name in names}
            odd = {n for n, mode in modes.items() if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))}
            for name in sorted(odd):
                self.log.warning("%s is no regular file; it is not collected", Path(folder, name))
            return odd | set(usual(folder, [name for name in names if name not in odd]))

        def copy(source: str, target: str) -> Any:
            return shutil.copy2(source, target, follow_symlinks=False)

        if Path(src).is_symlink():
            self.log.warning("%s is a link; it is not collected", src)
            return
        shutil.copytree(src, dest, symlinks=True, ignore=left_behind, copy_function=copy)
