"""One submission's grading as a value: all that a worker needs, and all that it gives back.

A task holds bytes and no paths, so a worker may be another process or another machine. What comes
back is put into the notebook that nbgrader has sanitised, by our plug-in
:class:`gradus.grading.plugins.Examine`.
"""

from __future__ import annotations

import functools
import hashlib
import io
import tarfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from nbformat import NotebookNode

import gradus
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.limits import Isolation, Limits
from gradus.grading.submission import regular_files
from gradus.grading.verdict import failure_output, record_seconds
from gradus.text import Language, Text

_NOT_GRADED = Text(
    "Tu entrega no se pudo calificar: detuvo el programa que la calificaba. Revísala, y avisa a tu "
    "equipo docente.",
    "Your submission could not be graded: it stopped the program that graded it. Look it over, and "
    "tell your teaching staff.",
)


_LIBRARIES = ("numpy", "torch", "ipython", "nbgrader")


class Terms(msgspec.Struct, frozen=True):
    """How a class is graded."""

    isolation: Isolation
    limits: Limits
    language: Language
    secret: str
    redraw_figures: bool = False


class Task(msgspec.Struct, frozen=True):
    """A submitted notebook, the regular files beside it, and the assignment's source folder."""

    notebook: str
    submitted: bytes
    source: bytes
    terms: Terms

    @property
    def digest(self) -> str:
        """Names the task by its content."""
        digest = hashlib.sha256(self.notebook.encode())
        for part in (self.submitted, self.source, msgspec.msgpack.encode(self.terms)):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()


class CellResult(msgspec.Struct, frozen=True):
    """A code cell after grading."""

    source: str
    outputs: list[dict[str, Any]]
    seconds: float


class Result(msgspec.Struct, frozen=True):
    """A graded notebook: its code cells in order; or why it was refused, or why no worker could."""

    cells: list[CellResult] = []
    refused: str = ""
    fault: str = ""
    seconds: float = 0.0


def fault_of(error: Exception) -> Result:
    """The result of a task that an error of ours ended."""
    return Result(fault=f"{type(error).__name__}: {error}")


def task_of(submitted: Path, source: Path, notebook: str, terms: Terms) -> Task:
    """The task of grading ``notebook`` (without its suffix) of the folder ``submitted``."""
    return Task(notebook, _packed(submitted), _packed(source), terms)


def fill_in(notebook: NotebookNode, exam: ExamSheet, result: Result) -> bool:
    """Give the cells of ``notebook`` their outputs; False, and nothing, if they are others."""
    if result.fault:
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in exam.tests:
                cell.outputs = [failure_output(str(_NOT_GRADED))]
        return True
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.source for cell in cells] != [cell.source for cell in result.cells]:
        return False
    for cell, graded in zip(cells, result.cells, strict=True):
        cell.outputs = [NotebookNode(output) for output in graded.outputs]
        record_seconds(cell, graded.seconds)
    return True


@functools.cache
def code_digest() -> str:
    """Names our code and the libraries that a verdict depends on, by content and version."""
    package = Path(gradus.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for library in _LIBRARIES:
        digest.update(version(library).encode() + b"\n")
    return digest.hexdigest()


def _packed(folder: Path) -> bytes:
    """The regular files of a folder, as bytes that depend on names and contents only."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in regular_files(folder):
            entry = tarfile.TarInfo(str(path.relative_to(folder)))
            content = path.read_bytes()
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
