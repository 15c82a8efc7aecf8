"""What a week costs a teaching assistant: the commands of docs/ta.md for a class of any size.

    .venv/bin/python benchmarks/teaching_week.py --students 400

A download of Moodle is made, with names that have accents, late work and people who hand in
nothing. Each command is run as a person runs it, and Formgrader's pages are opened over HTTP: a
page counts with the data that it asks for. Seconds are by the clock; a page is opened three times,
and the slowest counts.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import nbformat
from classroom import BIN, ENVIRONMENT, released_course, started, submissions, topic_of

from gradus.course.settings import read_course

OPENINGS = 3
MISSING = 20
"""One in so many hands in nothing; as many are late."""
FIRST = ("José", "Ana María", "Íñigo", "Zoë", "Benjamín", "Ñusta", "Lucía", "Matías")
LAST = ("Pérez Muñoz", "O'Higgins", "Núñez", "García-Huidobro", "Vásquez", "Li", "Agüero")


@dataclass(frozen=True)
class Step:
    """One command, what it took, and the last line that it said."""

    command: str
    seconds: float
    end: str


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="gradus-week-") as scratch:
        course = released_course(Path(scratch) / "course", arguments.week)
        people = class_list(course, arguments.students)
        handed_in = download(course, arguments.week, people)
        steps = list(play(course, arguments.week))
        pages = formgrader_pages(course, arguments.week, next(iter(people)))
        found = {
            "week": arguments.week,
            "students": arguments.students,
            "handed_in": handed_in,
            "feedback": len(list(course.glob(f"feedback/*/{arguments.week}/*.html"))),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "steps": [asdict(step) for step in steps],
            "formgrader": pages,
        }
    print(json.dumps(found, ensure_ascii=False, indent=2) if arguments.json else _text(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=400, help="how large the class is")
    parser.add_argument("--week", default="01_perceptron", help="which assignment")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def class_list(course: Path, students: int) -> dict[str, str]:
    """Student id → name; written to students.csv as nbgrader imports it."""
    people = {}
    with (course / "students.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "first_name", "last_name", "email"])
        for number in range(students):
            first = FIRST[number % len(FIRST)]
            last = f"{LAST[number % len(LAST)]} {number}"
            identity = f"student{number:04d}"
            people[identity] = f"{first} {last}"
            table.writerow([identity, first, last, f"{identity}@example.org"])
    return people


def download(course: Path, week: str, people: dict[str, str]) -> int:
    """Write download.zip as Moodle names its files; how many students are in it."""
    settings = read_course(course)
    due = settings.due(settings.assignment(week)).replace(tzinfo=None)
    handed_in = [name for number, name in enumerate(people.values()) if number % MISSING != 7]
    with zipfile.ZipFile(course / "download.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        answers = submissions(course, week)
        for number, (name, notebook) in enumerate(zip(handed_in, answers, strict=False)):
            late = timedelta(hours=5) if number % MISSING == 3 else timedelta(hours=-5)
            folder = f"{name}_{9000 + number}_assignsubmission_file_"
            entry = zipfile.ZipInfo(
                f"{folder}/{topic_of(week)} ({number % 3}).ipynb", (due + late).timetuple()[:6]
            )
            archive.writestr(entry, nbformat.writes(notebook))
    return len(handed_in)


def play(course: Path, week: str) -> Iterator[Step]:
    """Run the week's commands one after the other; raises if one fails."""
    for command in (
        "nbgrader db student import students.csv",
        f"gradus collect {week} download.zip",
        f"gradus autograde {week}",
        f"nbgrader generate_feedback {week}",
        f"gradus report {week}",
        "gradus marks",
    ):
        print(f"{command} ...", file=sys.stderr)
        program, *words = command.split()
        start = time.perf_counter()
        done = subprocess.run(
            [BIN / program, *words],
            cwd=course,
            env=ENVIRONMENT | {"COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{command} failed:\n{done.stdout}")
        yield Step(command, round(time.perf_counter() - start, 2), done.stdout.split("\n")[-2])


def formgrader_pages(course: Path, week: str, student: str) -> dict[str, float]:
    """Page of Formgrader → seconds until it and its data are there."""
    topic = topic_of(week)
    with _server(course) as address:
        books = json.loads(_get(f"{address}/api/submitted_notebooks/{week}/{topic}"))
        graded = next(book["id"] for book in books if book["id"])
        pages = {
            "manage_assignments": ["assignments"],
            f"manage_submissions/{week}": [f"submissions/{week}"],
            "gradebook": ["assignments"],
            f"gradebook/{week}": [f"notebooks/{week}"],
            f"gradebook/{week}/{topic}": [f"submitted_notebooks/{week}/{topic}"],
            "manage_students": ["students"],
            f"manage_students/{student}": [f"student_submissions/{student}"],
            f"submissions/{graded}": [
                f"grades?submission_id={graded}",
                f"comments?submission_id={graded}",
            ],
        }
        return {
            page.replace(graded, "ID"): max(_opening(address, page, data) for _ in range(OPENINGS))
            for page, data in pages.items()
        }


def _opening(address: str, page: str, data: list[str]) -> float:
    start = time.perf_counter()
    for path in (page, *(f"api/{name}" for name in data)):
        _get(f"{address}/{path}")
    return round(time.perf_counter() - start, 2)


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=120) as answer:
        content: bytes = answer.read()
        return content


@contextmanager
def _server(course: Path) -> Iterator[str]:
    """A Jupyter server with Formgrader, as an instructor starts it; the address of its pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started(
        course,
        BIN / "jupyter",
        "server",
        "--no-browser",
        "--allow-root",
        f"--ServerApp.port={port}",
        "--IdentityProvider.token=",
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
    )
    address = f"http://127.0.0.1:{port}/formgrader"
    try:
        for _ in range(600):
            try:
                _get(f"{address}/api/status")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def _text(found: dict[str, object]) -> str:
    text = io.StringIO()
    print(f"{found['week']}, {found['students']} students, {found['cores']} cores", file=text)
    for step in found["steps"]:
        print(f"{step['seconds']:8.1f} s  {step['command']}\n            {step['end']}", file=text)
    for page, seconds in found["formgrader"].items():
        print(f"{seconds:8.2f} s  formgrader/{page}", file=text)
    return text.getvalue()


if __name__ == "__main__":
    main()
