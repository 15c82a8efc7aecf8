"""A submitted notebook, read without trust.

Whatever a notebook file holds, the result is a notebook in the shape of the exam, or a refusal with
a reason that the student can act on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from gradus.cells import new_cell
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.files import MAX_BYTES, is_regular
from gradus.grading.repair import repair
from gradus.text import Text

MAX_CELLS = 1000
MAX_SOURCE = 50_000

_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_KINDS = ("code", "markdown", "raw")


class RefusedError(Exception):
    """The submission cannot be graded; ``reason`` is for the student."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read_submission(
    path: Path, within: Path, exam: ExamSheet, redraw_figures: bool = False
) -> tuple[NotebookNode, list[str]]:
    """The notebook at ``path``, repaired, and the list of repairs.

    Outputs are dropped, but for the figures of given cells (:mod:`gradus.grading.figures`), which
    are dropped too if ``redraw_figures``.

    Raises :class:`RefusedError` if it is no regular file below ``within``, too large, or no
    notebook.
    """
    if not is_regular(path, within):
        raise RefusedError(
            Text(
                "La entrega no es un archivo normal (es un enlace o un dispositivo). Entrega el "
                "notebook mismo.",
                "The submission is not a regular file (it is a link or a device). Hand in the "
                "notebook itself.",
            )
        )
    if path.stat().st_size > MAX_BYTES:
        raise RefusedError(
            Text(
                f"El archivo pesa más de {MAX_BYTES >> 20} MiB. Borra las salidas y entrégalo "
                "otra vez.",
                f"The file is larger than {MAX_BYTES >> 20} MiB. Clear the outputs and hand it in "
                "again.",
            )
        )
    try:
        content = json.loads(path.read_bytes())
        if isinstance(content, dict) and content.get("nbformat", 4) != 4:
            content = nbformat.convert(nbformat.from_dict(content), 4)
        cells = [_rebuilt(cell, redraw_figures) for cell in content["cells"]]
    except (*_MALFORMED, nbformat.ValidationError):
        raise RefusedError(
            Text(
                "El archivo no es un notebook válido. Ábrelo en JupyterLab, guárdalo y entrégalo "
                "otra vez.",
                "The file is not a valid notebook. Open it in JupyterLab, save it and hand it in "
                "again.",
            )
        ) from None
    if len(cells) > MAX_CELLS:
        raise RefusedError(
            Text(
                f"El notebook tiene más de {MAX_CELLS} celdas. Borra las que sobran y entrégalo "
                "otra vez.",
                f"The notebook has more than {MAX_CELLS} cells. Delete those that you do not need "
                "and hand it in again.",
            )
        )
    return repair(cells, exam)


def refused_notebook(source: NotebookNode, reason: Text) -> NotebookNode:
    """The notebook that stands for a refused submission: the reason, and tests that nobody ran.

    Its metadata says so, so that each test is recorded as 0 and nothing is executed.
    """
    notebook = new_notebook(metadata={"gradus": {"refused": str(reason)}})
    title = Text("Entrega rechazada", "Submission refused")
    notebook.cells.append(new_cell("markdown", f"# {title}\n\n{reason}", "refused"))
    for cell in source.cells:
        if "nbgrader" in cell.metadata and cell.cell_type == "code":
            text = "" if cell.metadata.nbgrader.get("solution") else cell.source
            marks = dict(cell.metadata.nbgrader)
            notebook.cells.append(new_cell("code", text, cell.id, nbgrader=marks))
    return notebook


def _rebuilt(cell: Any, redraw_figures: bool) -> NotebookNode:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    if len(text) > MAX_SOURCE:
        # Nobody writes this by hand, and highlighting it on a page would take minutes.
        text = f"# [{len(text)} characters: too long for a cell]"
    text = text.encode("utf-8", "replace").decode()
    kind, identity = cell["cell_type"], cell.get("id")
    if kind not in _KINDS:
        raise ValueError(kind)
    rebuilt = new_cell(kind, text, identity if isinstance(identity, str) else "")
    if kind == "code" and not redraw_figures:
        # As untrusted as the rest of the file: see gradus.grading.figures.
        rebuilt["outputs"] = cell.get("outputs")
    metadata = cell.get("metadata", {})
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if isinstance(marks, dict):
        rebuilt.metadata["nbgrader"] = {"grade_id": marks.get("grade_id")}
    return rebuilt
