r"""One claimed derivative against every oracle.

Errors are relative, coordinate by coordinate. An exact method (complex step, autograd) is compared
with $|g|$ alone. Differences cannot see a derivative that is small beside the rounding of $f$, so
they are compared with the larger of $|g|$ and $|f| / \max(1, |x|)$.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradus.claims import Arguments, DerivativeClaim
from gradus.verification import oracles
from gradus.verification.oracles import Floats, Layout
from gradus.verification.verdict import TOLERANCE, Entry

_CASES = 3
_SLIGHT = 1e-5
"""The relative size of the smallest planted error."""


@dataclass(frozen=True)
class _Witness:
    """The derivative by one method, and the sizes below which the method sees nothing."""

    method: str
    jacobian: Floats
    floor: Floats

    def errors(self, claimed: Floats) -> Floats:
        size = np.maximum(np.maximum(np.abs(claimed), np.abs(self.jacobian)), self.floor)
        return np.abs(claimed - self.jacobian) / np.where(size > 0, size, 1.0)


def judge_derivative(claim: DerivativeClaim, seed: int = 0) -> Entry:
    """The verdict on a claim, over several cases drawn from its domain."""
    entry = Entry(claim.name, "derivative")
    try:
        for case in range(_CASES):
            rng = np.random.default_rng([seed, case, zlib.crc32(claim.name.encode())])
            _judge_case(_Case(claim, claim.domain(rng)), rng, entry)
            if claim.kinks is not None:
                _judge_kinks(claim, claim.kinks(rng), entry)
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as problem:
        entry.problems.append(f"{type(problem).__name__}: {problem}")
    return entry.conclude()


class _Case:
    """A claim at one point: value, claimed derivative, formula, all as functions of a vector."""

    def __init__(self, claim: DerivativeClaim, arguments: Arguments) -> None:
        self.claim = claim
        self.layout = Layout(arguments, claim.wrt)
        self.x = self.layout.x
        self.shape = () if claim.elementwise else self.value(self.x).shape

    def value(self, x: Floats) -> Floats:
        value = np.asarray(self.claim.function(**self.layout.at(x)), dtype=np.float64)
        return value.reshape(-1) if self.claim.elementwise else value

    def claimed(self, x: Floats) -> Floats:
        return self.layout.jacobian(self.claim.derivative(**self.layout.at(x)), self.shape)

    def formula(self, x: Any) -> Any:
        """The textbook's definition, by NumPy."""
        assert self.claim.formula is not None
        value = np.asarray(self.claim.formula(np, **self.layout.at(x)))
        return value.reshape(-1) if self.claim.elementwise else value

    def torch_formula(self, x: Any) -> Any:
        """The textbook's definition, by torch."""
        import torch

        assert self.claim.formula is not None
        arguments = _as_tensors(self.layout.at(x))
        value = self.claim.formula(torch, **arguments)
        return value.reshape(-1) if self.claim.elementwise else value


def _judge_case(case: _Case, rng: np.random.Generator, entry: Entry) -> None:
    claim, x = case.claim, case.x
    claimed = case.claimed(x)
    witnesses = list(_witnesses(case, entry))
    for witness in witnesses:
        errors = witness.errors(claimed)
        worst = int(np.argmax(errors))
        coordinate = worst % len(x)
        where = f"{case.layout.place(coordinate)} = {x[coordinate]:.4g}"
        entry.note(entry.errors, witness.method, float(errors.flat[worst]), where)
    for wrong in _planted(claimed, rng):
        entry.planted += 1
        entry.found += any(np.max(w.errors(wrong)) > TOLERANCE for w in witnesses)
    entry.condition = max(entry.condition or 0.0, _condition(case, claimed))
    if not claim.elementwise:
        _judge_identities(case, claimed, rng, entry)


def _witnesses(case: _Case, entry: Entry) -> Iterator[_Witness]:
    claim, x = case.claim, case.x
    value = case.value(x)
    size = np.maximum(1.0, np.abs(x))
    floor = np.abs(value) / size if claim.elementwise else np.abs(value)[..., None] / size
    differences, entry.best_h = oracles.best_central(case.value, x, claim.elementwise, claim.reach)
    yield _Witness("central", differences, floor)
    extrapolated = oracles.richardson(case.value, x, claim.elementwise, claim.reach)
    yield _Witness("richardson", extrapolated, floor)
    if claim.formula is None:
        return
    _judge_value(case, value, entry)
    exact = oracles.complex_step(case.formula, x, claim.elementwise)
    yield _Witness("complex step", exact, _negligible(exact))
    exact = oracles.autograd(case.torch_formula, x, claim.elementwise)
    yield _Witness("autograd", exact, _negligible(exact))
    entry.gradcheck = oracles.passes_gradcheck(case.torch_formula, x) and entry.gradcheck in (
        None,
        True,
    )
    if not entry.gradcheck:
        entry.problems.append("torch.autograd.gradcheck refuses the formula")


