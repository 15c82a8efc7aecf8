"""Running nbgrader as its users do, and what the catalogue says that its gradebook should hold."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook

from grader_tests.classroom import exercises, grade, sheet
from gradus.course.gate.sitting import stub

BIN = Path(sys.executable).parent


def gradebook_points(course):
    """(week, student) → grade id → points."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (assignment.name, submission.student.id): {
                entry.name: entry.score for book in submission.notebooks for entry in book.grades
            }
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        }


def expected_points(week, student):
    """Points by the catalogue: an answer that cannot be run here counts as unanswered."""
    runs_here = {n: c for n, c in student.answers.items() if "while True:\n        pass" not in c}
    answers = {name: runs_here.get(name, stub(cell)) for name, cell in exercises(week).items()}
    messages = grade(week, answers)
    return {
        name: test.points if messages[name] is None else 0.0
        for name, test in sheet(week).tests.items()
        if test.points
    }


def nbgrader(course, *arguments, environment=None):
    """Run an nbgrader command in the folder of a course."""
    return _run("nbgrader", course, arguments, environment)


def gradus(course, *arguments, environment=None):
    """Run a command of ours in the folder of a course."""
    return _run("gradus", course, arguments, environment)


def _run(program, course, arguments, environment):
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    # Into a file: a process that a submission left behind would keep a pipe open.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        result = subprocess.run(
            [BIN / program, *arguments],
            cwd=course,
            env={**os.environ, "PATH": path, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output.seek(0)
        result.stderr = output.read()
    return result
