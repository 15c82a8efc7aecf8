"""Runs the gate over the weeks of a course."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gradus.course.gate.cache import Cache, Kept
from gradus.course.gate.checks import Week, check_week
from gradus.course.gate.keys import Keyring, Keys
from gradus.course.gate.running import NO_END, Outcome, Paper, examine_papers
from gradus.course.gate.sandboxed import (
    Terms,
    Verdicts,
    grade_papers,
    paper_of,
    problems_of,
    students_of,
)
from gradus.course.gate.verdict import Finding, WeekVerdict, survivors_over_all
from gradus.course.settings import Course
from gradus.course.synthetic import Student
from gradus.grading.exam_sheet import ExamSheet

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told the week, how many of its papers are examined, and how many there are so far."""


def check(
    root: Path, course: Course, names: Sequence[str], jobs: int, progress: Progress
) -> tuple[list[WeekVerdict], list[Finding]]:
    """The verdict of each week, and everything that keeps the gate shut."""
    weeks = [Week.read(root, course, name) for name in names]
    with Cache(root) as cache:
        verdicts = [_timed(week, course, cache, jobs, progress) for week in weeks]
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    if len(names) == len(course.assignments):
        findings += survivors_over_all(verdicts)
    return verdicts, findings


def _timed(week: Week, course: Course, cache: Cache, jobs: int, progress: Progress) -> WeekVerdict:
    start = time.perf_counter()
    desk = _Desk(week, cache, jobs, progress)
    verdict = check_week(week, desk.ask)
    if verdict.reference_passes:
        _grade_class(week, course, desk, verdict)
    verdict.seconds = time.perf_counter() - start
    verdict.examined, verdict.remembered = desk.examined, desk.remembered
    return verdict


def _grade_class(week: Week, course: Course, desk: _Desk, verdict: WeekVerdict) -> None:
    """Grade the synthetic class in the sandbox, and note what is not as it should be."""
    students = students_of(week.exam)
    for student, verdicts in zip(students, desk.grade(week, course, students), strict=True):
        problems = list(problems_of(week.exam, student, verdicts))
        verdict.students += 1
        verdict.as_expected += not problems
        for grade_id, says in problems:
            place = week.place_of(grade_id)
            verdict.findings.append(Finding(place, f"graded in the sandbox, this test {says}"))


class _Desk:
    """Hands out papers: each distinct one once, and of each only the tests not yet known."""

    def __init__(self, week: Week, cache: Cache, jobs: int, progress: Progress) -> None:
        self.examined = 0
        self.remembered = 0
        self._name = week.name
        self._keyring = Keyring(week.exam)
        self._cache = cache
        self._known: dict[str, Kept] = {}
        self._jobs = jobs
        self._progress = progress

    def ask(
        self, exam: ExamSheet, papers: Sequence[Paper], seconds: Sequence[float]
    ) -> list[Outcome]:
        keys = [self._keyring.of(paper) for paper in papers]
        self._recall(keys)
        waiting = self._waiting([self._missing(*pair) for pair in zip(papers, keys, strict=True)])
        results = examine_papers(
            exam,
            [replace(papers[i], tests=tests) for i, tests in waiting],
            [seconds[i] for i, _ in waiting],
            self._jobs,
        )
        for position, outcome in self._told(results, len(waiting)):
            index, _ = waiting[position]
            # A machine that was too busy must not be remembered against a right answer.
            sure = papers[index].hurried or NO_END not in outcome.verdicts.values()
            for test, message in outcome.verdicts.items():
                verdict = Kept(message, outcome.seconds.get(test, 0.0))
                self._keep(keys[index][test], verdict, sure)
        return [self._outcome(*pair) for pair in zip(papers, keys, strict=True)]

    def grade(self, week: Week, course: Course, students: Sequence[Student]) -> list[Verdicts]:
        """The verdicts of each student's notebook, graded in the sandbox."""
        terms = Terms(week.language, course.grading.isolation, course.limits)
        papers = [paper_of(week.exam, student) for student in students]
        keys = [self._keyring.of_graded(paper, terms) for paper in papers]
        self._recall(keys)
        waiting = self._waiting([self._missing(*pair) for pair in zip(papers, keys, strict=True)])
        exams = [week.exam.only(tests) for _, tests in waiting]
        asked = [replace(papers[i], tests=tests) for i, tests in waiting]
        results = grade_papers(exams, asked, terms, self._jobs)
        for position, verdicts in self._told(results, len(waiting)):
            index, _ = waiting[position]
            sure = not any(problems_of(exams[position], students[index], verdicts))
            for test, message in verdicts.items():
                self._keep(keys[index][test], Kept(message), sure)
        return [
            {test: self._known[key].message for test, key in own.items() if key in self._known}
            for own in keys
        ]

    def _recall(self, keys: Sequence[Keys]) -> None:
        for key in {key for own in keys for key in own.values()}:
            if key not in self._known and (kept := self._cache.get(key)):
                self._known[key] = kept

    def _keep(self, key: str, verdict: Kept, sure: bool) -> None:
        self._known[key] = verdict
        if sure:
            self._cache.put(key, verdict)

    def _missing(self, paper: Paper, keys: Keys) -> dict[str, str]:
        """The tests that are still to run, with their keys."""
        missing = {}
        for test, key in keys.items():
            kept = self._known.get(key)
            if kept is None:
                missing[test] = key
            elif kept.message is not None and paper.ends_at_a_failure:
                break
        return missing if self._keyring.in_order(paper) or not missing else keys

    def _waiting(self, missing: Sequence[Keys]) -> list[tuple[int, tuple[str, ...]]]:
        """The papers to hand out, each with its tests; those that are the same only once."""
        distinct: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}
        for index, keys in enumerate(missing):
            if keys:
                distinct.setdefault(tuple(keys.values()), (index, tuple(keys)))
        self.examined += len(distinct)
        self.remembered += len(missing) - sum(map(bool, missing))
        return list(distinct.values())

    def _told(self, results: Iterable[tuple[int, T]], total: int) -> Iterator[tuple[int, T]]:
        self._progress(self._name, 0, total)
        for done, result in enumerate(results, 1):
            yield result
            self._progress(self._name, done, total)

    def _outcome(self, paper: Paper, keys: Keys) -> Outcome:
        outcome = Outcome()
        for test, key in keys.items():
            kept = self._known.get(key)
            if kept is None:
                break
            outcome.verdicts[test], outcome.seconds[test] = kept
            if kept.message is not None and paper.ends_at_a_failure:
                break
        return outcome
