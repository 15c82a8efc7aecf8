"""Classical test theory, as far as a weekly assignment needs it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Points of each student (row) on each question (column)."""


@dataclass(frozen=True)
class Summary:
    """The distribution of the totals."""

    count: int
    mean: float
    deviation: float
    """With n − 1; nan for a single student."""
    median: float
    lowest: float
    highest: float


def summarise(totals: NDArray[np.float64]) -> Summary:
    """Summary of at least one total."""
    return Summary(
        count=len(totals),
        mean=float(totals.mean()),
        deviation=float(totals.std(ddof=1)) if len(totals) > 1 else math.nan,
        median=float(np.median(totals)),
        lowest=float(totals.min()),
        highest=float(totals.max()),
    )


def difficulty(points: Points, maxima: NDArray[np.float64]) -> list[float]:
    r"""The mean fraction of the points of each question: :math:`p_j`, high when it is easy."""
    return [float(p) for p in (points / maxima).mean(axis=0)]


def discrimination(points: Points) -> list[float | None]:
    r"""The correlation of each question with the total of the others.

    For a question that is right or wrong it is the point-biserial correlation

    .. math:: r_{pb} = \frac{M_1 - M_0}{s_n} \sqrt{p (1 - p)},

    corrected for the question's own part of the total (Henrysson 1963). None where it is not
    defined: everybody has the same points on the question, or on the rest.
    """
    rest = points.sum(axis=1, keepdims=True) - points
    return [_correlation(points[:, j], rest[:, j]) for j in range(points.shape[1])]


def alpha(points: Points) -> float | None:
    r"""Cronbach's alpha (1951), the reliability of the total.

    .. math:: \alpha = \frac{k}{k - 1} \left(1 - \frac{\sum_j s_j^2}{s_T^2}\right)

    None if there are fewer than two questions or students, or if all totals are the same.
    """
    students, questions = points.shape
    if students < 2 or questions < 2:
        return None
    total = points.sum(axis=1).var(ddof=1)
    if total <= 1e-12:
        return None
    return float(questions / (questions - 1) * (1 - points.var(axis=0, ddof=1).sum() / total))


def histogram(totals: NDArray[np.float64], maximum: float, bins: int = 10) -> list[int]:
    """How many totals lie in each of ``bins`` equal parts of [0, maximum]; ends belong upwards."""
    counts, _ = np.histogram(np.clip(totals, 0, maximum), bins=bins, range=(0, maximum))
    return [int(count) for count in counts]


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    if len(x) < 2 or np.ptp(x) <= 1e-9 or np.ptp(y) <= 1e-9:
        return None
    dx, dy = x - x.mean(), y - y.mean()
    return float((dx @ dy) / math.sqrt(float(dx @ dx) * float(dy @ dy)))
