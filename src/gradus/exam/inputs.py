"""Generators of inputs that several hidden tests draw from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def separable(
    rng: np.random.Generator, n: int, d: int, gap: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A linearly separable cloud: X (n, d) standard normal, y (n,) in {0, 1}.

    No example lies closer than ``gap`` to the line that made the labels, which passes near 0.
    """
    w, b = rng.normal(size=d), rng.uniform(-0.5, 0.5)
    w = w / np.linalg.norm(w)
    X = rng.normal(size=(40 * n, d))
    z = X @ w - b
    far = np.flatnonzero(np.abs(z) > gap)[:n]
    return X[far], (z[far] >= 0).astype(np.int64)
