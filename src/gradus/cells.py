"""The marks inside the cells of a source notebook, and what a cell binds and uses."""

from __future__ import annotations

import ast
import builtins
import functools
from typing import Any

from nbformat import NotebookNode

BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def new_cell(kind: str, source: str, cell_id: str, **metadata: Any) -> NotebookNode:
    """A cell of the ``kind`` ``code``, ``markdown`` or ``raw``; ``metadata`` is put in as it is.

    nbformat's own functions validate each cell by itself, which takes longer than reading all of a
    notebook; a notebook is validated as a whole before it is written.
    """
    cell = NotebookNode(id=cell_id, cell_type=kind, metadata=NotebookNode(metadata), source=source)
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def grade_id(cell: NotebookNode) -> str:
    """The name by which nbgrader knows a cell; empty if it knows none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells, in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def without_solutions(source: str) -> list[str]:
    """The lines that stand outside every solution region."""
    return _outside(source, BEGIN_SOLUTION, END_SOLUTION)


def without_hidden_tests(source: str) -> list[str]:
    """The lines that stand outside every hidden region."""
    return _outside(source, BEGIN_HIDDEN, END_HIDDEN)


def bound_names(source: str) -> tuple[str, ...]:
    """The names that a cell binds at its top level, in order."""
    names: list[str] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            names.append(statement.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names.extend(target.id for target in targets if isinstance(target, ast.Name))
    return tuple(names)


def _outside(source: str, begin: str, end: str) -> list[str]:
    lines, inside = [], False
    for line in source.splitlines():
        inside = inside or line.strip() == begin
        if not inside:
            lines.append(line)
        inside = inside and line.strip() != end
    return lines


def shows_figure(source: str) -> bool:
    """Whether a given cell shows a figure; no test may need what such a cell binds."""
    return "plt.show()" in source or shows_animation(source)


def shows_animation(source: str) -> bool:
    """Whether a given cell shows an animation, which is HTML that acts."""
    return ".to_jshtml()" in source


@functools.cache
def loaded_names(source: str) -> frozenset[str]:
    """The names that a cell uses, but for Python's own."""
    nodes = ast.walk(ast.parse(source))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(used - set(vars(builtins)))


@functools.cache
def stored_names(source: str) -> frozenset[str]:
    """The names that a cell binds at its top level."""
    stored: set[str] = set()
    pending: list[ast.AST] = list(ast.parse(source).body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            stored.add(node.name)
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            stored.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            stored.add(node.id)
        if not isinstance(node, (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp)):
            pending.extend(ast.iter_child_nodes(node))
    return frozenset(stored)
