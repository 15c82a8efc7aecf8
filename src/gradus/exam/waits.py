"""Waits that take no time: ``time.sleep`` sets the clocks of :mod:`time` forward and returns.

A test of something that measures must wait, and one that is run a thousand times waits for an hour.
By those clocks, an answer in a process of ours cannot tell the difference. They stand still while
other programs have the processor, so what is measured does not depend on them either.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

_CLOCKS = ("time", "monotonic", "perf_counter")
_UNITS = {name: 1e-9 for name in _CLOCKS} | {f"{name}_ns": 1 for name in _CLOCKS}
"""Each clock of the wall, and what one nanosecond is in its unit."""


@contextlib.contextmanager
def waits_skipped() -> Iterator[None]:
    """Let this thread skip its waits until the block ends; other threads wait as ever."""
    thread: int | None = threading.get_ident()
    before = {name: getattr(time, name) for name in ("sleep", *_UNITS)}
    worked, skipped = time.thread_time_ns(), 0

    def sleep(seconds: float) -> None:
        nonlocal skipped
        if threading.get_ident() == thread and seconds > 0:
            skipped += round(seconds * 1e9)
        else:
            before["sleep"](seconds)

    def own(name: str, unit: float) -> Callable[[], Any]:
        start = before[name]()

        def read() -> Any:
            if threading.get_ident() != thread:
                return before[name]()
            return start + (time.thread_time_ns() - worked + skipped) * unit

        return read

    meanwhile: dict[str, Callable[..., Any]] = {"sleep": sleep}
    meanwhile |= {name: own(name, unit) for name, unit in _UNITS.items()}
    for name, function in meanwhile.items():
        setattr(time, name, function)
    try:
        yield
    finally:
        # Whoever imported one of these names meanwhile goes on with the true clock.
        thread = None
        for name, function in before.items():
            setattr(time, name, function)
