"""What the gate found out about a week, and when that is good enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradus.course.gate.mutants import Mutant

SCORE_OF_A_WEEK = 0.97
SCORE_OF_ALL = 0.99
DIAGNOSED = 0.95
SLOWEST = 5


@dataclass(frozen=True)
class Finding:
    """Something that keeps the gate shut: where to look, and what to do."""

    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


@dataclass(frozen=True)
class Survivor:
    """A mutant that the hidden test lets pass."""

    exercise: str
    place: str
    """The line of the hidden test that should have caught it."""
    solution: str
    mutant: Mutant


@dataclass
class WeekVerdict:
    """The figures of one week; ``findings`` is empty if the week is sound."""

    name: str
    reference_passes: bool = False
    mutants: int = 0
    caught: int = 0
    equivalent: int = 0
    misconceptions: int = 0
    misconceptions_caught: int = 0
    diagnosed: int = 0
    alternatives: int = 0
    accepted: int = 0
    rewrites: int = 0
    rewrites_accepted: int = 0
    seeds: int = 0
    stable: int = 0
    """Hidden-input seeds for which every verdict was as it should be."""
    leaks: int = 0
    students: int = 0
    """The synthetic class that is graded in the sandbox."""
    as_expected: int = 0
    seconds: float = 0.0
    examined: int = 0
    """Notebooks examined; the rest came from the cache."""
    remembered: int = 0
    reference_seconds: float = 0.0
    slowest: list[tuple[str, float]] = field(default_factory=list)
    confusions: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Graded name → misconception → the names it was given, in each language."""
    survivors: list[Survivor] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The share of the wrong mutants that a hidden test fails."""
        return self.caught / max(1, self.mutants - self.equivalent)

    @property
    def ok(self) -> bool:
        return not self.findings


def survivors_over_all(verdicts: Sequence[WeekVerdict]) -> list[Finding]:
    """The survivors of all the weeks together, if they are too many."""
    wrong = sum(verdict.mutants - verdict.equivalent for verdict in verdicts)
    score = sum(verdict.caught for verdict in verdicts) / max(1, wrong)
    if score >= SCORE_OF_ALL:
        return []
    already = {finding.place for verdict in verdicts for finding in verdict.findings}
    return [
        finding
        for verdict in verdicts
        for finding in survivor_findings(verdict)
        if finding.place not in already
    ]


def survivor_findings(verdict: WeekVerdict) -> list[Finding]:
    """One finding per exercise whose tests let mutants pass."""
    places: dict[str, list[Survivor]] = {}
    for survivor in verdict.survivors:
        places.setdefault(survivor.place, []).append(survivor)
    findings = []
    for place, survivors in places.items():
        mutant = survivors[0].mutant
        count = len(survivors)
        mutants = "1 wrong answer passes" if count == 1 else f"{count} wrong answers pass"
        findings.append(
            Finding(
                place,
                f"{mutants} the tests of {survivors[0].exercise}, such as `{mutant.mutated}` for "
                f"`{mutant.original}`; examine what they get wrong, or list them in "
                f"authoring/{verdict.name}.equivalents.toml with a reason",
            )
        )
    return findings


def as_json(verdicts: Sequence[WeekVerdict], findings: Sequence[Finding]) -> dict[str, Any]:
    """The one object that ``--json`` prints."""
    return {
        "assignments": {verdict.name: _figures(verdict) for verdict in verdicts},
        "findings": [str(finding) for finding in findings],
        "ok": not findings,
    }


def _figures(verdict: WeekVerdict) -> dict[str, Any]:
    return {
        "mutants": verdict.mutants,
        "caught": verdict.caught,
        "equivalent": verdict.equivalent,
        "score": round(verdict.score, 4),
        "misconceptions": verdict.misconceptions,
        "misconceptions_caught": verdict.misconceptions_caught,
        "diagnosed": verdict.diagnosed,
        "alternatives": verdict.alternatives,
        "accepted": verdict.accepted,
        "rewrites": verdict.rewrites,
        "rewrites_accepted": verdict.rewrites_accepted,
        "seeds": verdict.seeds,
        "stable": verdict.stable,
        "leaks": verdict.leaks,
        "students": verdict.students,
        "as_expected": verdict.as_expected,
        "seconds": round(verdict.seconds, 2),
        "examined": verdict.examined,
        "remembered": verdict.remembered,
        "reference_seconds": round(verdict.reference_seconds, 3),
        "slowest": [{"test": test, "seconds": seconds} for test, seconds in verdict.slowest],
        "confusions": verdict.confusions,
        "survivors": [
            {
                "exercise": survivor.exercise,
                "place": survivor.place,
                "original": survivor.mutant.original,
                "mutated": survivor.mutant.mutated,
            }
            for survivor in verdict.survivors
        ],
        "ok": verdict.ok,
    }
