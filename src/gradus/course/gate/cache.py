"""Outcomes kept between runs, by the content of everything that they depend on."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import json
import sqlite3
import sys
import time
from pathlib import Path
from types import TracebackType

from nbformat import NotebookNode

import gradus
from gradus.course.gate.running import Outcome, Paper, steps_of
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamSheet

FOLDER = ".gradus-cache"
_DAYS = 30
_PACKAGE = Path(gradus.__file__).parent
_LIBRARIES = ("numpy", "scipy", "torch")
_MACHINERY = ("catalogue.py", "text.py", "course/gate/running.py", "course/gate/sitting.py")


class Cache:
    """A file in ``.gradus-cache/`` of the course; it may be deleted at any time."""

    def __init__(self, root: Path) -> None:
        folder = root / FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / "gate.sqlite"
        try:
            self._open(path)
        except sqlite3.OperationalError as error:
            # Busy, perhaps: another process may be using it, so it is not ours to remove.
            raise GradusError(f"{path} cannot be used now ({error}); try again.") from None
        except sqlite3.DatabaseError:
            path.unlink()
            self._open(path)

    def _open(self, path: Path) -> None:
        # Each statement by itself: a lock held for a whole week would stop a check beside this one.
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS outcomes (key TEXT PRIMARY KEY, outcome TEXT, used REAL)"
        )
        self._database.execute(
            "DELETE FROM outcomes WHERE used < ?", (time.time() - _DAYS * 86400,)
        )

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def get(self, key: str) -> Outcome | None:
        row = self._database.execute(
            "UPDATE outcomes SET used = ? WHERE key = ? RETURNING outcome", (time.time(), key)
        ).fetchone()
        return Outcome(**json.loads(row[0])) if row else None

    def put(self, key: str, outcome: Outcome) -> None:
        content = json.dumps({"verdicts": outcome.verdicts, "seconds": outcome.seconds})
        self._database.execute(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", (key, content, time.time())
        )


class Keys:
    """Digests of the papers of one week."""

    def __init__(self, exam: ExamSheet) -> None:
        self._exam = exam
        self._steps = steps_of(exam)
        self._met: dict[tuple[tuple[str, ...], bool], str] = {}

    def of(self, paper: Paper) -> str:
        """A digest of the paper, of the cells it meets, and of the code that examines it."""
        group = (paper.tests, paper.hurried)
        if group not in self._met:
            self._met[group] = self._context(paper)
        return _digest((self._met[group], paper))

    def of_submission(self, notebook: NotebookNode, surroundings: object) -> str:
        """The same for a whole notebook that is graded as a student's."""
        cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
        return _digest((cells, self._exam.tests, surroundings, _code_of_grading(self._exam.topic)))

    def _context(self, paper: Paper) -> str:
        last = max(i for i, step in enumerate(self._steps) if step[1] in paper.tests)
        before = self._steps[: last + 1]
        met = [step for step in before if step[0] == "cell" or step[1] in paper.tests]
        tests = [self._exam.tests[name] for name in paper.tests]
        names = [(test.graded_names, test.lent_names) for test in tests]
        return _digest((met, names, _code_of(self._exam.topic, not paper.hurried)))


def _digest(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@functools.cache
def _code_of(topic: str, diagnosis: bool) -> str:
    paths = [*_closure(_PACKAGE / "reference" / f"{topic}.py"), *(_PACKAGE / "exam").glob("*.py")]
    paths += [_PACKAGE / name for name in _MACHINERY]
    if diagnosis:
        paths += _closure(_PACKAGE / "misconceptions" / f"{topic}.py")
    digest = hashlib.sha256(sys.version.encode())
    for library in _LIBRARIES:
        digest.update(importlib.metadata.version(library).encode())
    for path in sorted(set(paths)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _code_of_grading(topic: str) -> str:
    paths = sorted(path for path in (_PACKAGE / "grading").rglob("*.py"))
    return _digest((_code_of(topic, True), [path.read_bytes() for path in paths]))


def _closure(path: Path) -> list[Path]:
    """A module of ours and all that it imports from the reference."""
    found: list[Path] = []
    pending = [path]
    while pending:
        module = pending.pop()
        if module in found or not module.is_file():
            continue
        found.append(module)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "gradus.reference"
            ):
                rest = (node.module or "").split(".")[2:]
                names = rest[:1] or [alias.name for alias in node.names]
                pending += [_PACKAGE / "reference" / f"{name}.py" for name in names]
    return found
