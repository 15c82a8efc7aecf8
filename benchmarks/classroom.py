"""A scratch course in which a class of any size has handed in, and how commands are run in it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from gradus.cells import shows_figure
from gradus.course.synthetic import submission, synthetic_class
from gradus.grading.exam_sheet import ExamSheet

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
}
"""One thread each: as many processes as cores are at work."""


def make_course(
    folder: Path,
    week: str,
    students: Sequence[str],
    *,
    stock: bool = False,
    executed: bool = True,
    released: Path | None = None,
) -> Path:
    """The demonstration's class of a week under other names, over and over; none loops for ever.

    ``stock`` is for nbgrader with a configuration that nobody touched; ``executed`` notebooks hold
    figures; ``released`` is a :func:`released_course` to copy, if there is one already.
    """
    if released:
        shutil.copytree(released, folder)
    else:
        released_course(folder, week, stock)
    for student, notebook in zip(students, submissions(folder, week, executed), strict=False):
        handed_in = folder / "submitted" / student / week
        handed_in.mkdir(parents=True)
        nbformat.write(notebook, handed_in / f"{topic_of(week)}.ipynb")
    return folder


def released_course(folder: Path, week: str, stock: bool = False) -> Path:
    """A course in which a week is released and nobody has handed in."""
    for part in ("source", "release"):
        shutil.copytree(ROOT / part / week, folder / part / week)
    if stock:
        (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    else:
        shutil.copy(ROOT / "nbgrader_config.py", folder)
        shutil.copy(ROOT / "course.toml", folder)
    started(folder, BIN / "nbgrader", "generate_assignment", week, "--force").wait()
    return folder


def submissions(course: Path, week: str, executed: bool = True) -> Iterator[NotebookNode]:
    """What the demonstration's class hands in, over and over, without the endless loop.

    ``executed`` notebooks hold figures: the instructor's, to save the time.
    """
    notebook = f"{topic_of(week)}.ipynb"
    release = nbformat.read(course / "release" / week / notebook, as_version=4)
    shown = _executed(ROOT / "source" / week / notebook) if executed else {}
    for cell in release.cells:
        if cell.cell_type == "code" and shows_figure(cell.source):
            cell.outputs = shown.get(cell.metadata.nbgrader.grade_id, [])
    exam = ExamSheet.read(course / "source" / week / notebook)
    students = [entry for entry in synthetic_class(exam) if entry.id != "endless-loop"]
    for student in cycle(students):
        yield submission(release, student)


@functools.cache
def _executed(path: Path) -> dict[str, list[NotebookNode]]:
    """The outputs of a source notebook's cells, by grade id."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    return {
        cell.metadata.nbgrader.grade_id: cell.outputs
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


def topic_of(week: str) -> str:
    """``perceptron`` of ``01_perceptron``."""
    return week.split("_", 1)[1]


def started(course: Path, *command: str | Path) -> subprocess.Popen[bytes]:
    """A command in the folder of a course, in a session of its own."""
    with (course / "benchmark.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=course, env=ENVIRONMENT, stdout=log, stderr=log, start_new_session=True
        )
