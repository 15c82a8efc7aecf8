"""Running nbgrader as its users do, and what the catalogue says that its gradebook should hold."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from grader_tests.classroom import COURSE, ROOT, exercises, grade, sheet
from gradus.cells import grade_id
from gradus.course.gate.sitting import stub
from gradus.course.synthetic import submission, synthetic_class

BIN = Path(sys.executable).parent


SMALL_WEEK = "01_perceptron"
SMALL_NOTEBOOK = "perceptron.ipynb"
SMALL_FIGURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 64).decode()
"""What ``perfect`` hands in where a figure is shown."""
SMALL_CLASS = ("perfect", "blank", "mistaken-1", "syntax-error", "late", "partial")


def small_course(root: Path) -> Path:
    """A course in which a small class has handed in week 1, one of them a file of garbage."""
    for name in ("source", "release"):
        shutil.copytree(ROOT / name / SMALL_WEEK, root / name / SMALL_WEEK)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    settings = (ROOT / "course.toml").read_text(encoding="utf-8")
    (root / "course.toml").write_text(settings.replace("cell_seconds = 30", "cell_seconds = 10"))
    (root / ".gradus-secret").write_text("the same in both courses\n")
    release = nbformat.read(root / "release" / SMALL_WEEK / SMALL_NOTEBOOK, as_version=4)
    for student in synthetic_class(sheet(SMALL_WEEK)):
        if student.id in SMALL_CLASS:
            folder = root / "submitted" / student.id / SMALL_WEEK
            folder.mkdir(parents=True)
            notebook = submission(release, student)
            if student.id == "perfect":
                _show_figures(notebook)
            nbformat.write(notebook, folder / SMALL_NOTEBOOK)
            (folder / "timestamp.txt").write_text("2026-08-20 12:00:00 UTC")
            (folder / "notes.txt").write_text("mine")
    garbage = root / "submitted" / "garbage" / SMALL_WEEK
    garbage.mkdir(parents=True)
    (garbage / SMALL_NOTEBOOK).write_text("not a notebook")
    nbgrader(root, "generate_assignment", SMALL_WEEK, "--force")
    due = COURSE.due(COURSE.assignment(SMALL_WEEK)).isoformat()
    nbgrader(root, "db", "assignment", "add", SMALL_WEEK, f"--duedate={due}")
    return root


def _show_figures(notebook):
    for cell in notebook.cells:
        if grade_id(cell) in sheet(SMALL_WEEK).figures:
            cell.outputs = [new_output("display_data", data={"image/png": SMALL_FIGURE})]


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


def gradebook_rows(url):
    """What each table of a gradebook says, without its random identifiers."""
    queries = {
        "grades": (
            "SELECT s.student_id, b.name, g.auto_score, g.manual_score, g.extra_credit, "
            "g.needs_manual_grade FROM grade g JOIN base_cell b ON g.cell_id = b.id "
            "JOIN submitted_notebook n ON g.notebook_id = n.id "
            "JOIN submitted_assignment s ON n.assignment_id = s.id"
        ),
        "submissions": "SELECT student_id, timestamp FROM submitted_assignment",
        "penalties": (
            "SELECT s.student_id, n.late_submission_penalty FROM submitted_notebook n "
            "JOIN submitted_assignment s ON n.assignment_id = s.id"
        ),
        "comments": (
            "SELECT s.student_id, b.name, c.auto_comment, c.manual_comment FROM comment c "
            "JOIN base_cell b ON c.cell_id = b.id "
            "JOIN submitted_notebook n ON c.notebook_id = n.id "
            "JOIN submitted_assignment s ON n.assignment_id = s.id"
        ),
        "students": "SELECT id FROM student",
    }
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {name: connection.execute(text(query)).all() for name, query in queries.items()}
    engine.dispose()
    return {name: sorted(tuple(map(_plain, row)) for row in found) for name, found in rows.items()}


def _plain(value):
    """A value as every database gives it."""
    return str(int(value) if isinstance(value, bool) else value).removesuffix(".000000")


def expected_points(week, student):
    """Points by the catalogue: an answer that cannot be run here counts as unanswered."""
    runs_here = {n: c for n, c in student.answers.items() if "while True:\n        pass" not in c}
    answers = {name: runs_here.get(name, stub(cell)) for name, cell in exercises(week).items()}
    messages = grade(week, answers)
    return {
        name: test.points if messages[name] is None else 0.0
        for name, test in sheet(week).tests.items()
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
