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
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from classroom import BIN, ENVIRONMENT, make_course, started

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
        "--sample",
        type=int,
        help="how many of them the slow contenders grade (a fifth; 8 at least)",
    )
    parser.add_argument("--weeks", nargs="+", default=WEEKS, help="which assignments")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--out", type=Path, help="a folder to write the JSON object to")
    arguments = parser.parse_args()
    arguments.sample = arguments.sample or max(8, arguments.students // 5)
    if arguments.students < 2 * ROUNDS or arguments.sample < 2 * ROUNDS:
        parser.error(f"a class and its sample have {2 * ROUNDS} students or more")
    return arguments


class _Race:
    """The contenders' turns at one assignment. Students are named after the turn they are for."""

    def __init__(self, scratch: Path, week: str, students: int, sample: int) -> None:
        self.week = week
        self.topic = week.split("_", 1)[1]
        self.scratch = scratch / week
        whole, part = _class(students), _class(min(sample, students))
        self.classes = dict.fromkeys(("fresh", "warm"), whole)
        self.classes |= dict.fromkeys(("stock", "parallel_stock", "floor"), part)
        self.scores: dict[str, Score] = {}
        self.floor: list[float] = []

    def run(self) -> dict[str, object]:
        contenders: dict[str, Callable[[int, Path], int]] = {
            "stock": self._stock,
            "parallel_stock": self._parallel_stock,
            "fresh": self._fresh,
            "warm": self._warm,
            "floor": self._floor,
        }
        courses = {name: self._course(name) for name in contenders}
        for turn in range(ROUNDS):
            for name, grade in contenders.items():
                self._timed(name, lambda n=name, g=grade: g(turn, courses[n]))  # noqa: B023
        self._timed("cached", lambda: self._cached(courses["warm"]))
        warm, floor = self.scores["warm"].per_notebook, statistics.median(self.floor)
        return {
            "ratio_vs_stock": round(self.scores["stock"].per_notebook / warm, 2),
            "ratio_vs_parallel_stock": round(self.scores["parallel_stock"].per_notebook / warm, 2),
            "ratio_vs_floor": round(warm / floor, 2),
            "floor_seconds_per_notebook": round(floor, 4),
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
        self._nbgrader(course, "autograde", f"--student=t{turn}-*").wait()
        return len(self.classes["stock"][turn])

    def _parallel_stock(self, turn: int, course: Path) -> int:
        running = [
            self._nbgrader(course, "autograde", f"--student=t{turn}-s{part}-*")
            for part in range(CORES)
        ]
        for process in running:
            process.wait()
        return len(self.classes["parallel_stock"][turn])

    def _fresh(self, turn: int, course: Path) -> int:
        self._gradus(course, self.classes["fresh"][turn], "--fresh")
        return len(self.classes["fresh"][turn])

    def _warm(self, turn: int, course: Path) -> int:
        self._gradus(course, self.classes["warm"][turn])
        return len(self.classes["warm"][turn])

    def _cached(self, course: Path) -> int:
        self._gradus(course, [])
        return sum(map(len, self.classes["warm"]))

    def _floor(self, turn: int, course: Path) -> int:
        names = self.classes["floor"][turn]
        program = Path(__file__).with_name("floor.py")
        done = subprocess.run(
            [sys.executable, program, course, self.week, *names],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
        self.floor.append(float(done.stdout) / len(names) / CORES)
        return len(names)

    def _course(self, name: str) -> Path:
        """A course of its own for a contender, in which its class has handed in."""
        students = [student for turn in self.classes[name] for student in turn]
        return make_course(self.scratch / name, self.week, students, stock="stock" in name)

    def _nbgrader(self, course: Path, command: str, *options: str) -> subprocess.Popen[bytes]:
        return started(course, BIN / "nbgrader", command, self.week, *options)

    def _gradus(self, course: Path, students: list[str], *options: str) -> None:
        chosen = [f"--student={name}" for name in students]
        started(course, BIN / "gradus", "autograde", self.week, *options, *chosen).wait()


def _class(students: int) -> list[list[str]]:
    """The students of each turn; ``parallel_stock`` tells them by the second part of the name."""
    return [
        [f"t{turn}-s{number % CORES}-{number:04d}" for number in range(students // ROUNDS)]
        for turn in range(ROUNDS)
    ]


class _PeakMemory:
    """How much memory this process's descendants hold together, at most; what is shared once."""

    def __enter__(self) -> _PeakMemory:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(1):
            held = 0
            for process in me.children(recursive=True):
                with suppress(OSError):
                    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
                    held += int(rollup.partition("\nPss:")[2].split()[0]) << 10
            self.peak = max(self.peak, held)


def _print(weeks: dict[str, dict[str, object]]) -> None:
    for week, found in weeks.items():
        print(f"{week}: {found['ratio_vs_stock']} times as fast as nbgrader, ", end="")
        print(f"{found['ratio_vs_parallel_stock']} times as fast as {CORES} of it, ", end="")
        print(f"{found['ratio_vs_floor']} times the floor")
        for name, score in found["contenders"].items():
            print(f"  {name:15} {score}")


if __name__ == "__main__":
    main()
