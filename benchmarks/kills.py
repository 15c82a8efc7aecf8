"""What a run of ``gradus autograde`` loses when it is killed, again and again: nothing.

    .venv/bin/python benchmarks/kills.py --students 60 --kills 20

One class is graded undisturbed; the same class is graded by runs that are killed at random moments,
and then to the end. The gradebooks must say the same, and no submission may be graded twice that
was finished once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classroom import BIN, ENVIRONMENT, make_course, started

_GRADES = (
    "SELECT s.student_id, b.name, g.auto_score, g.manual_score, g.extra_credit, "
    "g.needs_manual_grade FROM grade g JOIN base_cell b ON g.cell_id = b.id "
    "JOIN submitted_notebook n ON g.notebook_id = n.id "
    "JOIN submitted_assignment s ON n.assignment_id = s.id ORDER BY 1, 2"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--week", default="01_perceptron")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    names = [f"s{number:04d}" for number in range(arguments.students)]
    with tempfile.TemporaryDirectory(prefix="gradus-kills-") as scratch:
        calm = make_course(Path(scratch) / "calm", arguments.week, names)
        killed = make_course(Path(scratch) / "killed", arguments.week, names)
        start = time.monotonic()
        _finish(calm, arguments.week)
        whole = time.monotonic() - start
        # As in one of the two, so in the other: the secret decides the hidden inputs.
        shutil.copy(calm / ".gradus-secret", killed)
        chance, struck = random.Random(arguments.seed), 0
        for _ in range(arguments.kills):
            process = started(killed, BIN / "gradus", "autograde", arguments.week)
            time.sleep(chance.uniform(0, whole / 4))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                struck += 1
            process.wait()
        last = _finish(killed, arguments.week)
        equal = _grades(calm) == _grades(killed)
    report = {"students": arguments.students, "kills": struck, "equal": equal, "last_run": last}
    print(json.dumps(report, indent=2))
    sys.exit(0 if equal else 1)


def _finish(course: Path, week: str) -> dict[str, object]:
    done = subprocess.run(
        [BIN / "gradus", "autograde", week, "--json"],
        cwd=course,
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    summary: dict[str, object] = json.loads(done.stdout)
    return summary


def _grades(course: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(course / "gradebook.db") as book:
        return list(book.execute(_GRADES))


if __name__ == "__main__":
    main()
