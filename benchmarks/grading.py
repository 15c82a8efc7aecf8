"""How fast a class is graded: ours against nbgrader as it comes, and against the floor.

    .venv/bin/python benchmarks/grading.py --students 20 --json

Every contender grades the same submissions, in turns, so that a machine that is shared slows all
of them alike. They are: ``stock``, nbgrader with a configuration that nobody touched;
``parallel_stock``, as many of its processes as there are cores on disjoint students and one
gradebook; ``fresh``, a sandbox for each submission; ``warm``, what ``gradus autograde`` does;
``cached``, the same again with nothing changed; and ``floor``, the same cells executed one after
the other in a process that has imported everything, without isolation and bookkeeping, divided by
the number of cores; ``floor_undrawn``, the same without the cells whose figures were handed in,
which ours does not execute; and, if it is asked for, ``otter``: otter-grader's ``otter run``, for
scale.

The class is that of the demonstration without the student with an endless loop, over and over, and
hands in notebooks that have been run, with their figures (``--unexecuted``: without).
Seconds are per notebook and by the clock, what a command needs to start included. ``warm`` grades
the whole class in each turn; the others' cost of a notebook does not depend on the class, so they
grade a sample. Each line says how many it graded.
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
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from classroom import BIN, ENVIRONMENT, make_course, released_course, started
from otter_assignment import make_otter_assignment, otter_run

CORES = os.cpu_count() or 1
WEEKS = ("02_activations", "06_sgd")
"""One of NumPy alone, and one with torch."""
CONTENDERS = ("stock", "parallel_stock", "fresh", "warm", "cached", "floor")
ROUNDS = 2


@dataclass
class Score:
    """What a contender took, over all of its turns."""

    students: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0
    coordinator_mib: float = 0.0
    cpu_by_phase: Counter[str] = field(default_factory=Counter)
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
            "cpu_by_phase": {
                phase: round(seconds / self.students, 4)
                for phase, seconds in sorted(self.cpu_by_phase.items())
            },
            "peak_mib": round(self.peak_mib),
            "coordinator_peak_mib": round(self.coordinator_mib),
        }


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="gradus-benchmark-") as scratch:
        weeks = {week: _Race(Path(scratch), week, arguments).run() for week in arguments.weeks}
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
        help="how many the others grade, in all turns together (a fifth; 8 at least)",
    )
    parser.add_argument("--weeks", nargs="+", default=WEEKS, help="which assignments")
    parser.add_argument("--unexecuted", action="store_true", help="hand in no figures")
    parser.add_argument(
        "--contenders",
        nargs="+",
        choices=[*CONTENDERS, "otter"],
        default=CONTENDERS,
        help="who takes part; cached needs warm",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--out", type=Path, help="a folder to write the JSON object to")
    arguments = parser.parse_args()
    arguments.sample = arguments.sample or max(8, CORES * ROUNDS, arguments.students // 5)
    if arguments.students < CORES or arguments.sample < CORES * ROUNDS:
        parser.error(f"the class has {CORES} students or more, the sample {CORES * ROUNDS}")
    if "cached" in arguments.contenders and "warm" not in arguments.contenders:
        parser.error("cached grades again what warm has graded; name both")
    if "otter" in arguments.contenders and find_spec("otter") is None:
        parser.error("otter-grader is missing: pip install -c constraints.txt -e '.[otter]'")
    return arguments


class _Race:
    """The contenders' turns at one assignment. Students are named after the turn they are for."""

    def __init__(self, scratch: Path, week: str, arguments: argparse.Namespace) -> None:
        self.week = week
        self.scratch = scratch / week
        self.unexecuted = arguments.unexecuted
        self.contenders = arguments.contenders
        whole = _class(ROUNDS * arguments.students)
        part = _class(min(arguments.sample, ROUNDS * arguments.students))
        half = _class(max(arguments.sample // 2, CORES * ROUNDS))
        size = {"warm": whole, "floor": half, "otter": half}
        self.classes = {
            name: size.get(name, part) for name in arguments.contenders if name != "cached"
        }
        self.scores: dict[str, Score] = {}
        self.floors: list[tuple[float, float]] = []

    def run(self) -> dict[str, object]:
        contenders: dict[str, Callable[[int, Path], int]] = {
            "stock": self._stock,
            "parallel_stock": self._parallel_stock,
            "fresh": self._fresh,
            "warm": self._warm,
            "floor": self._floor,
            "otter": self._otter,
        }
        courses = {name: self._course(name) for name in contenders if name in self.classes}
        if "otter" in courses:
            make_otter_assignment(courses["otter"], self.week)
        for turn in range(ROUNDS):
            for name, course in courses.items():
                self._timed(name, lambda n=name, c=course: contenders[n](turn, c))  # noqa: B023
        if "cached" in self.contenders:
            self._timed("cached", lambda: self._warm(0, courses["warm"]))
        return {
            **self._ratios(),
            "contenders": {name: score.summary() for name, score in self.scores.items()},
        }

    def _ratios(self) -> dict[str, float]:
        """How many times as long as warm the others take, and warm as the floor."""
        if "warm" not in self.scores:
            return {}
        warm = self.scores["warm"].per_notebook
        ratios = {
            f"ratio_vs_{name}": round(self.scores[name].per_notebook / warm, 2)
            for name in ("stock", "parallel_stock", "otter")
            if name in self.scores
        }
        if self.floors:
            floor, undrawn = (statistics.median(turns) for turns in zip(*self.floors, strict=True))
            ratios |= {
                "ratio_vs_floor": round(warm / floor, 2),
                "ratio_vs_floor_undrawn": round(warm / undrawn, 2),
                "floor_seconds_per_notebook": round(floor, 4),
                "floor_undrawn_seconds_per_notebook": round(undrawn, 4),
            }
        return ratios

    def _timed(self, name: str, grade: Callable[[], int]) -> None:
        score = self.scores.setdefault(name, Score())
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with _Watch() as watch:
            start = time.perf_counter()
            graded = grade()
            seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        score.students += graded
        score.seconds += seconds
        score.turns.append(seconds / graded)
        score.cpu_seconds += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        score.cpu_by_phase += watch.cpu_by_phase
        score.peak_mib = max(score.peak_mib, watch.peak / 2**20)
        score.coordinator_mib = max(score.coordinator_mib, watch.largest / 2**20)

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
        every, undrawn = (float(line) / len(names) / CORES for line in done.stdout.split())
        self.floors.append((every, undrawn))
        return len(names)

    def _otter(self, turn: int, course: Path) -> int:
        for student in self.classes["otter"][turn]:
            otter_run(course, self.week, student)
        return len(self.classes["otter"][turn])

    def _course(self, name: str) -> Path:
        """A course of its own for a contender, in which its class has handed in."""
        students = [student for turn in self.classes[name] for student in turn]
        stock = "stock" in name
        released = self.scratch / ("released-stock" if stock else "released")
        if not released.exists():
            released_course(released, self.week, stock)
        return make_course(
            self.scratch / name,
            self.week,
            students,
            stock=stock,
            executed=not self.unexecuted,
            released=released,
        )

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


class _Watch:
    """What this process's descendants use, by looks twice a second.

    How much memory they hold together at most, what is shared once (and the largest of those that
    neither examine nor are examined: the coordinator); and the seconds of a core that
    each kind of them took: ``sandbox`` (student code, and its imports), ``examine`` (tests, and
    their imports), ``record`` (everything else: the command itself, nbgrader, the gradebook).
    """

    def __enter__(self) -> _Watch:
        self.peak = self.largest = 0
        self._seconds: dict[int, tuple[str, float]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def cpu_by_phase(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for phase, seconds in self._seconds.values():
            found[phase] += seconds
        return found

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.5):
            held = 0
            pending = [(child, "record") for child in me.children()]
            while pending:
                process, phase = pending.pop()
                with suppress(OSError, psutil.Error):
                    phase = _phase(process, phase)
                    times = process.cpu_times()
                    reaped = times.children_user + times.children_system
                    if phase != "sandbox":
                        reaped = 0.0  # its children were looked at themselves
                    seconds = times.user + times.system + reaped
                    self._seconds[process.pid] = (phase, seconds)
                    pending += [(child, phase) for child in process.children()]
                    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
                    size = int(rollup.partition("\nPss:")[2].split()[0]) << 10
                    held += size
                    if phase == "record":
                        self.largest = max(self.largest, size)
            self.peak = max(self.peak, held)


def _phase(process: psutil.Process, parents: str) -> str:
    command = " ".join(process.cmdline())
    if parents == "sandbox" or "bwrap" in command or "entrance.py" in command:
        return "sandbox"
    return "examine" if "forkserver" in command else parents


def _print(weeks: dict[str, dict[str, Any]]) -> None:
    for week, found in weeks.items():
        print(week)
        contenders = found.pop("contenders")
        for key, number in found.items():
            print(f"  {key:36} {number}")
        for name, score in contenders.items():
            print(f"  {name:15} {score}")


if __name__ == "__main__":
    main()
