"""The demonstration, checked to the last point; nbgrader's own commands on what it left."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from grader_tests.classroom import COURSE, ROOT, sheet
from grader_tests.nbgrader_course import expected_points, gradebook_points, nbgrader
from gradus.course.synthetic import synthetic_class

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

PLAYED = ("01_perceptron", "06_sgd")
"""One week of NumPy and one with torch; the release gate grades the class of every week."""
CLASS = [
    pytest.param(week, student, id=f"{week}-{student.id}")
    for week in PLAYED
    for student in synthetic_class(sheet(week))
]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demonstration, played once; its folder."""
    folder = tmp_path_factory.mktemp("demo") / "course"
    gradus = Path(sys.executable).with_name("gradus")
    subprocess.run([gradus, "demo", *PLAYED, "--folder", folder], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def grades(played):
    """(week, student) → grade id → points."""
    return gradebook_points(played)


@pytest.mark.parametrize(("week", "student"), CLASS)
def test_every_student_gets_exactly_what_the_answers_deserve(grades, week, student):
    assert grades[week, student.id] == expected_points(week, student)


@pytest.mark.parametrize(("week", "student"), CLASS)
def test_a_feedback_page_shows_nothing_hidden(played, week, student):
    page = played / "feedback" / student.id / week / f"{COURSE.assignment(week).topic}.html"
    text = page.read_text(encoding="utf-8")

    for secret in ("gradus.exam", "gradus.reference", "examine(", "HIDDEN TESTS", "exam.agrees"):
        assert secret not in text
    assert "Traceback" not in text or "gradus" not in text.split("Traceback", 1)[1]


def test_feedback_names_each_mistake_once_made(played):
    pages = {
        path.parent.parent.name: path.read_text(encoding="utf-8")
        for path in (played / "feedback").glob(f"*/{PLAYED[0]}/*.html")
    }

    assert "un escalón con desigualdad estricta" in pages["mistaken-1"]
    assert "Se parece a" not in pages["perfect"]


def test_the_export_lists_everyone(played):
    with (played / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}

    for week in PLAYED:
        for student in synthetic_class(sheet(week)):
            assert float(rows[week, student.id]["max_score"]) == 20
        assert float(rows[week, "perfect"]["score"]) == 20
        assert float(rows[week, "blank"]["score"]) == 0


def test_the_late_student_is_late_and_nobody_else(played):
    with Gradebook(f"sqlite:///{played / 'gradebook.db'}") as gradebook:
        late = {
            submission.student.id
            for assignment in gradebook.assignments
            for submission in assignment.submissions
            if submission.total_seconds_late > 0
        }

    assert late == {"late"}


def test_a_file_that_is_no_notebook_is_refused_and_the_class_goes_on(played, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(played, course)
    week = PLAYED[0]
    notebook = COURSE.assignment(week).notebook
    for student in ("aaa-broken", "zzz-perfect"):
        shutil.copytree(
            course / "submitted" / "perfect" / week, course / "submitted" / student / week
        )
    (course / "submitted" / "aaa-broken" / week / notebook).write_text("not json")

    for command in ("autograde", "generate_feedback"):
        for student in ("aaa-broken", "zzz-perfect"):
            result = nbgrader(course, command, week, "--student", student)
            assert result.returncode == 0, result.stderr
            assert "Traceback" not in result.stderr

    grades = gradebook_points(course)
    assert sum(grades[week, "aaa-broken"].values()) == 0
    assert sum(grades[week, "zzz-perfect"].values()) == 20
    page = course / "feedback" / "aaa-broken" / week / notebook.replace(".ipynb", ".html")
    assert "no es un notebook válido" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("week", PLAYED)
def test_without_isolation_the_gradebook_is_the_same_row_by_row(played, tmp_path, week):
    course = tmp_path / "course"
    shutil.copytree(played, course)
    settings = (course / "course.toml").read_text(encoding="utf-8")
    off = settings.replace('isolation = "sandbox"', 'isolation = "none"')
    (course / "course.toml").write_text(off, encoding="utf-8")

    for student in ("perfect", "mistaken-2", "syntax-error"):
        result = nbgrader(course, "autograde", week, "--force", "--student", student)
        assert result.returncode == 0, result.stderr[-2000:]
        assert "Isolation is off" in result.stderr

    assert _rows(course) == _rows(played)


def _rows(course):
    """Every grade as nbgrader stores it."""
    with sqlite3.connect(course / "gradebook.db") as database:
        return list(database.execute("select * from grade order by id"))


FORMGRADERS_BUTTON = """
import json, sys
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader
app = NbGrader()
app.load_config_file()
api = NbGraderAPI(config=app.config)
print(json.dumps(api.autograde(sys.argv[1], sys.argv[2])["success"]))
"""


def test_formgraders_button_grades_in_the_sandbox_too(played, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(played, course)
    week, notebook = PLAYED[0], COURSE.assignment(PLAYED[0]).notebook
    handed_in = course / "submitted" / "perfect" / week / notebook
    content = nbformat.read(handed_in, as_version=4)
    content.cells.append(new_code_cell("import os\nprint(os.getcwd())"))
    nbformat.write(content, handed_in)

    result = subprocess.run(
        [sys.executable, "-c", FORMGRADERS_BUTTON, week, "perfect"],
        cwd=course,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.stdout.splitlines()[-1:] == ["true"], result.stderr[-2000:]
    graded = nbformat.read(course / "autograded" / "perfect" / week / notebook, as_version=4)
    assert "/home/student/work" in graded.cells[-1].outputs[0].text
    assert sum(gradebook_points(course)[week, "perfect"].values()) == 20
