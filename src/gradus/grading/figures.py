"""Figures of the instructor's cells: what a student handed in is kept, not drawn again.

No test may need what a cell binds that shows a figure, so no point depends on it; yet drawing is
most of what executing a notebook takes. Such a cell is executed only if no figure was handed in for
it, if the student's code needs what it binds, or if the course asks for it by name
(``redraw_figures``).
"""

from __future__ import annotations

import functools
import re
import symtable
import warnings
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from gradus.cells import code_cells, grade_id, shows_animation, stored_names
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.sanitise import is_base64, plain
from gradus.text import Text

MAX_CHARACTERS = 2_000_000
"""Of what is kept for one cell; a large figure has a tenth of it."""

_PNG = "iVBORw0KGgo"
"""How a PNG begins in base64."""
_WORD = re.compile(r"[^\W\d]\w*")
_ANY_NAME = frozenset(("eval", "exec", "globals", "locals", "vars", "get_ipython", "__main__"))
"""Who uses one of these may use every name."""


def handed_in(source: str, outputs: Any) -> list[NotebookNode]:
    """What is kept of the ``outputs``, whatever they are, of a given cell that shows a figure.

    Images and printed text are kept; an animation could not run on a page, and is a sentence.
    Nothing is kept if there is no image, too much, or something else, such as an error.
    """
    if shows_animation(source):
        note = Text(
            "La animación se ve en el notebook, no en esta página.",
            "The animation shows in the notebook, not on this page.",
        )
        return [new_output("stream", name="stdout", text=f"{note}\n")]
    try:
        kept = [_kept(output) for output in outputs]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    images = sum(output.output_type == "display_data" for output in kept)
    size = sum(len(output.get("text", "")) + len(str(output.get("data", ""))) for output in kept)
    return kept if images and size <= MAX_CHARACTERS else []


def undrawn(notebook: NotebookNode, exam: ExamSheet) -> frozenset[str]:
    """The ids of the cells of a repaired submission that need not be executed.

    That the instructor's other cells need no figure is seen to by the release gate.
    """
    spared = [
        cell for cell in notebook.cells if cell.get("outputs") and grade_id(cell) in exam.figures
    ]
    needing = [cell for cell in code_cells(notebook) if _is_written(cell)]
    while needing:
        used = frozenset().union(*(borrowed_names(cell.source) for cell in needing))
        every = bool(used & _ANY_NAME)
        needing = [cell for cell in spared if every or used & stored_names(cell.source)]
        spared = [cell for cell in spared if cell not in needing]
    return frozenset(cell.id for cell in spared)


@functools.lru_cache(4096)
def borrowed_names(source: str) -> frozenset[str]:
    """The names that a cell uses and that another may have bound.

    All of its words, if it is not plain Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a student's odd literals
            table = symtable.symtable(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(_WORD.findall(source))
    used = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    inner = table.get_children()
    while inner:
        scope = inner.pop()
        inner += scope.get_children()
        used |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
    return frozenset(used)


def _is_written(cell: NotebookNode) -> bool:
    """Whether the student wrote the cell."""
    return not grade_id(cell) or bool(cell.metadata.nbgrader.get("solution"))


def _kept(output: Any) -> NotebookNode:
    """One output, made anew; raises one of several errors if it is neither image nor text."""
    if output["output_type"] == "stream":
        text = "".join(output["text"]).encode("utf-8", "replace").decode()
        return new_output("stream", name="stdout", text=plain(text))
    if output["output_type"] not in ("display_data", "execute_result"):
        raise ValueError(output["output_type"])
    image = "".join(output["data"]["image/png"]).replace("\n", "")
    if not image.startswith(_PNG) or not is_base64(image):
        raise ValueError("no PNG")
    return new_output("display_data", data={"image/png": image})
