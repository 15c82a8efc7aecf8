"""Shared fixtures, and the rule that nothing but GPU tests is skipped in CI."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_skipped: list[str] = []
_LONG = (
    "attacks/",
    "test_week",
    "browser/",
    "test_docs",
    "test_autograding",
    "test_stock_nbgrader",
)
_LONG += ("test_selfcheck", "test_gate", "test_cluster", "test_notebooks", "test_postgresql")
"""What takes minutes, the longest first."""


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: much of the time is spent waiting for limits."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Let the long modules begin first, so that no core waits for the last of them."""

    def place(item):
        path = item.nodeid.removeprefix("grader_tests/")
        return next((i for i, name in enumerate(_LONG) if path.startswith(name)), len(_LONG))

    items.sort(key=place)


def pytest_runtest_logreport(report):
    if report.skipped and "gpu" not in report.keywords:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session):
    if _skipped and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if _skipped and os.environ.get("CI"):
        terminalreporter.write_line(f"Only GPU tests may be skipped here: {', '.join(_skipped)}")


# Thousands of cases in CI's time; `pytest --hypothesis-profile=deep` runs tens of thousands.
_CALM = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)
settings.register_profile(
    "ci", max_examples=500, deadline=None, derandomize=True, suppress_health_check=_CALM
)
settings.register_profile("deep", max_examples=10_000, deadline=None, suppress_health_check=_CALM)
settings.load_profile("ci")
