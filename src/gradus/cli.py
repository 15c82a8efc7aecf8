"""The command line: thin, and every error is one sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gradus.course.settings import Course, read_course
from gradus.errors import GradusError
from gradus.text import LANGUAGES

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
    if language is not None and language not in LANGUAGES:
        raise typer.BadParameter(f"{language!r} is not es or en.", param_hint="--language")
    if language not in (None, course.course.language) and into is None:
        raise typer.BadParameter(
            "source/ and release/ are in the course's language; say where to with --into.",
            param_hint="--language",
        )
    building.build(root, course, names, language or course.course.language, into or root)
    console.print(f"Built {', '.join(names)}.", markup=False)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="The scratch course; made anew at each run.")] = Path(
        "demo"
    ),
) -> None:
    """Play a whole week with a synthetic class: release, autograde, feedback, grades."""
    from gradus.course.demo import play

    play(Path.cwd(), folder.resolve(), console)


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


def main() -> None:
    """Entry point; exit status 0 done, 1 something is wrong, 2 wrong usage."""
    try:
        app()
    except GradusError as error:
        print(f"gradus: {error}", file=sys.stderr)
        sys.exit(1)


def _chosen(course: Course, assignment: str | None) -> list[str]:
    if assignment is None:
        return [entry.name for entry in course.assignments]
    return [course.assignment(assignment).name]
