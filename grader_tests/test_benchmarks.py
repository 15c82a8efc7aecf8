"""The benchmarks run, on classes so small that their figures mean nothing."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys

import pytest

from grader_tests.classroom import ROOT, sheet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _run(program, *arguments):
    result = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return json.loads(result.stdout)


def test_one_week_is_of_numpy_alone_and_one_of_torch(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    weeks = importlib.import_module("grading").WEEKS

    assert ["torch" in sheet(week).libraries.always for week in weeks] == [False, True]


def test_every_contender_grades_the_class():
    sample = 2 * (os.cpu_count() or 1)

    found = _run(
        *("grading.py", "--students", "4", "--sample", str(sample), "--weeks", "02_activations"),
        "--json",
    )

    week = found["weeks"]["02_activations"]
    assert {"ratio_vs_stock", "ratio_vs_parallel_stock", "ratio_vs_floor"} <= week.keys()
    graded = {name: score["students"] for name, score in week["contenders"].items()}
    assert graded == {
        **dict.fromkeys(("stock", "parallel_stock", "fresh", "floor"), sample),
        "warm": 8,
        "cached": 4,
    }


def test_a_class_whose_grading_is_killed_gets_the_same_gradebook():
    found = _run("kills.py", "--students", "6", "--kills", "3")

    assert found["equal"]
