"""How processes of ours begin."""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.forkserver
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from types import ModuleType
from typing import Any

SECRET = "GRADUS_SECRET"
"""Holds the course's secret where tests run; what they draw depends on it."""

EXAM = "GRADUS_EXAM"
"""Where the process that workers come from is told which source notebook's libraries they need."""

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def forkserver(modules: Sequence[str], exam: Path | None = None) -> ForkServerContext:
    """Where processes come from that find ``modules`` imported, and compute in one thread.

    It is begun now and imports while this process goes on. A program has one of them, so its first
    call decides. For :mod:`gradus.grading.preparing` there has to be an ``exam``.
    """
    multiprocessing.set_forkserver_preload(list(modules))
    with environment({**_ONE_THREAD, **({EXAM: str(exam)} if exam else {})}):
        multiprocessing.forkserver.ensure_running()
    return _Context()


class _Process(ForkServerProcess):
    """A process that does not run the program's main module again, as others do at their start.

    What it calls is in a module of its own; the command line would take longer than the rest.
    """

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            return ForkServerProcess._Popen(process_obj)
        finally:
            sys.modules["__main__"] = main


class _Context(ForkServerContext):
    Process = _Process


@contextmanager
def lasting() -> Iterator[None]:
    """What is imported within stays until the process ends: nobody looks for garbage in it.

    Python would do so several times meanwhile, and once more at the end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Within, the environment has these ``values``."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
