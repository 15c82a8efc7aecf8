"""An instructor in Formgrader: grading by its button, the hidden verdict, and a mark by hand."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from playwright.sync_api import expect

from grader_tests.browser.lab import TOKEN, running_lab
from grader_tests.nbgrader_course import (
    SMALL_NOTEBOOK,
    SMALL_WEEK,
    gradebook_points,
    nbgrader,
    small_course,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

STUDENT, NAME = "mistaken-1", "Soto, Ana"
REMARK = "La idea está; mira el borde."
WORK_FOLDER = "/home/student/work"
"""The folder of student code inside the sandbox, and nowhere else."""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A small course in which one student's notebook also prints where it runs."""
    root = small_course(tmp_path_factory.mktemp("formgrader") / "course")
    path = root / "submitted" / STUDENT / SMALL_WEEK / SMALL_NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("import os\nprint(os.getcwd())"))
    nbformat.write(notebook, path)
    last, first = NAME.split(", ")
    nbgrader(root, "db", "student", "add", STUDENT, f"--first-name={first}", f"--last-name={last}")
    return root


@pytest.fixture(scope="module")
def formgrader(course):
    """The address of Formgrader."""
    with running_lab(course, course.parent) as address:
        yield address.removesuffix("lab") + "formgrader"


def test_an_instructor_autogrades_reads_the_verdicts_and_changes_a_mark(
    course, formgrader, page, keep
):
    page.goto(f"{formgrader}?token={TOKEN}")
    page.goto(f"{formgrader}/manage_submissions/{SMALL_WEEK}")
    row = page.get_by_role("row").filter(has_text=STUDENT)
    expect(row).to_contain_text(NAME)
    row.locator(".autograde a").click()
    expect(page.locator(".modal-title")).to_have_text("Success")
    keep(page, "formgrader-autograded")
    page.get_by_role("button", name="OK").click()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    expect(row.locator(".status")).to_have_text("graded")
    expect(row.locator(".score")).to_have_text("0 / 20")
    keep(page, "formgrader-submissions")

    page.goto(f"{formgrader}/gradebook/{SMALL_WEEK}/perceptron")
    page.get_by_role("link", name="Submission #1").click()
    # Fields take changes once the page has fetched what is in them.
    page.wait_for_load_state("networkidle")
    question = page.locator(".nbgrader_cell", has=page.get_by_text("heaviside_hidden"))
    expect(question).to_contain_text("exam.agrees")
    expect(page.get_by_text("un escalón con desigualdad estricta")).to_be_visible()
    expect(page.get_by_text(WORK_FOLDER, exact=True)).to_be_visible()

    mark, comment = question.locator("input.score"), page.locator("textarea.comment").first
    for field, text, kind in ((mark, "1", "grade"), (comment, REMARK, "comment")):
        field.fill(text)
        with page.expect_response(re.compile(f"/api/{kind}/")) as response:
            field.press("Tab")
        assert response.value.ok
    keep(page, "formgrader-manual-grading")
    page.reload()
    expect(question.locator("input.score")).to_have_value("1")
    expect(comment).to_have_value(REMARK)

    assert gradebook_points(course)[SMALL_WEEK, STUDENT]["heaviside_hidden"] == 1
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        book = gradebook.find_submission_notebook("perceptron", SMALL_WEEK, STUDENT)
        assert REMARK in [entry.comment for entry in book.comments]

    nbgrader(course, "generate_feedback", SMALL_WEEK, f"--student={STUDENT}")
    path = course / "feedback" / STUDENT / SMALL_WEEK / SMALL_NOTEBOOK
    page.goto(path.with_suffix(".html").as_uri(), wait_until="commit")
    expect(page.locator("h1").first).to_contain_text("1 de 20 puntos")
    expect(page.get_by_text(REMARK)).to_be_visible()
    keep(page, "feedback")
