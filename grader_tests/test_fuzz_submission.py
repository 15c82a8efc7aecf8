"""Whatever is handed in becomes a notebook in the exam's shape, or is refused: nothing else."""

from __future__ import annotations

import copy
import json
from contextlib import suppress

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from grader_tests.classroom import ROOT, sheet
from gradus.grading.submission import RefusedError, read_submission

WEEK = "01_perceptron"
EXAM = sheet(WEEK)
RELEASE = json.loads((ROOT / "release" / WEEK / "perceptron.ipynb").read_text(encoding="utf-8"))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
PLACES = ("cells", "metadata", "nbformat", "nbformat_minor")
KEYS = ("cell_type", "source", "metadata", "id", "outputs", "attachments", "execution_count")
MARKS = ("grade_id", "points", "grade", "solution", "locked", "schema_version", "task", "checksum")


@st.composite
def damaged(draw):
    """The released notebook after a few changes of structure, metadata and sources."""
    notebook = copy.deepcopy(RELEASE)
    for _ in range(draw(st.integers(1, 6))):
        cells = notebook.get("cells")
        if not isinstance(cells, list) or not cells or draw(st.integers(0, 9)) == 0:
            notebook[draw(st.sampled_from(PLACES))] = draw(JSON)
            continue
        index = draw(st.integers(0, len(cells) - 1))
        cell = cells[index]
        match draw(st.integers(0, 6)):
            case 0:
                cells.insert(draw(st.integers(0, len(cells))), copy.deepcopy(cell))
            case 1:
                del cells[index]
            case 2:
                cells[index] = draw(JSON)
            case 3 if isinstance(cell, dict):
                cell[draw(st.sampled_from(KEYS))] = draw(JSON)
            case 4 if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict):
                cell["metadata"]["nbgrader"] = draw(
                    JSON | st.dictionaries(st.sampled_from(MARKS), JSON)
                )
            case 5 if isinstance(cell, dict):
                cell["source"] = draw(st.text(max_size=60))
            case _:
                cells.reverse()
    return notebook


def _read(folder, content):
    path = folder / "perceptron.ipynb"
    path.write_bytes(content)
    with suppress(RefusedError):
        notebook, repairs = read_submission(path, folder, EXAM)
        nbformat.validate(notebook)
        json.dumps(notebook).encode("utf-8")
        order = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
        assert order == [
            c.metadata.nbgrader.grade_id for c in EXAM.notebook.cells if "nbgrader" in c.metadata
        ]
        assert all(isinstance(sentence, str) for sentence in repairs)


@given(damaged())
def test_a_damaged_notebook(tmp_path_factory, notebook):
    _read(tmp_path_factory.getbasetemp(), json.dumps(notebook).encode())


@given(JSON)
def test_any_json(tmp_path_factory, content):
    _read(tmp_path_factory.getbasetemp(), json.dumps(content).encode())


@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, content):
    _read(tmp_path_factory.getbasetemp(), content)


@given(st.integers(0, len(json.dumps(RELEASE)) - 1))
def test_a_truncated_file(tmp_path_factory, length):
    _read(tmp_path_factory.getbasetemp(), json.dumps(RELEASE).encode()[:length])
