"""Judge every claim of the reference, and name what ought to claim and does not."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gradus.catalogue import reference_of, topics
from gradus.claims import (
    AgreementClaim,
    Claim,
    DerivativeClaim,
    MinimizerClaim,
    OptimizerClaim,
    claims,
)
from gradus.verification.agreement import judge_agreement
from gradus.verification.derivatives import judge_derivative
from gradus.verification.optimizers import judge_minimizer, judge_optimizer
from gradus.verification.verdict import TOLERANCE, Entry

_IS_A_DERIVATIVE = re.compile(r"d_\w+|local_derivatives|\w+_(gradient|backward)(_batch)?")


@dataclass(frozen=True)
class Verification:
    """The whole table."""

    entries: list[Entry]
    undeclared: list[str]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every claim holds, and everything named like a derivative claims something."""
        return not self.undeclared and all(entry.ok for entry in self.entries)

    @property
    def worst(self) -> Entry:
        """The entry with the largest relative error."""
        return max(self.entries, key=lambda entry: entry.worst)


def verify(tick: Callable[[str], None] = lambda name: None) -> Verification:
    """Judge all claims; ``tick`` hears the name of each before it is judged."""
    start = time.perf_counter()
    modules = [reference_of(topic) for topic in topics()]
    entries = []
    for claim in _of(modules, claims()):
        tick(claim.name)
        entries.append(judge(claim))
    return Verification(entries, undeclared(modules, claims()), time.perf_counter() - start)


def judge(claim: Claim) -> Entry:
    """The verdict on one claim of any kind."""
    match claim:
        case DerivativeClaim():
            return judge_derivative(claim)
        case AgreementClaim():
            return judge_agreement(claim)
        case OptimizerClaim():
            return judge_optimizer(claim)
        case MinimizerClaim():
            return judge_minimizer(claim)


def undeclared(modules: Sequence[Any], known: Sequence[Claim]) -> list[str]:
    """Functions named like a derivative (``d_…``, ``…_gradient``, ``…_backward``) with no claim."""
    claiming = {claim.name.split(" ")[0] for claim in known}
    return [
        f"{_topic(module)}.{name}"
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and _IS_A_DERIVATIVE.fullmatch(name)
        and f"{_topic(module)}.{name}" not in claiming
    ]


def as_json(verification: Verification) -> dict[str, Any]:
    """The table as one JSON object."""
    return {
        "ok": verification.ok,
        "tolerance": TOLERANCE,
        "worst_relative_error": max((e.worst for e in verification.entries), default=0.0),
        "seconds": round(verification.seconds, 2),
        "undeclared": verification.undeclared,
        "entries": [_entry_json(entry) for entry in verification.entries],
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.kind,
        "ok": entry.ok,
        "verdict": "ok" if entry.ok else "wrong",
        "worst_relative_error": entry.worst,
        "worst_input": entry.worst_input,
        "errors": entry.errors,
        "identities": entry.identities,
        "condition": entry.condition,
        "best_h": entry.best_h,
        "gradcheck": entry.gradcheck,
        "kinks": entry.kinks,
        "planted": entry.planted,
        "found": entry.found,
        "problems": entry.problems,
    }


def _of(modules: Sequence[Any], known: Sequence[Claim]) -> list[Claim]:
    """The claims of the reference, topic by topic as the catalogue lists them."""
    names = [_topic(module) for module in modules]
    ours = [claim for claim in known if claim.name.split(".")[0] in names]
    return sorted(ours, key=lambda claim: names.index(claim.name.split(".")[0]))


def _topic(module: Any) -> str:
    return str(module.__name__).removeprefix("gradus.reference.")
