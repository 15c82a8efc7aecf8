"""A whole week through nbgrader's own commands: the demonstration, checked to the last point."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grader_tests.classroom import COURSE, ROOT, WEEKS, exercises, grade, sheet, stub
from gradus.course.demo import play
from gradus.course.synthetic import submission, synthetic_class

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

NBGRADER = Path(sys.executable).with_name("nbgrader")
CLASS = [
    pytest.param(week, student, id=f"{week}-{student.id}")
    for week in WEEKS
    for student in synthetic_class(sheet(week))
]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demonstration, played once; its folder."""
    folder = tmp_path_factory.mktemp("demo") / "course"
    play(ROOT, folder, Console(quiet=True))
    return folder


@pytest.fixture(scope="module")
def grades(played):
    """(week, student) → grade id → points."""
    return _grades(played)


def _grades(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (assignment.name, submission.student.id): {
                entry.name: entry.score for book in submission.notebooks for entry in book.grades
            }
            for assignment in gradebook.assignments
            for submission in assignment.submissions
        }


def _expected(week, student):
    """Points by the catalogue: an answer that cannot be run here counts as unanswered."""
    runs_here = {n: c for n, c in student.answers.items() if "while True:\n        pass" not in c}
    answers = {name: runs_here.get(name, stub(cell)) for name, cell in exercises(week).items()}
    messages = grade(week, answers)
    return {
        name: test.points if messages[name] is None else 0.0
        for name, test in sheet(week).tests.items()
        if test.points
    }


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize(("week", "student"), CLASS)
def test_every_student_gets_exactly_what_the_answers_deserve(grades, week, student):
    assert grades[week, student.id] == _expected(week, student)


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize(("week", "student"), CLASS)
def test_a_feedback_page_shows_nothing_hidden(played, week, student):
    page = played / "feedback" / student.id / week / f"{COURSE.assignment(week).topic}.html"
    text = page.read_text(encoding="utf-8")

    for secret in ("gradus.exam", "gradus.reference", "examine(", "HIDDEN TESTS", "exam.agrees"):
        assert secret not in text
    assert "Traceback" not in text or "gradus" not in text.split("Traceback", 1)[1]


@pytest.mark.xdist_group("demo")
def test_feedback_names_each_mistake_once_made(played):
    pages = {
        path.parent.parent.name: path.read_text(encoding="utf-8")
        for path in (played / "feedback").glob(f"*/{WEEKS[0]}/*.html")
    }

    assert "un escalón con desigualdad estricta" in pages["mistaken-1"]
    assert "Se parece a" not in pages["perfect"]


@pytest.mark.xdist_group("demo")
def test_the_export_lists_everyone(played):
    with (played / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}

    for week in WEEKS:
        for student in synthetic_class(sheet(week)):
            assert float(rows[week, student.id]["max_score"]) == 20
        assert float(rows[week, "perfect"]["score"]) == 20
        assert float(rows[week, "blank"]["score"]) == 0


@pytest.mark.xdist_group("demo")
def test_the_late_student_is_late_and_nobody_else(played):
    with Gradebook(f"sqlite:///{played / 'gradebook.db'}") as gradebook:
        late = {
            submission.student.id
            for assignment in gradebook.assignments
            for submission in assignment.submissions
            if submission.total_seconds_late > 0
        }

    assert late == {"late"}


@pytest.mark.xdist_group("demo")
def test_a_file_that_is_no_notebook_is_refused_and_the_class_goes_on(played, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(played, course)
    week = WEEKS[0]
    notebook = f"{COURSE.assignment(week).topic}.ipynb"
    for student in ("aaa-broken", "zzz-perfect"):
        shutil.copytree(
            course / "submitted" / "perfect" / week, course / "submitted" / student / week
        )
    (course / "submitted" / "aaa-broken" / week / notebook).write_text("not json")

    for command in ("autograde", "generate_feedback"):
        for student in ("aaa-broken", "zzz-perfect"):
            result = _nbgrader(course, command, week, "--student", student)
            assert result.returncode == 0, result.stderr
            assert "Traceback" not in result.stderr

    grades = _grades(course)
    assert sum(grades[week, "aaa-broken"].values()) == 0
    assert sum(grades[week, "zzz-perfect"].values()) == 20
    page = course / "feedback" / "aaa-broken" / week / notebook.replace(".ipynb", ".html")
    assert "no es un notebook válido" in page.read_text(encoding="utf-8")


@pytest.mark.xdist_group("stock")
def test_stock_nbgrader_gives_the_same_points_for_visible_tests(tmp_path):
    for week in WEEKS:
        _stock_course(tmp_path, week)

    stock = _grades(tmp_path)

    for week in WEEKS:
        visible = {name for name, test in sheet(week).tests.items() if not test.hidden}
        for student in synthetic_class(sheet(week)):
            expected = _expected(week, student)
            given = stock[week, student.id]
            for name in visible & given.keys():
                assert given[name] == expected[name], (week, student.id, name)


def _stock_course(folder, week):
    """Grade the synthetic class of a week with a configuration that nobody touched."""
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    shutil.copytree(ROOT / "source" / week, folder / "source" / week)
    assert _nbgrader(folder, "generate_assignment", week).returncode == 0
    release = nbformat.read(
        folder / "release" / week / f"{COURSE.assignment(week).topic}.ipynb", as_version=4
    )
    for student in synthetic_class(sheet(week)):
        target = folder / "submitted" / student.id / week
        target.mkdir(parents=True)
        nbformat.write(
            submission(release, student), target / f"{COURSE.assignment(week).topic}.ipynb"
        )
    result = _nbgrader(folder, "autograde", week)
    assert result.returncode == 0, result.stderr[-2000:]


def _nbgrader(course, *arguments):
    path = os.pathsep.join([str(NBGRADER.parent), os.environ["PATH"]])
    return subprocess.run(
        [NBGRADER, *arguments],
        cwd=course,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
