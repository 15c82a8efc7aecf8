"""A teacher and a student with accounts of their own, and the exchange between them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect

from grader_tests.browser.lab import choose
from grader_tests.browser.users import Account
from grader_tests.classroom import COURSE, ROOT, sheet
from gradus.course.synthetic import Student, submission

WEEK, NOTEBOOK = "01_perceptron", "perceptron.ipynb"
STUDENTS_SETTINGS = """c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""
TEACHERS_SETTINGS = """c = get_config()
c.CourseDirectory.root = {course!r}
"""


def released_course(teacher: Account, student: Account) -> Path:
    """Lay out the teacher's course and release week 1 of it; the exchange."""
    exchange = teacher.home.parent / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    course = teacher.home / "course"
    for stage in ("source", "release"):
        shutil.copytree(ROOT / stage / WEEK, course / stage / WEEK)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    settings = (ROOT / "course.toml").read_text(encoding="utf-8")
    (course / "course.toml").write_text(f'{settings}\n[exchange]\nroot = "{exchange}"\n')
    (student.home / "work").mkdir()
    students = STUDENTS_SETTINGS.format(course=COURSE.course.id, exchange=str(exchange))
    teachers = TEACHERS_SETTINGS.format(course=str(course))
    for person, text in ((student, students), (teacher, teachers)):
        file = person.home / ".jupyter" / "nbgrader_config.py"
        file.parent.mkdir()
        file.write_text(text)
        person.own(person.home)
    for command in ("generate_assignment", "release_assignment"):
        status, said = teacher.run(course, "nbgrader", command, WEEK, "--force")
        assert status == 0, said
    return exchange


def fetch_solve_and_submit(
    page: Page, folder: Path, keep: Callable[[Page, str], object], name: str
) -> Path:
    """In the student's JupyterLab on ``folder``: the Assignment List, there and back.

    Returns where the solved notebook lies.
    """
    choose(page, "Nbgrader", "Assignment List")
    released = page.locator("#released_assignments_list")
    released.get_by_role("button", name="Fetch").click()
    fetched = page.locator("#fetched_assignments_list")
    expect(fetched).to_contain_text(WEEK)
    keep(page, f"{name}-fetched")

    path = folder / WEEK / NOTEBOOK
    answers = Student("student", sheet(WEEK).solutions)
    nbformat.write(submission(nbformat.read(path, as_version=4), answers), path)
    fetched.get_by_role("button", name="Submit").click()
    expect(page.locator("#submitted_assignments_list")).to_contain_text(WEEK)
    keep(page, f"{name}-submitted")
    return path
