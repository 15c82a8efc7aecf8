"""Examines many answers to one week, each in a process of its own.

A *room* is a process that walks through the instructor's notebook once. Where a paper's answer
stands in place of the instructor's, the room forks, and the fork finishes that paper alone: imports
and earlier cells are paid for once, and no answer can touch another. How an answer meets the exam
is known to this module only; to grade by another path, replace :func:`examine_papers`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from gradus.cells import shows_figure
from gradus.course.gate.sitting import Sitting
from gradus.errors import GradusError
from gradus.exam.waits import waits_skipped
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.processes import SECRET, forkserver
from gradus.text import LANGUAGES, VARIABLE, Language

NO_END = "Timeout: no verdict; the answer does not end, or it kills its process"
_PRELOADED = ["numpy", "matplotlib.pyplot", "gradus.exam", "gradus.course.gate.sandboxed"]
_EXTRA_MEMORY = 4 << 30
CELL, _TEST = "cell", "test"


@dataclass(frozen=True)
class Paper:
    """One notebook to examine: the instructor's, with some exercises answered otherwise."""

    answers: tuple[tuple[str, str], ...]
    """Exercise and the source of its cell."""
    tests: tuple[str, ...]
    """The grade ids of the tests to run, in this order."""
    secret: str = "gate"
    language: Language = "es"
    hurried: bool = False
    """Only the verdict counts: stop at the first failure, look for no diagnosis."""
    disturbed: bool = False
    """Another global random state and another clock than usual."""

    @property
    def ends_at_a_failure(self) -> bool:
        return self.hurried and len(self.answers) == 1


@dataclass
class Outcome:
    """Verdicts by grade id (None: passed, absent: not reached), and the seconds they took."""

    verdicts: dict[str, str | None] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        return [grade_id for grade_id, message in self.verdicts.items() if message is not None]


Step: TypeAlias = tuple[str, str, str]
"""One code cell of the notebook: kind (cell or test), grade id, source."""


def steps_of(exam: ExamSheet) -> list[Step]:
    """The code cells in the notebook's order, without those that only plot."""
    steps = []
    for cell in exam.notebook.cells:
        if cell.cell_type != "code":
            continue
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id in exam.tests:
            steps.append((_TEST, grade_id, cell.source))
        elif not shows_figure(cell.source):
            steps.append((CELL, grade_id, cell.source))
    return steps


def preloaded(topic: str) -> list[str]:
    """What a process that examines papers of this topic imports ahead of them."""
    return [*_PRELOADED, f"gradus.reference.{topic}"]


