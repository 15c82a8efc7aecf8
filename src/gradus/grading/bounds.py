"""What the examiner itself may use while it handles what a student's process sent.

A lent function can be asked for a billion iterations, and a test can be given an array that it
broadcasts to a terabyte. Both cost the question, and not the class.
"""

from __future__ import annotations

import contextlib
import ctypes
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

_set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc


@contextlib.contextmanager
def bounded_time(seconds: float, error: type[BaseException]) -> Iterator[None]:
    """Raise ``error`` in this thread if the block takes longer; the last resort of a deadline."""
    thread = ctypes.c_ulong(threading.get_ident())
    lock, over, raised = threading.Lock(), False, False

    def end() -> None:
        nonlocal raised
        with lock:
            if not over:
                raised = True
                _set_exception(thread, ctypes.py_object(error))

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            over = True
        if raised:
            _settle(thread)


class _Settled(BaseException):
    """Takes the place of an exception that may still be on its way."""


def _settle(thread: ctypes.c_ulong) -> None:
    """See to it that no exception is on its way to this thread.

    One is sent and awaited: withdrawing would leave the interpreter looking for it, at every step
    and for ever (CPython 3.11).
    """
    try:
        _set_exception(thread, ctypes.py_object(_Settled))
        while True:
            pass
    except _Settled:
        pass


class _Memory:
    """The limit on this process's data, shared by the threads that examine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._before = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    def lower(self, allowance: int) -> None:
        with self._lock:
            if self._users == 0:
                self._before = resource.getrlimit(resource.RLIMIT_DATA)
                self._set(_data_held() + allowance)
            self._users += 1

    def restore(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                resource.setrlimit(resource.RLIMIT_DATA, self._before)

    def _set(self, limit: int) -> None:
        soft, hard = self._before
        known = [value for value in (soft, hard, limit) if value != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))


_memory = _Memory()


@contextlib.contextmanager
def bounded_memory(allowance: int) -> Iterator[None]:
    """Let this process grow by ``allowance`` bytes at most; beyond, MemoryError is raised."""
    _memory.lower(allowance)
    try:
        yield
    finally:
        _memory.restore()


def _data_held() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:"))
