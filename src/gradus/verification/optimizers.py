r"""Update rules against ``torch.optim``, minimisers against SciPy."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradus.claims import MinimizerClaim, OptimizerClaim
from gradus.verification.oracles import Floats
from gradus.verification.verdict import Entry

_STEPS = 200
_MEMORY = 10
_MOST_ITERATIONS = 2000
_HALVINGS = 60


def judge_optimizer(claim: OptimizerClaim, seed: int = 0) -> Entry:
    """The verdict on an update rule: 200 steps with changing gradients and learning rates.

    The gradients are drawn beforehand, so that both rules are asked the same at every step: a rule
    that starts to differ cannot be drawn back by the function that it minimises.
    """
    entry = Entry(claim.name, "optimizer")
    rng = np.random.default_rng([seed, zlib.crc32(claim.name.encode())])
    try:
        for settings in claim.settings:
            _judge_settings(claim, dict(settings), rng, entry)
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as problem:
        entry.problems.append(f"{type(problem).__name__}: {problem}")
    return entry.conclude()


def _judge_settings(
    claim: OptimizerClaim, settings: dict[str, float], rng: np.random.Generator, entry: Entry
) -> None:
    import torch

    theta = rng.normal(size=(3, 2))
    gradients = rng.normal(size=(_STEPS, 3, 2)) * 10.0 ** rng.uniform(-2, 1, size=(_STEPS, 1, 1))
    rates = 10.0 ** rng.uniform(-3, -1, size=_STEPS)
    name, options = claim.torch(**settings)
    parameter = torch.tensor(theta, requires_grad=True)
    judge = getattr(torch.optim, name)([parameter], lr=1.0, **options)
    state: Any = {}
    for step, (gradient, rate) in enumerate(zip(gradients, rates, strict=True)):
        judge.param_groups[0]["lr"] = float(rate)
        parameter.grad = torch.tensor(gradient)
        judge.step()
        theta, state = claim.update(theta, gradient, state, float(rate), **settings)
        truth = parameter.detach().numpy()
        error = float(np.max(np.abs(np.asarray(theta) - truth)) / np.max(np.abs(truth)))
        entry.note(entry.errors, f"torch.optim.{name}", error, f"step {step + 1}, {settings}")


@dataclass(frozen=True)
class Problem:
    """A function to minimise, where from, and its least value."""

    name: str
    f: Callable[[Floats], float]
    grad: Callable[[Floats], Floats]
    start: Floats


def problems() -> list[Problem]:
    """Rosenbrock, Beale, and quadratics of condition 1e2 and 1e4 in ten dimensions."""
    import scipy.optimize

    found = [
        Problem(
            "Rosenbrock",
            lambda x: float(scipy.optimize.rosen(x)),
            lambda x: np.asarray(scipy.optimize.rosen_der(x)),
            np.array([-1.2, 1.0]),
        ),
        Problem(
            "Rosenbrock in 6 dimensions",
            lambda x: float(scipy.optimize.rosen(x)),
            lambda x: np.asarray(scipy.optimize.rosen_der(x)),
            np.tile([-1.2, 1.0], 3),
        ),
        Problem("Beale", beale, d_beale, np.array([1.0, 1.0])),
    ]
    for condition in (1e2, 1e4):
        found.append(_quadratic(condition))
    return found


def beale(x: Floats) -> float:
    r"""Beale's function $\sum_{k=1}^{3} (c_k - x_1 (1 - x_2^k))^2$, least at (3, 1/2)."""
    return float(sum((c - x[0] * (1 - x[1] ** k)) ** 2 for k, c in _BEALE))


def d_beale(x: Floats) -> Floats:
    """The gradient of :func:`beale`."""
    gradient = np.zeros(2)
    for k, c in _BEALE:
        residual = c - x[0] * (1 - x[1] ** k)
        gradient += 2 * residual * np.array([x[1] ** k - 1, k * x[0] * x[1] ** (k - 1)])
    return gradient


_BEALE = ((1, 1.5), (2, 2.25), (3, 2.625))


def _quadratic(condition: float) -> Problem:
    rng = np.random.default_rng(0)
    q, _ = np.linalg.qr(rng.normal(size=(10, 10)))
    a = (q * np.geomspace(1.0, condition, 10)) @ q.T
    centre = rng.normal(size=10)
    return Problem(
        f"quadratic of condition {condition:.0e}",
        lambda x: float((x - centre) @ a @ (x - centre)) / 2,
        lambda x: a @ (x - centre),
        np.zeros(10),
    )


def judge_minimizer(claim: MinimizerClaim, seed: int = 0) -> Entry:
    r"""The verdict on a minimiser: how much of the descent that SciPy achieves is missed.

    The error is $(f(x) - f(x^*)) / (f(x_0) - f(x^*))$, with $f(x^*)$ the least value that SciPy's
    BFGS and L-BFGS-B find; and $\|\nabla f(x)\|$ must be below 1e-5, with margin for the
    ``1e-6`` at which a minimiser may stop.
    """
    import scipy.optimize

    entry = Entry(claim.name, "minimiser")
    try:
        for problem in problems():
            least = min(
                float(scipy.optimize.minimize(problem.f, problem.start, jac=problem.grad, **o).fun)
                for o in (
                    {"method": "BFGS", "options": {"gtol": 1e-8}},
                    {"method": "L-BFGS-B", "options": {"ftol": 1e-16, "gtol": 1e-9}},
                )
            )
            minimize = _two_loop(claim.minimize) if claim.direction_only else claim.minimize
            x = np.asarray(minimize(problem.f, problem.grad, problem.start.copy()))
            missed = max(problem.f(x) - least, 0.0) / (problem.f(problem.start) - least)
            entry.note(entry.errors, "SciPy", missed, problem.name)
            slope = float(np.linalg.norm(problem.grad(x)))
            if not slope < 1e-5:
                entry.problems.append(f"{problem.name}: stops where |∇f| = {slope:.1e}")
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as problem_met:
        entry.problems.append(f"{type(problem_met).__name__}: {problem_met}")
    return entry.conclude()


def _two_loop(direction: Callable[..., Any]) -> Callable[..., Floats]:
    """A minimiser out of a direction: weak Wolfe steps, ten pairs kept."""

    def minimize(
        f: Callable[[Floats], float], grad: Callable[[Floats], Floats], x: Floats
    ) -> Floats:
        S: list[Floats] = []
        Y: list[Floats] = []
        for _ in range(_MOST_ITERATIONS):
            gradient = grad(x)
            if np.linalg.norm(gradient) < 1e-7:
                break
            way = np.asarray(direction(gradient, S, Y))
            following = x + _weak_wolfe(f, grad, x, way) * way
            if np.array_equal(following, x):
                break
            S, Y = [*S, following - x][-_MEMORY:], [*Y, grad(following) - gradient][-_MEMORY:]
            x = following
        return x

    return minimize


def _weak_wolfe(
    f: Callable[[Floats], float], grad: Callable[[Floats], Floats], x: Floats, way: Floats
) -> float:
    """A step of sufficient decrease and sufficient flattening, by bisection; 0 if there is none."""
    value, slope = f(x), float(grad(x) @ way)
    low, high, step = 0.0, float("inf"), 1.0
    for _ in range(_HALVINGS):
        if f(x + step * way) > value + 1e-4 * step * slope:
            high = step
        elif grad(x + step * way) @ way < 0.9 * slope:
            low = step
        else:
            return step
        step = (low + high) / 2 if high < float("inf") else 2 * step
    return 0.0
