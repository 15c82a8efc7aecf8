"""Week 8: averages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean(x: Floats) -> float:
    r"""$\frac{1}{n} \sum_i x_i$ of ``x`` (n,)."""
    return float(np.sum(x) / len(x))


def weighted_mean(x: Floats, w: Floats) -> float:
    r"""$\sum_i w_i x_i / \sum_i w_i$ of ``x`` (n,) with positive weights ``w`` (n,)."""
    return float(np.dot(w, x) / np.sum(w))


def geometric_mean(x: Floats) -> float:
    r"""$\exp(\frac{1}{n} \sum_i \ln x_i)$ of positive ``x`` (n,)."""
    return float(np.exp(np.mean(np.log(x))))


def running_mean(x: Floats) -> Floats:
    """Entry k is the mean of the first k entries of ``x`` (n,)."""
    return np.cumsum(x) / np.arange(1, len(x) + 1)
