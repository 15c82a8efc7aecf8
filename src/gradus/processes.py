"""How processes of ours begin."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def forkserver(modules: Sequence[str]) -> ForkServerContext:
    """Where processes come from that find ``modules`` imported, and compute in one thread.

    It is begun now and imports while this process goes on. A program has one of them, so its first
    call decides.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    with environment(_ONE_THREAD):
        multiprocessing.forkserver.ensure_running()
    return context


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
