r"""From an authoring file to a source notebook.

An authoring file is a Python script in jupytext's percent format. Every cell says its role in its
marker line::

    # %% [markdown] lang="es"            prose, in Spanish, followed by its twin with lang="en"
    # %% given="setup"                   code that students get as it is, locked
    # %% exercise="heaviside"            a solution cell, with ### BEGIN SOLUTION … END SOLUTION
    # %% test="heaviside" points=0.5     the visible test of that exercise (no points: ungraded)
    # %% hidden="heaviside" points=1.5   its hidden test; the whole cell is hidden

Exercise, visible test and hidden test always stand in this order, for every exercise.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from gradus.cells import BEGIN_HIDDEN, BEGIN_SOLUTION, END_HIDDEN, END_SOLUTION, bound_names
from gradus.errors import GradusError
from gradus.text import LANGUAGES, Language

Role = Literal["prose", "given", "exercise", "test", "hidden"]

POINTS_OF_A_WEEK = 20
POINTS_OF_AN_EXERCISE = (0.5, 3.0)

_CODE_ROLES: tuple[Role, ...] = ("given", "exercise", "test", "hidden")
_FORMAT = "py:percent"
_REGION = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN|MARK)")


@dataclass(frozen=True)
class Cell:
    """One cell of an authoring file: its role, the id it declares, and where it starts."""

    role: Role
    source: str
    line: int
    id: str = ""
    language: Language | None = None
    points: float | None = None

    @property
    def grade_id(self) -> str:
        suffix = {"test": "_visible", "hidden": "_hidden"}.get(self.role, "")
        return self.id + suffix


def read_authoring(path: Path) -> list[Cell]:
    """The checked cells of an authoring file.

    Raises
    ------
    GradusError
        with file, line and what to do, if a role, id, twin, region or sum of points is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GradusError(f"{path} cannot be read: {error}.") from None
    markers = [
        number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# ?%%", line)
    ]
    notebook = jupytext.reads(text, fmt=_FORMAT)
    if len(markers) != len(notebook.cells):
        raise GradusError(
            f"{path}, line 1: text stands before the first cell; start the file with a `# %%` line."
        )
    cells = [_cell(cell, line, path) for cell, line in zip(notebook.cells, markers, strict=True)]
    _check_ids(cells, path)
    _check_twins(cells, path)
    _check_triplets(cells, path)
    _check_points(cells, path)
    for cell in cells:
        _check_source(cell, path)
    return cells


def source_notebook(cells: list[Cell], language: Language) -> NotebookNode:
    """The instructor's notebook in one language, with nbgrader's metadata and stable cell ids."""
    built = []
    chosen = [cell for cell in cells if cell.role != "prose" or cell.language == language]
    for number, cell in enumerate(chosen):
        if cell.role == "prose":
            node = new_markdown_cell(cell.source, id=f"prose-{number:02d}")
        else:
            node = new_code_cell(_code(cell), id=cell.grade_id.replace("_", "-"))
            node.metadata["nbgrader"] = _nbgrader_metadata(cell)
        built.append(node)
    notebook = new_notebook(cells=built)
    notebook.metadata.update(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
    )
    nbformat.validate(notebook)
    return notebook


def _cell(cell: NotebookNode, line: int, path: Path) -> Cell:
    metadata: dict[str, Any] = dict(cell.metadata)
    metadata.pop("lines_to_next_cell", None)
    if cell.cell_type == "markdown":
        language = metadata.pop("lang", None)
        if language not in LANGUAGES or metadata:
            raise _wrong(path, line, 'a prose cell is declared `# %% [markdown] lang="es"` or "en"')
        return Cell("prose", cell.source, line, language=cast(Language, language))
    roles = [role for role in _CODE_ROLES if role in metadata]
    if cell.cell_type != "code" or len(roles) != 1:
        raise _wrong(
            path, line, 'declare one role: given="…", exercise="…", test="…" or hidden="…"'
        )
    role = roles[0]
    name, points = metadata.pop(role), metadata.pop("points", None)
    if metadata:
        raise _wrong(path, line, f"unknown words in the marker: {', '.join(metadata)}; remove them")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise _wrong(path, line, f"the id of a {role} cell is a word like heaviside")
    is_number = isinstance(points, (int, float)) and not isinstance(points, bool)
    if role == "hidden" and not is_number:
        raise _wrong(path, line, "a hidden test needs points=…")
    if points is not None and (role not in ("test", "hidden") or not is_number or points <= 0):
        raise _wrong(path, line, "points is a positive number, on a test or hidden cell only")
    return Cell(role, cell.source, line, id=name, points=points)


