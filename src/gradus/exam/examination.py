"""The examination of one answer: probes, verdict, diagnosis.

A *probe* is a function of the answer. The same probe is applied to the student's answer, to the
reference and, when the student's answer is wrong, to each known misconception: the one that behaves
like the student's in every probe is the diagnosis.
"""

from __future__ import annotations

import copy
import hashlib
import linecache
import os
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from gradus.catalogue import is_value, misconceptions_of, reference_of
from gradus.exam.agreement import ATOL, RTOL, as_numbers, disagreement
from gradus.exam.waits import waits_skipped
from gradus.processes import SECRET
from gradus.text import Text

Probe = Callable[[Any], Any]


class Wrong(AssertionError):
    """An answer is wrong; the message is for the student."""

    def _render_traceback_(self) -> list[str]:
        # Shown by IPython in place of a traceback, which would print the hidden test.
        return str(self).splitlines()


@dataclass(frozen=True)
class Call:
    """The probe that calls the answer with fresh copies of these arguments."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __call__(self, answer: Any) -> Any:
        args, kwargs = copy.deepcopy((self.args, self.kwargs))
        result = answer(*args, **kwargs)
        if not _same((args, kwargs), (self.args, self.kwargs)):
            raise ChangedArgumentError
        return result


class ChangedArgumentError(Exception):
    """The answer changed an argument in place."""


def call(*args: Any, **kwargs: Any) -> Call:
    """A probe that calls the answer with these arguments and checks that they stay as they were."""
    return Call(args, kwargs)


def careful(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The answer, with the check of :func:`call` at every call; for probes that call it often."""
    return lambda *args, **kwargs: Call(args, kwargs)(answer)


def once(probe: Probe) -> Probe:
    """The probe, computed once for each answer; for laws that ask about the same thing."""
    known: dict[int, tuple[Any, Any]] = {}

    def remembered(answer: Any) -> Any:
        if id(answer) not in known:
            # The answer is kept with it, so that no other gets its id.
            known[id(answer)] = answer, probe(answer)
        return known[id(answer)][1]

    return remembered


@dataclass(frozen=True)
class Outcome:
    """What a probe gave: a value, or the exception that ended it."""

    value: Any = None
    raised: Exception | None = None

    def resembles(self, other: Outcome) -> bool:
        if self.raised is not None or other.raised is not None:
            return type(self.raised) is type(other.raised)
        if as_numbers(other.value) is None and not isinstance(other.value, (tuple, dict)):
            return type(self.value) is type(other.value)
        return disagreement(self.value, other.value, equal_nan=True) is None


