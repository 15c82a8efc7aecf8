"""What students can find out by themselves: running the cells anywhere, and nbgrader's Validate."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell
from nbgrader.validator import Validator

from grader_tests.classroom import COURSE, ROOT, WEEKS, grade, sheet
from gradus.cells import grade_id, shows_figure
from gradus.course.gate.sitting import stub
from gradus.course.synthetic import Student, submission, synthetic_class

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

NEITHER_IS_INSTALLED = (
    "import sys\nsys.modules.update(dict.fromkeys(['gradus', 'nbgrader']))  # import fails"
)
STUDENTS = ("perfect", "partial", "mistaken-1")


def _visible(week):
    return {name: test for name, test in sheet(week).tests.items() if not test.hidden}


def _handed_out(folder, week, student):
    """The released notebook with the student's answers, in a folder as students have it."""
    release = ROOT / "release" / week
    for file in release.iterdir():
        if file.suffix != ".ipynb":
            (folder / file.name).write_bytes(file.read_bytes())
    notebook = nbformat.read(release / COURSE.assignment(week).notebook, as_version=4)
    return submission(notebook, student)


def _verdicts(notebook, week):
    """Visible test → whether it passed, from the outputs of an executed notebook."""
    cells = {grade_id(c): c for c in notebook.cells}
    return {
        name: all(output.output_type != "error" for output in cells[name].outputs)
        for name in _visible(week)
    }


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("name", STUDENTS)
def test_without_nbgrader_and_gradus_the_cells_give_the_verdicts_of_grading(tmp_path, week, name):
    (student,) = (s for s in synthetic_class(sheet(week)) if s.id == name)
    notebook = _handed_out(tmp_path, week, student)
    # That figures are drawn is the business of test_notebooks.
    notebook.cells = [cell for cell in notebook.cells if not shows_figure(cell.source)]
    notebook.cells.insert(0, new_code_cell(NEITHER_IS_INSTALLED))

    NotebookClient(
        notebook, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()

    answers = {n: student.answers.get(n, stub(cell)) for n, cell in sheet(week).solutions.items()}
    graded = grade(week, answers)
    assert _verdicts(notebook, week) == {test: graded[test] is None for test in _visible(week)}


@pytest.mark.parametrize("week", WEEKS)
def test_validate_names_every_visible_test_of_an_unsolved_notebook(tmp_path, week):
    notebook = tmp_path / "notebook.ipynb"
    nbformat.write(_handed_out(tmp_path, week, Student("blank")), notebook)

    failed = Validator().validate(str(notebook))["failed"]

    assert [entry["source"] for entry in failed] == [
        test.source.strip() for test in _visible(week).values()
    ]


@pytest.mark.parametrize("week", WEEKS)
def test_validate_finds_nothing_in_a_solved_notebook(tmp_path, week):
    notebook = tmp_path / "notebook.ipynb"
    solved = Student("perfect", sheet(week).solutions)
    nbformat.write(_handed_out(tmp_path, week, solved), notebook)

    assert Validator().validate(str(notebook)) == {}
