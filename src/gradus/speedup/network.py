r"""One SGD step of a small network, written once for NumPy and torch.

$H = \tanh(X W_1 + b_1)$, $Z = H W_2 + b_2$, softmax and cross-entropy, gradients by the chain
rule, $\theta \leftarrow \theta - \alpha \nabla$. The operations used have the same name in both
libraries, so all engines do the same arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]

EXAMPLES = 65_536
LEARNING_RATE = 0.1
_FLOAT_BYTES = 4


@dataclass(frozen=True)
class Network:
    """Inputs d, hidden units h, classes C."""

    name: str
    d: int
    h: int
    C: int

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return self.d * self.h + self.h + self.h * self.C + self.C

    def flops(self, m: int) -> int:
        """Floating-point operations of the five matrix products of a step; the rest is small."""
        return m * (4 * self.d * self.h + 6 * self.h * self.C)

    def traffic(self, m: int) -> int:
        """Bytes that a step must move even if every array is read once per product.

        X is read twice; H and its gradient six times in all, logits four; the parameters are read
        for the forward and the backward product, and for the update read and written like their
        gradients.
        """
        per_example = 2 * self.d + 6 * self.h + 4 * self.C
        return _FLOAT_BYTES * (m * per_example + 5 * self.parameters)

    def memory(self, m: int) -> int:
        """Bytes that a step holds at once, temporaries included; the data set comes on top."""
        return _FLOAT_BYTES * (m * (5 * self.h + 6 * self.C) + 3 * self.parameters)


NETWORKS = (
    Network("small", 64, 32, 10),
    Network("medium", 256, 256, 10),
    Network("wide", 1024, 1024, 10),
)
"""The digits' network, a middling one, and one wide enough to fill a GPU."""


@dataclass(frozen=True)
class Problem:
    """Examples in random order, one-hot labels, first parameters."""

    X: Singles
    Y: Singles
    start: tuple[Singles, ...]


def draw_problem(network: Network, n: int = EXAMPLES, seed: int = 0) -> Problem:
    """Gaussian inputs, random labels, weights of variance 1/inputs."""
    rng = np.random.default_rng(seed)
    single = np.float32
    X = rng.standard_normal((n, network.d), dtype=single)
    Y = np.zeros((n, network.C), dtype=single)
    Y[np.arange(n), rng.integers(0, network.C, n)] = 1.0
    W1 = rng.standard_normal((network.d, network.h), dtype=single) / single(network.d**0.5)
    W2 = rng.standard_normal((network.h, network.C), dtype=single) / single(network.h**0.5)
    return Problem(X, Y, (W1, np.zeros(network.h, single), W2, np.zeros(network.C, single)))


def gradients(xp: Any, params: tuple[Any, ...], X: Any, Y: Any) -> tuple[Any, ...]:
    """Gradients of the mean cross-entropy with respect to (W1, b1, W2, b2).

    Parameters
    ----------
    xp : NumPy or torch.
    params : W1 (d, h), b1 (h,), W2 (h, C), b2 (C,).
    X, Y : arrays (m, d) and (m, C), one-hot.
    """
    W1, b1, W2, b2 = params
    H = xp.tanh(X @ W1 + b1)
    Z = H @ W2 + b2
    E = xp.exp(Z - xp.amax(Z, axis=1, keepdims=True))
    dZ = (E / xp.sum(E, axis=1, keepdims=True) - Y) / len(X)
    dA = (dZ @ W2.T) * (1 - H * H)
    return X.T @ dA, xp.sum(dA, axis=0), H.T @ dZ, xp.sum(dZ, axis=0)


def step(xp: Any, params: tuple[Any, ...], X: Any, Y: Any, lr: float = LEARNING_RATE) -> None:
    """One minibatch step; the parameters are changed in place."""
    for parameter, gradient in zip(params, gradients(xp, params, X, Y), strict=True):
        xp.subtract(parameter, lr * gradient, out=parameter)


def loop_step(params: tuple[Any, ...], X: Any, Y: Any, lr: float = LEARNING_RATE) -> None:
    """The same step, one example at a time: what a minibatch saves."""
    totals = [np.zeros_like(parameter) for parameter in params]
    for i in range(len(X)):
        one = gradients(np, params, X[i : i + 1], Y[i : i + 1])
        for total, gradient in zip(totals, one, strict=True):
            np.add(total, gradient, out=total)
    for parameter, total in zip(params, totals, strict=True):
        np.subtract(parameter, (lr / len(X)) * total, out=parameter)
