"""The benchmark of a teaching week, for a class that fits into a test."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grader_tests.classroom import ROOT

STUDENTS = 8


@pytest.mark.slow
def test_a_small_class_plays_the_week():
    program = ROOT / "benchmarks" / "teaching_week.py"
    done = subprocess.run(
        [sys.executable, program, f"--students={STUDENTS}", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    ends = {step["command"].split()[1]: step["end"] for step in found["steps"]}

    assert found["handed_in"] == found["feedback"] == STUDENTS - 1
    assert "7 of 8 handed in (7 new, 0 replaced, 1 late)" in ends["collect"]
    assert ends["marks"] == "marks.csv: 8 students."
    assert len(found["formgrader"]) == 8
