"""The slice of a notebook that a test meets: the cells on which the names that it uses depend.

Where names do not tell, the slice holds more rather than less: a cell that binds nothing, one that
cannot be read, one that computes with data of the slice, since it may change them.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Sequence

from gradus.cells import stored_names

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@functools.cache
def used_names(source: str) -> frozenset[str]:
    """The names that a cell reads; none if it cannot be read itself, since then it does not run."""
    nodes = (node for part in _parts(source) for node in ast.walk(part))
    return frozenset(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def needed_cells(
    cells: Sequence[str], names: Iterable[str], lent: frozenset[str] = frozenset()
) -> list[str]:
    """The cells on which the values of ``names`` depend, in the notebook's order.

    ``lent`` are bound to something else while a function that uses them runs.
    """
    defined = frozenset(name for cell in cells for name in _defined_names(cell))
    needed: set[int] = set()
    wanted = set(names)
    while True:
        found = {
            index
            for index, cell in enumerate(cells)
            if index not in needed and _concerns(cell, wanted, wanted - defined)
        }
        if not found:
            return [cells[index] for index in sorted(needed)]
        needed |= found
        for index in found:
            wanted |= used_names(cells[index]) - (lent - _computed_with(cells[index]))


def _concerns(cell: str, names: set[str], data: set[str]) -> bool:
    if not can_be_read(cell) or not stored_names(cell):
        return True
    return bool(names & stored_names(cell) or data & _computed_with(cell))


@functools.cache
def _defined_names(cell: str) -> frozenset[str]:
    """The names that the cell binds to functions, classes and modules."""
    parts = [part for part in _parts(cell) if isinstance(part, _DEFINITIONS)]
    return frozenset(name for part in parts for name in stored_names(ast.unparse(part)))


@functools.cache
def _computed_with(cell: str) -> frozenset[str]:
    """The names that appear where the cell computes at once, outside of functions' bodies."""
    nodes = (node for part in _at_once(cell) for node in ast.walk(part))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name))


def _at_once(cell: str) -> Iterator[ast.AST]:
    for part in _parts(cell):
        if isinstance(part, ast.FunctionDef):
            yield from (*part.decorator_list, part.args)
        else:
            yield part


@functools.cache
def can_be_read(source: str) -> bool:
    """Whether the source is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


def _parts(cell: str) -> list[ast.stmt]:
    return ast.parse(cell).body if can_be_read(cell) else []
