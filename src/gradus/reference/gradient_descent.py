r"""Week 4: gradients, landscapes, and how to go down them.

The gradient is the local linear approximation of a function (lecture),
$f(x + \delta) = f(x) + \nabla f(x) \cdot \delta + O(\|\delta\|^2)$, and gradient descent follows it
downhill: $\theta \leftarrow \theta - \alpha \nabla \ell(\theta)$.

Sources: the lecture; Cauchy (1847), "Méthode générale pour la résolution des systèmes d'équations
simultanées"; Nocedal & Wright (2006), "Numerical Optimization", chapters 3 and 8.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradus.claims import Arguments, derivative_of, equals

Floats = NDArray[np.float64]
Function = Callable[[Floats], Any]


def _some_regression(rng: np.random.Generator) -> Arguments:
    X = rng.normal(size=(8, 3))
    return {"theta": rng.normal(size=3), "X": X, "Y": rng.normal(size=8)}


def _some_quadratic(rng: np.random.Generator) -> Arguments:
    half = rng.normal(size=(3, 3))
    A = half @ half.T + np.eye(3)
    return {
        "grad": lambda theta: A @ theta,
        "theta0": rng.normal(size=3),
        "lr": 0.9 / float(np.linalg.norm(A, 2)),
        "steps": 7,
    }


def _by_matrix_powers(grad: Any, theta0: Any, lr: float, steps: int) -> Any:
    shrink = np.eye(3) - lr * np.column_stack([grad(column) for column in np.eye(3)])
    return np.stack([np.linalg.matrix_power(shrink, k) @ theta0 for k in range(steps + 1)])


@equals(
    lambda f, x, h: 3 * x**2 + h**2,
    domain=lambda rng: {
        "f": lambda x: float(np.sum(x**3)),
        "x": rng.uniform(1, 3, size=(2, 3)),
        "h": 1e-4,
    },
)
def numeric_gradient(f: Function, x: ArrayLike, h: float = 1e-5) -> Floats:
    r"""Central differences, $\partial_k f(x) \approx (f(x + h e_k) - f(x - h e_k)) / 2h$.

    Parameters
    ----------
    f : a function of an array of the shape of ``x``, whose value is a number.
    x : array of any shape; integers are taken as floats.
    h : the step.

    Returns
    -------
    Array of the shape of ``x``. The error falls as $h^2$ until rounding takes over.
    """
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@equals(
    lambda f, grad, x, delta: np.sum(3 * x * delta**2 + delta**3),
    domain=lambda rng: {
        "f": lambda x: float(np.sum(x**3)),
        "grad": lambda x: 3 * x**2,
        "x": rng.uniform(1, 2, size=3),
        "delta": rng.uniform(0.1, 1, size=3),
    },
)
def taylor_remainder(f: Function, grad: Function, x: ArrayLike, delta: ArrayLike) -> float:
    r"""$f(x + \delta) - f(x) - \nabla f(x) \cdot \delta$, with its sign (lecture).

    Parameters
    ----------
    f, grad : the function and its gradient.
    x, delta : arrays (d,).
    """
    x, delta = np.asarray(x, dtype=float), np.asarray(delta, dtype=float)
    return float(f(x + delta) - f(x) - np.dot(grad(x), delta))


def linear_loss(theta: ArrayLike, X: ArrayLike, Y: ArrayLike) -> float:
    r"""$\ell(\theta) = \frac1n \sum_i \tfrac12 (y_i - \theta \cdot x_i)^2$ (lecture).

    Parameters
    ----------
    theta : array (d,).
    X, Y : arrays (n, d) and (n,).
    """
    residual = np.asarray(Y) - np.asarray(X) @ np.asarray(theta)
    return float(np.mean(residual**2) / 2)


@derivative_of(
    linear_loss,
    wrt="theta",
    domain=_some_regression,
    formula=lambda xp, theta, X, Y: xp.mean((Y - X @ theta) ** 2) / 2,
)
def linear_gradient(theta: ArrayLike, X: ArrayLike, Y: ArrayLike) -> Floats:
    r"""$\nabla \ell(\theta) = -\frac1n X^\top (Y - X\theta)$, array (d,).

    The lecture's slide prints it without the minus sign; with the minus of the update it then
    climbs.
    """
    X = np.asarray(X, dtype=float)
    gradient: Floats = -X.T @ (np.asarray(Y) - X @ np.asarray(theta)) / len(X)
    return gradient


@equals(_by_matrix_powers, domain=_some_quadratic)
def gradient_descent(
    grad: Function, theta0: ArrayLike, lr: float | Callable[[int], float], steps: int
) -> Floats:
    r"""$\theta_{k+1} = \theta_k - \alpha_k \nabla \ell(\theta_k)$ (lecture).

    Parameters
    ----------
    grad : the gradient.
    theta0 : array (d,), the start.
    lr : the learning rate, or a function that gives it for step 0 … steps − 1.
    steps : how many.

    Returns
    -------
    The trajectory, array (steps + 1, d); row 0 is ``theta0``.
    """
    theta = np.array(theta0, dtype=float)
    trajectory = [theta]
    for step in range(steps):
        rate = lr(step) if callable(lr) else lr
        theta = theta - rate * np.asarray(grad(theta))
        trajectory.append(theta)
    return np.array(trajectory)


@equals(
    lambda A: 2 / np.linalg.norm(A, 2),
    domain=lambda rng: {"A": np.cov(rng.normal(size=(4, 20)))},
)
def critical_learning_rate(A: ArrayLike) -> float:
    r"""$2 / \lambda_{\max}$ for $\tfrac12 \theta^\top A \theta$, $A$ symmetric positive definite.

    Along an eigenvector each step multiplies by $1 - \alpha \lambda$: below this rate all of them
    shrink, at it one flips for ever, above it one grows.
    """
    return float(2 / np.linalg.eigvalsh(np.asarray(A, dtype=float))[-1])


LR_VERDICTS: dict[float, str] = {1e-5: "stalls", 0.01: "slow", 0.2: "oscillates", 0.21: "diverges"}
r"""What happens with each $\alpha$ on $\tfrac12 (\theta_1^2 + 10\,\theta_2^2)$."""


def step_decay(lr0: float, step: int, drop: float, every: int) -> float:
    r"""$\alpha_0 \cdot \mathrm{drop}^{\lfloor \mathrm{step} / \mathrm{every} \rfloor}$.

    ``drop`` is the factor that is kept, and steps are counted from 0.
    """
    return lr0 * float(drop) ** (step // every)


def inverse_decay(lr0: float, step: int, k: float) -> float:
    r"""$\alpha_0 / (1 + k \cdot \mathrm{step})$, with steps counted from 0."""
    return lr0 / (1 + k * step)


def loss_surface(
    loss: Function, theta: ArrayLike, u: ArrayLike, v: ArrayLike, radius: float, points: int
) -> Floats:
    r"""The landscape on a plane: entry $[i, j]$ is $\ell(\theta + t_i u + t_j v)$.

    Parameters
    ----------
    loss : the function.
    theta, u, v : arrays (d,): the centre and two directions, taken as they are.
    radius, points : $t$ are ``points`` values from −radius to radius, at equal distances.

    Returns
    -------
    Array (points, points).
    """
    theta, u, v = (np.asarray(value, dtype=float) for value in (theta, u, v))
    t = np.linspace(-radius, radius, points)
    return np.array([[float(loss(theta + a * u + b * v)) for b in t] for a in t])
