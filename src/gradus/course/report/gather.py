"""What the gradebook and the graded notebooks know of one assignment."""

from __future__ import annotations

import json
import re
import stat
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradus.catalogue import Misconception, misconceptions_of
from gradus.course.marks import final_score
from gradus.course.nbgrader import CODE_STUB, has_gradebook, open_gradebook
from gradus.course.settings import Assignment, Course
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.grading.verdict import FAILED
from gradus.text import Text

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

MAX_NOTEBOOK = 64 << 20

FAULTS = {
    "time": Text("no terminó a tiempo", "did not end in time"),
    "memory": Text("usó demasiada memoria", "used too much memory"),
    "died": Text("el kernel murió", "the kernel died"),
    "exhausted": Text("agotó el tiempo del notebook", "used up the notebook's time"),
}
_SIGNS = {
    "time": re.compile(r"no terminó en \S+ segundos|did not end within \S+ seconds"),
    "memory": re.compile(r"MiB de memoria y fue|MiB of memory and was"),
    "died": re.compile(r"el kernel murió|the kernel died"),
    "exhausted": re.compile(r"agotó sus \S+ segundos|used up its \S+ seconds"),
}
_UNANSWERED = re.compile(r"todavía falta tu respuesta|your answer is still missing")


@dataclass
class Result:
    """One student's graded submission."""

    student: str
    name: str
    points: dict[str, float]
    """Question → points, before the late penalty."""
    final: float
    """After it."""
    penalty: float = 0.0
    seconds_late: float = 0.0
    waits: bool = False
    """For a mark by hand."""
    refusal: str | None = None
    faults: dict[str, str] = field(default_factory=dict)
    """Question → kind, a key of :data:`FAULTS`."""
    mistakes: dict[str, Misconception] = field(default_factory=dict)
    """Question → the misconception that the examiner named."""
    unanswered: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    """Question → how long its cells ran, where the notebook says so."""

    @property
    def total(self) -> float:
        return sum(self.points.values())


@dataclass(frozen=True)
class ClassResults:
    """Everything that the report tells."""

    assignment: Assignment
    questions: dict[str, float]
    """Question → its points, in the notebook's order."""
    results: list[Result]
    missing: list[tuple[str, str]]
    """Id and name of those who handed in nothing although they are due."""
    ungraded: list[str]
    """Handed in, and not graded yet."""
    earlier: dict[str, list[float]]
    """Student → fractions of the points on the assignments before."""

    @property
    def maximum(self) -> float:
        return sum(self.questions.values())

    @property
    def counted(self) -> list[Result]:
        """The results that say something about questions: all but refused submissions."""
        return [result for result in self.results if result.refusal is None]


def gather(root: Path, course: Course, name: str, now: datetime | None = None) -> ClassResults:
    """Read everything; raises :class:`GradusError` if nothing of the assignment is graded."""
    assignment = course.assignment(name)
    exam = ExamSheet.read(root / "source" / name / assignment.notebook)
    nothing = GradusError(f"Nothing of {name} is graded yet; run `gradus autograde {name}`.")
    if not has_gradebook(root, course):
        raise nothing
    with open_gradebook(root, course) as gradebook:
        results = _results(gradebook, exam, name)
        people = {student.id: _full_name(student) for student in gradebook.students}
        earlier = _earlier(gradebook, course, assignment)
    if not results:
        raise nothing
    for result in results:
        _read_notebook(root, assignment, exam, result)
    graded = {result.student for result in results}
    now = now or datetime.now(UTC)
    waiting = {
        folder.parent.name for folder in root.glob(f"submitted/*/{name}") if folder.is_dir()
    } - graded
    missing = [
        (student, full)
        for student, full in people.items()
        if student not in graded | waiting and now > course.due(assignment, student)
    ]
    return ClassResults(assignment, _questions(exam), results, missing, sorted(waiting), earlier)


def _questions(exam: ExamSheet) -> dict[str, float]:
    questions: dict[str, float] = {}
    for test in exam.tests.values():
        if test.points:
            questions[test.exercise] = questions.get(test.exercise, 0.0) + test.points
    return questions


