"""The exchange between two accounts: a student fetches and submits, an instructor collects."""

from __future__ import annotations

import os

import pytest

from grader_tests.browser.class_of_two import NOTEBOOK, WEEK, fetch_solve_and_submit
from grader_tests.browser.lab import open_lab, running_lab
from grader_tests.classroom import COURSE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two users"),
]


@pytest.fixture(scope="module")
def lab(people, exchange):
    """The student's JupyterLab."""
    student = people[1]
    with running_lab(student.home / "work", student.home, student.command) as address:
        yield address


def test_a_student_fetches_and_submits_and_the_teacher_collects(people, exchange, lab, page, keep):
    teacher, student = people
    open_lab(page, lab)
    path = fetch_solve_and_submit(page, student.home / "work", keep, "assignment-list")

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
