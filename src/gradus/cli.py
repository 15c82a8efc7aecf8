"""The command line: thin, and every error is one sentence."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from gradus.course.settings import Course, read_course
from gradus.errors import GradusError
from gradus.text import LANGUAGES, Language

if TYPE_CHECKING:
    from rich.progress import Progress

    from gradus.course.autograding import Summary
    from gradus.course.gate.verdict import Finding, WeekVerdict

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Auto-graded course assignments for deep learning, built on nbgrader.",
)
console = Console()


@app.callback()
def gradus() -> None:
    """Auto-graded course assignments for deep learning, built on nbgrader."""


@app.command()
def build(
    assignment: Annotated[
        str | None, typer.Argument(help="One assignment; all of course.toml if left out.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a notebook is out of step.")
    ] = False,
    language: Annotated[
        str | None, typer.Option(help="es or en; the course's language if left out.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Another folder for source/ and release/.")
    ] = None,
) -> None:
    """Make source/ and release/ from authoring/."""
    from gradus.course import building

    root, course = Path.cwd(), read_course(Path.cwd())
    names = _chosen(course, assignment)
    if check:
        differences = building.out_of_step(root, course, names)
        for difference in differences:
            console.print(difference, markup=False, highlight=False, soft_wrap=True)
        if differences:
            console.print("Run `gradus build` and commit the result.", markup=False)
            raise typer.Exit(1)
        console.print(f"In step: {', '.join(names)}.", markup=False)
        return
    chosen = _language(course, language)
    if chosen != course.course.language and into is None:
        raise typer.BadParameter(
            "source/ and release/ are in the course's language; say where to with --into.",
            param_hint="--language",
        )
    building.build(root, course, names, chosen, into or root)
    console.print(f"Built {', '.join(names)}.", markup=False)


@app.command()
def demo(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Some assignments; all of course.toml if left out.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="The scratch course; made anew at each run.")] = Path(
        "demo"
    ),
) -> None:
    """Play the weeks with a synthetic class: release, autograde, feedback, grades, reports."""
    from gradus.course.demo import play

    play(Path.cwd(), folder.resolve(), console, assignments or ())


@app.command()
def doctor() -> None:
    """Say what works on this machine, and what to do about what does not."""
    from gradus.course.doctor import examine_machine

    findings = examine_machine(Path.cwd())
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL"
        console.print(f"{mark} {finding.subject}: {finding.says}", markup=False, soft_wrap=True)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
def autograde(  # noqa: PLR0917
    assignment: Annotated[str, typer.Argument(help="The assignment to grade.")],
    jobs: Annotated[int, typer.Option(min=1, help="Workers at a time.")] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option("--force", help="Grade what has not changed too.")] = False,
    student: Annotated[
        list[str] | None, typer.Option(help="Only this student; may be given again.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Grade on the workers of this dask scheduler.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start a sandbox of its own for each submission.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Grade what was handed in, side by side; what has not changed is not graded again."""
    root, course = Path.cwd(), read_course(Path.cwd())
    name = course.assignment(assignment).name
    from gradus.course import autograding

    with _counting(name) as progress:
        summary = autograding.autograde(
            root,
            course,
            name,
            jobs=jobs,
            force=force,
            warm=not fresh,
            scheduler=scheduler,
            students=frozenset(student) if student else None,
            progress=progress,
        )
    if as_json:
        print(json.dumps(dataclasses.asdict(summary), ensure_ascii=False, indent=2))
    else:
        _print_summary(summary)
    if summary.faults:
        raise typer.Exit(1)


@app.command()
def check(
    assignment: Annotated[
        str | None, typer.Argument(help="One assignment; all of course.toml if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at a time.")] = os.cpu_count() or 1,
    html: Annotated[
        Path | None, typer.Option(help="Also write a page with the surviving mutants.")
    ] = None,
) -> None:
    """The release gate: are the tests fair to right answers, and do they catch wrong ones?"""
    from gradus.course.gate import report, verdict

    root, course = Path.cwd(), read_course(Path.cwd())
    verdicts, findings = _gate(root, course, _chosen(course, assignment), jobs)
    if html is not None:
        html.write_text(report.html_report(verdicts, findings), encoding="utf-8")
    if as_json:
        print(json.dumps(verdict.as_json(verdicts, findings), ensure_ascii=False, indent=2))
    else:
        report.print_report(console, verdicts, findings)
    if findings:
        raise typer.Exit(1)


