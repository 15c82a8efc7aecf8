"""The slice of our package that an examination runs, found by the names in its syntax trees."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_CLAIMS = "gradus.claims"
_ALL = "*"

Names = frozenset[str]
_NONE = Names()


def reference_slice(root: Path, topic: str, names: Iterable[str]) -> list[str]:
    """The statements that define ``names`` in the reference of ``topic``, and all that they use.

    ``root`` is the folder of the package.
    """
    return _slice(root, f"gradus.reference.{topic}", Names(names), _NONE)


def misconceptions_slice(root: Path, topic: str, keys: Iterable[str]) -> list[str]:
    """The misconceptions of ``keys`` (``topic.name``), and all that they use."""
    return _slice(root, f"gradus.misconceptions.{topic}", _NONE, Names(keys))


def module_slice(root: Path, module: str, name: str) -> list[str]:
    """What ``from module import name`` brings, and all that it uses."""
    return _slice(root, *_origin(root, module, name), _NONE)


def _slice(root: Path, module: str, names: Names, strings: Names) -> list[str]:
    texts: list[str] = []
    pending = [(module, names, strings)]
    met = set(pending)
    while pending:
        place, wanted, mentioned = pending.pop()
        text = _path(root, place).read_text(encoding="utf-8")
        for statement in _statements_about(text, wanted, mentioned):
            texts.append(f"{place}: {_source(statement)}")
            for origin in _origins(root, statement):
                if (*origin, _NONE) not in met:
                    met.add((*origin, _NONE))
                    pending.append((*origin, _NONE))
    return texts


def _statements_about(text: str, names: Names, strings: Names) -> list[ast.stmt]:
    """The statements that bind ``names`` or nothing at all or mention ``strings``, and their needs.

    Without claims, which leave what they decorate as it is.
    """
    statements = _statements(text)
    needed: set[int] = set()
    wanted = names
    while True:
        found = {
            index
            for index, (_, bound, _, texts) in enumerate(statements)
            if index not in needed
            and (_ALL in names or not bound or bound & wanted or texts & strings)
        }
        if not found:
            return [statements[index][0] for index in sorted(needed)]
        needed |= found
        wanted = wanted.union(*(statements[index][2] for index in found))


@functools.cache
def _statements(text: str) -> list[tuple[ast.stmt, Names, Names, Names]]:
    """Each statement of a module: the names it binds, the names and the strings it mentions."""
    return [
        (statement, _bound(statement), _mentioned(statement), _strings(statement))
        for statement in _one_by_one(ast.parse(text).body)
    ]


def _one_by_one(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements without docstring and claims, each import with one name."""
    claims = Names(
        alias.asname or alias.name
        for part in body
        if isinstance(part, ast.ImportFrom) and part.module == _CLAIMS
        for alias in part.names
    )
    for statement in body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                yield ast.ImportFrom(statement.module, [alias], statement.level)
        elif isinstance(statement, ast.FunctionDef):
            decorators = statement.decorator_list
            statement.decorator_list = [d for d in decorators if not _mentioned(d) & claims]
            yield statement
        elif not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
            yield statement


@functools.cache
def _source(statement: ast.stmt) -> str:
    """The statement without its comments."""
    return ast.unparse(statement)


def _bound(statement: ast.stmt) -> Names:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return Names([statement.name])
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return Names((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    nodes = ast.walk(statement)
    return Names(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def _mentioned(part: ast.AST) -> Names:
    return Names(node.id for node in ast.walk(part) if isinstance(node, ast.Name))


def _strings(part: ast.AST) -> Names:
    constants = (node.value for node in ast.walk(part) if isinstance(node, ast.Constant))
    return Names(value for value in constants if isinstance(value, str))


def _origins(root: Path, statement: ast.stmt) -> Iterator[tuple[str, Names]]:
    """Module and names that a statement imports from our package."""
    if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("gradus."):
        yield _origin(root, str(statement.module), statement.names[0].name)


def _origin(root: Path, module: str, name: str) -> tuple[str, Names]:
    whole = f"{module}.{name}"
    return (whole, Names([_ALL])) if _path(root, whole).is_file() else (module, Names([name]))


def _path(root: Path, module: str) -> Path:
    path = root.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
