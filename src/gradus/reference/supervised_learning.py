r"""Week 3: the mathematical frame of supervised learning.

A sample $D_n = \{(x_i, y_i)\}$, a model $f$, a loss $\ell(y, f(x)) \ge 0$ that is near 0 when the
answer is right, and the risk $R(f) = \mathbb{E}[\ell(Y, f(X))]$, which is estimated by the mean of
the loss over a sample, the empirical risk $R_n(f)$.

Sources: the lecture; Vapnik (1992), "Principles of risk minimization for learning theory".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradus.claims import Arguments, differentiable

Floats = NDArray[np.float64]
Loss = Callable[[Any, Any], Any]

NOISE = 0.5
"""Standard deviation of the noise of the examples that :func:`risk_gap` draws."""
TRUE_RISK = (1 + NOISE**2) / 2
r"""$R(f) = \tfrac12 \mathbb{E}[(X - Y)^2]$ for $Y = 2X + \varepsilon$ and $f(x) = x$."""


def extract_features(records: Sequence[Mapping[str, Any]]) -> Floats:
    """Descriptors of the lecture's example: age, sex and salary as numbers.

    Parameters
    ----------
    records : dictionaries with ``age``, and ``sex`` and ``salary`` where they are known; at least
        one salary is.

    Returns
    -------
    Array (n, 3): age; 0 for ``"F"``, 1 for ``"M"``, 0.5 else; the salary, or where it is missing
    (no key, None or NaN) the mean of those that are known.
    """
    ages = [float(record["age"]) for record in records]
    sexes = [{"F": 0.0, "M": 1.0}.get(record.get("sex"), 0.5) for record in records]  # type: ignore[arg-type]
    salaries = np.array(
        [np.nan if record.get("salary") is None else record["salary"] for record in records],
        dtype=float,
    )
    salaries[np.isnan(salaries)] = np.nanmean(salaries)
    return np.column_stack([ages, sexes, salaries])


def standardize(train: ArrayLike, test: ArrayLike) -> tuple[Floats, Floats]:
    r"""Columns of mean 0 and deviation 1: $(x - \mu) / \sigma$ with $\mu, \sigma$ of ``train``.

    Parameters
    ----------
    train, test : arrays (n, d) and (m, d).

    Returns
    -------
    Both, with the mean and the population deviation of ``train`` only. A column that is constant
    in ``train`` is divided by 1: it becomes 0 there, and stays finite in ``test``.
    """
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    scale = np.where(np.ptp(train, axis=0) == 0, 1.0, deviation)
    return (train - mean) / scale, (test - mean) / scale


def _some_pairs(rng: np.random.Generator) -> Arguments:
    y, side = rng.normal(size=32), rng.choice([-1.0, 1.0], size=32)
    return {"y": y, "y_hat": y + side * rng.uniform(0.3, 3.0, size=32)}


def _equal_pairs(rng: np.random.Generator) -> Arguments:
    y = rng.normal(size=8)
    return {"y": y, "y_hat": y.copy()}


@differentiable(
    lambda y, y_hat: y_hat - y,
    wrt="y_hat",
    domain=_some_pairs,
    formula=lambda xp, y, y_hat: (y_hat - y) ** 2 / 2,
    elementwise=True,
)
def squared_loss(y: ArrayLike, y_hat: ArrayLike) -> Any:
    r"""$\ell(y, \hat y) = \tfrac12 (\hat y - y)^2$, elementwise (lecture)."""
    return (np.asarray(y_hat) - np.asarray(y)) ** 2 / 2


def zero_one_loss(y: ArrayLike, y_hat: ArrayLike) -> Any:
    r"""$\ell(y, \hat y) = 1$ where $\hat y \ne y$, else 0, elementwise (lecture)."""
    return np.where(np.asarray(y) != np.asarray(y_hat), 1, 0)


@differentiable(
    lambda y, y_hat: np.sign(y_hat - y),
    wrt="y_hat",
    domain=_some_pairs,
    formula=lambda xp, y, y_hat: xp.where((y_hat - y).real > 0, y_hat - y, y - y_hat),
    kinks=_equal_pairs,
    elementwise=True,
)
def absolute_loss(y: ArrayLike, y_hat: ArrayLike) -> Any:
    r"""$\ell(y, \hat y) = |\hat y - y|$, elementwise."""
    return np.abs(np.asarray(y_hat) - np.asarray(y))


def empirical_risk(
    loss: Loss, f: Callable[[NDArray[Any]], Any], X: NDArray[Any], Y: ArrayLike
) -> float:
    r"""$R_n(f) = \frac1n \sum_i \ell(y_i, f(x_i))$.

    Parameters
    ----------
    loss : ``loss(y, y_hat)``, elementwise.
    f : the model, from (n, d) to (n,).
    X, Y : examples (n, d) and their labels (n,).
    """
    return float(np.mean(loss(Y, f(X))))


@differentiable(
    lambda theta, X: X,
    wrt="theta",
    domain=lambda rng: {"theta": rng.normal(size=3), "X": rng.normal(size=(5, 3))},
    formula=lambda xp, theta, X: X @ theta,
)
def linear_model(theta: ArrayLike, X: ArrayLike) -> Floats:
    r"""$f_\theta(x) = \theta \cdot x$ for each row: (n,) from theta (d,) and X (n, d)."""
    predictions: Floats = np.asarray(X, dtype=float) @ np.asarray(theta, dtype=float)
    return predictions


def fit_least_squares(X: ArrayLike, Y: ArrayLike) -> Floats:
    r"""$\theta^* = \arg\min_\theta \sum_i \tfrac12 (\theta \cdot x_i - y_i)^2$, array (d,).

    Where ``X`` (n, d) has not full rank there are many; this is the shortest.
    """
    theta: Floats = np.linalg.pinv(np.asarray(X, dtype=float)) @ np.asarray(Y, dtype=float)
    return theta


def best_constant(Y: ArrayLike, loss_name: str) -> float:
    """The constant of least empirical risk.

    Parameters
    ----------
    Y : labels (n,).
    loss_name : ``"squared"`` (the mean), ``"absolute"`` (a median) or ``"zero_one"`` (a mode).
    """
    labels = np.asarray(Y)
    if loss_name == "squared":
        return float(np.mean(labels))
    if loss_name == "absolute":
        return float(np.median(labels))
    values, counts = np.unique(labels, return_counts=True)
    return float(values[np.argmax(counts)])


def train_test_split(
    X: NDArray[Any], Y: NDArray[Any], test_fraction: float, rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """A random partition of the examples: ``(X_train, X_test, Y_train, Y_test)``.

    Parameters
    ----------
    X, Y : examples (n, d) and their labels (n,); pairs stay together.
    test_fraction : the share of the examples that is kept for testing, rounded to a whole number.
    rng : the source of chance.
    """
    order = rng.permutation(len(X))
    size = round(test_fraction * len(X))
    test, train = order[:size], order[size:]
    return X[train], X[test], Y[train], Y[test]


def draw_examples(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    r"""Both (n,): $X \sim N(0, 1)$ and $Y = 2X + \varepsilon$, $\varepsilon \sim N(0, 0.5^2)$."""
    x = rng.normal(size=n)
    return x, 2 * x + NOISE * rng.normal(size=n)


def risk_gap(n: int, rng: np.random.Generator) -> float:
    r"""$|R_n(f) - R(f)|$ for the model $f(x) = x$ on $n$ examples of :func:`draw_examples`.

    The loss is :func:`squared_loss`, so $R(f) = \tfrac12 (1 + 0.5^2)$, and the root mean square of
    the gap falls as $1/\sqrt n$: it is $\sqrt{\operatorname{Var}(\ell) / n}$ with
    $\operatorname{Var}(\ell) = 2 R(f)^2$, since $X - Y$ is normal.
    """
    x, y = draw_examples(n, rng)
    return float(abs(np.mean((x - y) ** 2) / 2 - TRUE_RISK))