def _judge_value(case: _Case, value: Floats, entry: Entry) -> None:
    """The formula must define the function that is differentiated."""
    error = _relative(value, np.real(case.formula(case.x)))
    entry.note(entry.errors, "value", error, "the value itself")


def _judge_identities(case: _Case, claimed: Floats, rng: np.random.Generator, entry: Entry) -> None:
    r"""$\langle J v, u \rangle = \langle v, J^T u \rangle$, and for a scalar
    $\langle u, H v \rangle = \langle v, H u \rangle$: the derivative of something has a symmetric
    Jacobian, whatever it is the derivative of."""
    x, reach = case.x, case.claim.reach
    v, other = (_unit(rng, x.shape) for _ in range(2))
    u = _unit(rng, case.shape)
    value = case.value(x)

    forward = _along(case.value, x, v, reach)
    left, right = float(np.sum(u * forward)), float(v @ np.tensordot(u, claimed, axes=u.ndim))
    size = max(abs(left), abs(right), float(np.sum(np.abs(u * value))), 1e-300)
    entry.note(entry.identities, "adjoint", abs(left - right) / size, "a random direction")

    if case.shape:
        return
    h_v, h_u = (_along(case.claimed, x, way, reach) for way in (v, other))
    norm = max(1e-300, *(float(np.linalg.norm(part)) for part in (h_v, h_u, claimed)))
    entry.note(
        entry.identities,
        "Hessian symmetry",
        float(abs(other @ h_v - v @ h_u) / norm),
        "a random direction",
    )
    if case.claim.formula is not None:
        exact = oracles.hessian_vector(case.torch_formula, x, v)
        entry.note(
            entry.identities,
            "Hessian-vector",
            float(np.linalg.norm(h_v - exact) / norm),
            "a random direction",
        )


def _judge_kinks(claim: DerivativeClaim, arguments: Arguments, entry: Entry) -> None:
    """A subgradient is any value between the one-sided derivatives."""
    case = _Case(claim, arguments)
    left, right = oracles.one_sided(case.value, case.x, claim.reach)
    low, high = np.minimum(left, right), np.maximum(left, right)
    room = TOLERANCE * np.maximum(1.0, high - low)

    def outside(claimed: Floats) -> bool:
        return bool(np.any((claimed < low - room) | (claimed > high + room)))

    if outside(case.claimed(case.x)):
        entry.problems.append("at a kink it is not between the one-sided derivatives")
    entry.kinks += len(case.x)
    entry.planted += 2
    entry.found += outside(low - 0.01) + outside(high + 0.01)


def _planted(claimed: Floats, rng: np.random.Generator) -> Iterator[Floats]:
    """Plausible wrong derivatives: a factor, a sign, one coordinate lost, one slightly off."""
    if not np.any(claimed):
        return
    yield 2.0 * claimed
    yield -claimed
    for factor in (0.0, 1.0 + _SLIGHT):
        wrong = claimed.copy()
        visible = np.flatnonzero(np.abs(claimed) >= np.median(np.abs(claimed[claimed != 0])))
        wrong.flat[rng.choice(visible)] *= factor
        yield wrong


def _condition(case: _Case, claimed: Floats) -> float:
    r"""Relative change of the derivative per relative change of the point, $\|g' x\| / \|g\|$."""
    x, claim = case.x, case.claim
    if claim.elementwise:
        slope = oracles.central(case.claimed, x, 1e-5 * min(1.0, claim.reach / 0.1), True)
        known = claimed != 0
        return float(np.max(np.abs(slope[known] * x[known] / claimed[known]), initial=0.0))
    norm = float(np.linalg.norm(claimed))
    length = float(np.linalg.norm(x))
    if norm == 0 or length == 0:
        return 0.0
    slope = _along(case.claimed, x, x / length, claim.reach)
    return float(np.linalg.norm(slope)) * length / norm


def _along(f: Callable[[Floats], Floats], x: Floats, way: Floats, reach: float) -> Floats:
    """The derivative of ``f`` at ``x`` along ``way``, by Richardson extrapolation."""
    zero = np.zeros(1)
    return oracles.richardson(lambda t: f(x + t[0] * way), zero, False, reach)[..., 0]


def _unit(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    v = np.asarray(rng.normal(size=shape))
    return np.ones(()) if not shape else np.asarray(v / np.linalg.norm(v))


def _negligible(exact: Floats) -> Floats:
    """Sums cancel to rounding: what is 1e-12 of the largest coordinate is nothing."""
    return np.full_like(exact, 1e-12 * np.max(np.abs(exact), initial=0.0))


def _relative(value: Floats, oracle: Floats) -> float:
    size = np.maximum(np.maximum(np.abs(value), np.abs(oracle)), 1e-8 * np.max(np.abs(oracle)))
    return float(np.max(np.abs(value - oracle) / np.where(size > 0, size, 1.0)))


def _as_tensors(value: Any) -> Any:
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(value))
    if isinstance(value, dict):
        return {key: _as_tensors(part) for key, part in value.items()}
    return value
