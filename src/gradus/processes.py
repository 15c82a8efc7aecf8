"""How processes of ours begin: with little to import, and with what they share imported once.

Every program of ours imports this module first.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext

# If it is there, jsonschema builds a grammar of addresses as it is imported, for a second of each
# process. No schema of a notebook asks for an address.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def forkserver(modules: Sequence[str]) -> ForkServerContext:
    """Where processes come from that find ``modules`` imported, and compute in one thread.

    It is begun now and imports while this process goes on. A program has one of them, so its first
    call decides.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *modules])
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
