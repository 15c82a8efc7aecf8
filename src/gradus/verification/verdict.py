"""What is found out about one claim."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

TOLERANCE = 1e-7
"""The largest relative error that a right derivative may show in float64."""


@dataclass
class Entry:
    """One line of the table.

    ``errors`` holds the worst relative error by method; ``identities`` those of the adjoint and
    Hessian-vector identities. ``planted`` counts wrong versions of the answer that were tried, and
    ``found`` those that the same oracles refused. ``problems`` says what was wrong.
    """

    name: str
    kind: str
    errors: dict[str, float] = field(default_factory=dict)
    identities: dict[str, float] = field(default_factory=dict)
    condition: float | None = None
    best_h: float | None = None
    gradcheck: bool | None = None
    kinks: int = 0
    worst_input: str = ""
    planted: int = 0
    found: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def worst(self) -> float:
        """The worst relative error over methods and identities."""
        return max([*self.errors.values(), *self.identities.values()], default=0.0)

    @property
    def ok(self) -> bool:
        """Whether the claim is true as far as every oracle can see."""
        return not self.problems

    def note(self, errors: dict[str, float], method: str, error: float, where: str) -> None:
        """Keep the error of a method if it is the worst so far, and its place."""
        error = float("inf") if math.isnan(error) else error
        if error > self.worst or not self.worst_input:
            self.worst_input = where
        errors[method] = max(error, errors.get(method, 0.0))

    def conclude(self) -> Entry:
        """Judge the errors against the tolerance, and the oracles by the planted errors."""
        for method, error in {**self.errors, **self.identities}.items():
            if error > TOLERANCE:
                self.problems.append(
                    f"{method} differs by {error:.1e} (relative), worst at {self.worst_input}"
                )
        if self.found < self.planted:
            self.problems.append(
                f"{self.planted - self.found} of {self.planted} planted errors were not noticed"
            )
        return self
