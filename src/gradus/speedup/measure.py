"""Every engine at every minibatch size, after it has shown that it computes the same."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradus.speedup import machine
from gradus.speedup.engines import Engine, Loop, engines
from gradus.speedup.machine import Roof
from gradus.speedup.network import NETWORKS, Network, Problem, draw_problem, step
from gradus.speedup.noise import Noise, measure_noise

SIZES = tuple(2**k for k in range(17))
TOLERANCE = 1e-4
"""Largest difference of two engines' updates in float32, relative to the largest update."""
SATURATED = 0.9
"""A device is saturated where its throughput reaches this share of its best."""
CLAIM_M = 1024
CLAIM = 20.0
"""The lecture's claim as a number: vectorised against the loop, the GPU against the CPU."""

OUT_OF_MEMORY = "out of memory"
FAILED = "failed"
_MEMORY_SIGNS = ("out of memory", "allocate memory", "alloc_failed")
_CHECKED_M = 256
_CHECKED_STEPS = 4
_BUDGET = 0.25
_BEST_OF = 1.0
_LONGEST_STEP = 3.0
_PATIENCE = 25.0
_WHOLE_PATIENCE = 140.0

Tick = Callable[[str], None]


@dataclass(frozen=True)
class Point:
    """Throughput at one minibatch size: median, worst and best of several samples."""

    m: int
    examples_per_second: float
    low: float
    high: float
    steps: int
    samples: int
    flops: float
    intensity: float


@dataclass
class Series:
    """One engine on one network.

    ``best_step`` is the shortest step of ``CLAIM_M`` examples in seconds; ``left_out`` says why a
    size is missing.
    """

    network: Network
    engine: str
    device: str
    data: str
    difference: float | None = None
    best_step: float | None = None
    points: list[Point] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)

    @property
    def best(self) -> float:
        """Highest throughput, examples per second."""
        return max((point.examples_per_second for point in self.points), default=0.0)

    @property
    def fastest(self) -> float:
        """The throughput of the best sample of all."""
        return max((point.high for point in self.points), default=0.0)

    @property
    def saturates_at(self) -> int | None:
        """The smallest m with nearly the best throughput."""
        enough = [p.m for p in self.points if p.examples_per_second >= SATURATED * self.best]
        return min(enough, default=None)

    def at(self, m: int) -> Point | None:
        """The point of one size."""
        return next((point for point in self.points if point.m == m), None)


@dataclass(frozen=True)
class Claim:
    """A ratio that the lecture promises, between two engines at their best.

    Other work on the machine slows a step down and never speeds one up: the best of many single
    steps is what the arithmetic takes, the median what the machine gave.
    """

    name: str
    ratio: float
    bound: float

    @property
    def ok(self) -> bool:
        """Whether the ratio is reached."""
        return self.ratio >= self.bound


@dataclass
class Speedup:
    """All that was measured."""

    device: str
    note: str
    about: dict[str, Any]
    roofs: dict[str, Roof]
    series: list[Series]
    noise: Noise
    seconds: float

    def of_roof(self, series: Series, point: Point) -> float:
        """The share of what the roofline allows; above 1 where the work lives in cache."""
        return point.flops / self.roofs[series.device].attainable(point.intensity)

    @property
    def claims(self) -> list[Claim]:
        """The lecture's claims with the ratios measured."""
        found = []
        for network in NETWORKS:
            loop, batch = self._series(network, Loop.name), self._series(network, Engine.name)
            if loop and batch and loop.best_step and batch.best_step:
                ratio = loop.best_step / batch.best_step
                found.append(
                    Claim(f"{network.name}: NumPy minibatch over loop, m = {CLAIM_M}", ratio, CLAIM)
                )
        wide = NETWORKS[-1]
        cpu = self._series(wide, "torch CPU")
        gpu = [s for s in self.series if s.network is wide and s.device == "cuda"]
        if gpu and cpu and cpu.best:
            resident = [s for s in gpu if s.data == "resident"]
            best = max(resident, key=lambda s: s.fastest)
            name = f"{wide.name}: {best.engine} over torch CPU, both saturated"
            found.append(Claim(name, best.fastest / cpu.fastest, CLAIM))
        return found

    @property
    def problems(self) -> list[str]:
        """What is wrong, a sentence each; a size left out for want of room or time is not."""
        found = [
            f"{claim.name}: {claim.ratio:.1f} times, less than {claim.bound:.0f}."
            for claim in self.claims
            if not claim.ok
        ]
        found += [
            f"{s.network.name}, {s.engine}: its updates differ by {s.difference:.1e}, more than "
            f"{TOLERANCE:.0e}; not timed."
            for s in self.series
            if s.difference is not None and not s.difference <= TOLERANCE
        ]
        found += [
            f"{s.network.name}, {s.engine}, m = {s.left_out[0][0]}: {s.left_out[0][1]}."
            for s in self.series
            if s.left_out and s.left_out[0][1].startswith(FAILED)
        ]
        if not any("over loop" in claim.name for claim in self.claims):
            found.append(f"The loop and the minibatch were not both measured at m = {CLAIM_M}.")
        if not self.noise.ok:
            found.append(
                f"Noise: the slope is in [{self.noise.low:.4f}, {self.noise.high:.4f}], not at −1."
            )
        return found

    def _series(self, network: Network, engine: str) -> Series | None:
        return next((s for s in self.series if s.network is network and s.engine == engine), None)


