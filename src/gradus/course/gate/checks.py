"""What is asked of a week, paper by paper, and what the outcomes say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from gradus.catalogue import (
    Alternative,
    Misconception,
    alternatives_of,
    as_student_code,
    misconceptions_of,
)
from gradus.course.authoring import Cell, read_authoring, source_notebook
from gradus.course.building import authoring_file
from gradus.course.gate.equivalents import Equivalent, equivalents_file, read_equivalents
from gradus.course.gate.leaks import feedback_leaks, release_leaks
from gradus.course.gate.mutants import Mutant, mutants_of
from gradus.course.gate.rewrites import Rewrite, rewrites_of
from gradus.course.gate.running import Outcome, Paper
from gradus.course.gate.sitting import stub
from gradus.course.gate.verdict import (
    DIAGNOSED,
    SCORE_OF_A_WEEK,
    SLOWEST,
    Finding,
    Survivor,
    WeekVerdict,
    survivor_findings,
)
from gradus.course.settings import Course
from gradus.grading.exam_sheet import ExamSheet
from gradus.text import LANGUAGES, Language

SEEDS = tuple(f"gate-{number}" for number in range(1, 21))
_SEEDS_OF_A_REWRITE = SEEDS[:5]
"""A rewrite differs from the solution in rounding and form only."""
_BASE_SECONDS, _TIMES_THE_REFERENCE, _DIAGNOSIS = 4.0, 10.0, 5.0

_FEWEST_MISCONCEPTIONS = 2
_DISTURBED = "after other cells used the global random state or on another day"
_ALONE = "when no other test ran before it"

Ask = Callable[[ExamSheet, Sequence[Paper], Sequence[float]], list[Outcome]]
"""Examines papers that may each compute for so many seconds; from the cache where it can."""


@dataclass(frozen=True)
class Week:
    """One assignment as its authoring file says it."""

    root: Path
    name: str
    language: Language
    cells: list[Cell]
    exam: ExamSheet
    equivalents: dict[int, Equivalent]

    @classmethod
    def read(cls, root: Path, course: Course, name: str) -> Week:
        """Read the week; raises :class:`GradusError` if a file is not as it should be."""
        language = course.course.language
        cells = read_authoring(authoring_file(root, name))
        notebook = source_notebook(cells, language)
        exam = ExamSheet.of(course.assignment(name).topic, notebook)
        listed = read_equivalents(equivalents_file(root, name))
        return cls(root, name, language, cells, exam, listed)

    @property
    def exercises(self) -> dict[str, str]:
        return self.exam.solutions

    def place(self, exercise: str, role: str) -> str:
        """File and line of an exercise's cell."""
        line = next(c.line for c in self.cells if c.id == exercise and c.role == role)
        return f"authoring/{self.name}.py:{line}"

    def place_of(self, grade_id: str) -> str:
        """File and line of a test."""
        line = next(c.line for c in self.cells if c.role != "prose" and c.grade_id == grade_id)
        return f"authoring/{self.name}.py:{line}"

    def tests_of(self, exercise: str) -> tuple[str, ...]:
        """The grade ids of its visible and its hidden test."""
        return tuple(g for g, test in self.exam.tests.items() if test.exercise == exercise)

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Exercise, graded name and catalogue key."""
        for name, exercise in self.exam.exercise_of.items():
            yield exercise, name, f"{self.exam.topic}.{name}"


def check_week(week: Week, ask: Ask) -> WeekVerdict:
    """Everything that is asked of one week."""
    verdict = WeekVerdict(week.name)
    reference = _reference(week, ask, verdict)
    if verdict.findings:
        # Wrong answers say nothing about tests that a right one does not pass.
        return verdict
    verdict.reference_passes = True
    session = _Session(week, ask, verdict, reference)
    for check in (_alone, _stable, _misconceptions, _alternatives, _rewrites, _mutants):
        check(session)
    session.ask_all()
    _leaks(session)
    return verdict


class _Session:
    """Collects papers with what to do about their outcomes, so that all are examined together."""

    def __init__(
        self, week: Week, ask: Ask, verdict: WeekVerdict, seconds: dict[str, float]
    ) -> None:
        self.week = week
        self.verdict = verdict
        self.rewrites = [
            (exercise, rewrite)
            for exercise, solution in week.exercises.items()
            for rewrite in rewrites_of(solution)
        ]
        self.messages: list[tuple[str, str, str]] = []
        self._ask = ask
        self._seconds = seconds
        self._papers: list[tuple[Paper, Callable[[Outcome], None]]] = []
        self._afterwards: list[Callable[[], None]] = []

    def paper(self, paper: Paper, judge: Callable[[Outcome], None]) -> None:
        self._papers.append((paper, judge))

    def afterwards(self, conclude: Callable[[], None]) -> None:
        self._afterwards.append(conclude)

    def find(self, place: str, says: str) -> None:
        self.verdict.findings.append(Finding(place, says))

    def ask_all(self) -> None:
        papers = [paper for paper, _ in self._papers]
        outcomes = self._ask(self.week.exam, papers, [self._limit(paper) for paper in papers])
        for (paper, judge), outcome in zip(self._papers, outcomes, strict=True):
            if not paper.hurried:
                own = "\n".join(source for _, source in paper.answers)
                for grade_id, message in outcome.verdicts.items():
                    if message is not None:
                        exercise = self.week.exam.tests[grade_id].exercise
                        self.messages.append((exercise, own, message))
            judge(outcome)
        for conclude in self._afterwards:
            conclude()

    def _limit(self, paper: Paper) -> float:
        needed = sum(self._seconds[grade_id] for grade_id in paper.tests)
        return _BASE_SECONDS + _TIMES_THE_REFERENCE * needed * (1 if paper.hurried else _DIAGNOSIS)


def _reference(week: Week, ask: Ask, verdict: WeekVerdict) -> dict[str, float]:
    """The instructor's notebook: full marks; and what its tests cost."""
    tests = tuple(week.exam.tests)
    outcome = ask(week.exam, [Paper((), tests, language=week.language)], [600.0])[0]
    for grade_id in outcome.failed:
        exercise = week.exam.tests[grade_id].exercise
        verdict.findings.append(
            Finding(
                week.place(exercise, "exercise"),
                f"the solution of {exercise} fails its own test "
                f"({week.place_of(grade_id)}): {outcome.verdicts[grade_id]}",
            )
        )
    verdict.reference_seconds = sum(outcome.seconds.values())
    slowest = sorted(outcome.seconds.items(), key=lambda item: -item[1])
    verdict.slowest = slowest[:SLOWEST]
    return outcome.seconds


