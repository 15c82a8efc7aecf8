r"""Week 2: activation functions, their derivatives, and the vanishing gradient.

The lecture's table of activations, evaluated without overflow: every exponential that appears
here has an argument $\le 0$.

Sources: the lecture; Clevert, Unterthiner, Hochreiter (2016), "Fast and accurate deep network
learning by exponential linear units (ELUs)"; Bengio, Simard, Frasconi (1994), "Learning long-term
dependencies with gradient descent is difficult".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradus.claims import derivative_of, differentiable, equals, interval

Floats = NDArray[np.float64]
Elementwise = Callable[[Floats], ArrayLike]


def _floats(z: ArrayLike) -> Floats:
    return np.asarray(z, dtype=np.float64)


def sigmoid(z: ArrayLike) -> Floats:
    r"""Sigmoid $\sigma(z) = 1 / (1 + e^{-z})$ (lecture).

    For $z < 0$ the equal form $e^{z} / (1 + e^{z})$ is used, so that nothing overflows.

    Parameters
    ----------
    z : array of any shape.

    Returns
    -------
    Array of the shape of ``z`` with values in [0, 1].
    """
    z = _floats(z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def tanh(z: ArrayLike) -> Floats:
    r"""Hyperbolic tangent $(e^{z} - e^{-z}) / (e^{z} + e^{-z})$ (lecture), any shape."""
    return np.tanh(_floats(z))


def relu(z: ArrayLike) -> Floats:
    r"""Rectified linear unit $\max(0, z)$ (lecture), any shape."""
    return np.maximum(_floats(z), 0.0)


def elu(z: ArrayLike, alpha: float = 1.0) -> Floats:
    r"""Exponential linear unit: $z$ if $z \ge 0$, else $\alpha (e^{z} - 1)$ (lecture).

    Parameters
    ----------
    z : array of any shape.
    alpha : minus the limit at $-\infty$, > 0.
    """
    z = _floats(z)
    return np.where(z >= 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


@derivative_of(
    sigmoid,
    wrt="z",
    domain=interval(-30, 30),
    formula=lambda xp, z: 1 / (1 + xp.exp(-z)),
    elementwise=True,
)
def d_sigmoid(z: ArrayLike) -> Floats:
    r"""Derivative $\sigma'(z) = \sigma(z) (1 - \sigma(z))$ (lecture), any shape.

    Written as $e^{-|z|} / (1 + e^{-|z|})^2$, which loses no digits where $\sigma(z)$ is near 1.
    """
    e = np.exp(-np.abs(_floats(z)))
    return e / (1.0 + e) ** 2


@derivative_of(
    tanh,
    wrt="z",
    domain=interval(-15, 15),
    formula=lambda xp, z: 1 - 2 / (1 + xp.exp(2 * z)),
    elementwise=True,
)
def d_tanh(z: ArrayLike) -> Floats:
    r"""Derivative $\tanh'(z) = 1 - \tanh^2(z)$, any shape.

    Written as $4 e^{-2|z|} / (1 + e^{-2|z|})^2$, which loses no digits where $|\tanh z|$ is near 1.
    """
    e = np.exp(-2.0 * np.abs(_floats(z)))
    return 4.0 * e / (1.0 + e) ** 2


@derivative_of(
    relu,
    wrt="z",
    domain=interval(-10, 10, away_from=0.0),
    formula=lambda xp, z: xp.where(z.real > 0, z, 0 * z),
    kinks=lambda rng: {"z": np.zeros(4)},
    elementwise=True,
)
def d_relu(z: ArrayLike) -> Floats:
    r"""A derivative of ReLU: 0 if $z < 0$, 1 if $z \ge 0$, any shape.

    At $z = 0$ ReLU has a kink; every value in [0, 1] is a subgradient.
    """
    return np.where(_floats(z) >= 0, 1.0, 0.0)


@derivative_of(
    elu,
    wrt="z",
    domain=interval(-10, 10, away_from=0.0, alpha=1.0),
    formula=lambda xp, z, alpha: xp.where(z.real > 0, z, alpha * (xp.exp(z) - 1)),
    kinks=lambda rng: {"z": np.zeros(4), "alpha": rng.uniform(0.2, 3.0)},
    elementwise=True,
)
def d_elu(z: ArrayLike, alpha: float = 1.0) -> Floats:
    r"""A derivative of ELU: $\alpha e^{z}$ if $z < 0$, 1 if $z \ge 0$, any shape.

    At $z = 0$ the one-sided derivatives are $\alpha$ and 1; they agree for $\alpha = 1$.
    """
    z = _floats(z)
    return np.where(z >= 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


LIMITS: dict[str, tuple[float, float, float, float]] = {
    "sigmoid": (0.0, 1.0, 0.0, 0.0),
    "tanh": (-1.0, 1.0, 0.0, 0.0),
    "relu": (0.0, np.inf, 0.0, 1.0),
    "elu": (-1.0, np.inf, 0.0, 1.0),
}
"""The lecture's table: (f(−∞), f(+∞), f'(−∞), f'(+∞)), with α = 1 for ELU."""