def examine_papers(
    exam: ExamSheet, papers: Sequence[Paper], seconds: Sequence[float], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    """The index and outcome of each paper, as they are ready.

    ``seconds`` says how long each paper may compute; beyond it, the test that it is in and those
    that follow count as failed.
    """
    if not papers:
        return
    context = forkserver(preloaded(exam.topic))
    ours, theirs = context.Pipe(duplex=False)
    batch = _Batch(exam.topic, steps_of(exam), exam.tests, list(papers), list(seconds), jobs)
    room = context.Process(target=_room, args=(theirs, batch))
    room.start()
    theirs.close()
    try:
        for _ in papers:
            yield ours.recv()
    except EOFError:
        raise GradusError(
            f"The tests of {exam.topic} could not be run here; what stands above says why."
        ) from None
    finally:
        room.terminate()
        room.join()


@dataclass
class _Batch:
    """Papers of one week, and what they need to be examined."""

    topic: str
    steps: list[Step]
    tests: dict[str, ExamCell]
    papers: list[Paper]
    seconds: list[float]
    jobs: int

    def position(self, grade_id: str) -> int:
        return next(i for i, (_, step_id, _) in enumerate(self.steps) if step_id == grade_id)

    def departures(self) -> dict[int, list[list[int]]]:
        """For each step, the papers that leave the room's notebook there.

        Papers that differ in their hidden inputs only go together: one process takes them one
        after the other.
        """
        together: dict[tuple[object, ...], list[int]] = {}
        for index, paper in enumerate(self.papers):
            same = (paper.answers, paper.tests, paper.language, paper.hurried, paper.disturbed)
            together.setdefault(same, []).append(index)
        leaving: dict[int, list[list[int]]] = {}
        for indices in together.values():
            paper = self.papers[indices[0]]
            changed = [exercise for exercise, _ in paper.answers]
            step = min(self.position(grade_id) for grade_id in (*changed, *paper.tests))
            leaving.setdefault(step, []).append(indices)
        return leaving


def _room(results: Connection, batch: _Batch) -> None:
    import matplotlib

    from gradus.catalogue import reference_of

    matplotlib.use("Agg")
    reference_of(batch.topic)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    leaving = batch.departures()
    sitting = Sitting(batch.topic)
    with tempfile.TemporaryDirectory(prefix="gradus-gate-") as folder:
        for language in LANGUAGES:
            (Path(folder) / language).mkdir()
            (Path(folder) / language / "language.txt").write_text(f"{language}\n")
        os.chdir(folder)
        with waits_skipped(), _Forks(results, batch) as forks:
            for position, (kind, grade_id, source) in enumerate(batch.steps):
                # Frozen objects stay in memory that the forks share.
                gc.collect()
                gc.freeze()
                for indices in leaving.get(position, ()):
                    forks.start(indices, sitting, position)
                if position >= max(leaving):
                    break
                if kind == CELL:
                    sitting.run(source, grade_id)
            forks.finish()


class _Forks:
    """The processes under way, so many at a time as there are jobs."""

    def __init__(self, results: Connection, batch: _Batch) -> None:
        self._results = results
        self._batch = batch
        self._running: dict[int, tuple[int, list[int], bytearray]] = {}

    def __enter__(self) -> _Forks:
        return self

    def __exit__(self, *_: object) -> None:
        for pid, _indices, _received in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self, indices: list[int], sitting: Sitting, position: int) -> None:
        while len(self._running) >= self._batch.jobs:
            self._collect()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(reading)
                _limit(sum(self._batch.seconds[index] for index in indices))
                for index in indices:
                    _sit(sitting, self._batch, position, index, writing)
            finally:
                os._exit(0)
        os.close(writing)
        self._running[reading] = (pid, indices, bytearray())

    def finish(self) -> None:
        while self._running:
            self._collect()

    def _collect(self) -> None:
        ready, _, _ = select.select(list(self._running), [], [])
        for reading in ready:
            pid, indices, received = self._running[reading]
            chunk = os.read(reading, 1 << 16)
            received += chunk
            if not chunk:
                os.close(reading)
                os.waitpid(pid, 0)
                del self._running[reading]
                lines = [json.loads(line) for line in received.decode().splitlines()]
                for index in indices:
                    own = [line[1:] for line in lines if line[0] == index]
                    self._results.send((index, _outcome(self._batch.papers[index], own)))


def _limit(seconds: float) -> None:
    """Let the kernel end this process when it computes too long, waits too long, or swells."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 60 + 10 * seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    memory = pages * resource.getpagesize() + _EXTRA_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)


def _sit(sitting: Sitting, batch: _Batch, position: int, index: int, writing: int) -> None:
    """Finish the paper, writing one line per verdict."""
    from gradus.exam import examination

    paper = batch.papers[index]
    os.environ[VARIABLE], os.environ[SECRET] = paper.language, paper.secret
    os.chdir(Path("..", paper.language) if Path("language.txt").exists() else paper.language)
    examination.Examination.hurried = paper.hurried
    if paper.disturbed:
        _disturb()
    answers = dict(paper.answers)
    for grade_id in paper.tests:
        for kind, step_id, source in batch.steps[position : batch.position(grade_id)]:
            if kind == CELL:
                sitting.run(answers.get(step_id, source), step_id)
        position = max(position, batch.position(grade_id))
        start = time.perf_counter()
        message = sitting.examine(batch.tests[grade_id])
        line = json.dumps([index, grade_id, message, round(time.perf_counter() - start, 4)])
        os.write(writing, line.encode() + b"\n")
        if message is not None and paper.ends_at_a_failure:
            break


def _outcome(paper: Paper, lines: list[tuple[str, str | None, float]]) -> Outcome:
    outcome = Outcome()
    for grade_id, message, seconds in lines:
        outcome.verdicts[grade_id], outcome.seconds[grade_id] = message, seconds
    if not (outcome.failed and paper.ends_at_a_failure):
        for grade_id in paper.tests[len(lines) :]:
            outcome.verdicts[grade_id] = NO_END
    return outcome


def _disturb() -> None:
    """What a student's cell may leave behind: used-up generators, and another day on the clock."""
    import numpy as np

    random.seed(271)
    np.random.seed(828)
    np.random.random(5)
    if "torch" in sys.modules:
        torch: Any = sys.modules["torch"]
        torch.manual_seed(182)
    today = time.time
    time.time = lambda: today() + 1e8
