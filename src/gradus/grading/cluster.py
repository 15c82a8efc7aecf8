"""Grading on many machines: the workers of a dask.distributed scheduler do what a crew does here.

A worker is an ordinary ``dask worker`` on a machine where this version of Gradus is installed. A
notebook whose worker is lost is graded by another; one that has ended more workers than the
scheduler allows (``distributed.scheduler.allowed-failures``) is given up as a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gradus.errors import GradusError
from gradus.grading.task import Result, Task, code_digest, fault_of

CONNECT_SECONDS = 20
START_SECONDS = 60
_WAITING_PER_THREAD = 3
"""So many tasks lie ready for each thread of the cluster; the others are not read yet."""


class Cluster:
    """A connection to a scheduler; to be used as :class:`gradus.grading.crew.Crew` is."""

    def __init__(self, address: str, warm: bool = True) -> None:
        """Raises :class:`GradusError` if nobody answers, or the workers are not as they must be."""
        try:
            from distributed import Client
        except ImportError:
            raise GradusError(
                "Grading on a cluster needs dask: pip install 'gradus-course[cluster]'."
            ) from None
        self._warm = warm
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError):
            raise GradusError(
                f"No dask scheduler answers at {address}; start one with `dask scheduler`."
            ) from None
        try:
            self._check_workers()
        except GradusError:
            self._client.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def grade(self, tasks: Iterable[tuple[Any, Task]]) -> Iterator[tuple[Any, Result]]:
        """The result of each task under its key, in the order in which they are ready."""
        from distributed import KilledWorker, as_completed

        waiting, done = iter(tasks), as_completed(loop=self._client.loop)
        under_way: dict[Any, tuple[Any, Task]] = {}
        suspects: list[tuple[Any, Task]] = []
        while True:
            for key, task in waiting:
                future = self._submit(task)
                under_way[future.key] = key, task
                done.add(future)
                if len(under_way) >= _WAITING_PER_THREAD * max(1, self._threads()):
                    break
            if not under_way:
                break
            future = next(done)
            key, task = under_way.pop(future.key)
            if isinstance(future.exception(), KilledWorker):
                suspects.append((key, task))
            else:
                yield key, future.result()
        # What waited at a lost worker is blamed with what ended it; alone, only the culprit is.
        for key, task in suspects:
            future = self._submit(task)
            if isinstance(future.exception(), KilledWorker):
                yield key, Result(fault="it ended the workers that graded it")
            else:
                yield key, future.result()

    def _submit(self, task: Task) -> Any:
        return self._client.submit(_carried_out, task, self._warm, pure=False)

    def _threads(self) -> int:
        return sum(self._client.nthreads().values())

    def _check_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=START_SECONDS)
            digests = set(self._client.run(code_digest).values())
        except TimeoutError:
            raise GradusError(
                "The dask scheduler has no workers; start some with `dask worker`."
            ) from None
        except ImportError:
            raise GradusError("Gradus is not installed where the dask workers run.") from None
        if digests != {code_digest()}:
            raise GradusError(
                "The dask workers have another version of Gradus or of its libraries; install the "
                "same one there and restart them."
            )


def _carried_out(task: Task, warm: bool) -> Result:
    """Runs on a worker. Errors travel as text: not every traceback can be read here."""
    from gradus.grading.grader import grade  # which only a worker has to import

    try:
        return grade(task, warm)
    except Exception as error:
        return fault_of(error)
