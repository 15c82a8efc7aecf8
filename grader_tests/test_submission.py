"""Submitted files: read without trust, or refused with a reason."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.converters import base

from grader_tests.classroom import ROOT, sheet
from gradus.cells import grade_id
from gradus.grading import submission
from gradus.grading.driver import grade_notebook
from gradus.grading.files import staged_files
from gradus.grading.limits import Limits
from gradus.grading.plugins import copy_regular_files_only
from gradus.grading.submission import RefusedError, read_submission, refused_notebook
from gradus.text import Text

WEEK = "01_perceptron"
EXAM = sheet(WEEK)


def _write(folder, content):
    path = folder / "perceptron.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        [],
        {},
        {"cells": None},
        {"cells": [1]},
        {"cells": [{"cell_type": "code"}]},
        {"cells": [{"cell_type": "spaceship", "source": "", "metadata": {}}]},
        {"cells": [{"cell_type": "code", "source": 5, "metadata": {}}]},
        {"nbformat": 3, "cells": []},
        {"nbformat": "x", "cells": []},
    ],
    ids=lambda content: repr(content)[:40],
)
def test_what_is_not_a_notebook_is_refused_with_a_reason(tmp_path, content):
    with pytest.raises(RefusedError, match="no es un notebook válido"):
        read_submission(_write(tmp_path, content), tmp_path, EXAM)


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "MAX_BYTES", 10)

    with pytest.raises(RefusedError, match="pesa más"):
        read_submission(_write(tmp_path, b"[" * 11), tmp_path, EXAM)


def _cells(folder, content):
    notebook, repairs = read_submission(_write(folder, content), folder, EXAM)
    nbformat.validate(notebook)
    return notebook.cells, repairs


def _released():
    return nbformat.read(ROOT / "release" / WEEK / "perceptron.ipynb", as_version=4)


def _by_id(cells):
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells if "nbgrader" in cell.metadata}


def _position(notebook, name):
    return [grade_id(cell) for cell in notebook.cells].index(name)


def test_an_honest_submission_needs_no_repair_and_keeps_its_outputs_out(tmp_path):
    notebook = _released()
    answer = notebook.cells[_position(notebook, "heaviside")]
    answer.source = "def heaviside(z): return 1"
    answer.outputs = [new_output("stream", text="20/20")]

    cells, repairs = _cells(tmp_path, notebook)

    assert repairs == []
    assert _by_id(cells)["heaviside"].source == "def heaviside(z): return 1"
    assert not any(cell.get("outputs") for cell in cells)
    assert len(cells) == len(notebook.cells)


@pytest.mark.parametrize("minor", [0, 4, 5, 99])
def test_any_minor_format_is_read(tmp_path, minor):
    notebook = _released()
    notebook["nbformat_minor"] = minor
    for cell in notebook.cells:
        cell.metadata["colab"] = {"base_uri": "?"}
        cell["source"] = cell.source.splitlines(keepends=True)
        if minor < 5:
            del cell["id"]

    cells, repairs = _cells(tmp_path, notebook)

    assert repairs == []
    assert len(cells) == len(notebook.cells)


def _drop_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata.clear()


def _drop_metadata_and_ids(notebook):
    _drop_metadata(notebook)
    for cell in notebook.cells:
        cell.id = f"x{id(cell)}"


def _duplicate(notebook):
    notebook.cells += [copy.deepcopy(cell) for cell in notebook.cells]


def _reverse(notebook):
    notebook.cells.reverse()


def _retype(notebook):
    for cell in notebook.cells:
        cell.cell_type = "markdown"
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _remove_tests(notebook):
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]


def _empty_tests(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("locked"):
            cell.source = "pass"


def _rewrite_metadata(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(
                points=1000, grade=True, solution=True, locked=False, schema_version=1, task=True
            )
            cell.metadata["tags"] = ["skip-execution"]


@pytest.mark.parametrize(
    "damage",
    [
        _drop_metadata,
        _drop_metadata_and_ids,
        _duplicate,
        _reverse,
        _retype,
        _remove_tests,
        _empty_tests,
        _rewrite_metadata,
    ],
)
def test_a_damaged_submission_is_put_back_into_shape(tmp_path, damage):
    notebook = _released()
    answer = notebook.cells[_position(notebook, "heaviside")]
    answer.source = "def heaviside(z):\n    return 1"
    damage(notebook)

    cells, repairs = _cells(tmp_path, notebook)

    order = [c.metadata.nbgrader.grade_id for c in cells if "nbgrader" in c.metadata]
    assert order == list(_by_id(EXAM.notebook.cells))
    assert _by_id(cells)["heaviside"].source == "def heaviside(z):\n    return 1"
    for name, original in _by_id(EXAM.notebook.cells).items():
        assert _by_id(cells)[name].metadata == original.metadata
    assert repairs or damage in (_reverse, _rewrite_metadata)


def test_cells_that_the_student_added_stay_where_they_were(tmp_path):
    notebook = _released()
    position = _position(notebook, "heaviside")
    notebook.cells.insert(position + 1, new_code_cell("helper = 1"))

    cells, _ = _cells(tmp_path, notebook)

    sources = [cell.source for cell in cells]
    assert cells[sources.index("helper = 1") - 1].metadata.nbgrader.grade_id == "heaviside"


def test_a_link_is_refused_and_a_link_to_a_folder_too(tmp_path):
    target = _write(tmp_path, _released())
    submitted = tmp_path / "submitted"
    submitted.mkdir()
    (submitted / "perceptron.ipynb").symlink_to(target)
    (submitted / "folder").symlink_to(tmp_path)

    for path in (submitted / "perceptron.ipynb", submitted / "folder" / "perceptron.ipynb"):
        with pytest.raises(RefusedError, match="archivo normal"):
            read_submission(path, submitted, EXAM)


def test_only_regular_files_travel_with_a_submission(tmp_path):
    submitted, given = tmp_path / "submitted", tmp_path / "given"
    (submitted / "data").mkdir(parents=True)
    given.mkdir()
    (submitted / "data" / "mine.csv").write_text("1,2")
    (submitted / "language.txt").write_text("fr")
    (given / "language.txt").write_text("es")
    (given / "topic.ipynb").write_text("solutions")
    (submitted / "stolen.txt").symlink_to(given / "topic.ipynb")
    (submitted / "up").symlink_to(tmp_path)
    os.mkfifo(submitted / "pipe")

    with staged_files(submitted, given) as stage:
        found = {str(p.relative_to(stage)): p.read_text() for p in stage.rglob("*") if p.is_file()}

    assert found == {"data/mine.csv": "1,2", "language.txt": "es"}


def test_a_refused_notebook_gets_zero_and_says_why(tmp_path):
    exam = EXAM

    notebook = refused_notebook(exam.notebook, Text("porque sí", "because"))
    result = grade_notebook(notebook, exam, tmp_path, Limits())

    tests = [c for c in result.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert len(tests) == len(exam.tests)
    assert {output.evalue for cell in tests for output in cell.outputs} == {"porque sí"}
    assert "porque sí" in result.cells[0].source


def test_nbgrader_copies_regular_files_however_it_writes_their_folder(tmp_path, monkeypatch):
    """``source/./week``, as it does where there is no student."""
    monkeypatch.setattr(base, "find_all_files", base.find_all_files)
    (tmp_path / "week").mkdir()
    (tmp_path / "week" / "language.txt").write_text("es")
    (tmp_path / "week" / "link").symlink_to("language.txt")
    copy_regular_files_only()

    found = base.find_all_files(f"{tmp_path}/./week")

    assert [Path(path).name for path in found] == ["language.txt"]
