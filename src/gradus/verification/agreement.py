"""A function against an oracle that computes the same by other means."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from gradus.claims import AgreementClaim
from gradus.verification.oracles import Floats
from gradus.verification.verdict import TOLERANCE, Entry

_CASES = 8
_SLIGHT = 1.0 + 1e-5


def judge_agreement(claim: AgreementClaim, seed: int = 0) -> Entry:
    """The verdict on a claim, over several cases drawn from its domain."""
    entry = Entry(claim.name, "agreement")
    try:
        for case in range(_CASES):
            rng = np.random.default_rng([seed, case, zlib.crc32(claim.name.encode())])
            arguments = claim.domain(rng)
            answer, truth = _flat(claim.function(**arguments)), _flat(claim.oracle(**arguments))
            entry.note(entry.errors, "oracle", _error(answer, truth), f"case {case}")
            if np.any(truth):
                entry.planted += 1
                entry.found += _error(_SLIGHT * truth, truth) > TOLERANCE
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as problem:
        entry.problems.append(f"{type(problem).__name__}: {problem}")
    return entry.conclude()


def _error(answer: Floats, truth: Floats) -> float:
    """The largest difference relative to the largest entry; infinite for another shape."""
    if answer.shape != truth.shape:
        return float("inf")
    size = float(np.max(np.abs(truth), initial=0.0)) or 1.0
    return float(np.max(np.abs(answer - truth), initial=0.0)) / size


def _flat(value: Any) -> Floats:
    parts = value if isinstance(value, tuple) else (value,)
    return np.concatenate([np.asarray(part, dtype=np.float64).reshape(-1) for part in parts])
