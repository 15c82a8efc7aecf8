"""The product itself: every notebook is valid, runs as intended, and shows its plots."""

from __future__ import annotations

import copy
import doctest
import warnings

import nbformat
import numpy as np
import pytest

from grader_tests.classroom import COURSE, ROOT, WEEKS, sheet
from gradus.cells import bound_names, shows_figure
from gradus.grading.driver import grade_notebook
from gradus.grading.limits import Limits


def _read(stage, week):
    path = ROOT / stage / week / COURSE.assignment(week).notebook
    return nbformat.read(path, as_version=4)


def _failures(notebook):
    return {
        cell.metadata.nbgrader.grade_id: output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }


def _wrong_examples(week):
    """How many examples in the docstrings of a week's functions do not give what they say."""
    names, parser, runner = {}, doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    for cell in sheet(week).notebook.cells:
        is_given = (
            cell.cell_type == "code" and cell.metadata.nbgrader.grade_id not in sheet(week).tests
        )
        if is_given and not shows_figure(cell.source):
            exec(cell.source, names)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            functions = [names[name] for name in bound_names(cell.source) if callable(names[name])]
            text = "\n".join(function.__doc__ for function in functions)
            runner.run(parser.get_doctest(text, names, cell.metadata.nbgrader.grade_id, week, 0))
    return runner.failures


@pytest.mark.parametrize("week", WEEKS)
def test_the_examples_of_the_docstrings_hold(week):
    with np.printoptions(legacy="1.25"):  # 2.0, as a student writes it, and not np.float64(2.0)
        assert _wrong_examples(week) == 0


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("stage", ["source", "release"])
def test_a_notebook_is_valid(stage, week):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(_read(stage, week))


@pytest.mark.slow
@pytest.mark.parametrize("week", WEEKS)
def test_the_instructors_notebook_runs_without_an_error_and_shows_every_plot(week):
    folder = ROOT / "source" / week

    result = grade_notebook(
        copy.deepcopy(_read("source", week)), sheet(week), folder, Limits(), files=folder
    )

    assert _failures(result) == {}
    for cell in result.cells:
        for call, kind in (("plt.show()", "image/png"), ("to_jshtml()", "text/html")):
            if cell.cell_type == "code" and call in cell.source:
                shown = [kind for output in cell.outputs for kind in output.get("data", {})]
                assert kind in shown, cell.id
                assert not any(output.get("name") == "stderr" for output in cell.outputs), cell.id


@pytest.mark.slow
@pytest.mark.parametrize("week", WEEKS)
def test_the_released_notebook_is_unsolved_and_fails_in_the_intended_way(week):
    folder = ROOT / "release" / week

    result = grade_notebook(
        copy.deepcopy(_read("release", week)), sheet(week), folder, Limits(), files=folder
    )

    failures = _failures(result)
    tests = sheet(week).tests
    assert tests.keys() <= failures.keys()
    kinds = {failures[name].ename for name in failures.keys() - tests.keys()}
    assert kinds <= {"NotImplementedError", "NameError"}
