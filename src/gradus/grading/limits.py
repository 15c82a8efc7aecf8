"""How submissions are executed: where student code runs, what it may use, what is loaded for it."""

from __future__ import annotations

from typing import Literal

import msgspec

Isolation = Literal["sandbox", "none"]


class Limits(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What one submission may use."""

    cell_seconds: int = 30
    notebook_seconds: int = 300
    memory_mib: int = 2048
    processes: int = 64
    disk_mib: int = 256
    output_kib: int = 4096


class Libraries(msgspec.Struct, frozen=True):
    """The modules that an exam needs, loaded ahead of student code."""

    always: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    """Only where a figure has to be drawn."""


NO_LIBRARIES = Libraries()
