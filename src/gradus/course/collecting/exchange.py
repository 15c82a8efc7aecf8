"""Collection from nbgrader's own exchange, by nbgrader's own means."""

from __future__ import annotations

from pathlib import Path

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
