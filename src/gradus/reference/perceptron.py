r"""Week 1: the perceptron and its convergence theorem.

The neuron of the lecture is $y = f(x \cdot w - b)$ with $f$ the Heaviside function: it fires
when the weighted sum of its inputs reaches the threshold $b$, which is *subtracted*.

Sources: the lecture; Rosenblatt (1958), "The perceptron: a probabilistic model for information
storage and organization in the brain"; Novikoff (1962), "On convergence proofs on perceptrons".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.int64]


def heaviside(z: ArrayLike) -> Bits:
    r"""Heaviside step $f(z) = 1$ if $z \ge 0$, else $0$ (lecture).

    Parameters
    ----------
    z : array of any shape.

    Returns
    -------
    Array of the shape of ``z`` with values in {0, 1}.
    """
    return np.where(np.asarray(z) >= 0, 1, 0)


def perceptron(x: ArrayLike, w: ArrayLike, b: float) -> Bits:
    r"""Output of the perceptron, $f(x \cdot w - b)$ (lecture).

    Parameters
    ----------
    x : array (d,) for one example, or (n, d) for n examples.
    w : array (d,), the weights.
    b : threshold; it is subtracted.

    Returns
    -------
    Array of shape () or (n,) with values in {0, 1}.
    """
    return heaviside(np.asarray(x) @ np.asarray(w) - b)


GATES: dict[str, tuple[Floats, float]] = {
    "AND": (np.array([1.0, 1.0]), 1.5),
    "OR": (np.array([1.0, 1.0]), 0.5),
    "NAND": (np.array([-1.0, -1.0]), -1.5),
    "NOR": (np.array([-1.0, -1.0]), -0.5),
}
"""Weights and threshold (w, b) of one perceptron per logic gate of two inputs."""


def xor(x: ArrayLike) -> Bits:
    r"""Exclusive or as two layers: $\mathrm{AND}(\mathrm{OR}(x), \mathrm{NAND}(x))$.

    Parameters
    ----------
    x : array (n, 2) of zeros and ones.

    Returns
    -------
    Array (n,) with values in {0, 1}.
    """
    hidden = np.column_stack([perceptron(x, *GATES["OR"]), perceptron(x, *GATES["NAND"])])
    return perceptron(hidden, *GATES["AND"])


XOR_BEST = 3
"""How many of XOR's four rows one perceptron can get right: it is not linearly separable."""


def perceptron_fit(
    X: ArrayLike, y: ArrayLike, lr: float = 1.0, epochs: int = 100
) -> tuple[Floats, float, list[int]]:
    r"""Rosenblatt's rule: for each mistake, $w \mathrel{+}= \alpha (y - \hat y) x$ and
    $b \mathrel{-}= \alpha (y - \hat y)$.

    Starts from zeros, takes the examples in order, and stops after the first epoch without a
    mistake (Rosenblatt 1958).

    Parameters
    ----------
    X : array (n, d).
    y : array (n,) with values in {0, 1}.
    lr : learning rate α > 0.
    epochs : the largest number of passes over the data.

    Returns
    -------
    w : array (d,).
    b : threshold.
    mistakes : number of mistakes in each epoch, the closing 0 included.
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes: list[int] = []
    for _ in range(epochs):
        wrong = 0
        for x_i, y_i in zip(X, y, strict=True):
            error = float(y_i) - float(perceptron(x_i, w, b))
            if error != 0:
                w = w + lr * error * x_i
                b = b - lr * error
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


def margin(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""Geometric margin $\gamma = \min_i s_i (w \cdot x_i - b) / \lVert (w, b) \rVert$.

    With $s_i = \pm 1$ it is positive exactly when the line separates the classes strictly
    (Novikoff 1962, with the threshold as one more weight).

    Parameters
    ----------
    X : array (n, d).
    y : array (n,) with values in {0, 1}; $s_i = 2 y_i - 1$.
    w, b : array (d,) and threshold, not both zero.
    """
    X, w = np.asarray(X, dtype=float), np.asarray(w, dtype=float)
    signs = 2.0 * np.asarray(y) - 1.0
    return float(np.min(signs * (X @ w - b)) / np.linalg.norm(np.append(w, b)))


def novikoff_bound(X: ArrayLike, y: ArrayLike, w: ArrayLike, b: float) -> float:
    r"""Novikoff's bound $(R / \gamma)^2$ on the number of mistakes of Rosenblatt's rule.

    $R = \max_i \lVert (x_i, -1) \rVert$: the threshold is learned too, so each example counts with
    its constant input $-1$ (Novikoff 1962). Any strictly separating (w, b) certifies a bound.

    Parameters
    ----------
    X, y, w, b : as for :func:`margin`.

    Returns
    -------
    The bound, ``np.inf`` when the line does not separate strictly ($\gamma \le 0$).
    """
    gamma = margin(X, y, w, b)
    if gamma <= 0:
        return float(np.inf)
    extended = np.column_stack([np.asarray(X, dtype=float), -np.ones(len(np.asarray(X)))])
    radius = float(np.max(np.linalg.norm(extended, axis=1)))
    return (radius / gamma) ** 2
