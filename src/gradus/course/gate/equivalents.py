"""The reviewed list of mutants that are no mistakes.

``authoring/NN_topic.equivalents.toml`` holds one table per mutant, known by its content::

    [[equivalent]]
    exercise = "margin"
    original = "return np.min(signs * (X @ w - b)) / np.linalg.norm(np.append(w, b))"
    mutated = "return np.min(signs * (X @ w - b)) / np.linalg.norm(np.insert(w, b))"
    reason = "why no input tells the two apart"
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

from gradus.course.gate.mutants import Mutant
from gradus.errors import GradusError

_SHORTEST_REASON = 30


class Equivalent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A mutant that behaves like the solution, and why."""

    exercise: str
    original: str
    mutated: str
    reason: str = ""

    @property
    def has_reason(self) -> bool:
        """Whether the reason is more than a word or two."""
        return len(self.reason.strip()) >= _SHORTEST_REASON

    def covers(self, exercise: str, mutant: Mutant) -> bool:
        """Whether this entry is about the mutant."""
        return (self.exercise, self.original.strip(), self.mutated.strip()) == (
            exercise,
            mutant.original,
            mutant.mutated,
        )


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    equivalent: list[Equivalent] = []


def equivalents_file(root: Path, name: str) -> Path:
    """Where a week's list stands; the file is absent where there are none."""
    return root / "authoring" / f"{name}.equivalents.toml"


def read_equivalents(path: Path) -> dict[int, Equivalent]:
    """The entries, each under its line in the file.

    Raises
    ------
    GradusError
        if the file is not valid.
    """
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8")
    try:
        entries = msgspec.convert(tomllib.loads(text), _File).equivalent
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise GradusError(f"{path} is not a list of equivalent mutants: {error}.") from None
    lines = [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\s*\[\[\s*equivalent\s*\]\]", line)
    ]
    return dict(zip(lines, entries, strict=True))


def entry_for(exercise: str, mutant: Mutant) -> str:
    """The table to paste into the file, with its reason still to be written."""
    lines = [
        "[[equivalent]]",
        f"exercise = {_quoted(exercise)}",
        f"original = {_quoted(mutant.original)}",
        f"mutated = {_quoted(mutant.mutated)}",
        'reason = ""',
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    if "'" not in text and "\n" not in text:
        return f"'{text}'" if '"' in text or "\\" in text else f'"{text}"'
    if "'''" not in text:
        return f"'''\n{text}'''"
    return '"""\n' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '"""'
