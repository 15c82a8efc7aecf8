r"""What the reference claims about itself, declared beside each definition.

A decorator records a claim and returns the function as it is; ``gradus verify`` judges every claim
by oracles that share no code with it. A new reference function is verified as soon as it declares::

    def sigmoid(z): ...

    @derivative_of(sigmoid, wrt="z", domain=interval(-30, 30),
                   formula=lambda xp, z: 1 / (1 + xp.exp(-z)))
    def d_sigmoid(z): ...

``formula`` is the textbook's definition, written once for two array libraries: it is called with
``xp`` NumPy and complex arguments (complex step) and with ``xp`` torch (autograd), so that it stays
with operations that both name alike and that are analytic: $|x|$ and $\max$ are written with
``xp.where(x.real > 0, …)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

Arguments = dict[str, Any]
Domain = Callable[[np.random.Generator], Arguments]
"""Draws the arguments of one case: arrays, numbers, or dicts of arrays, by name."""

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class DerivativeClaim:
    """``derivative`` is the derivative of ``function`` with respect to the arguments ``wrt``."""

    name: str
    function: Callable[..., Any]
    derivative: Callable[..., Any]
    wrt: tuple[str, ...]
    domain: Domain
    formula: Callable[..., Any] | None
    kinks: Domain | None
    elementwise: bool
    reach: float


@dataclass(frozen=True)
class AgreementClaim:
    """``function`` equals ``oracle`` wherever ``domain`` leads."""

    name: str
    function: Callable[..., Any]
    oracle: Callable[..., Any]
    domain: Domain


@dataclass(frozen=True)
class OptimizerClaim:
    """``update`` takes the steps of a class of ``torch.optim``, for each of ``settings``."""

    name: str
    update: Callable[..., Any]
    torch: Callable[..., tuple[str, Mapping[str, Any]]]
    settings: Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class MinimizerClaim:
    """``minimize(f, grad, x0)`` finds the minimisers that SciPy finds.

    With ``direction_only`` the function is a two-loop recursion ``direction(grad, S, Y)``, and
    the verifier supplies the line search.
    """

    name: str
    minimize: Callable[..., Any]
    direction_only: bool


Claim = DerivativeClaim | AgreementClaim | OptimizerClaim | MinimizerClaim

_claims: dict[tuple[str, str], Claim] = {}


def claims() -> list[Claim]:
    """Every claim declared by the modules imported so far, in order of declaration."""
    return list(_claims.values())


def derivative_of(
    function: Callable[..., Any],
    *,
    wrt: str | Sequence[str],
    domain: Domain,
    formula: Callable[..., Any] | None = None,
    kinks: Domain | None = None,
    elementwise: bool = False,
    reach: float = 0.1,
    call: Callable[..., Any] | None = None,
    label: str = "",
) -> Callable[[Function], Function]:
    r"""Declare that the decorated function is the derivative of ``function``.

    Parameters
    ----------
    function : called with the arguments of the decorated one, by name.
    wrt : the argument or arguments of the derivative. For several, or for a dict of arrays, the
        decorated function returns a tuple in their order, or a dict with the same keys. An array
        argument of shape s and a value of shape r have a derivative of shape r + s.
    domain : draws arguments; a derivative there is smooth within ``reach``.
    formula : ``formula(xp, **arguments)``, the definition for complex steps and autograd.
    kinks : draws arguments at which the function has a kink in every element; the derivative
        there must lie between the one-sided ones. Only for elementwise functions.
    elementwise : value and derivative have the shape of the argument.
    reach : the largest step that differences may take from a point of ``domain``.
    call : gets the decorated function and the arguments by name, and returns the derivative, where
        that function takes other arguments than ``function`` or returns more than the derivative.
    label : tells several claims about one function apart.
    """

    def record(derivative: Function) -> Function:
        def value(**arguments: Any) -> Any:
            return call(derivative, **arguments) if call else derivative(**arguments)

        name = _name(derivative, label)
        names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
        _record(
            DerivativeClaim(
                name, function, value, names, domain, formula, kinks, elementwise, reach
            )
        )
        return derivative

    return record


def differentiable(
    derivative: Callable[..., Any],
    *,
    wrt: str | Sequence[str],
    domain: Domain,
    formula: Callable[..., Any] | None = None,
    kinks: Domain | None = None,
    elementwise: bool = False,
    reach: float = 0.1,
) -> Callable[[Function], Function]:
    """Declare the derivative of the decorated function, where the reference names none.

    The parameters are those of :func:`derivative_of`, with the roles of the two swapped.
    """

    def record(function: Function) -> Function:
        name = _name(function)
        names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
        _record(
            DerivativeClaim(
                name, function, derivative, names, domain, formula, kinks, elementwise, reach
            )
        )
        return function

    return record


def equals(
    oracle: Callable[..., Any], *, domain: Domain, label: str = ""
) -> Callable[[Function], Function]:
    """Declare that the decorated function equals ``oracle(**arguments)``, which is independent."""

    def record(function: Function) -> Function:
        name = _name(function, label)
        _record(AgreementClaim(name, function, oracle, domain))
        return function

    return record


def optimizer(
    torch: Callable[..., tuple[str, Mapping[str, Any]]],
    *,
    settings: Sequence[Mapping[str, float]] = ({},),
) -> Callable[[Function], Function]:
    """Declare that an ``update(theta, grad, state, lr, …)`` takes the steps of ``torch.optim``.

    Parameters
    ----------
    torch : from our keyword arguments to the name of torch's class and its keyword arguments.
    settings : the keyword arguments to try; ours are the defaults where left out.
    """

    def record(update: Function) -> Function:
        name = _name(update)
        _record(OptimizerClaim(name, update, torch, settings))
        return update

    return record


def minimizer(function: Function) -> Function:
    """Declare that ``function(f, grad, x0)`` minimises like SciPy's BFGS and L-BFGS-B."""
    name = _name(function, "minimisers")
    _record(MinimizerClaim(name, function, direction_only=False))
    return function


def descent_direction(function: Function) -> Function:
    """Declare that ``function(grad, S, Y)`` with a line search minimises like L-BFGS-B."""
    name = _name(function, "minimisers")
    _record(MinimizerClaim(name, function, direction_only=True))
    return function


def interval(
    low: float, high: float, *, away_from: float | None = None, gap: float = 0.2, **others: float
) -> Domain:
    """Draw one argument ``z`` of 64 points, evenly spread at random over an interval.

    Points nearer to ``away_from`` than ``gap`` are left out. Each of ``others`` is a further
    argument, drawn between a half and twice its value.
    """

    def draw(rng: np.random.Generator) -> Arguments:
        edges = np.linspace(low, high, 65)
        z = rng.uniform(edges[:-1], edges[1:])
        if away_from is not None:
            z = z[np.abs(z - away_from) >= gap]
        return {"z": z, **{k: v * 2.0 ** rng.uniform(-1, 1) for k, v in others.items()}}

    return draw


def _record(claim: Claim) -> None:
    key = (type(claim).__name__, claim.name)
    if key in _claims:
        raise ValueError(f"{claim.name} claims twice; tell the claims apart by their label")
    _claims[key] = claim


def _name(function: Callable[..., Any], label: str = "") -> str:
    topic = function.__module__.removeprefix("gradus.reference.")
    return f"{topic}.{function.__name__}" + (f" {label}" if label else "")
