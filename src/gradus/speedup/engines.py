"""The same SGD step by loops, NumPy, torch on the CPU, and torch on the GPU in three ways.

An engine holds a problem. ``minibatch(m)`` prepares steps of m examples and returns a function that
issues k of them over successive slices of the data, which stand in random order; on a GPU it
returns before they are done, and ``seconds`` times them with device events.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from gradus.speedup.network import Problem, Singles, loop_step, step

Steps = Callable[[int], None]


class Engine:
    """NumPy, one matrix product per minibatch; the other engines replace parts of it."""

    name = "numpy minibatch"
    device = "cpu"
    data = "resident"

    def prepare(self, problem: Problem) -> None:
        """Take a problem and its first parameters."""
        self.problem = problem
        self.X: Any = problem.X
        self.Y: Any = problem.Y
        self.params: tuple[Any, ...] = tuple(start.copy() for start in problem.start)

    def reset(self) -> None:
        """Put the first parameters back, in place."""
        for parameter, start in zip(self.params, self.problem.start, strict=True):
            parameter[...] = start

    def minibatch(self, m: int) -> Steps:
        """A function that issues k steps of m examples."""

        def issue(steps: int) -> None:
            for k in range(steps):
                rows = self.rows(k, m)
                self.one(self.X[rows], self.Y[rows])

        return issue

    def rows(self, k: int, m: int) -> slice:
        """The k-th minibatch of the epoch; the next epoch starts where one ends."""
        start = k * m % (len(self.problem.X) // m * m)
        return slice(start, start + m)

    def one(self, X: Any, Y: Any) -> None:
        """One step."""
        step(np, self.params, X, Y)

    def seconds(self, issue: Steps, steps: int) -> float:
        """How long k steps take until their results are there."""
        start = time.perf_counter()
        issue(steps)
        return time.perf_counter() - start

    def result(self) -> list[Singles]:
        """The parameters as they are now."""
        return [np.array(parameter) for parameter in self.params]

    def release(self) -> None:
        """Give up what is held."""
        self.X = self.Y = None
        self.params = ()


class Loop(Engine):
    """One example at a time."""

    name = "per-example loop"

    def one(self, X: Any, Y: Any) -> None:
        """One step, example by example."""
        loop_step(self.params, X, Y)


class TorchCPU(Engine):
    """torch on all cores."""

    name = "torch CPU"

    def prepare(self, problem: Problem) -> None:
        """The same memory, as tensors."""
        import torch

        super().prepare(problem)
        self.X, self.Y = torch.from_numpy(self.X), torch.from_numpy(self.Y)
        self.params = tuple(torch.from_numpy(parameter) for parameter in self.params)

    def reset(self) -> None:
        """Put the first parameters back, in place."""
        import torch

        for parameter, start in zip(self.params, self.problem.start, strict=True):
            parameter.copy_(torch.from_numpy(start))

    def one(self, X: Any, Y: Any) -> None:
        """One step by torch."""
        import torch

        step(torch, self.params, X, Y)

    def result(self) -> list[Singles]:
        """The parameters as they are now, on the host."""
        return [parameter.cpu().numpy().copy() for parameter in self.params]


class TorchGPU(TorchCPU):
    """torch on the GPU, eager: each operation is launched from Python; the data lie there."""

    name = "torch GPU eager"
    device = "cuda"

    def prepare(self, problem: Problem) -> None:
        """Copy everything to the device."""
        super().prepare(problem)
        self.X, self.Y = self.X.to("cuda"), self.Y.to("cuda")
        self.params = tuple(parameter.to("cuda") for parameter in self.params)

    def seconds(self, issue: Steps, steps: int) -> float:
        """Time between two events on the device, the second after the last step."""
        import torch

        torch.cuda.synchronize()
        start = _event(timed=True)
        end = _event(timed=True)
        start.record()
        issue(steps)
        end.record()
        end.synchronize()
        return float(start.elapsed_time(end)) / 1e3

    def release(self) -> None:
        """Return the memory to the device, or the next engine meets a full one."""
        import torch

        super().release()
        torch.cuda.empty_cache()


class TorchGraph(TorchGPU):
    """torch on the GPU, the step captured once as a CUDA graph: one launch for all its kernels."""

    name = "torch GPU graph"

    def minibatch(self, m: int) -> Steps:
        """Capture a step on fixed buffers; each minibatch is copied into them on the device."""
        import torch

        X, Y = self.X[:m].clone(), self.Y[:m].clone()
        aside = _stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            # cuBLAS chooses and allocates at its first calls, which a capture may not contain
            for _ in range(3):
                step(torch, self.params, X, Y)
        torch.cuda.current_stream().wait_stream(aside)
        torch.cuda.synchronize()
        # the capture allocates from a pool of its own and cannot take what eager steps left cached
        torch.cuda.empty_cache()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            step(torch, self.params, X, Y)
        self.reset()

        def issue(steps: int) -> None:
            for k in range(steps):
                rows = self.rows(k, m)
                X.copy_(self.X[rows])
                Y.copy_(self.Y[rows])
                graph.replay()

        return issue


class TorchStreamed(TorchGPU):
    """torch on the GPU, the data on the host: pinned memory, two buffers, a copy stream."""

    name = "torch GPU streamed"
    data = "streamed"

    def prepare(self, problem: Problem) -> None:
        """Only the parameters lie on the device."""
        super(TorchGPU, self).prepare(problem)
        self.X, self.Y = self.X.pin_memory(), self.Y.pin_memory()
        self.params = tuple(parameter.to("cuda") for parameter in self.params)

    def minibatch(self, m: int) -> Steps:
        """While one buffer is used, the copy stream fills the other."""
        import torch

        buffers = [
            (
                torch.empty((m, self.X.shape[1]), device="cuda"),
                torch.empty((m, self.Y.shape[1]), device="cuda"),
            )
            for _ in range(2)
        ]
        copying = _stream()
        filled = [_event() for _ in buffers]
        emptied = [_event() for _ in buffers]

        def issue(steps: int) -> None:
            computing = torch.cuda.current_stream()
            copying.wait_stream(computing)
            for k in range(steps):
                slot, rows = k % 2, self.rows(k, m)
                X, Y = buffers[slot]
                with torch.cuda.stream(copying):
                    if k >= len(buffers):
                        copying.wait_event(emptied[slot])
                    X.copy_(self.X[rows], non_blocking=True)
                    Y.copy_(self.Y[rows], non_blocking=True)
                    filled[slot].record(copying)
                computing.wait_event(filled[slot])
                self.one(X, Y)
                emptied[slot].record(computing)

        return issue


def _event(timed: bool = False) -> Any:
    import torch

    cuda: Any = torch.cuda
    return cuda.Event(enable_timing=timed)


def _stream() -> Any:
    import torch

    cuda: Any = torch.cuda
    return cuda.Stream()


def engines(device: str) -> list[Engine]:
    """The engines of a device; the GPU is measured beside the CPU, never alone."""
    on_cpu: list[Engine] = [Loop(), Engine(), TorchCPU()]
    return on_cpu if device == "cpu" else [*on_cpu, TorchGPU(), TorchGraph(), TorchStreamed()]
