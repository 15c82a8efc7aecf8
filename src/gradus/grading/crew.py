"""Worker processes that grade side by side, and outlive what a submission does to one of them."""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from gradus.grading.task import Result, Task, Terms, fault_of
from gradus.processes import forkserver

MAX_TRIES = 2
_GRACE_SECONDS = 60
_NOTICE_SECONDS = 0.5
_LAG_SECONDS = 0.02
_GRADER = "gradus.grading.grader"
"""What only workers import: the command that hires them need not wait for it."""


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    key: Any = None
    task: Task | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def overdue(self) -> float:
        """Seconds until it has had the task for too long."""
        assert self.task is not None
        allowed = self.task.terms.limits.notebook_seconds + _GRACE_SECONDS
        return self.started + allowed - time.monotonic()


class Crew:
    """As many workers as there are jobs; a task that kills its worker is tried once more.

    Workers are forked by a process that has imported what they share, once for all of them. Where
    there are as many as cores, each stays on one, with its sandbox: the two take turns, and to wake
    the other on the same core is faster. There one worker pauses while results wait, so that the
    caller has a core to take them.
    """

    def __init__(
        self,
        jobs: int,
        warm: bool = True,
        ahead: tuple[Terms, Path] | None = None,
    ) -> None:
        """``ahead`` are the terms and the source notebook of the tasks, to be ready before them."""
        self._jobs, self._warm, self._ahead = jobs, warm, ahead
        self._cores = sorted(os.sched_getaffinity(0))
        preparing, exam = (["gradus.grading.preparing"], ahead[1]) if ahead else ([], None)
        self._context = forkserver([__name__, _GRADER, *preparing], exam)
        self._workers: list[_Worker] = []
        self._beginning: threading.Thread | None = None
        self._ready: queue.Queue[Any] = queue.Queue()
        self._stopping = threading.Event()
        self._manager: threading.Thread | None = None

    def begin(self, workers: int) -> None:
        """Hire so many now, while the caller goes on; else they are hired when there is a task."""
        self._beginning = threading.Thread(target=self._begin, args=(workers,), daemon=True)
        self._beginning.start()

    def _begin(self, workers: int) -> None:
        # An error shows when the first task is given.
        with contextlib.suppress(OSError, EOFError):
            while len(self._workers) < workers:
                self._workers.append(self._hire(len(self._workers)))

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        if self._beginning is not None:
            self._beginning.join()
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            self._dismiss(worker)

    def grade(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result]]:
        """The result of each task under its key, in the order in which they are ready.

        Tasks are taken as workers become free, in a thread of its own: no worker waits for the
        caller to be done with a result.
        """
        self._stopping.clear()
        self._ready = queue.Queue(maxsize=2 * self._jobs)
        self._manager = threading.Thread(target=self._manage, args=(tasks,), daemon=True)
        self._manager.start()
        try:
            while (item := self._ready.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self._stop()

    def _stop(self) -> None:
        """End the thread, which may be waiting until its result is taken."""
        self._stopping.set()
        while self._manager is not None and self._manager.is_alive():
            with contextlib.suppress(queue.Empty):
                self._ready.get_nowait()
            self._manager.join(_NOTICE_SECONDS)

    def _manage(self, tasks: Iterable[tuple[Any, Task]]) -> None:
        last = None
        if self._beginning is not None:
            self._beginning.join()
        try:
            for item in self._results(tasks):
                self._ready.put(item)
        except BaseException as error:
            last = error
        self._ready.put(last)

    def _results(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result]]:
        waiting = iter(tasks)
        again: deque[tuple[Any, Task]] = deque()
        tries: dict[Any, int] = {}
        more = True
        while not self._stopping.is_set():
            lagging = self._fills_machine and not self._ready.empty()
            while (more or again) and len(self._busy()) < max(1, self._jobs - lagging):
                key, task = again.popleft() if again else next(waiting, (None, None))
                if task is None:
                    more = False
                    continue
                tries[key] = tries.get(key, 0) + 1
                self._give(self._free_place(), key, task)
            busy = self._busy()
            if not busy:
                return
            notice = _LAG_SECONDS if lagging else _NOTICE_SECONDS
            ready = wait(
                [worker.pipe for worker in busy],
                timeout=max(0.0, min(notice, *(worker.overdue for worker in busy))),
            )
            for place, worker in enumerate(self._workers):
                if worker.task is None or (worker.pipe not in ready and worker.overdue > 0):
                    continue
                outcome = (
                    _received(worker) if worker.pipe in ready else Result(fault="it took too long")
                )
                key, task = worker.key, worker.task
                worker.key, worker.task = None, None
                if outcome.fault:
                    self._dismiss(worker)
                    self._workers[place] = self._hire(place)
                    if tries[key] < MAX_TRIES:
                        again.append((key, task))
                        continue
                del tries[key]
                yield key, outcome

    @property
    def _fills_machine(self) -> bool:
        return self._jobs >= len(self._cores)

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.task is not None]

    def _free_place(self) -> int:
        """The place of a worker who has nothing to do, hired now if all others are busy."""
        for place, worker in enumerate(self._workers):
            if worker.task is None:
                return place
        self._workers.append(self._hire(len(self._workers)))
        return len(self._workers) - 1

    def _give(self, place: int, key: Any, task: Task) -> None:
        worker = self._workers[place]
        try:
            worker.pipe.send(task)
        except OSError:
            self._dismiss(worker)
            worker = self._workers[place] = self._hire(place)
            worker.pipe.send(task)
        worker.key, worker.task, worker.started = key, task, time.monotonic()

    def _hire(self, place: int) -> _Worker:
        ours, theirs = self._context.Pipe()
        core = self._cores[place % len(self._cores)] if self._fills_machine else None
        arguments = (theirs, core, self._warm, self._ahead)
        process = self._context.Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _dismiss(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.join(timeout=5 if worker.task is None else 0)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _received(worker: _Worker) -> Result:
    try:
        answer = worker.pipe.recv()
    except (EOFError, OSError):
        return Result(fault="it ended the worker that graded it")
    assert isinstance(answer, Result)
    return answer


def _work(pipe: Connection, core: int | None, warm: bool, ahead: tuple[Terms, Path] | None) -> None:
    """A worker: grades what it is sent until nobody sends any more."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    grader = importlib.import_module(_GRADER).Grader(warm)
    try:
        with contextlib.suppress(EOFError, KeyboardInterrupt):
            if warm and ahead is not None:
                # What goes wrong here goes wrong with a task too, and is told then.
                with contextlib.suppress(Exception):
                    grader.prepare_for(*ahead)
            while True:
                task = pipe.recv()
                try:
                    outcome = grader.grade(task)
                except Exception as error:
                    outcome = fault_of(error)
                pipe.send(outcome)
    finally:
        grader.close()
