"""A synthetic class: every kind of student that a grader meets, made from the catalogue."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from nbformat import NotebookNode

from gradus.catalogue import (
    Alternative,
    Misconception,
    alternatives_of,
    as_student_code,
    is_value,
    misconceptions_of,
)
from gradus.cells import without_solutions
from gradus.grading.exam_sheet import ExamSheet

_SYNTAX_ERROR = "def {name}(:\n    return"
_ENDLESS_LOOP = "    while True:\n        pass"


@dataclass(frozen=True)
class Student:
    """One synthetic student: an id that says what is special, and a cell per answered exercise."""

    id: str
    answers: dict[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    """Exercises whose hidden test must fail; unanswered ones are not listed."""
    late: bool = False


def synthetic_class(exam: ExamSheet) -> list[Student]:
    """The students of one week.

    One perfect as the instructor, some perfect in other styles, some who between them make every
    catalogued mistake once, and one each: partial, blank, with a syntax error, with an endless
    loop, late.
    """
    solutions, names = exam.solutions, exam.exercise_of
    exercises = list(solutions)
    functions = [names[name] for name in names if not is_value(f"{exam.topic}.{name}")]
    middle, last = exercises[len(exercises) // 2], functions[-1]
    students = [Student("perfect", solutions)]
    for number, styles in enumerate(_columns(exam.topic, names, alternatives_of), 1):
        answers = dict(exam.answered(_graded(entry), as_student_code(entry)) for entry in styles)
        students.append(Student(f"other-style-{number}", solutions | answers))
    for number, mistakes in enumerate(_columns(exam.topic, names, misconceptions_of), 1):
        answers = dict(exam.answered(_graded(entry), as_student_code(entry)) for entry in mistakes)
        students.append(
            Student(f"mistaken-{number}", solutions | answers, wrong=frozenset(answers))
        )
    first_half = {name: solutions[name] for name in exercises[: len(exercises) // 2]}
    broken = {middle: _SYNTAX_ERROR.format(name=middle)}
    endless = {last: "\n".join([*without_solutions(solutions[last]), _ENDLESS_LOOP])}
    return [
        *students,
        Student("partial", first_half),
        Student("blank"),
        Student("syntax-error", solutions | broken, wrong=frozenset(broken)),
        Student("endless-loop", solutions | endless, wrong=frozenset(endless)),
        Student("late", solutions, late=True),
    ]


def submission(release: NotebookNode, student: Student) -> NotebookNode:
    """The student's copy of the release notebook, with the answers filled in."""
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution") and marks["grade_id"] in student.answers:
            cell.source = student.answers[marks["grade_id"]]
    return notebook


def _graded(entry: Misconception | Alternative) -> str:
    return entry.key.split(".")[1]


def _columns(
    topic: str,
    exercise_of: dict[str, str],
    entries_of: Callable[[str], Sequence[Misconception | Alternative]],
) -> list[list[Misconception | Alternative]]:
    """The k-th entry of every exercise, for each k."""
    per_exercise: dict[str, list[Misconception | Alternative]] = {}
    for name, exercise in exercise_of.items():
        per_exercise.setdefault(exercise, []).extend(entries_of(f"{topic}.{name}"))
    columns = zip_longest(*per_exercise.values())
    return [[entry for entry in column if entry] for column in columns]