def _alone(session: _Session) -> None:
    """An unsolved notebook gets nothing, and one exercise alone exactly its own points."""
    week = session.week
    every = tuple(week.exam.tests)
    stubs = {exercise: stub(source) for exercise, source in week.exercises.items()}

    def judge(solved: str | None) -> Callable[[Outcome], None]:
        def compare(outcome: Outcome) -> None:
            for grade_id, message in outcome.verdicts.items():
                test = week.exam.tests[grade_id]
                if not test.points or (message is None) == (test.exercise == solved):
                    continue
                who = f"{solved} alone is solved" if solved else "nothing is solved"
                session.find(
                    week.place_of(grade_id),
                    f"this test {'passes' if message is None else 'fails'} when {who}; "
                    "let it depend on its own exercise only",
                )

        return compare

    # Not hurried: the messages that a blank notebook gets are looked through for leaks.
    session.paper(Paper(tuple(stubs.items()), every), judge(None))
    for solved in week.exercises:
        others = tuple((name, source) for name, source in stubs.items() if name != solved)
        session.paper(Paper(others, every, hurried=True), judge(solved))


def _stable(session: _Session) -> None:
    """Neither the seed, nor the order of the tests, nor what a cell left behind, changes a verdict.

    Right answers must pass and misconceptions fail, under every seed of the hidden inputs.
    """
    week = session.week
    changed: dict[tuple[str, str, int], list[str]] = {}

    def judge(
        exercise: str, who: str, wrong: bool, when: str, seeds: int = len(SEEDS)
    ) -> Callable[[Outcome], None]:
        def compare(outcome: Outcome) -> None:
            if bool(outcome.failed) != wrong:
                grade_id = outcome.failed[0] if outcome.failed else _hidden(exercise)
                says = f"{who} {'passes' if wrong else 'fails'} this test"
                changed.setdefault((grade_id, says, seeds), []).append(when)

        return compare

    for exercise, tests, who, answers, wrong in _known_answers(week):
        for seed in SEEDS:
            paper = Paper(answers, tests, secret=seed, hurried=True)
            session.paper(paper, judge(exercise, who, wrong, seed))
        if not wrong:
            paper = Paper(answers, tests, hurried=True, disturbed=True)
            session.paper(paper, judge(exercise, who, wrong, _DISTURBED))
            alone = Paper(answers, tests, hurried=True)
            session.paper(alone, judge(exercise, who, wrong, _ALONE))
    for exercise, rewrite in session.rewrites:
        who, answers = f"the solution with {rewrite.name}", ((exercise, rewrite.source),)
        for seed in _SEEDS_OF_A_REWRITE:
            paper = Paper(answers, (_hidden(exercise),), secret=seed, hurried=True)
            session.paper(paper, judge(exercise, who, False, seed, len(_SEEDS_OF_A_REWRITE)))
    backwards = Paper((), tuple(reversed(week.exam.tests)), hurried=True)
    session.paper(backwards, _in_any_order(session))

    def conclude() -> None:
        for (grade_id, says, tried), whens in changed.items():
            seeds = [when for when in whens if when in SEEDS]
            if len(seeds) == tried:
                continue  # Always so: it is told as what it is.
            others = f" and {len(seeds) - 1} more" if len(seeds) > 1 else ""
            when = f"with the hidden inputs of seed {seeds[0]}{others}" if seeds else whens[0]
            session.find(
                week.place_of(grade_id), f"{says} {when}; a verdict may depend on the answer only"
            )
        unstable = {when for whens in changed.values() for when in whens}
        session.verdict.seeds = len(SEEDS)
        session.verdict.stable = len(set(SEEDS) - unstable)

    session.afterwards(conclude)


