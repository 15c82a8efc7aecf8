"""source/ and release/: in step with authoring, and nothing hidden in what students get."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest

from grader_tests.classroom import COURSE, ROOT, WEEKS, sheet
from gradus.course.authoring import read_authoring
from gradus.course.building import build, ensure_nothing_leaks, out_of_step
from gradus.errors import GradusError


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository's course."""
    for folder in ("authoring", "source", "release"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def test_the_committed_notebooks_are_in_step():
    assert out_of_step(ROOT, COURSE, WEEKS) == []


def test_a_one_character_change_is_named(copy):
    path = copy / "authoring" / f"{WEEKS[0]}.py"
    path.write_text(path.read_text(encoding="utf-8").replace("Rosenblatt", "rosenblatt", 1))

    differences = out_of_step(copy, COURSE, WEEKS[:1])

    assert differences
    assert all(f"authoring/{WEEKS[0]}.py" in difference for difference in differences)


def test_a_file_that_nothing_makes_is_named(copy):
    (copy / "source" / WEEKS[0] / "answers.txt").write_text("42")

    assert out_of_step(copy, COURSE, WEEKS[:1]) == [
        f"source/{WEEKS[0]}/answers.txt is made by nothing; remove it."
    ]


def test_both_languages_share_code_ids_and_points(tmp_path):
    for language in ("es", "en"):
        build(ROOT, COURSE, WEEKS, language, tmp_path / language)
    for week in WEEKS:
        name = f"release/{week}/{COURSE.assignment(week).notebook}"

        spanish, english = (
            nbformat.read(tmp_path / language / name, as_version=4) for language in ("es", "en")
        )

        assert _code(spanish) == _code(english)
        assert _prose(spanish) != _prose(english)
        assert len(spanish.cells) == len(english.cells)


@pytest.mark.parametrize("week", WEEKS)
def test_a_release_holds_neither_solutions_nor_hidden_tests(week):
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "release" / week).rglob("*")
        if path.is_file()
    )

    for secret in ("BEGIN SOLUTION", "BEGIN HIDDEN", "gradus", "examine(", "reference"):
        assert secret not in text


@pytest.mark.parametrize(
    "leak",
    [
        lambda notebook, folder, line: notebook.cells[0].metadata.update(note=line),
        lambda notebook, folder, line: notebook.metadata.update(note=line),
        lambda notebook, folder, line: notebook.cells[2].update(source=f"x\n{line}"),
        lambda notebook, folder, line: (folder / "helper.py").write_text(f"    {line}\n"),
    ],
    ids=["cell metadata", "notebook metadata", "a cell", "a helper file"],
)
@pytest.mark.parametrize("kind", ["solution", "hidden"])
def test_a_planted_leak_is_found(copy, leak, kind):
    week = WEEKS[0]
    line = {
        "solution": "return np.where(np.asarray(z) >= 0, 1, 0)",
        "hidden": 'with examine("perceptron.heaviside", heaviside) as exam:',
    }[kind]
    folder = copy / "release" / week
    path = folder / "perceptron.ipynb"
    cells = read_authoring(copy / "authoring" / f"{week}.py")
    ensure_nothing_leaks(cells, folder)
    notebook = nbformat.read(path, as_version=4)
    leak(notebook, folder, line)
    nbformat.write(notebook, path)

    with pytest.raises(GradusError, match="would show"):
        ensure_nothing_leaks(cells, folder)


@pytest.mark.parametrize("week", WEEKS)
def test_a_source_notebook_has_no_outputs_and_no_traces_of_this_machine(week):
    topic = COURSE.assignment(week).topic
    text = (ROOT / "source" / week / f"{topic}.ipynb").read_text(encoding="utf-8")

    assert all(not cell.get("outputs") for cell in sheet(week).notebook.cells)
    assert "jupytext" not in json.loads(text)["metadata"]
    assert str(ROOT) not in text


def _code(notebook):
    return [
        (cell.id, cell.source, cell.metadata) for cell in notebook.cells if cell.cell_type == "code"
    ]


def _prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
