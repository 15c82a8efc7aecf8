"""A submitted file, read without trust.

Whatever the file holds, the result is a notebook made of fresh cells, or a refusal with a reason
that the student can act on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from gradus.text import Text

MAX_BYTES = 10 * 1024 * 1024

_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class RefusedError(Exception):
    """The submission cannot be graded; ``reason`` is for the student."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def read_submission(path: Path) -> NotebookNode:
    """The notebook at ``path``, rebuilt from its sources and metadata; outputs are dropped."""
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
        cells = [_rebuilt(cell) for cell in content["cells"]]
    except (*_MALFORMED, nbformat.ValidationError):
        raise RefusedError(
            Text(
                "El archivo no es un notebook válido. Ábrelo en JupyterLab, guárdalo y entrégalo "
                "otra vez.",
                "The file is not a valid notebook. Open it in JupyterLab, save it and hand it in "
                "again.",
            )
        ) from None
    notebook = new_notebook(cells=cells)
    notebook.metadata.kernelspec = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    return notebook


def refused_notebook(source: NotebookNode, reason: Text) -> NotebookNode:
    """The notebook that stands for a refused submission: the reason, and tests that nobody ran.

    Its metadata says so, so that each test is recorded as 0 and nothing is executed.
    """
    notebook = new_notebook(metadata={"gradus": {"refused": str(reason)}})
    title = Text("Entrega rechazada", "Submission refused")
    notebook.cells.append(new_markdown_cell(f"# {title}\n\n{reason}"))
    for cell in source.cells:
        if "nbgrader" in cell.metadata and cell.cell_type == "code":
            text = "" if cell.metadata.nbgrader.get("solution") else cell.source
            copy = new_code_cell(text, id=cell.id)
            copy.metadata["nbgrader"] = dict(cell.metadata.nbgrader)
            notebook.cells.append(copy)
    return notebook


def _rebuilt(cell: Any) -> NotebookNode:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    metadata = cell.get("metadata", {})
    kept = {key: metadata[key] for key in ("nbgrader", "tags") if key in metadata}
    return _NEW_CELL[cell["cell_type"]](text, metadata=nbformat.from_dict(kept))
