"""How fast a class is graded: ours against nbgrader as it comes, and against the floor.

    .venv/bin/python benchmarks/grading.py --students 20 --json

Every contender grades the same submissions, in turns, so that a machine that is shared slows all
of them alike. They are: ``stock``, nbgrader with a configuration that nobody touched;
``parallel_stock``, as many of its processes as there are cores on disjoint students and one
gradebook; ``fresh``, a sandbox for each submission; ``warm``, what ``gradus autograde`` does;
``cached``, the same again with nothing changed; and ``floor``, the same cells executed one after
the other in a process that has imported everything, without isolation and bookkeeping, divided by
the number of cores.

The class is that of the demonstration without the student with an endless loop, over and over.
Seconds are per notebook and by the clock. Grading by ``stock`` is one notebook after the other, so
a sample is enough to know what a notebook costs; each line says how many it graded.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import nbformat
import psutil

from gradus.course.settings import read_course
from gradus.course.synthetic import submission, synthetic_class
from gradus.grading.exam_sheet import ExamSheet

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CORES = os.cpu_count() or 1
WEEKS = ("02_activations", "07_optimizers")
"""One of NumPy alone, and one with torch."""
ROUNDS = 2


@dataclass
class Score:
    """What a contender took, over all of its turns."""

    students: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    turns: list[float] = field(default_factory=list)

    @property
    def per_notebook(self) -> float:
        return self.seconds / self.students

    def summary(self) -> dict[str, object]:
        return {
            "students": self.students,
            "seconds_per_notebook": round(self.per_notebook, 4),
            "turns": [round(turn, 4) for turn in self.turns],
            "cpu_seconds_per_notebook": round(self.cpu_seconds / self.students, 4),
            "peak_mib": round(self.peak_mib),
        }


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="gradus-benchmark-") as scratch:
        weeks = {
            week: _Race(Path(scratch), week, arguments.students, arguments.sample).run()
            for week in arguments.weeks
        }
    found = {"students": arguments.students, "cores": CORES, "weeks": weeks}
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        path = arguments.out / f"grading-{arguments.students}.json"
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        _print(weeks)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=20, help="how large the class is")
    parser.add_argument(
        "--sample", type=int, default=8, help="how many of them the slow contenders grade"
    )
    parser.add_argument("--weeks", nargs="+", default=WEEKS, help="which assignments")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--out", type=Path, help="a folder to write the JSON object to")
    arguments = parser.parse_args()
    if arguments.students < 2 * ROUNDS or arguments.sample < 2 * ROUNDS:
        parser.error(f"a class and its sample have {2 * ROUNDS} students or more")
    return arguments


class _Race:
    """The contenders' turns at one assignment. Students are named after the turn they are for."""

    def __init__(self, scratch: Path, week: str, students: int, sample: int) -> None:
        self.week = week
        self.topic = week.split("_", 1)[1]
        self.scratch = scratch / week
        self.turns = [_names(turn, students) for turn in range(ROUNDS)]
        self.sampled = [_names(turn, min(sample, students)) for turn in range(ROUNDS)]
        self.scores: dict[str, Score] = {}

    def run(self) -> dict[str, object]:
        contenders: dict[str, Callable[[int, Path], int]] = {
            "stock": self._stock,
            "parallel_stock": self._parallel_stock,
            "fresh": self._fresh,
            "warm": self._warm,
            "floor": self._floor,
        }
        courses = {name: self._course(name, "stock" in name) for name in contenders}
        for turn in range(ROUNDS):
            for name, grade in contenders.items():
                self._timed(name, lambda n=name, g=grade: g(turn, courses[n]))  # noqa: B023
        self._timed("cached", lambda: self._cached(courses["warm"]))
        self.scores["floor"].seconds /= CORES
        self.scores["floor"].turns = [seconds / CORES for seconds in self.scores["floor"].turns]
        warm = self.scores["warm"].per_notebook
        return {
            "ratio_vs_stock": round(self.scores["stock"].per_notebook / warm, 2),
            "ratio_vs_parallel_stock": round(self.scores["parallel_stock"].per_notebook / warm, 2),
            "ratio_vs_floor": round(warm / self.scores["floor"].per_notebook, 2),
            "contenders": {name: score.summary() for name, score in self.scores.items()},
        }

    def _timed(self, name: str, grade: Callable[[], int]) -> None:
        score = self.scores.setdefault(name, Score())
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with _PeakMemory() as memory:
            start = time.perf_counter()
            graded = grade()
            seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        score.students += graded
        score.seconds += seconds
        score.turns.append(seconds / graded)
        score.cpu_seconds += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        score.peak_mib = max(score.peak_mib, memory.peak / 2**20)

    def _stock(self, turn: int, course: Path) -> int:
        self._nbgrader(course, "autograde", f"--student=t{turn}-s*").wait()
        return len(self.sampled[turn])

    def _parallel_stock(self, turn: int, course: Path) -> int:
        running = [
            self._nbgrader(course, "autograde", f"--student=t{turn}-s{part}-*")
            for part in range(CORES)
        ]
        for process in running:
            process.wait()
        return len(self.sampled[turn])

    def _fresh(self, turn: int, course: Path) -> int:
        self._gradus(course, self.sampled[turn], "--fresh")
        return len(self.sampled[turn])

    def _warm(self, turn: int, course: Path) -> int:
        self._gradus(course, self.turns[turn])
        return len(self.turns[turn])

    def _cached(self, course: Path) -> int:
        self._gradus(course, [])
        return sum(map(len, self.turns))

    def _floor(self, turn: int, course: Path) -> int:
        program = Path(__file__).with_name("floor.py")
        submitted = [
            course / "submitted" / name / self.week / f"{self.topic}.ipynb"
            for name in self.sampled[turn]
        ]
        source = course / "source" / self.week / f"{self.topic}.ipynb"
        done = subprocess.run(
            [sys.executable, program, source, *submitted],
            env=_environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        # Its own start is not part of the floor.
        self.scores["floor"].seconds -= float(done.stdout)
        return len(submitted)
