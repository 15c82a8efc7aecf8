"""Authoring → source → release, and the check that what is committed is in step."""

from __future__ import annotations

import ast
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gradus.cells import BEGIN_HIDDEN, BEGIN_SOLUTION, without_solutions
from gradus.course.authoring import Cell, read_authoring, source_notebook
from gradus.course.nbgrader import course_directory, find_programs
from gradus.course.settings import Course
from gradus.errors import GradusError
from gradus.text import Language

LANGUAGE_FILE = "language.txt"
STAGES = ("source", "release")


def build(root: Path, course: Course, names: list[str], language: Language, into: Path) -> None:
    """Build ``into/source/NAME`` and ``into/release/NAME`` for each assignment name.

    Nothing is replaced unless all of it was built and nothing hidden stands in the release.
    """
    with tempfile.TemporaryDirectory(prefix="gradus-build-") as folder:
        scratch = Path(folder)
        for name in names:
            cells = read_authoring(authoring_file(root, name))
            _write_source(scratch, course, name, cells, language)
            # The gradebook in the scratch folder is thrown away with it.
            generate_release(scratch, course, name)
            ensure_nothing_leaks(cells, scratch / "release" / name)
        for name in names:
            for stage in STAGES:
                target = into / stage / name
                if target.exists():
                    shutil.rmtree(target)
                shutil.copytree(scratch / stage / name, target)


def out_of_step(root: Path, course: Course, names: list[str]) -> list[str]:
    """What ``build`` would change in ``root``, one sentence each; nothing is written there."""
    differences: list[str] = []
    with tempfile.TemporaryDirectory(prefix="gradus-check-") as folder:
        fresh = Path(folder)
        build(root, course, names, course.course.language, fresh)
        for name in names:
            authoring = authoring_file(root, name).relative_to(root)
            for stage in STAGES:
                made = folder_contents(fresh / stage / name)
                kept = folder_contents(root / stage / name)
                for path in sorted(made.keys() | kept.keys()):
                    place = f"{stage}/{name}/{path}"
                    if path not in kept:
                        differences.append(f"{place} is missing; {authoring} makes it.")
                    elif path not in made:
                        differences.append(f"{place} is made by nothing; remove it.")
                    elif made[path] != kept[path]:
                        differences.append(f"{place} is not what {authoring} makes.")
    return differences


def ensure_nothing_leaks(cells: list[Cell], release: Path) -> None:
    """Raise :class:`GradusError` if any file of the release holds a solution or a hidden test.

    A line of a solution or a hidden test counts as a leak when it is code of some substance that
    no student-facing cell shows as well.
    """
    secret = secret_lines(cells)
    for path in sorted(release.rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".ipynb":
            notebook = nbformat.reads(text, as_version=4)
            text = "\n".join([str(notebook.metadata), *map(_whole_cell, notebook.cells)])
        found = next((line for line in sorted(secret) if line in text), None)
        if found or BEGIN_HIDDEN in text or BEGIN_SOLUTION in text:
            raise GradusError(
                f"release/{release.name}/{path.relative_to(release)} would show "
                f"{found or 'a hidden region'!r} to students; nothing was written."
            )


def secret_lines(cells: list[Cell]) -> dict[str, int]:
    """The lines that no student may read, and where they stand in the authoring file.

    What given cells and visible tests show as well is no secret; what prose repeats still is.
    """
    shown = {
        line.strip()
        for cell in cells
        if cell.role not in ("hidden", "prose")
        for line in without_solutions(cell.source)
    }
    return {
        line: cell.line + number
        for cell in cells
        for number, line in _secret_lines(cell)
        if line not in shown and _has_substance(line)
    }


def solution_lines(cell: Cell) -> set[str]:
    """The lines of an exercise's solution that give something away."""
    return {line for _, line in _secret_lines(cell) if _has_substance(line)}


def authoring_file(root: Path, name: str) -> Path:
    path = root / "authoring" / f"{name}.py"
    if not path.is_file():
        raise GradusError(f"There is no authoring/{name}.py; write it, or mend course.toml.")
    return path


def _write_source(
    scratch: Path, course: Course, name: str, cells: list[Cell], language: Language
) -> None:
    folder = scratch / "source" / name
    folder.mkdir(parents=True)
    notebook = source_notebook(cells, language)
    nbformat.write(notebook, folder / course.assignment(name).notebook)
    (folder / LANGUAGE_FILE).write_text(f"{language}\n", encoding="ascii")


def generate_release(root: Path, course: Course, name: str) -> None:
    """nbgrader's own generate_assignment: source/ → release/ and the gradebook of ``root``."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    find_programs()
    coursedir = course_directory(root, course, name)
    configuration, logger = coursedir.config, coursedir.log
    converter = GenerateAssignment(
        coursedir=coursedir, config=configuration, log=logger, force=True
    )
    try:
        converter.start()
    except NbGraderException as error:
        raise GradusError(f"nbgrader could not make the release of {name}: {error}") from None


def folder_contents(folder: Path) -> dict[str, bytes]:
    """Path below ``folder`` → bytes, of every file that belongs there."""
    if not folder.is_dir():
        return {}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


def _secret_lines(cell: Cell) -> Iterator[tuple[int, str]]:
    """Line numbers within the cell, and the lines, of what its role keeps from students."""
    kept = set(without_solutions(cell.source))
    for number, line in enumerate(cell.source.splitlines(), 1):
        if cell.role == "hidden" or (cell.role == "exercise" and line not in kept):
            yield number, line.strip()


def _has_substance(line: str) -> bool:
    """Whether a line of code gives something away: more than a bare name, bracket or keyword."""
    try:
        tree = ast.parse(line.rstrip(":") if line.endswith(":") else line)
    except SyntaxError:
        return len(line) > 12 and not line.startswith(("else", "try", "#"))
    return len(line) > 12 and any(
        isinstance(node, (ast.Call, ast.BinOp, ast.Compare)) for node in ast.walk(tree)
    )


def _whole_cell(cell: NotebookNode) -> str:
    return "\n".join([str(cell.source), str(cell.metadata), str(cell.get("outputs", ""))])
