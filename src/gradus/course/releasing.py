"""Bringing an assignment to the students: what is left to do, and doing it once.

Each step looks at what is there: the archive, the gradebook, the exchange. A step whose result is
there already is not a step, so a second run does nothing.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gradus.course import building, handout
from gradus.course.nbgrader import course_directory, has_gradebook, open_gradebook
from gradus.course.settings import Assignment, Course
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamSheet

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Step:
    """One thing to do, in words before and after."""

    todo: str
    done: str
    do: Callable[[], None]


@dataclass(frozen=True)
class Agenda:
    """What a day asks for: assignments to release, and what a person should decide."""

    new: list[str]
    """Released for the first time: they go through the gate."""
    out: list[str]
    """Released before: only what is missing of it is done."""
    notes: list[str]


def is_out(root: Path, name: str) -> bool:
    """Whether the assignment was released from here."""
    return handout.place(root, name).is_file()


def agenda(root: Path, course: Course, now: datetime) -> Agenda:
    """What a daily run should release.

    Everything whose release instant has come, also when the run of that day was missed, unless it
    is due already: a week that was never released is not sprung on students after its end.
    """
    new, out, notes = [], [], []
    for assignment in course.assignments:
        name = assignment.name
        if now < course.release(assignment):
            continue
        if is_out(root, name):
            out.append(name)
            if _is_changed(root, course, assignment):
                notes.append(
                    f"{name} has changed since its release; `gradus release {name}` releases it "
                    "again."
                )
        elif now < course.due(assignment):
            new.append(name)
        else:
            notes.append(
                f"{name} was due on {assignment.due:%Y-%m-%d %H:%M} and never released from here; "
                f"`gradus release {name}` does it all the same."
            )
    return Agenda(new, out, notes)


def steps(root: Path, course: Course, name: str, *, again: bool) -> list[Step]:
    """What is left to do for one assignment, whose release/ is built.

    ``again`` also replaces what students may already have taken.
    """
    assignment = course.assignment(name)
    left: list[Step] = []
    path = handout.place(root, name)
    files = handout.contents(root, course, assignment)
    before = handout.existing(path)
    fixed = before is not None and not again and handout.is_notebook_changed(before, files)
    if before != files and not fixed:
        place = path.relative_to(root)
        left.append(Step(f"write {place}", f"wrote {place}", lambda: handout.write(path, files)))
    if not fixed and not _is_registered(root, course, assignment):
        left.append(
            Step(
                "enter its questions into the gradebook",
                "entered its questions into the gradebook",
                lambda: building.generate_release(root, course, name),
            )
        )
    if not _has_due_date(root, course, assignment):
        due = f"{course.due(assignment):%Y-%m-%d %H:%M %z}"
        left.append(
            Step(
                f"set its due date {due}",
                f"set its due date {due}",
                lambda: _set_due_date(root, course, assignment),
            )
        )
    if course.exchange.root and not fixed:
        outbound = Path(course.exchange.root) / course.course.id / "outbound" / name
        published = building.folder_contents(outbound)
        if published != building.folder_contents(root / "release" / name):
            left.append(
                Step(
                    f"publish it in {outbound}",
                    f"published it in {outbound}",
                    lambda: _publish(root, course, assignment),
                )
            )
    return left


def finish(root: Path, course: Course, name: str, *, again: bool) -> list[str]:
    """Do what is left to do for one assignment; what was done, in words."""
    done = []
    for step in steps(root, course, name, again=again):
        step.do()
        done.append(step.done)
    return done


def forecast(root: Path, course: Course, plan: Agenda) -> list[str]:
    """What would be done, one line per assignment."""
    lines = []
    for name in [*plan.new, *plan.out]:
        first = ["pass it through the gate"] if name in plan.new else []
        if name in plan.new and building.out_of_step(root, course, [name]):
            first.append("build source/ and release/")
        left = [step.todo for step in steps(root, course, name, again=name in plan.new)]
        if first or left:
            lines.append(f"{name}: would {', '.join([*first, *left])}.")
    return lines or ["Nothing to do."]


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Keep a release by hand and one by cron out of each other's way."""
    folder = root / handout.FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GradusError("Another release is under way here; wait for it to end.") from None
        yield


def _is_changed(root: Path, course: Course, assignment: Assignment) -> bool:
    before = handout.existing(handout.place(root, assignment.name))
    files = handout.contents(root, course, assignment)
    return before is not None and handout.is_notebook_changed(before, files)


def _is_registered(root: Path, course: Course, assignment: Assignment) -> bool:
    """Whether the gradebook knows the tests of source/ as they are."""
    from nbgrader.api import MissingEntry

    path = root / "source" / assignment.name / assignment.notebook
    exam = ExamSheet.read(path)
    if not has_gradebook(root, course):
        return False
    with open_gradebook(root, course) as gradebook:
        try:
            book = gradebook.find_notebook(assignment.topic, assignment.name)
        except MissingEntry:
            return False
        sources = {cell.name: cell.source for cell in book.source_cells}
        points = {cell.name: cell.max_score for cell in book.grade_cells}
    graded = {test.grade_id: test.points for test in exam.tests.values() if test.points}
    return graded == {name: most for name, most in points.items() if most} and all(
        sources.get(test.grade_id) == test.source for test in exam.tests.values()
    )


def _has_due_date(root: Path, course: Course, assignment: Assignment) -> bool:
    if not has_gradebook(root, course):
        return False
    with open_gradebook(root, course) as gradebook:
        due = course.due(assignment).astimezone(UTC).replace(tzinfo=None)
        return any(
            entry.name == assignment.name and entry.duedate == due
            for entry in gradebook.assignments
        )


def _set_due_date(root: Path, course: Course, assignment: Assignment) -> None:
    with open_gradebook(root, course) as gradebook:
        set_due_date(gradebook, course, assignment)


def set_due_date(gradebook: Gradebook, course: Course, assignment: Assignment) -> None:
    """Enter the due instant of ``course.toml`` into the gradebook."""
    gradebook.update_or_create_assignment(
        assignment.name, duedate=course.due(assignment).astimezone(UTC).replace(tzinfo=None)
    )


def _publish(root: Path, course: Course, assignment: Assignment) -> None:
    from nbgrader.auth import Authenticator
    from nbgrader.exchange import ExchangeError, ExchangeFactory

    directory = course_directory(root, course, assignment.name)
    factory = ExchangeFactory(config=directory.config)
    publisher = factory.ReleaseAssignment(
        coursedir=directory,
        authenticator=Authenticator(config=directory.config),
        config=directory.config,
        log=directory.log,
    )
    publisher.force = True
    try:
        publisher.start()
    except (ExchangeError, OSError) as error:
        raise GradusError(f"{assignment.name} could not be published: {error}.") from None
