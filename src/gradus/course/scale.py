"""The scale of marks: from points to a mark, on a line that may bend at the pass mark."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import msgspec

_NOISE = Decimal("1e-9")


class Scale(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    r"""Marks from ``lowest`` to ``highest``; ``requirement`` percent of the points get ``passing``.

    With :math:`p` the fraction of the points and :math:`r` the requirement,

    .. math:: n(p) = \begin{cases}
        n_0 + (n_a - n_0)\, p / r & p < r \\
        n_a + (n_1 - n_a)\, (p - r) / (1 - r) & p \ge r
        \end{cases}

    which is the Chilean scale by default: 1.0 to 7.0, with 4.0 at 60 %. A scale may run downwards
    (Germany: 5.0, 4.0, 1.0). With ``letters``, a mark is the best letter whose percentage is
    reached.
    """

    lowest: float = 1.0
    passing: float = 4.0
    highest: float = 7.0
    requirement: float = 60.0
    decimals: int = 1
    letters: dict[str, float] = {}

    def mistake(self) -> tuple[str, str] | None:
        """The field that is wrong and what is wrong with it, or None."""
        if not 0 < self.requirement < 100:
            return "requirement", "requirement is a percentage between 0 and 100, ends excluded."
        rising = self.lowest < self.passing < self.highest
        if not (rising or self.lowest > self.passing > self.highest):
            return "passing", "passing must lie between lowest and highest."
        if not 0 <= self.decimals <= 4:
            return "decimals", "decimals must be 0 to 4."
        return self._mistaken_letters() if self.letters else None

    def mark(self, score: float, maximum: float) -> Decimal:
        """The mark of ``score`` points out of ``maximum``, rounded half up as people round.

        A score outside of [0, maximum] counts as the nearer end.
        """
        lowest, passing, highest = map(_exact, (self.lowest, self.passing, self.highest))
        part, required = self._part(score, maximum), _exact(self.requirement) / 100
        if part < required:
            exact = lowest + (passing - lowest) * part / required
        else:
            exact = passing + (highest - passing) * (part - required) / (1 - required)
        return _rounded(exact, self.decimals)

    def written(self, score: float, maximum: float, decimal: str = ".") -> str:
        """The mark as it stands in a table: a number, or a letter."""
        if not self.letters:
            return self.number(self.mark(score, maximum), decimal)
        percent = self._part(score, maximum) * 100
        return next(letter for letter, least in self._descending() if percent >= _exact(least))

    def number(self, mark: Decimal, decimal: str = ".") -> str:
        """A numeric mark with the scale's decimals."""
        return f"{mark:.{self.decimals}f}".replace(".", decimal)

    def average(self, marks: list[Decimal]) -> Decimal:
        """The mean of rounded marks, rounded half up; of at least one mark."""
        return _rounded(sum(map(Fraction, marks), Fraction()) / len(marks), self.decimals)

    def passes(self, score: float, maximum: float) -> bool:
        """Whether the mark is the pass mark or better."""
        mark, passing = self.mark(score, maximum), _rounded(_exact(self.passing), self.decimals)
        return mark >= passing if self.highest > self.lowest else mark <= passing

    def _part(self, score: float, maximum: float) -> Fraction:
        if maximum <= 0:
            return Fraction()
        # Sums of tenths carry noise in the last digits, which must not decide a rounding.
        noiseless = Fraction(Decimal(repr(float(score))).quantize(_NOISE))
        return min(max(noiseless / _exact(maximum), Fraction(0)), Fraction(1))

    def _descending(self) -> list[tuple[str, float]]:
        return sorted(self.letters.items(), key=lambda entry: -entry[1])

    def _mistaken_letters(self) -> tuple[str, str] | None:
        percents = [least for _, least in self._descending()]
        if percents[-1] != 0 or percents[0] > 100 or min(percents) < 0:
            return "letters", "letters need percentages from 0 to 100, and one letter at 0."
        if any(higher == lower for higher, lower in pairwise(percents)):
            return "letters", "two letters begin at the same percentage."
        return None


def _exact(number: float) -> Fraction:
    """The decimal that a person wrote, not the binary number nearest to it."""
    return Fraction(repr(float(number)))


def _rounded(number: Fraction, decimals: int) -> Decimal:
    return Decimal(math.floor(number * 10**decimals + Fraction(1, 2))).scaleb(-decimals)
