r"""What a larger minibatch buys: the variance of its gradient falls as 1/m.

For m examples drawn with replacement $E \lVert g_m - g \rVert^2 = \mathrm{tr} \Sigma / m$ exactly,
with $\Sigma$ the covariance of the gradients of single examples (Robbins & Monro 1951; Bottou,
Curtis & Nocedal 2018, section 4). The slope of its logarithm against $\log m$ is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gradus.speedup.network import Network, draw_problem, gradients

Floats = NDArray[np.float64]

SIZES = tuple(2**k for k in range(0, 13))
_EXAMPLES = 512
_DRAWS = 400
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Noise:
    """Mean of ‖g_m − g‖² by m with its standard error, and the fitted line."""

    sizes: tuple[int, ...]
    variance: tuple[float, ...]
    standard_error: tuple[float, ...]
    expected: tuple[float, ...]
    slope: float
    low: float
    high: float

    @property
    def ok(self) -> bool:
        """Whether −1 lies within the confidence interval of the slope."""
        return self.low <= -1.0 <= self.high


def measure_noise(seed: int = 0) -> Noise:
    """Variance against m for a small network at its first parameters, and the fit."""
    rng = np.random.default_rng(seed)
    each = per_example_gradients(seed)
    mean = each.mean(axis=0)
    centred = each - mean
    variance, error = [], []
    for m in SIZES:
        # how often each example is drawn is all that the mean of the draws needs
        counts = rng.multinomial(m, np.full(len(each), 1 / len(each)), size=_DRAWS)
        squares = np.sum((counts @ centred / m) ** 2, axis=1)
        variance.append(float(squares.mean()))
        error.append(float(squares.std(ddof=1) / _DRAWS**0.5))
    slope, half = fit(np.array(SIZES), np.array(variance), np.array(error))
    total = float(np.mean(np.sum(centred**2, axis=1)))
    expected = tuple(total / m for m in SIZES)
    return Noise(SIZES, tuple(variance), tuple(error), expected, slope, slope - half, slope + half)


def per_example_gradients(seed: int) -> Floats:
    """Gradients (n, p) of single examples, in float64."""
    problem = draw_problem(Network("noise", 32, 16, 10), _EXAMPLES, seed)
    start = tuple(parameter.astype(np.float64) for parameter in problem.start)
    rows = []
    for i in range(_EXAMPLES):
        one = gradients(np, start, problem.X[i : i + 1], problem.Y[i : i + 1])
        rows.append(np.concatenate([part.reshape(-1) for part in one]))
    return np.stack(rows)


def fit(sizes: NDArray[np.int64], variance: Floats, error: Floats) -> tuple[float, float]:
    r"""Slope of log variance against log m, and the half-width of its 95 % interval.

    Weighted least squares with the measured standard errors, $\sigma(\log v) = \sigma(v) / v$.
    """
    x, y = np.log(sizes), np.log(variance)
    weights = (variance / error) ** 2
    x = x - np.average(x, weights=weights)
    information = float(np.sum(weights * x**2))
    return float(np.sum(weights * x * y)) / information, _NORMAL_95 / information**0.5
