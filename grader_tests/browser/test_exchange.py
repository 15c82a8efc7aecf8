"""The exchange between two accounts: a student fetches and submits, an instructor collects."""

from __future__ import annotations

import os
import shutil

import nbformat
import pytest
from playwright.sync_api import expect

from grader_tests.browser.lab import choose, open_lab, running_lab
from grader_tests.browser.users import accounts
from grader_tests.classroom import COURSE, ROOT, sheet
from gradus.course.synthetic import Student, submission

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users"),
]

WEEK, NOTEBOOK = "01_perceptron", "perceptron.ipynb"
STUDENTS_SETTINGS = """c = get_config()
c.CourseDirectory.course_id = {course!r}
c.Exchange.root = {exchange!r}
"""


@pytest.fixture(scope="module")
def people():
    """A teacher and a student."""
    with accounts("gradus-teacher", "gradus-student") as found:
        yield found


@pytest.fixture(scope="module")
def exchange(people):
    """The exchange, in which the teacher's course has released week 1."""
    teacher, student = people
    exchange = teacher.home.parent / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    course = teacher.home / "course"
    for stage in ("source", "release"):
        shutil.copytree(ROOT / stage / WEEK, course / stage / WEEK)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    settings = (ROOT / "course.toml").read_text(encoding="utf-8")
    (course / "course.toml").write_text(f'{settings}\n[exchange]\nroot = "{exchange}"\n')
    teacher.own(course)
    for step in ("generate_assignment", "release_assignment"):
        status, said = teacher.run(course, "nbgrader", step, WEEK, "--force")
        assert status == 0, said

    settings = student.home / ".jupyter" / "nbgrader_config.py"
    settings.parent.mkdir()
    settings.write_text(STUDENTS_SETTINGS.format(course=COURSE.course.id, exchange=str(exchange)))
    (student.home / "work").mkdir()
    student.own(student.home)
    return exchange


@pytest.fixture(scope="module")
def lab(people, exchange):
    """The student's JupyterLab."""
    student = people[1]
    with running_lab(student.home / "work", student.home, student.command) as address:
        yield address


def test_a_student_fetches_and_submits_and_the_teacher_collects(people, exchange, lab, page, keep):
    teacher, student = people
    open_lab(page, lab)
    choose(page, "Nbgrader", "Assignment List")
    page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
    fetched = page.locator("#fetched_assignments_list")
    expect(fetched).to_contain_text(WEEK)
    keep(page, "assignment-list-fetched")

    path = student.home / "work" / WEEK / NOTEBOOK
    solved = submission(
        nbformat.read(path, as_version=4), Student("student", sheet(WEEK).solutions)
    )
    nbformat.write(solved, path)
    fetched.get_by_role("button", name="Submit").click()
    expect(page.locator("#submitted_assignments_list")).to_contain_text(WEEK)
    keep(page, "assignment-list-submitted")

    status, said = teacher.run(teacher.home / "course", "nbgrader", "collect", WEEK)
    assert status == 0, said
    collected = teacher.home / "course" / "submitted" / student.name / WEEK
    assert (collected / NOTEBOOK).read_bytes() == path.read_bytes()
    assert (collected / "timestamp.txt").is_file()


def test_a_student_sees_neither_the_course_nor_what_others_handed_in(people, exchange):
    teacher, student = people
    inbound = exchange / COURSE.course.id / "inbound"

    for closed in (teacher.home / "course", inbound):
        status, said = student.run(
            student.home, "python", "-c", f"import os; os.listdir({str(closed)!r})"
        )
        assert status != 0
        assert "Permission denied" in said
