"""The catalogue of known answers: misconceptions and alternatives of every graded name.

An answer is a plain Python function, written as a student would write it. Its module registers it
with :func:`misconception` or :func:`alternative`; the examiner calls it to diagnose, and
:func:`as_student_code` turns it back into the cell that a student would hand in.

A graded name that is a value and not a function (``GATES``, ``LIMITS``) has answers that take no
arguments and return the value.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

from gradus.text import Text

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """A plausible wrong answer.

    ``key`` is ``topic.name`` (``perceptron.heaviside``), ``title`` completes the sentence "it looks
    like …", and ``hint`` says what to look at, without giving the answer away.
    """

    key: str
    answer: Callable[..., Any]
    title: Text
    hint: Text

    @property
    def name(self) -> str:
        return self.answer.__name__

    @property
    def place(self) -> str:
        return _place(self.answer)


@dataclass(frozen=True)
class Alternative:
    """A right answer that is not the reference: it must get full marks."""

    key: str
    answer: Callable[..., Any]

    @property
    def name(self) -> str:
        return self.answer.__name__

    @property
    def place(self) -> str:
        return _place(self.answer)


def _place(answer: Callable[..., Any]) -> str:
    """File and line of an answer, as they stand in the repository."""
    package, module = answer.__module__.split(".")[-2:]
    return f"src/gradus/{package}/{module}.py:{answer.__code__.co_firstlineno}"


_misconceptions: list[Misconception] = []
_alternatives: list[Alternative] = []


def misconception(key: str, *, title: Text, hint: Text) -> Callable[[Function], Function]:
    """Register the decorated function as a misconception of ``key``; the order is kept."""

    def register(function: Function) -> Function:
        _misconceptions.append(Misconception(key, function, title, hint))
        return function

    return register


def alternative(key: str) -> Callable[[Function], Function]:
    """Register the decorated function as a right answer to ``key``."""

    def register(function: Function) -> Function:
        _alternatives.append(Alternative(key, function))
        return function

    return register


def misconceptions_of(key: str) -> list[Misconception]:
    """The misconceptions of ``topic.name``, the most specific first."""
    _load("misconceptions", key.split(".", maxsplit=1)[0])
    return [entry for entry in _misconceptions if entry.key == key]


def alternatives_of(key: str) -> list[Alternative]:
    """The alternatives of ``topic.name``."""
    _load("alternatives", key.split(".", maxsplit=1)[0])
    return [entry for entry in _alternatives if entry.key == key]


@cache
def reference_of(topic: str) -> ModuleType:
    """The module of the reference package that answers ``topic``."""
    return importlib.import_module(f"gradus.reference.{topic}")


def topics() -> list[str]:
    """The topics that the reference package covers."""
    package = importlib.import_module("gradus.reference")
    return [module.name for module in pkgutil.iter_modules(package.__path__)]


def is_value(key: str) -> bool:
    """Whether the graded name is a value rather than a function."""
    topic, name = key.split(".")
    return not callable(getattr(reference_of(topic), name))


def as_student_code(entry: Misconception | Alternative) -> str:
    """The answer as the source of a notebook cell that binds the graded name."""
    graded = entry.key.split(".")[1]
    source = textwrap.dedent(inspect.getsource(entry.answer))
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    lines = source.splitlines()[function.lineno - 1 :]
    if is_value(entry.key):
        return "\n".join([*lines, "", "", f"{graded} = {entry.name}()"])
    return re.sub(rf"\b{entry.name}\b", graded, "\n".join(lines))


@cache
def _load(package: str, topic: str) -> None:
    importlib.import_module(f"gradus.{package}.{topic}")
