"""A student alone with the released notebook: tests that teach, and nbgrader's Validate."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from playwright.sync_api import expect

from grader_tests.browser.lab import cell, open_lab, run, running_lab, write
from grader_tests.classroom import ROOT, sheet
from grader_tests.nbgrader_course import gradus
from gradus.course.synthetic import Student, submission

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WEEK, NOTEBOOK = "01_perceptron", "perceptron.ipynb"
STRICT = "def heaviside(z):\n    return np.where(np.asarray(z) > 0, 1, 0)"
RIGHT = "def heaviside(z):\n    return np.where(np.asarray(z) >= 0, 1, 0)"
PLACE = {
    marks["grade_id"]: index
    for index, marks in enumerate(c.metadata.get("nbgrader") for c in sheet(WEEK).notebook.cells)
    if marks
}
TAUGHT = {"es": "f(0) = 1: el borde cuenta (z ≥ 0)", "en": "f(0) = 1: the edge counts (z ≥ 0)"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab with the week in both languages, and a solved copy of each."""
    home = tmp_path_factory.mktemp("student")
    folder = home / "work"
    shutil.copytree(ROOT / "release" / WEEK, folder / "es" / WEEK)
    result = gradus(ROOT, "build", WEEK, "--language", "en", "--into", home / "english")
    assert result.returncode == 0, result.stderr
    shutil.copytree(home / "english" / "release" / WEEK, folder / "en" / WEEK)
    for language in TAUGHT:
        week = folder / language / WEEK
        release = nbformat.read(week / NOTEBOOK, as_version=4)
        solved = submission(release, Student("perfect", sheet(WEEK).solutions))
        nbformat.write(solved, week / "solved.ipynb")
    with running_lab(folder, home) as address:
        yield address


@pytest.mark.parametrize("language", TAUGHT)
def test_a_visible_test_teaches_and_then_passes_and_validate_names_the_rest(
    lab, page, keep, language
):
    open_lab(page, lab, f"{language}/{WEEK}/{NOTEBOOK}")
    answer, test = PLACE["heaviside"], PLACE["heaviside_visible"]
    shown = cell(page, test).locator(".jp-OutputArea-output")

    run(page, PLACE["setup"])
    write(page, answer, STRICT)
    run(page, answer)
    run(page, test)
    expect(shown).to_contain_text(f"AssertionError: {TAUGHT[language]}")
    keep(page, f"student-{language}-visible-test-teaches")

    write(page, answer, RIGHT)
    run(page, answer)
    run(page, test)
    expect(shown).to_have_count(0)
    run(page, PLACE["plot_heaviside"])
    keep(page, f"student-{language}-visible-test-passes")

    page.locator(".validate-button").click()
    dialog = page.locator(".jp-Dialog")
    others = [t for t in sheet(WEEK).tests.values() if not t.hidden and t.exercise != "heaviside"]
    expect(dialog.get_by_text("The following cell failed:")).to_have_count(len(others))
    expect(dialog).to_contain_text("NotImplementedError")
    expect(dialog).not_to_contain_text("assert heaviside")
    keep(page, f"student-{language}-validate-unsolved")


@pytest.mark.parametrize("language", TAUGHT)
def test_validate_praises_a_solved_notebook(lab, page, keep, language):
    open_lab(page, lab, f"{language}/{WEEK}/solved.ipynb")

    page.locator(".validate-button").click()

    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    keep(page, f"student-{language}-validate-solved")