def measure_speedup(wanted: str, tick: Tick = lambda what: None) -> Speedup:
    """Measure all engines of a device; ``tick`` hears what is measured.

    Raises
    ------
    GradusError
        if ``wanted`` is no device, or one that this machine lacks.
    """
    import torch

    start = time.perf_counter()
    device, note = machine.choose(wanted)
    limit = _WHOLE_PATIENCE * (1 if device == "cpu" else 3)
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")  # TF32 keeps 10 bits: not the same arithmetic
    try:
        tick("the roofline")
        devices = ("cpu",) if device == "cpu" else ("cpu", "cuda")
        roofs = {name: machine.measure_roof(name) for name in devices}
        series = []
        for network in NETWORKS:
            problem = draw_problem(network)
            truth = _float64_updates(problem)
            for engine in engines(device):
                until = min(time.perf_counter() + _PATIENCE, start + limit)
                series.append(
                    measure_series(engine, network, problem, truth, until=until, tick=tick)
                )
        tick("the roofline again")
        roofs = {name: machine.measure_roof(name, roof) for name, roof in roofs.items()}
    finally:
        torch.set_float32_matmul_precision(precision)
    tick("the noise of minibatch gradients")
    noise = measure_noise()
    about = machine.describe(device)
    return Speedup(device, note, about, roofs, series, noise, time.perf_counter() - start)


def measure_series(
    engine: Engine,
    network: Network,
    problem: Problem,
    truth: Sequence[Any],
    *,
    sizes: Sequence[int] = SIZES,
    until: float = float("inf"),
    tick: Tick = lambda what: None,
) -> Series:
    """Check one engine, then time it from small m to large.

    A size that does not fit, or would take too long, ends the series with a reason; what was
    measured before it is kept.
    """
    series = Series(network, engine.name, engine.device, engine.data)
    m = sizes[0]
    try:
        tick(f"{network.name}, {engine.name}: the same arithmetic")
        engine.prepare(problem)
        series.difference = difference(engine, problem, truth)
        if not series.difference <= TOLERANCE:
            return series
        for m in sizes:
            tick(f"{network.name}, {engine.name}: m = {m}")
            if reason := _too_much(series, network, engine, m, until):
                _leave_out(series, sizes, m, reason)
                break
            series.points.append(_time(engine, network, m))
            if m == CLAIM_M and engine.device == "cpu":
                series.best_step = _best_step(engine, series.points[-1])
    except (MemoryError, RuntimeError) as problem_met:
        _leave_out(series, sizes, m, _reason(problem_met))
    finally:
        engine.release()
    return series


def difference(engine: Engine, problem: Problem, truth: Sequence[Any]) -> float:
    """Largest difference from float64's updates after a few steps, relative to the largest update.

    A NumPy step in float64 is the truth; the engine starts from the first parameters again.
    """
    engine.minibatch(_CHECKED_M)(_CHECKED_STEPS)
    worst = 0.0
    for mine, start, update in zip(engine.result(), problem.start, truth, strict=True):
        size = float(np.max(np.abs(update)))
        worst = max(worst, float(np.max(np.abs(mine - start.astype(np.float64) - update))) / size)
    engine.reset()
    return worst


def _float64_updates(problem: Problem) -> list[Any]:
    params = tuple(start.astype(np.float64) for start in problem.start)
    for k in range(_CHECKED_STEPS):
        rows = slice(k * _CHECKED_M, (k + 1) * _CHECKED_M)
        step(np, params, problem.X[rows].astype(np.float64), problem.Y[rows].astype(np.float64))
    return [parameter - start for parameter, start in zip(params, problem.start, strict=True)]


def _time(engine: Engine, network: Network, m: int) -> Point:
    engine.reset()
    seconds, steps = machine.sample(engine, engine.minibatch(m), _BUDGET)
    middle = statistics.median(seconds)
    return Point(
        m,
        m / middle,
        m / max(seconds),
        m / min(seconds),
        steps,
        len(seconds),
        network.flops(m) / middle,
        network.flops(m) / network.traffic(m),
    )


def _best_step(engine: Engine, point: Point) -> float:
    """The shortest step among the samples of a point and the single steps of another second."""
    issue = engine.minibatch(point.m)
    seconds = [point.m / point.high]
    until = time.perf_counter() + _BEST_OF
    while time.perf_counter() + seconds[0] < until:
        seconds.append(engine.seconds(issue, 1))
    return min(seconds)


def _too_much(series: Series, network: Network, engine: Engine, m: int, until: float) -> str:
    """Why a size is not tried; empty if it is."""
    if engine.device == "cpu" and network.memory(m) > _free_memory():
        return f"needs {network.memory(m) / 2**30:.1f} GiB of memory"
    if not series.points:
        return ""
    if engine.device == "cpu" and m <= CLAIM_M:
        return ""
    step_seconds = m / series.points[-1].examples_per_second
    if step_seconds > _LONGEST_STEP:
        return f"a step would take {step_seconds:.0f} s"
    if time.perf_counter() + 5 * step_seconds > until:
        return "the time for this engine is spent"
    return ""


def _leave_out(series: Series, sizes: Sequence[int], m: int, reason: str) -> None:
    series.left_out += [(size, reason) for size in sizes if size >= m]


def _free_memory() -> int:
    import psutil

    return int(psutil.virtual_memory().available)


def _reason(problem: BaseException) -> str:
    """Why a size did not work; torch on the CPU says in the text only that memory ran out.

    When memory runs out while a graph is captured, the end of the capture fails too, and hides it.
    """
    cause: BaseException | None = problem
    while cause is not None:
        text = str(cause).lower()
        if isinstance(cause, MemoryError) or any(sign in text for sign in _MEMORY_SIGNS):
            return OUT_OF_MEMORY
        cause = cause.__context__
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return f"{FAILED}: {lines[0].rstrip('.')}"
