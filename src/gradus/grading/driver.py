"""Grades one notebook: notebook in, graded notebook out; no database, no course folder."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from nbformat import NotebookNode

from gradus.cells import grade_id
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.isolated import grade_isolated
from gradus.grading.limits import Isolation, Limits
from gradus.grading.sandbox import Sandbox
from gradus.grading.verdict import failure_output


def grade_notebook(
    notebook: NotebookNode,
    exam: ExamSheet,
    folder: Path,
    limits: Limits,
    *,
    isolation: Isolation = "sandbox",
    files: Path | None = None,
    sandbox: Sandbox | None = None,
) -> NotebookNode:
    """Execute ``notebook`` with the tests of ``exam``; verdicts stand in the test cells.

    Parameters
    ----------
    notebook : a repaired submission. The source of each test is replaced by the exam's.
    exam : the exam, from ``source/``.
    folder : where the assignment's own files lie; tests run there.
    limits : what the submission may use.
    isolation : ``"sandbox"``, or ``"none"`` to run tests in the kernel of the student's code.
    files : the student's files, copied into the sandbox.
    sandbox : one that has served other submissions and is to be used again; else one is made.

    Returns
    -------
    The same notebook. A test that passed has no error among its outputs; one that failed has one,
    whose ``evalue`` is the message for the student.
    """
    tests = [
        (cell, exam.tests[name])
        for cell in notebook.cells
        if (name := grade_id(cell)) in exam.tests
    ]
    for cell, test in tests:
        cell.source = test.source
    refusal = notebook.metadata.get("gradus", {}).get("refused")
    if refusal is not None:
        for cell, _ in tests:
            cell.outputs = [failure_output(refusal)]
    elif isolation == "none":
        # Only here, since it brings Jupyter's client with it.
        from gradus.grading.in_process import grade_in_process

        grade_in_process(notebook, exam, files or folder, limits.cell_seconds)
    else:
        with nullcontext(sandbox) if sandbox else Sandbox(limits, exam.libraries) as place:
            grade_isolated(notebook, exam, folder, files, place)
    return notebook