@differentiable(
    d_tanh,
    wrt="z",
    domain=interval(-15, 15),
    formula=lambda xp, z: 2 / (1 + xp.exp(-2 * z)) - 1,
    elementwise=True,
)
def tanh_from_sigmoid(z: ArrayLike) -> Floats:
    r"""Hyperbolic tangent as a stretched sigmoid: $\tanh z = 2 \sigma(2 z) - 1$, any shape."""
    return 2.0 * sigmoid(2.0 * _floats(z)) - 1.0


@equals(
    lambda f, z, h: 3 * z**2 + h**2,
    domain=lambda rng: {"f": lambda z: z**3, "z": rng.uniform(1, 3, 32), "h": 1e-4},
)
def numeric_derivative(f: Elementwise, z: ArrayLike, h: float = 1e-5) -> Floats:
    r"""Central difference $(f(z + h) - f(z - h)) / (2 h)$, elementwise.

    The truncation error falls as $h^2$ until rounding, of order $\varepsilon / h$, takes over.

    Parameters
    ----------
    f : elementwise function of an array.
    z : array of any shape.
    h : step, > 0.
    """
    z = _floats(z)
    return (_floats(f(z + h)) - _floats(f(z - h))) / (2.0 * h)


def _through_sigmoids(f: Elementwise, d_f: Elementwise, z0: ArrayLike, depth: int) -> ArrayLike:
    for _ in range(depth):
        z0 = f(_floats(z0))
    return z0


def _through_exponentials(xp: Any, f: Any, d_f: Any, z0: Any, depth: int) -> Any:
    for _ in range(depth):
        z0 = 1 / (1 + xp.exp(-z0))
    return z0


@derivative_of(
    _through_sigmoids,
    wrt="z0",
    domain=lambda rng: {
        "f": sigmoid,
        "d_f": d_sigmoid,
        "z0": rng.uniform(-8, 8, 16),
        "depth": int(rng.integers(2, 6)),
    },
    formula=_through_exponentials,
    elementwise=True,
)
def gradient_through_layers(f: Elementwise, d_f: Elementwise, z0: ArrayLike, depth: int) -> Floats:
    r"""Derivative of $f \circ \dots \circ f$ (``depth`` times) at ``z0``, elementwise.

    By the chain rule $\prod_{k=0}^{depth - 1} f'(z_k)$ with $z_{k+1} = f(z_k)$; for the sigmoid
    each factor is at most 1/4, so the gradient vanishes (Bengio et al. 1994).

    Parameters
    ----------
    f, d_f : elementwise function and its derivative.
    z0 : array of any shape.
    depth : number of layers, ≥ 0; with none the derivative is 1.
    """
    z = _floats(z0)
    gradient = np.ones_like(z)
    for _ in range(depth):
        gradient = gradient * np.asarray(d_f(z))
        z = _floats(f(z))
    return gradient


def dead_fraction(z: ArrayLike) -> float:
    r"""Share of ReLU units that no example activates; a unit is active where $z > 0$.

    Parameters
    ----------
    z : array (n, units), the inputs to the ReLU.

    Returns
    -------
    A number in [0, 1].
    """
    return float(np.mean(~np.any(_floats(z) > 0, axis=0)))