@app.command()
def calendar(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Show the course's dates, and what is released, due and graded."""
    from gradus.course import calendar as dates

    root, course = Path.cwd(), read_course(Path.cwd())
    lines = dates.entries(root, course, datetime.now(UTC))
    if as_json:
        print(json.dumps(dates.as_json(course, lines), indent=2))
    else:
        console.print(dates.as_table(course, lines))
        for warning in dates.warnings(root, course):
            _say(warning)


@app.command()
def release(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Assignments to release, whatever the date.")
    ] = None,
    week: Annotated[int | None, typer.Option(help="The assignment with this number.")] = None,
    today: Annotated[
        bool, typer.Option("--today", help="What the calendar asks for by now; safe in cron.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at a time.")] = os.cpu_count() or 1,
) -> None:
    """Bring assignments that pass the release gate to the students; refuse the others.

    Builds source/ and release/, writes handouts/NAME.zip, sets the due date in the gradebook and
    publishes to nbgrader's exchange if course.toml names one. What is done already stays as it is.
    """
    from gradus.course import building, releasing

    root, course = Path.cwd(), read_course(Path.cwd())
    if sum([bool(assignments), week is not None, today]) != 1:
        raise typer.BadParameter("Say what to release: names, or --week N, or --today.")
    if today:
        agenda = releasing.agenda(root, course, datetime.now(UTC))
    else:
        names = [course.of_week(week).name] if week is not None else assignments or []
        agenda = releasing.Agenda([course.assignment(name).name for name in names], [], [])
    # Cron mails whatever is printed, so there only news are.
    if console.is_terminal or dry_run:
        for note in agenda.notes:
            _say(note)
    if dry_run:
        for line in releasing.forecast(root, course, agenda):
            _say(line)
        return
    with releasing.one_at_a_time(root):
        if agenda.new:
            _pass_the_gate(root, course, agenda.new, jobs)
            building.build(root, course, agenda.new, course.course.language, root)
        for name in [*agenda.new, *agenda.out]:
            done = releasing.finish(root, course, name, again=name in agenda.new)
            if done or not today:
                _say(f"{name}: {', '.join(done) or 'was released already; nothing to do'}.")


@app.command()
def collect(
    assignment: Annotated[str, typer.Argument(help="The assignment to collect.")],
    places: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or zips from a learning platform; if none, the exchange."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bring what students handed in into submitted/: the latest counts, all are kept.

    Exit status 1 if a file was not taken or a student handed in no notebook.
    """
    from gradus.course.collecting.collect import collect as collect_places
    from gradus.course.collecting.exchange import collect_exchange
    from gradus.course.collecting.report import print_collection

    root, course = Path.cwd(), read_course(Path.cwd())
    name = course.assignment(assignment).name
    if not places:
        collect_exchange(root, course, name)
    with Console(stderr=True).status(f"Collecting {name} …") as status:
        collection = collect_places(
            root, course, name, places or [], lambda what: status.update(Text(f"Collecting {what}"))
        )
    if as_json:
        print(json.dumps(collection.as_json(), ensure_ascii=False, indent=2))
    else:
        print_collection(console, course, collection)
    if collection.refused or any(line.state == "no notebook" for line in collection.lines):
        raise typer.Exit(1)


@app.command()
def report(
    assignment: Annotated[str, typer.Argument(help="The assignment to report on.")],
    to: Annotated[
        Path | None, typer.Option(help="The page to write; reports/NAME.html if left out.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="es or en; the course's language if left out.")
    ] = None,
) -> None:
    """Write one self-contained page on how the class and the questions did."""
    from gradus.course.report.page import write_report

    root, course = Path.cwd(), read_course(Path.cwd())
    chosen = _language(course, language)
    path, line = write_report(root, course, assignment, language=chosen, to=to)
    _say(line)
    _say(f"Report: {path}")


@app.command()
def marks(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="Assignments; all of course.toml if left out.")
    ] = None,
    to: Annotated[Path, typer.Option(help="The file to write.")] = Path("marks.csv"),
) -> None:
    """Write the table of marks that Excel and learning platforms open as it is."""
    from gradus.course.marks import marks_table, write_marks
    from gradus.course.nbgrader import open_gradebook

    root, course = Path.cwd(), read_course(Path.cwd())
    with open_gradebook(root, course) as gradebook:
        table = marks_table(root, course, gradebook, assignments=assignments or [])
    for warning in table.warnings:
        _say(warning)
    write_marks(to, table, course)
    _say(f"{to}: {len(table.rows)} students.")


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Hold every derivative and optimizer of the reference against independent oracles."""
    from gradus.verification.table import print_table
    from gradus.verification.verify import as_json as to_json
    from gradus.verification.verify import verify

    with Console(stderr=True).status("Verifying") as status:
        verification = verify(lambda name: status.update(f"Verifying {name}"))
    if as_json:
        print(json.dumps(to_json(verification), ensure_ascii=False, indent=2))
    else:
        print_table(console, verification)
    if not verification.ok:
        raise typer.Exit(1)


@app.command()
def speedup(
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Also write speedup.json, .md and .png into this folder.")
    ] = None,
) -> None:
    """Measure what minibatches and the GPU gain: examples per second by minibatch size."""
    from gradus.speedup import report
    from gradus.speedup.measure import measure_speedup

    if out is not None:
        report.make_folder(out)
    with Console(stderr=True).status("Measuring") as status:
        measured = measure_speedup(device, lambda what: status.update(f"Measuring {what}"))
    if out is not None:
        report.save(measured, out)
    if as_json:
        print(json.dumps(report.as_json(measured), ensure_ascii=False, indent=2))
    else:
        report.print_report(console, measured)
    if measured.problems:
        raise typer.Exit(1)


