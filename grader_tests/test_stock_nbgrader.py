"""The same submissions, graded by nbgrader with a configuration that nobody touched."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from grader_tests.classroom import COURSE, ROOT, WEEKS, sheet
from grader_tests.nbgrader_course import expected_points, gradebook_points, nbgrader
from gradus.cells import shows_figure
from gradus.course.synthetic import submission, synthetic_class

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def test_stock_nbgrader_gives_the_same_points_for_visible_tests(tmp_path):
    for week in WEEKS:
        _stock_course(tmp_path, week)

    stock = gradebook_points(tmp_path)

    for week in WEEKS:
        visible = {name for name, test in sheet(week).tests.items() if not test.hidden}
        for student in _students(week):
            expected = expected_points(week, student)
            given = stock[week, student.id]
            for name in visible & given.keys():
                assert given[name] == expected[name], (week, student.id, name)


def _students(week):
    """Some of the class: stock nbgrader takes seconds for each, one after the other."""
    some = ("perfect", "partial", "mistaken-1")
    return [student for student in synthetic_class(sheet(week)) if student.id in some]


def _stock_course(folder, week):
    """Grade the synthetic class of a week with a configuration that nobody touched."""
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    shutil.copytree(ROOT / "source" / week, folder / "source" / week)
    _without_figures(next((folder / "source" / week).glob("*.ipynb")))
    assert nbgrader(folder, "generate_assignment", week).returncode == 0
    release = nbformat.read(
        folder / "release" / week / COURSE.assignment(week).notebook, as_version=4
    )
    for student in _students(week):
        target = folder / "submitted" / student.id / week
        target.mkdir(parents=True)
        nbformat.write(submission(release, student), target / COURSE.assignment(week).notebook)
    result = nbgrader(folder, "autograde", week)
    assert result.returncode == 0, result.stderr[-2000:]


def _without_figures(path):
    """No point depends on a figure, and stock nbgrader would draw them all."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if cell.cell_type != "code" or not shows_figure(cell.source)
    ]
    nbformat.write(notebook, path)
