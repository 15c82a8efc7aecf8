"""One submission's grading as a value: all that a worker needs, and all that it gives back.

A task holds bytes and no paths, so a worker may be another process or another machine. What comes
back is put into the notebook that nbgrader has sanitised, by our plug-in
:class:`gradus.grading.plugins.Examine`. Who hands out tasks need not wait for what executes them,
so nothing here imports it.
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

import gradus
from gradus.grading.files import regular_files
from gradus.grading.limits import Isolation, Limits
from gradus.text import Language

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
    outputs: list[dict[str, Any]] | None
    """None where they are those that were handed in: figures, which are most of a notebook."""
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