def _check_ids(cells: list[Cell], path: Path) -> None:
    first: dict[str, int] = {}
    for cell in cells:
        if cell.role == "prose":
            continue
        if cell.grade_id in first:
            raise _wrong(
                path,
                cell.line,
                f"the id {cell.grade_id!r} is taken by line {first[cell.grade_id]}; choose another",
            )
        first[cell.grade_id] = cell.line


def _check_twins(cells: list[Cell], path: Path) -> None:
    waiting: Cell | None = None
    for cell in [*cells, None]:
        if waiting is not None:
            if cell is None or cell.role != "prose" or cell.language != "en":
                raise _wrong(path, waiting.line, "its English twin must follow at once; write it")
            waiting = None
        elif cell is not None and cell.role == "prose":
            if cell.language != "es":
                raise _wrong(path, cell.line, "its Spanish twin must stand just before; write it")
            waiting = cell


def _check_triplets(cells: list[Cell], path: Path) -> None:
    code = [cell for cell in cells if cell.role != "prose"]
    for position, cell in enumerate(code):
        following = [(later.role, later.id) for later in code[position + 1 : position + 3]]
        if cell.role == "exercise" and following != [("test", cell.id), ("hidden", cell.id)]:
            raise _wrong(
                path,
                cell.line,
                f'the exercise needs test="{cell.id}" and then hidden="{cell.id}" right after it',
            )
        if cell.role in ("test", "hidden"):
            back = 1 if cell.role == "test" else 2
            if position < back or (code[position - back].role, code[position - back].id) != (
                "exercise",
                cell.id,
            ):
                raise _wrong(path, cell.line, f'it must follow exercise="{cell.id}"')


def _check_points(cells: list[Cell], path: Path) -> None:
    low, high = POINTS_OF_AN_EXERCISE
    for cell in cells:
        if cell.points is not None and not low <= cell.points <= high:
            raise _wrong(path, cell.line, f"a graded cell is worth {low:g} to {high:g} points")
    total = sum(cell.points or 0 for cell in cells)
    if total != POINTS_OF_A_WEEK:
        graded = [cell for cell in cells if cell.points]
        line = graded[-1].line if graded else 1
        raise _wrong(path, line, f"the points sum to {total:g}; make them {POINTS_OF_A_WEEK}")


def _check_source(cell: Cell, path: Path) -> None:
    if not cell.source.strip():
        raise _wrong(path, cell.line, "the cell is empty; write it or remove it")
    regions = [line.strip() for line in cell.source.splitlines() if _REGION.search(line)]
    if regions and cell.role != "exercise":
        raise _wrong(path, cell.line, f"{regions[0]!r} does not belong in a {cell.role} cell")
    if cell.role == "prose":
        return
    try:
        tree = ast.parse(cell.source)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 0)
        raise _wrong(path, line, f"this is not Python: {error.msg}") from None
    if cell.role == "exercise":
        if not regions or regions != [BEGIN_SOLUTION, END_SOLUTION] * (len(regions) // 2):
            raise _wrong(
                path, cell.line, f"close every solution region: {BEGIN_SOLUTION} … {END_SOLUTION}"
            )
        if not bound_names(cell.source):
            raise _wrong(path, cell.line, "the exercise binds no name; define what is asked for")
    if cell.role in ("given", "test") and "gradus" in _imported(tree):
        raise _wrong(path, cell.line, "students have no gradus: only a hidden test may import it")


def _imported(tree: ast.Module) -> set[str]:
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module.split(".")[0])
    return modules


def _code(cell: Cell) -> str:
    if cell.role != "hidden":
        return cell.source
    # What is left of the cell in the release: locked, with a line that explains it.
    title = f"# {cell.id}: tests ocultos · hidden tests"
    return "\n".join([title, BEGIN_HIDDEN, cell.source, END_HIDDEN])


def _nbgrader_metadata(cell: Cell) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": cell.grade_id,
        # Tests without points too: nbgrader's Validate looks at cells that are graded, and would
        # call a notebook right of which it left tests out.
        "grade": cell.role in ("test", "hidden"),
        "locked": cell.role != "exercise",
        "solution": cell.role == "exercise",
        "task": False,
    }
    if metadata["grade"]:
        metadata["points"] = cell.points or 0
    return metadata


def _wrong(path: Path, line: int, sentence: str) -> GradusError:
    return GradusError(f"{path}, line {line}: {sentence}.")
