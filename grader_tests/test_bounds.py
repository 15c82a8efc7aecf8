"""What the examiner may use while it handles what a student's process sent."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from gradus.grading.bounds import bounded_memory, bounded_time


class _Over(BaseException):
    pass


def _for_ever():
    while True:
        sum(range(1000))


def test_an_endless_loop_in_the_examiner_is_ended():
    start = time.monotonic()

    with pytest.raises(_Over), bounded_time(0.2, _Over):
        _for_ever()

    assert time.monotonic() - start < 10


def test_work_that_ends_in_time_is_left_alone():
    with bounded_time(5, _Over):
        total = sum(range(1000))

    assert total == 499_500


def test_a_process_that_was_bounded_can_be_profiled():
    """A withdrawn exception left the interpreter looking for it, which no profiler survives."""
    program = """
import contextlib, cProfile, time
from gradus.grading.bounds import bounded_time
with contextlib.suppress(ValueError), bounded_time(0.05, ValueError):
    time.sleep(0.2)
with bounded_time(5, ValueError):
    pass
cProfile.run("sum(n for n in range(9))")
"""

    result = subprocess.run(
        [sys.executable, "-c", program], timeout=60, capture_output=True, text=True, check=False
    )

    assert "function calls" in result.stdout, result.stderr


def test_an_exception_passes_through():
    with pytest.raises(ZeroDivisionError), bounded_time(5, _Over):
        1 / 0  # noqa: B018


def test_an_array_beyond_the_allowance_is_a_memory_error_and_afterwards_it_is_allowed():
    with pytest.raises(MemoryError), bounded_memory(64 << 20):
        np.ones(64 << 20)

    assert np.ones(16 << 20).sum() == 16 << 20


def test_what_fits_is_allowed():
    with bounded_memory(512 << 20):
        assert np.ones(1 << 20).sum() == 1 << 20


def test_two_at_a_time_end_with_the_limit_that_was_before():
    with bounded_memory(256 << 20), bounded_memory(256 << 20):
        pass

    assert np.ones(64 << 20).nbytes == 512 << 20