def _results(gradebook: Gradebook, exam: ExamSheet, name: str) -> list[Result]:
    from nbgrader.api import Assignment as Row
    from nbgrader.api import BaseCell, Grade, SubmittedAssignment, SubmittedNotebook

    # One query for the whole class: a query per student takes seconds with hundreds of them.
    rows = (
        gradebook.db.query(
            SubmittedAssignment.student_id, BaseCell.name, Grade.score, Grade.needs_manual_grade
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Row, Row.id == SubmittedAssignment.assignment_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .filter(Row.name == name)
        .all()
    )
    points: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(_questions(exam), 0.0))
    waits: set[str] = set()
    for student, cell, score, by_hand in rows:
        test = exam.tests.get(cell)
        if test is not None and test.points:
            points[student][test.exercise] += float(score)
        if by_hand:
            waits.add(student)
    results = []
    for entry in gradebook.assignment_submissions(name):
        person = entry.student
        results.append(
            Result(
                student=person.id,
                name=_full_name(person),
                points=points[person.id],
                final=final_score(entry),
                penalty=float(entry.late_submission_penalty or 0.0),
                seconds_late=float(entry.total_seconds_late),
                waits=person.id in waits,
            )
        )
    return sorted(results, key=lambda result: result.student)


def _full_name(student: Any) -> str:
    return " ".join(filter(None, [student.first_name, student.last_name]))


def _earlier(
    gradebook: Gradebook, course: Course, assignment: Assignment
) -> dict[str, list[float]]:
    before = {entry.name for entry in course.assignments if entry.due < assignment.due}
    fractions: dict[str, list[float]] = defaultdict(list)
    for row in gradebook.assignments:
        if row.name in before and row.max_score:
            for entry in row.submissions:
                fractions[entry.student_id].append(float(entry.score) / float(row.max_score))
    return dict(fractions)


def _read_notebook(root: Path, assignment: Assignment, exam: ExamSheet, result: Result) -> None:
    """Add what only the graded notebook says; one that cannot be read says nothing."""
    folder = root / "autograded" / result.student / assignment.name
    notebook = _loaded(folder / assignment.notebook)
    marks = _mapping(_mapping(notebook.get("metadata")).get("gradus"))
    if isinstance(marks.get("refused"), str):
        result.refusal = marks["refused"]
        return
    exercise, solutions = "", exam.solutions
    for cell in _sequence(notebook.get("cells")):
        metadata = _mapping(_mapping(cell).get("metadata"))
        grade_id = _mapping(metadata.get("nbgrader")).get("grade_id")
        if not isinstance(grade_id, str):
            continue
        test = exam.tests.get(grade_id)
        if grade_id in solutions:
            exercise = grade_id
            if _is_untouched(_mapping(cell).get("source")):
                result.unanswered.add(exercise)
            for output in _errors(cell):
                if output.get("ename") in ("TimeoutError", "KernelDied"):
                    _note_fault(result, exercise, str(output.get("evalue")))
        elif test is not None:
            exercise = test.exercise
            _read_test(test, exam, cell, result)
        else:
            continue
        seconds = _mapping(metadata.get("gradus")).get("seconds")
        if isinstance(seconds, (int, float)) and 0 <= seconds < 1e6:
            result.seconds[exercise] = result.seconds.get(exercise, 0.0) + float(seconds)


def _read_test(test: ExamCell, exam: ExamSheet, cell: Any, result: Result) -> None:
    for output in _errors(cell):
        message = str(output.get("evalue"))
        if output.get("ename") != FAILED:
            continue
        if _UNANSWERED.search(message):
            result.unanswered.add(test.exercise)
        _note_fault(result, test.exercise, message)
        for entry in _known(exam.topic, test):
            if any(f"**{title}**" in message for title in entry.title):
                result.mistakes.setdefault(test.exercise, entry)
                break


def _is_untouched(source: Any) -> bool:
    text = source if isinstance(source, str) else "".join(map(str, _sequence(source)))
    return not text.strip() or CODE_STUB in text


def _note_fault(result: Result, exercise: str, message: str) -> None:
    for kind, sign in _SIGNS.items():
        if sign.search(message):
            result.faults.setdefault(exercise, kind)


def _known(topic: str, test: ExamCell) -> Iterator[Misconception]:
    for name in test.graded_names:
        try:
            yield from misconceptions_of(f"{topic}.{name}")
        except ModuleNotFoundError:
            return


def _errors(cell: Any) -> Iterator[dict[str, Any]]:
    for output in _sequence(_mapping(cell).get("outputs")):
        if _mapping(output).get("output_type") == "error":
            yield output


def _loaded(path: Path) -> dict[str, Any]:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_NOTEBOOK:
            return {}
        return _mapping(json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