def _hidden(exercise: str) -> str:
    return f"{exercise}_hidden"


def _in_any_order(session: _Session) -> Callable[[Outcome], None]:
    def compare(outcome: Outcome) -> None:
        for grade_id in outcome.failed:
            session.find(
                session.week.place_of(grade_id),
                "the solution fails this test when the tests run from the last to the first: "
                f"{outcome.verdicts[grade_id]}; let each test make what it needs",
            )

    return compare


def _known_answers(
    week: Week,
) -> Iterator[tuple[str, tuple[str, ...], str, tuple[tuple[str, str], ...], bool]]:
    """Exercise, tests, who, answers, and whether they are wrong."""
    for exercise in week.exercises:
        yield exercise, week.tests_of(exercise), "the solution", (), False
    for exercise, name, key in week.names():
        for right in alternatives_of(key):
            answers = (week.exam.answered(name, as_student_code(right)),)
            yield exercise, week.tests_of(exercise), f"alternative {right.name}", answers, False
        for mistake in misconceptions_of(key):
            answers = (week.exam.answered(name, as_student_code(mistake)),)
            tests = (_hidden(exercise),)
            yield exercise, tests, f"misconception {mistake.name}", answers, True


def _misconceptions(session: _Session) -> None:
    """Every misconception is caught, and called by its own name in both languages."""
    week, verdict = session.week, session.verdict
    named: dict[tuple[str, str], dict[Language, str]] = {}

    def judge(exercise: str, entry: Misconception, language: Language) -> Callable[[Outcome], None]:
        def look(outcome: Outcome) -> None:
            message = outcome.verdicts[_hidden(exercise)]
            names = named.setdefault((entry.key, entry.name), {})
            names[language] = "caught by nothing" if message is None else _named(entry, message)

        return look

    for exercise, name, key in week.names():
        entries = misconceptions_of(key)
        if len(entries) < _FEWEST_MISCONCEPTIONS or not alternatives_of(key):
            session.find(
                week.place(exercise, "hidden"),
                f"{key} needs at least {_FEWEST_MISCONCEPTIONS} misconceptions and an alternative",
            )
        for language in LANGUAGES:
            titles = [getattr(entry.title, language) for entry in entries]
            for title in {title for title in titles if titles.count(title) > 1}:
                session.find(
                    week.place(exercise, "hidden"),
                    f"two misconceptions of {key} are both called {title!r}; rename one",
                )
        for entry in entries:
            if not all(text.strip() for text in (*entry.title, *entry.hint)):
                session.find(
                    week.place(exercise, "hidden"),
                    f"misconception {entry.name} of {key} ({entry.place}) lacks a title or a hint "
                    "in one of the languages; write it",
                )
            answers = (week.exam.answered(name, as_student_code(entry)),)
            for language in LANGUAGES:
                paper = Paper(answers, (_hidden(exercise),), language=language)
                session.paper(paper, judge(exercise, entry, language))

    def conclude() -> None:
        exercise_of = week.exam.exercise_of
        confused: list[Finding] = []
        for (key, own), names in named.items():
            given = [names[language] for language in LANGUAGES]
            place = week.place(exercise_of[key.split(".")[1]], "hidden")
            verdict.misconceptions += 1
            verdict.confusions.setdefault(key, {})[own] = given
            if "caught by nothing" in given:
                session.find(place, f"misconception {own} of {key} passes; examine what it misses")
                continue
            verdict.misconceptions_caught += 1
            if given == [own] * len(LANGUAGES):
                verdict.diagnosed += 1
            elif "no name" in given:
                session.find(
                    place,
                    f"misconception {own} of {key} is caught but not named; let every probe give "
                    "the same each time it is asked",
                )
            else:
                confused.append(
                    Finding(
                        place,
                        f"misconception {own} of {key} is taken for {', '.join(sorted(set(given)))}"
                        "; add a probe that tells them apart, or put the more special one first",
                    )
                )
        if verdict.diagnosed < DIAGNOSED * verdict.misconceptions:
            verdict.findings += confused

    session.afterwards(conclude)


