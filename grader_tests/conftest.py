"""Shared fixtures, and the rule that nothing but GPU tests is skipped in CI."""

from __future__ import annotations

import os

import pytest

_skipped: list[str] = []


def pytest_runtest_logreport(report):
    if report.skipped and "gpu" not in report.keywords:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session):
    if _skipped and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if _skipped and os.environ.get("CI"):
        terminalreporter.write_line(f"Only GPU tests may be skipped here: {', '.join(_skipped)}")
