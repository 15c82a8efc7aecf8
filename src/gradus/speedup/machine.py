"""Which device there is, and what it could do at best."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gradus.errors import GradusError

if TYPE_CHECKING:
    from gradus.speedup.engines import Engine

DEVICES = ("auto", "cpu", "cuda")
_REPEATS = 7
_FEW_REPEATS = 3
_WARM = 1.0
_ROOF_SECONDS = 1.0


@dataclass(frozen=True)
class Roof:
    """Peak floating-point operations and bytes per second of a device, measured on the spot."""

    device: str
    flops: float
    bandwidth: float

    def attainable(self, intensity: float) -> float:
        """The roofline: operations per second at so many operations per byte."""
        return min(self.flops, intensity * self.bandwidth)


def choose(wanted: str) -> tuple[str, str]:
    """``cpu`` or ``cuda``, and why not the other, in a sentence; empty if nothing is missing.

    Raises
    ------
    GradusError
        if the name is not a device, or ``cuda`` is asked for and cannot be used.
    """
    if wanted not in DEVICES:
        raise GradusError(f"There is no device {wanted!r}; give --device auto, cpu or cuda.")
    if wanted == "cpu":
        return "cpu", ""
    missing = _missing()
    if not missing:
        return "cuda", ""
    if wanted == "cuda":
        raise GradusError(f"{missing} Or give --device cpu.")
    return "cpu", f"{missing} So only the CPU is measured."


def _missing() -> str:
    """Why CUDA cannot be used; empty if it can."""
    import torch

    if torch.version.cuda is None:
        return (
            f"torch {torch.__version__} is built without CUDA; install a CUDA build of torch on a "
            "machine with an NVIDIA GPU."
        )
    if not torch.cuda.is_available():
        return (
            f"torch {torch.__version__} is built for CUDA {torch.version.cuda}, but finds no "
            "driver or no device; install NVIDIA's driver, or see that nvidia-smi lists a GPU."
        )
    try:
        torch.ones(1, device="cuda").add_(1).item()
    except RuntimeError as problem:
        return f"CUDA is there but cannot be used ({_sentence(problem)}); see nvidia-smi."
    return ""


def _sentence(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0].rstrip(".")


def describe(device: str) -> dict[str, Any]:
    """Names and versions, as a table of measurements must state them."""
    import torch

    about: dict[str, Any] = {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "torch_threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
    }
    if device == "cuda":
        properties = torch.cuda.get_device_properties(0)
        about |= {
            "gpu": properties.name,
            "gpu_memory_bytes": properties.total_memory,
            "cuda": torch.version.cuda,
        }
    return about


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def measure_roof(device: str, before: Roof | None = None) -> Roof:
    """A large matrix product for the peak, a large copy for the bandwidth; float32, TF32 off.

    A roof measured before, while the machine may have been busy, is only ever raised.
    """
    import torch

    n, length = 2048, 1 << 26
    if device == "cuda":
        free, _ = torch.cuda.mem_get_info()
        # three matrices, then two vectors, each time within half of what is free
        n, length = min(8192, int((free / 24) ** 0.5)), min(1 << 28, free // 16)
    a, b = (torch.rand((n, n), device=device) for _ in range(2))
    product = _best(lambda: torch.mm(a, b), device)
    source = torch.rand(length, device=device)
    target = torch.empty_like(source)
    copy = _best(lambda: target.copy_(source), device)
    flops, bandwidth = 2 * n**3 / product, 2 * source.nbytes / copy
    if before is not None:
        flops, bandwidth = max(flops, before.flops), max(bandwidth, before.bandwidth)
    return Roof(device, flops, bandwidth)


def _best(work: Callable[[], Any], device: str) -> float:
    """Seconds of one call at its best: a roof is what could be reached."""
    import torch

    seconds: list[float] = []
    until = time.perf_counter() + _ROOF_SECONDS
    while len(seconds) <= _REPEATS or time.perf_counter() < until:
        start = time.perf_counter()
        work()
        if device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
    return min(seconds[1:])


def sample(engine: Engine, issue: Callable[[int], None], budget: float) -> tuple[list[float], int]:
    """Seconds per step, several times, after a warm-up that is not counted; and steps per time.

    Short steps are issued many at a time, so that the clock's reading is small beside them.
    """
    first = engine.seconds(issue, 1)
    if first > _WARM:
        # what a warm-up hides takes milliseconds: nothing beside such a step
        return [first] + [engine.seconds(issue, 1) for _ in range(_FEW_REPEATS - 1)], 1
    once = engine.seconds(issue, 1)
    if once > budget / _REPEATS:
        repeats = _REPEATS if once * _REPEATS <= 2 * budget else _FEW_REPEATS
        return [once] + [engine.seconds(issue, 1) for _ in range(repeats - 1)], 1
    # one step alone is dominated by the clock and by waking up: look at several for their number
    several = max(1, int(budget / _REPEATS / max(once, 1e-7) / 2))
    once = engine.seconds(issue, several) / several
    steps = max(1, int(budget / _REPEATS / max(once, 1e-7)))
    return [engine.seconds(issue, steps) / steps for _ in range(_REPEATS)], steps