class Examination:
    """Collects probes of one answer; see :func:`examine`.

    ``hurried`` is for a process that wants verdicts only, such as the release gate's: the first
    failure ends the examination, without a diagnosis. The verdict is the same.
    """

    hurried: ClassVar[bool] = False

    def __init__(self, key: str, answer: Any) -> None:
        topic, self.name = key.split(".")
        self.key = key
        self.answer = answer
        self.reference = getattr(reference_of(topic), self.name)
        self.rng = np.random.default_rng(_seed(key))
        self._seen: list[tuple[Probe, Outcome, bool]] = []
        self._first_failure: Text | None = None

    def agrees(
        self, on: Text, *probes: Probe, rtol: float = RTOL, atol: float = ATOL, quiet: bool = False
    ) -> None:
        """The answer gives what the reference gives, on every probe.

        Parameters
        ----------
        on : the kind of input, completing "with …"; it is shown, the input is not.
        probes : usually :func:`call`; any function of the answer will do.
        rtol, atol : relative tolerance and its absolute floor.
        quiet : also demand that no floating-point overflow, division by zero or invalid operation
            happens on the way.
        """
        for probe in probes:
            outcome = self._try(probe, on, quiet)
            if outcome.raised is None:
                expected = probe(self.reference)
                self._note(on, disagreement(outcome.value, expected, rtol, atol))

    def within(self, on: Text, probe: Probe, low: Any, high: Any) -> None:
        """Every element of the answer's value lies between ``low`` and ``high``, ends included.

        ``low`` and ``high`` are arrays of the shape that is expected. For kinks, where any
        subgradient is right.
        """
        outcome = self._try(probe, on)
        if outcome.raised is not None:
            return
        array = as_numbers(outcome.value)
        if array is None or array.shape != np.shape(low):
            self._note(on, disagreement(outcome.value, low))
        elif not np.all((np.asarray(low) - ATOL <= array) & (array <= np.asarray(high) + ATOL)):
            self._note(on, Text("el resultado no coincide", "the result does not agree"))

    def holds(self, law: Text, predicate: Callable[[Any], Any]) -> None:
        """A property of the answer; ``law`` says it, completing "this does not hold: …"."""
        outcome = self._try(lambda answer: bool(predicate(answer)))
        if outcome.raised is None and not outcome.value:
            self._fail(Text(f"esto no se cumple: {law.es}", f"this does not hold: {law.en}"))

    def __enter__(self) -> Examination:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: types.TracebackType | None
    ) -> None:
        if kind is None and self._first_failure is not None:
            raise Wrong(str(self._message(self._first_failure)))

    def diagnosis(self) -> str | None:
        """The name of the misconception that behaves like the answer in every probe, if any."""
        found = self._resembled()
        return found.name if found else None

    def _try(self, probe: Probe, on: Text | None = None, quiet: bool = False) -> Outcome:
        outcome = _outcome(probe, self.answer, quiet)
        self._seen.append((probe, outcome, quiet))
        if isinstance(outcome.raised, NotImplementedError) or (outcome.raised and on is None):
            self._fail(_complaint(outcome.raised))
        elif outcome.raised is not None and on is not None:
            self._note(on, _complaint(outcome.raised))
        return outcome

    def _note(self, on: Text, problem: Text | None) -> None:
        if problem is not None:
            self._fail(Text(f"con {on.es}, {problem.es}", f"with {on.en}, {problem.en}"))

    def _fail(self, problem: Text) -> None:
        if self.hurried:
            raise Wrong(f"`{self.name}`: {problem}.")
        if self._first_failure is None:
            self._first_failure = problem

    def _resembled(self) -> Any:
        value = is_value(self.key)
        for entry in misconceptions_of(self.key):
            answer = entry.answer() if value else entry.answer
            with waits_skipped():
                same = all(
                    outcome.resembles(_outcome(probe, answer, quiet))
                    for probe, outcome, quiet in self._seen
                )
            if same:
                return entry
        return None

    def _message(self, problem: Text) -> Text:
        es, en = f"`{self.name}`: {_ended(problem.es)}", f"`{self.name}`: {_ended(problem.en)}"
        entry = self._resembled()
        if entry is not None:
            es += f" Se parece a **{entry.title.es}**: {_ended(entry.hint.es)}"
            en += f" It looks like **{entry.title.en}**: {_ended(entry.hint.en)}"
        return Text(es, en)


def examine(key: str, answer: Any) -> Examination:
    """Examine ``answer`` as the student's ``key`` (``topic.name``); use it in a ``with`` block."""
    return Examination(key, answer)


def _seed(key: str) -> list[int]:
    secret = os.environ.get(SECRET, "")
    return list(hashlib.sha256(f"{secret}:{key}".encode()).digest())


def _outcome(probe: Probe, answer: Any, quiet: bool) -> Outcome:
    strict: Any = {"over": "raise", "invalid": "raise", "divide": "raise"} if quiet else {}
    try:
        with np.errstate(**strict):
            return Outcome(value=probe(answer))
    except Exception as error:
        return Outcome(raised=error)


def _complaint(error: Exception) -> Text:
    if isinstance(error, ChangedArgumentError):
        return Text(
            "cambia uno de sus argumentos; trabaja sobre una copia",
            "it changes one of its arguments; work on a copy",
        )
    if isinstance(error, NotImplementedError):
        return Text("todavía falta tu respuesta", "your answer is still missing")
    if isinstance(error, FloatingPointError):
        return Text(
            "un cálculo intermedio se desborda o no está definido (overflow, 0/0)",
            "an intermediate computation overflows or is undefined (overflow, 0/0)",
        )
    kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    line = _student_line(error)
    if line is None:
        return Text(f"lanza `{kind}`", f"it raises `{kind}`")
    return Text(f"lanza `{kind}` en la línea «{line}»", f'it raises `{kind}` in the line "{line}"')


def _student_line(error: Exception) -> str | None:
    """The last line of the student's own code that the traceback passes through."""
    elsewhere = getattr(error, "student_line", None)
    if elsewhere is not None:
        return elsewhere or None
    line = None
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        in_a_cell = "ipykernel" in filename or filename.startswith("<ipython")
        if in_a_cell and trace.tb_frame.f_code.co_name not in ("<module>", "<lambda>"):
            line = linecache.getline(filename, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, (tuple, list)):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and np.array_equal(
            left, right, equal_nan=left.dtype.kind == "f"
        )
    if isinstance(left, (int, float, str)):
        return bool(left == right) or (left != left and right != right)  # noqa: PLR0124
    return True


def _ended(sentence: str) -> str:
    """The sentence with a full stop, unless it brings a mark of its own."""
    return sentence if sentence.endswith(("?", ".")) else f"{sentence}."