def _named(own: Misconception, message: str) -> str:
    """The name of the misconception that a message diagnoses."""
    for entry in misconceptions_of(own.key):
        texts = [(getattr(entry.title, code), getattr(entry.hint, code)) for code in LANGUAGES]
        if any(f"**{title}**" in message and hint in message for title, hint in texts):
            return entry.name
    return "no name"


def _alternatives(session: _Session) -> None:
    """Every catalogued right answer gets full marks."""
    week = session.week

    def judge(exercise: str, entry: Alternative) -> Callable[[Outcome], None]:
        def look(outcome: Outcome) -> None:
            session.verdict.alternatives += 1
            if not outcome.failed:
                session.verdict.accepted += 1
                return
            grade_id = outcome.failed[0]
            session.find(
                week.place_of(grade_id),
                f"this test rejects the right answer {entry.name} ({entry.place}): "
                f"{outcome.verdicts[grade_id]}; accept what the text of the exercise allows, or "
                "mend that answer",
            )

        return look

    for exercise, name, key in week.names():
        for entry in alternatives_of(key):
            answers = (week.exam.answered(name, as_student_code(entry)),)
            session.paper(Paper(answers, week.tests_of(exercise)), judge(exercise, entry))


def _rewrites(session: _Session) -> None:
    """The solution in other words gets full marks."""
    week = session.week

    def judge(rewrite: Rewrite) -> Callable[[Outcome], None]:
        def look(outcome: Outcome) -> None:
            session.verdict.rewrites += 1
            if not outcome.failed:
                session.verdict.rewrites_accepted += 1
                return
            grade_id = outcome.failed[0]
            session.find(
                week.place_of(grade_id),
                f"this test rejects the solution rewritten with {rewrite.name}: "
                f"{outcome.verdicts[grade_id]}; compare values within a tolerance, not their form",
            )

        return look

    for exercise, rewrite in session.rewrites:
        paper = Paper(((exercise, rewrite.source),), week.tests_of(exercise), hurried=True)
        session.paper(paper, judge(rewrite))


def _mutants(session: _Session) -> None:
    """The hidden test fails every generated wrong answer, or it is listed as no mistake."""
    week, verdict = session.week, session.verdict
    listed: dict[int, list[bool]] = {line: [] for line in week.equivalents}

    def judge(exercise: str, mutant: Mutant) -> Callable[[Outcome], None]:
        def look(outcome: Outcome) -> None:
            verdict.mutants += 1
            passes = not outcome.failed
            entries = [
                line for line, entry in week.equivalents.items() if entry.covers(exercise, mutant)
            ]
            for line in entries:
                listed[line].append(passes)
            if not passes:
                verdict.caught += 1
            elif entries:
                verdict.equivalent += 1
            else:
                place = week.place(exercise, "hidden")
                solution = week.exercises[exercise]
                verdict.survivors.append(Survivor(exercise, place, solution, mutant))

        return look

    for exercise, solution in week.exercises.items():
        for mutant in mutants_of(solution):
            answers = ((exercise, mutant.source),)
            paper = Paper(answers, (_hidden(exercise),), hurried=True)
            session.paper(paper, judge(exercise, mutant))

    def conclude() -> None:
        file = equivalents_file(week.root, week.name).relative_to(week.root)
        for line, passes in listed.items():
            if not passes:
                session.find(f"{file}:{line}", "no mutant is like this any more; remove the entry")
            elif not any(passes):
                session.find(f"{file}:{line}", "the tests catch this mutant; remove the entry")
            elif not week.equivalents[line].has_reason:
                session.find(
                    f"{file}:{line}",
                    "this entry gives no reason; say why no input tells the two apart",
                )
        if verdict.score < SCORE_OF_A_WEEK:
            verdict.findings += survivor_findings(verdict)

    session.afterwards(conclude)


def _leaks(session: _Session) -> None:
    """Neither the release nor feedback holds what is hidden, and both are of this authoring."""
    week = session.week
    authoring = f"authoring/{week.name}.py"
    source = week.root / "source" / week.name / f"{week.exam.topic}.ipynb"
    try:
        in_step = nbformat.read(source, as_version=4) == week.exam.notebook
    except (OSError, ValueError, nbformat.ValidationError):
        in_step = False
    if not in_step:
        session.find(f"{authoring}:1", f"source/{week.name} is not made of this; run gradus build")
    release = week.root / "release" / week.name
    found = [
        *release_leaks(week.cells, release),
        *feedback_leaks(week.cells, week.exam, session.messages),
    ]
    session.verdict.leaks = len(found)
    for line, says in dict.fromkeys(found):
        session.find(f"{authoring}:{line}", says)
