"""Skipped waits: the clocks tell what was waited for, and nobody waits."""

from __future__ import annotations

import threading
import time

import pytest

from gradus.exam import Text, Wrong, examine
from gradus.exam.waits import waits_skipped

HOUR = 3600.0


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were really waited for; nothing is."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


@pytest.mark.parametrize(
    ("clock", "second"),
    [
        ("time", 1),
        ("monotonic", 1),
        ("perf_counter", 1),
        ("time_ns", 10**9),
        ("monotonic_ns", 10**9),
        ("perf_counter_ns", 10**9),
    ],
)
def test_a_wait_of_an_hour_is_an_hour_by_the_clock(waits, clock, second):
    with waits_skipped():
        before = getattr(time, clock)()
        time.sleep(HOUR)
        after = getattr(time, clock)()

    assert waits == []
    assert type(after) is type(before)
    assert HOUR * second <= after - before < 2 * HOUR * second


def test_what_waits_does_not_work(waits):
    with waits_skipped():
        before = time.process_time()
        time.sleep(HOUR)

        assert time.process_time() - before < HOUR


def test_another_thread_waits_and_keeps_its_clock(waits):
    seen: list[float] = []

    def elsewhere() -> None:
        seen.append(time.monotonic())
        time.sleep(2.0)

    before = time.monotonic()
    with waits_skipped():
        time.sleep(HOUR)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert waits == [2.0]
    assert seen[0] - before < HOUR


def test_the_clock_is_true_again_afterwards_also_for_who_kept_it(waits):
    before = time.monotonic()
    with waits_skipped():
        time.sleep(HOUR)
        kept_clock, kept_sleep = time.monotonic, time.sleep

    kept_sleep(1.0)

    assert waits == [1.0]
    assert kept_clock() - before < HOUR
    assert time.monotonic() - before < HOUR


def test_a_wait_that_cannot_be_is_refused_as_ever():
    with waits_skipped(), pytest.raises(ValueError, match="non-negative"):
        time.sleep(-1)


def test_a_diagnosis_waits_for_no_misconception(waits):
    law = Text("los segundos se suman", "seconds add up")

    with pytest.raises(Wrong), examine("sgd.throughput", lambda step, *_: step()) as exam:
        exam.holds(law, lambda f: f(lambda: time.sleep(HOUR), 8, 1, None) == 0)

    assert waits == [HOUR]
