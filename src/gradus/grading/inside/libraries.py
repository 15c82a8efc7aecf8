"""Importing what an exam needs, in the process that workers or rooms are forked from."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Collection, Iterator
from typing import Any


def import_all(modules: Collection[str]) -> None:
    """Import those that are installed."""
    draws = any(name.split(".")[0] == "matplotlib" for name in modules)
    with _undescribed() if draws else contextlib.nullcontext():
        for name in modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


@contextlib.contextmanager
def _undescribed() -> Iterator[None]:
    """Within, matplotlib does not describe in its documentation what each of its classes can set.

    Nobody reads it here, and writing it is a quarter of the time that its import takes.
    """
    try:
        artist: Any = importlib.import_module("matplotlib.artist")
    except ImportError:
        yield
        return
    ordinary = artist.kwdoc
    artist.kwdoc = lambda _: ""
    try:
        yield
    finally:
        artist.kwdoc = ordinary