def main() -> None:
    """Entry point; exit status 0 done, 1 something is wrong, 2 wrong usage."""
    try:
        app()
    except GradusError as error:
        print(f"gradus: {error}", file=sys.stderr)
        sys.exit(1)


@contextmanager
def _counting(name: str) -> Iterator[Callable[[Summary], None]]:
    """A progress bar on stderr that counts submissions, from when their number is known."""
    start = time.monotonic()
    with ExitStack() as stack:
        bar: Progress | None = None

        def show(summary: Summary) -> None:
            nonlocal bar
            bar = bar or stack.enter_context(_bar(name))
            graded = summary.graded + len(summary.faults)
            bar.update(
                bar.task_ids[0],
                completed=summary.done,
                total=summary.submissions,
                rate=f"{graded / (time.monotonic() - start):.1f}/s" if graded else "",
                description=f"{name}  {len(summary.refused)} refused, {len(summary.faults)} faults",
            )

        yield show


def _bar(name: str) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(name, total=None, rate="")
    return bar


def _print_summary(summary: Summary) -> None:
    from rich.table import Table

    table = Table(title=summary.assignment)
    for column in ("submissions", "graded", "remembered", "unchanged", "refused", "faults", "s"):
        table.add_column(column, justify="right")
    table.add_row(
        str(summary.submissions),
        str(summary.graded),
        str(summary.remembered),
        str(summary.unchanged),
        str(len(summary.refused)),
        str(len(summary.faults)),
        f"{summary.seconds:.1f}",
    )
    console.print(table)
    for student in summary.refused:
        console.print(f"refused: {student}", markup=False)
    for student, reason in summary.faults.items():
        console.print(f"fault: {student}: {reason}", markup=False)


def _pass_the_gate(root: Path, course: Course, names: list[str], jobs: int) -> None:
    _, findings = _gate(root, course, names, jobs)
    for finding in findings:
        _say(str(finding))
    if findings:
        _say("Not released: mend what is named above, or run `gradus check --html`.")
        raise typer.Exit(1)


def _gate(
    root: Path, course: Course, names: list[str], jobs: int
) -> tuple[list[WeekVerdict], list[Finding]]:
    """Run the release gate with a progress bar on stderr."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from gradus.course.gate.check import check

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {name: bar.add_task(name, total=None) for name in names}
        return check(
            root,
            course,
            names,
            jobs,
            lambda name, done, total: bar.update(tasks[name], completed=done, total=total),
        )


def _language(course: Course, asked: str | None) -> Language:
    """The language that was asked for, or the course's."""
    for language in LANGUAGES:
        if language == (asked or course.course.language):
            return language
    raise typer.BadParameter(f"{asked!r} is not es or en.", param_hint="--language")


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _chosen(course: Course, assignment: str | None) -> list[str]:
    if assignment is None:
        return [entry.name for entry in course.assignments]
    return [course.assignment(assignment).name]
