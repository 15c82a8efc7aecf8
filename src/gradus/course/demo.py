"""The whole course with a synthetic class, in a scratch folder: released, graded, reported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import nbformat
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from gradus.course.autograding import Summary, autograde
from gradus.course.building import build
from gradus.course.nbgrader import GRADEBOOK, open_gradebook
from gradus.course.report.page import write_report
from gradus.course.settings import FILE, Assignment, Course, read_course
from gradus.course.synthetic import Student, submission, synthetic_class
from gradus.errors import GradusError
from gradus.grading.exam_sheet import ExamSheet

CELL_SECONDS = 6
"""Enough for honest cells; the student with an endless loop should not hold up the rest."""

_MARK = ".gradus-demo"


def play(root: Path, scratch: Path, console: Console, names: Sequence[str] = ()) -> None:
    """Play the assignments ``names`` of ``root``, or all, in the folder ``scratch``, made anew."""
    os.environ.pop(GRADEBOOK, None)  # a demonstration never writes into a real gradebook
    course = _prepare(root, scratch)
    chosen = [course.assignment(name) for name in names] or course.assignments
    names = [assignment.name for assignment in chosen]
    console.print(f"Building {', '.join(names)} …")
    build(scratch, course, names, course.course.language, scratch)
    classes = {assignment.name: _hand_in(scratch, course, assignment) for assignment in chosen}
    with _progress(console) as progress:
        for name in names:
            _convert(scratch, "generate_assignment", name, 1, progress)
        _set_due_dates(scratch, course, chosen)
        for name in names:
            _grade(scratch, course, name, progress)
        for name in names:
            _convert(scratch, "generate_feedback", name, len(classes[name]), progress)
    _nbgrader(scratch, ["export"])
    for name in names:
        write_report(scratch, course, name)
    _report(scratch, course, classes, console)


def _prepare(root: Path, scratch: Path) -> Course:
    read_course(root)
    if scratch.exists():
        if not (scratch / _MARK).exists() and any(scratch.iterdir()):
            raise GradusError(
                f"{scratch} is not empty and not a demonstration; choose another folder."
            )
        shutil.rmtree(scratch)
    scratch.mkdir(parents=True)
    (scratch / _MARK).touch()
    shutil.copytree(root / "authoring", scratch / "authoring")
    shutil.copy(root / "nbgrader_config.py", scratch)
    settings = (root / FILE).read_text(encoding="utf-8")
    patient = re.sub(r"(?m)^cell_seconds\s*=\s*\d+", f"cell_seconds = {CELL_SECONDS}", settings)
    (scratch / FILE).write_text(patient, encoding="utf-8")
    return read_course(scratch)


def _hand_in(scratch: Path, course: Course, assignment: Assignment) -> list[Student]:
    """Lay down the submissions of one week, with their timestamps."""
    notebook = assignment.notebook
    exam = ExamSheet.read(scratch / "source" / assignment.name / notebook)
    release = nbformat.read(scratch / "release" / assignment.name / notebook, as_version=4)
    students = synthetic_class(exam)
    for student in students:
        folder = scratch / "submitted" / student.id / assignment.name
        folder.mkdir(parents=True)
        nbformat.write(submission(release, student), folder / notebook)
        lateness = timedelta(days=2) if student.late else timedelta(hours=-5)
        handed_in = (course.due(assignment) + lateness).astimezone(UTC)
        (folder / "timestamp.txt").write_text(handed_in.isoformat(), encoding="ascii")
    return students


def _set_due_dates(scratch: Path, course: Course, chosen: Sequence[Assignment]) -> None:
    for assignment in chosen:
        due = course.due(assignment).isoformat()
        _nbgrader(scratch, ["db", "assignment", "add", assignment.name, f"--duedate={due}"])


def _grade(scratch: Path, course: Course, name: str, progress: Progress) -> None:
    """Grade a week side by side, as ``gradus autograde`` does."""
    task = progress.add_task(f"gradus autograde {name}", total=None)

    def show(summary: Summary) -> None:
        progress.update(task, completed=summary.done, total=summary.submissions)

    summary = autograde(scratch, course, name, jobs=os.cpu_count() or 1, progress=show)
    if summary.faults:
        student, fault = next(iter(summary.faults.items()))
        raise GradusError(f"{student}'s {name} could not be graded: {fault}.")


def _convert(scratch: Path, command: str, name: str, total: int, progress: Progress) -> None:
    task = progress.add_task(f"nbgrader {command} {name}", total=total)
    _nbgrader(scratch, [command, name, "--force"], "Converting notebook", progress, task)


def _nbgrader(
    scratch: Path,
    arguments: list[str],
    line: str = "",
    progress: Progress | None = None,
    task: TaskID | None = None,
) -> None:
    """Run an nbgrader command; each output line that holds ``line`` advances the task."""
    program = Path(sys.executable).with_name("nbgrader")
    log = scratch / "nbgrader.log"
    with log.open("a", encoding="utf-8") as record:
        process = subprocess.Popen(
            [program, *arguments],
            cwd=scratch,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        assert process.stdout is not None
        for output in process.stdout:
            record.write(output)
            if progress is not None and task is not None and line in output:
                progress.advance(task)
        if process.wait() != 0:
            raise GradusError(f"nbgrader {' '.join(arguments)} failed; {log} says why.")


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield progress


def _report(
    scratch: Path, course: Course, classes: dict[str, list[Student]], console: Console
) -> None:
    scores = _scores(scratch, course)
    table = Table(title=f"{course.course.id} · {course.course.title}")
    table.add_column("student")
    for name in classes:
        table.add_column(name, justify="right")
    for student in dict.fromkeys(student.id for entry in classes.values() for student in entry):
        cells = [scores.get((name, student), "") for name in classes]
        table.add_row(student, *cells)
    console.print(table)
    console.print(f"Feedback: {scratch / 'feedback'}/STUDENT/ASSIGNMENT/*.html", soft_wrap=True)
    console.print(f"Grades:   {scratch / 'grades.csv'}", soft_wrap=True)
    console.print(f"Reports:  {scratch / 'reports'}/ASSIGNMENT.html", soft_wrap=True)


def _scores(scratch: Path, course: Course) -> dict[tuple[str, str], str]:
    with open_gradebook(scratch, course) as gradebook:
        return {
            (assignment.name, entry.student.id): _score(entry)
            for assignment in gradebook.assignments
            for entry in assignment.submissions
        }


def _score(entry: Any) -> str:
    late = " late" if entry.total_seconds_late > 0 else ""
    return f"{entry.score:g} / {entry.max_score:g}{late}"
