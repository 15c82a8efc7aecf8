"""Runs the gate over the weeks of a course."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from gradus.course.gate.cache import Cache, Keys
from gradus.course.gate.checks import Week, check_week
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
    """Hands out papers: each distinct one once, and none whose outcome is known."""

    def __init__(self, week: Week, cache: Cache, jobs: int, progress: Progress) -> None:
        self.examined = 0
        self.remembered = 0
        self._name = week.name
        self._keys = Keys(week.exam)
        self._cache = cache
        self._jobs = jobs
        self._progress = progress

    def ask(
        self, exam: ExamSheet, papers: Sequence[Paper], seconds: Sequence[float]
    ) -> list[Outcome]:
        keys = [self._keys.of(paper) for paper in papers]
        known = {key: outcome for key in set(keys) if (outcome := self._cache.get(key))}
        self.remembered += len(known)
        fresh = {key: i for i, key in enumerate(keys) if key not in known}
        waiting = sorted(fresh.values())
        self._progress(self._name, 0, len(waiting))
        results = examine_papers(
            exam, [papers[i] for i in waiting], [seconds[i] for i in waiting], self._jobs
        )
        for done, (position, outcome) in enumerate(results, 1):
            key = keys[waiting[position]]
            known[key] = outcome
            # A machine that was too busy must not be remembered against a right answer.
            if papers[waiting[position]].hurried or NO_END not in outcome.verdicts.values():
                self._cache.put(key, outcome)
            self._progress(self._name, done, len(waiting))
        self.examined += len(waiting)
        return [known[key] for key in keys]

    def grade(self, week: Week, course: Course, students: Sequence[Student]) -> list[Verdicts]:
        """The verdicts of each student's notebook, graded in the sandbox."""
        terms = Terms(week.language, course.grading.isolation, course.limits)
        papers = [paper_of(week.exam, student) for student in students]
        keys = [self._keys.of_submission(paper, terms) for paper in papers]
        known = {key: found.verdicts for key in set(keys) if (found := self._cache.get(key))}
        self.remembered += len(known)
        waiting = [i for i, key in enumerate(keys) if key not in known]
        self._progress(self._name, 0, len(waiting))
        results = grade_papers(week.exam, [papers[i] for i in waiting], terms, self._jobs)
        for done, (position, verdicts) in enumerate(results, 1):
            key = keys[waiting[position]]
            known[key] = verdicts
            if not any(problems_of(week.exam, students[waiting[position]], verdicts)):
                self._cache.put(key, Outcome(verdicts))
            self._progress(self._name, done, len(waiting))
        self.examined += len(waiting)
        return [known[key] for key in keys]
