"""Puts a submission back into the shape of its exam, before anything else looks at it.

The cells that students received (given cells, answers, tests) are found again by id, by the
notebook's own cell ids or by what they hold, wherever they stand and whatever was done to their
metadata. Each stands once, in the exam's order, with the exam's metadata; only the source of an
answer is the student's. Cells that the student added stay after the cell that they followed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from gradus.cells import bound_names, new_cell, without_hidden_tests
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.figures import handed_in
from gradus.grading.sanitise import sanitise_markdown


def repair(submitted: list[NotebookNode], exam: ExamSheet) -> tuple[NotebookNode, list[str]]:
    """The repaired notebook, and what was repaired, one sentence each, for the instructor."""
    repairs: list[str] = []
    known = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in exam.notebook.cells
        if "nbgrader" in cell.metadata
    }
    owners = _owners(submitted, known, exam, repairs)
    answers: dict[str, str] = {}
    figures: dict[str, list[NotebookNode]] = {}
    added: dict[str | None, list[NotebookNode]] = defaultdict(list)
    previous: str | None = None
    for index, cell in enumerate(submitted):
        grade_id = owners.get(index)
        if grade_id is None:
            added[previous].append(_students_own(cell))
            continue
        previous = grade_id
        if grade_id in exam.solutions:
            answers[grade_id] = cell.source
            if cell.cell_type != "code":
                repairs.append(f"{grade_id}: was no longer a code cell.")
        elif not _is_as_released(cell.source, known[grade_id].source):
            repairs.append(f"{grade_id}: its source was changed; the exam's is used.")
        elif grade_id in exam.figures:
            figures[grade_id] = handed_in(cell.source, cell.get("outputs"))
    cells = list(added[None])
    for grade_id, original in known.items():
        if grade_id not in set(owners.values()):
            repairs.append(f"{grade_id}: was missing.")
        source = answers.get(grade_id, "") if grade_id in exam.solutions else original.source
        marks = nbformat.from_dict(dict(original.metadata.nbgrader))
        cell = new_cell("code", source, original.id, nbgrader=marks)
        cell.outputs = figures.get(grade_id, [])
        cells += [cell, *added[grade_id]]
    _make_ids_unique(cells)
    notebook = new_notebook(cells=cells, metadata=dict(exam.notebook.metadata))
    return notebook, repairs


def _owners(
    submitted: list[NotebookNode],
    known: dict[str, NotebookNode],
    exam: ExamSheet,
    repairs: list[str],
) -> dict[int, str]:
    """Which submitted cell is which cell of the exam: index → grade id, one cell each."""
    owners: dict[int, str] = {}
    by_cell_id = {cell.id: grade_id for grade_id, cell in known.items()}

    def claim(index: int, grade_id: str | None) -> bool:
        if index in owners or grade_id not in known or grade_id in owners.values():
            return False
        owners[index] = str(grade_id)
        return True

    for index, cell in enumerate(submitted):
        grade_id = _declared(cell)
        if grade_id in known and not claim(index, grade_id):
            repairs.append(f"{grade_id}: stood more than once; the first is taken.")
    for index, cell in enumerate(submitted):
        if claim(index, by_cell_id.get(cell.get("id", ""))):
            repairs.append(f"{owners[index]}: had lost its metadata; found by its cell id.")
    nameless = [(index, cell) for index, cell in enumerate(submitted) if index not in owners]
    missing = [entry for entry in known.items() if entry[0] not in owners.values()]
    for index, cell in nameless:
        for grade_id, original in missing:
            if _holds(cell, grade_id, original, exam) and claim(index, grade_id):
                repairs.append(f"{grade_id}: had lost its metadata; found by its content.")
    return owners


def _declared(cell: NotebookNode) -> str | None:
    marks = cell.metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else None


def _holds(cell: NotebookNode, grade_id: str, original: NotebookNode, exam: ExamSheet) -> bool:
    """Whether a cell without a name is, by its content, the exam's ``grade_id``."""
    if cell.cell_type != "code" or not cell.source.strip():
        return False
    if grade_id not in exam.solutions:
        return _is_as_released(cell.source, original.source)
    try:
        bound = bound_names(cell.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return set(bound_names(original.source)) <= set(bound)


def _is_as_released(source: str, original: str) -> bool:
    return source.split() in (original.split(), "\n".join(without_hidden_tests(original)).split())


def _students_own(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type == "code":
        return new_cell("code", cell.source, "")
    return new_cell("markdown", sanitise_markdown(cell.source), "")


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    taken: set[Any] = {cell.id for cell in cells if "nbgrader" in cell.metadata}
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata:
            cell.id = f"student-{number}"
            assert cell.id not in taken
