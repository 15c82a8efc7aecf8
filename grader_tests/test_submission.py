"""Submitted files: read without trust, or refused with a reason."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader_tests.classroom import sheet
from gradus.grading import submission
from gradus.grading.driver import grade_notebook
from gradus.grading.sandbox import Limits
from gradus.grading.submission import RefusedError, read_submission, refused_notebook
from gradus.text import Text


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
        read_submission(_write(tmp_path, content))


def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "MAX_BYTES", 10)

    with pytest.raises(RefusedError, match="pesa más"):
        read_submission(_write(tmp_path, b"[" * 11))


def test_outputs_are_dropped_and_sources_kept(tmp_path):
    cell = new_code_cell("x = 1", outputs=[new_output("stream", text="20/20")])

    notebook = read_submission(_write(tmp_path, new_notebook(cells=[cell])))

    assert [(c.source, c.outputs) for c in notebook.cells] == [("x = 1", [])]


@pytest.mark.parametrize("minor", [0, 4, 5, 99])
def test_any_minor_format_is_read(tmp_path, minor):
    cell = {"cell_type": "code", "source": ["x = 1\n", "y"], "metadata": {"colab": {}}, "id": "?"}

    notebook = read_submission(
        _write(tmp_path, {"nbformat": 4, "nbformat_minor": minor, "cells": [cell], "metadata": {}})
    )

    assert notebook.cells[0].source == "x = 1\ny"
    nbformat.validate(notebook)


def test_a_refused_notebook_gets_zero_and_says_why(tmp_path):
    exam = sheet("01_perceptron")

    notebook = refused_notebook(exam.notebook, Text("porque sí", "because"))
    result = grade_notebook(notebook, exam, tmp_path, Limits())

    tests = [c for c in result.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert len(tests) == sum(test.points > 0 for test in exam.tests.values())
    assert {output.evalue for cell in tests for output in cell.outputs} == {"porque sí"}
    assert "porque sí" in result.cells[0].source
