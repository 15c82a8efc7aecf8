"""The speed measurement on a CPU: same arithmetic, nothing lost to a size that does not fit."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from gradus.errors import GradusError
from gradus.speedup import machine, measure, report
from gradus.speedup.engines import Engine, Loop, TorchCPU
from gradus.speedup.machine import Roof
from gradus.speedup.measure import Series, Speedup, difference, measure_series
from gradus.speedup.network import NETWORKS, Network, draw_problem, gradients, step
from gradus.speedup.noise import fit, measure_noise

TINY = Network("tiny", 6, 5, 3)
ROOF = Roof("cpu", 1e11, 1e10)


@pytest.fixture(scope="module")
def problem():
    return draw_problem(TINY, 2048)


@pytest.fixture(scope="module")
def truth(problem):
    return measure._float64_updates(problem)


def _cost(params, X, Y):
    Z = torch.tanh(X @ params[0] + params[1]) @ params[2] + params[3]
    return torch.nn.functional.cross_entropy(Z, Y)


def test_the_gradients_are_those_of_autograd(problem):
    start = tuple(torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in problem.start)
    X, Y = (torch.tensor(part[:32], dtype=torch.float64) for part in (problem.X, problem.Y))

    mine = gradients(torch, tuple(p.detach() for p in start), X, Y)

    for gradient, oracle in zip(mine, torch.autograd.grad(_cost(start, X, Y), start), strict=True):
        torch.testing.assert_close(gradient, oracle, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("engine", [Loop, Engine, TorchCPU])
def test_every_engine_makes_the_same_updates(engine, problem, truth):
    engine = engine()
    engine.prepare(problem)

    assert difference(engine, problem, truth) < measure.TOLERANCE
    for parameter, start in zip(engine.result(), problem.start, strict=True):
        assert np.array_equal(parameter, start)


class _Rounded(np.ndarray):
    """A matrix whose products keep 10 bits of each factor, as TF32 does."""

    def __matmul__(self, other):
        return (_ten_bits(self) @ _ten_bits(other)).view(_Rounded)


def _ten_bits(a):
    bits = np.array(a, dtype=np.float32, order="C").view(np.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(np.float32)


class _TF32(Engine):
    def one(self, X, Y):
        params = tuple(parameter.view(_Rounded) for parameter in self.params)
        step(np, params, X.view(_Rounded), Y.view(_Rounded))


def test_tf32_would_be_noticed_and_not_timed():
    small = NETWORKS[0]
    problem = draw_problem(small, 2048)

    series = measure_series(
        _TF32(), small, problem, measure._float64_updates(problem), sizes=(1, 2)
    )

    assert series.difference > measure.TOLERANCE
    assert series.points == []


def test_an_epoch_is_cut_into_minibatches_without_remainder(problem):
    engine = Engine()
    engine.prepare(problem)

    rows = [engine.rows(k, 512) for k in range(5)]

    assert [(r.start, r.stop) for r in rows] == [
        (0, 512),
        (512, 1024),
        (1024, 1536),
        (1536, 2048),
        (0, 512),
    ]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (MemoryError(), measure.OUT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), measure.OUT_OF_MEMORY),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), measure.OUT_OF_MEMORY),
        (RuntimeError("CUDA error: unspecified launch failure\nmore"), "failed: CUDA error: "),
    ],
)
def test_the_sizes_that_worked_are_kept(error, why, problem, truth, monkeypatch):
    class Small(Engine):
        def one(self, X, Y):
            if len(X) == 512:
                raise error
            super().one(X, Y)

    monkeypatch.setattr(measure, "_BUDGET", 0.001)

    series = measure_series(Small(), TINY, problem, truth, sizes=(128, 256, 512, 1024))

    assert [point.m for point in series.points] == [128, 256]
    assert [m for m, _ in series.left_out] == [512, 1024]
    assert series.left_out[0][1].startswith(why)


def test_memory_that_runs_out_within_a_capture_is_seen_through():
    hidden = RuntimeError("operation failed due to a previous error during capture")
    hidden.__context__ = torch.OutOfMemoryError("CUDA out of memory.")

    assert measure._reason(hidden) == measure.OUT_OF_MEMORY


def test_a_size_that_memory_does_not_hold_is_not_tried(problem, truth, monkeypatch):
    monkeypatch.setattr(measure, "_free_memory", lambda: TINY.memory(64))
    monkeypatch.setattr(measure, "_BUDGET", 0.001)

    series = measure_series(Engine(), TINY, problem, truth, sizes=(64, 128))

    assert [point.m for point in series.points] == [64]
    assert "of memory" in series.left_out[0][1]


def test_a_device_that_is_none_gets_a_sentence():
    with pytest.raises(GradusError, match="no device 'tpu'; give --device auto, cpu or cuda"):
        machine.choose("tpu")


def test_a_torch_without_cuda_says_so(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", None)

    with pytest.raises(GradusError, match="built without CUDA"):
        machine.choose("cuda")
    assert machine.choose("auto")[0] == "cpu"
    assert "only the CPU is measured" in machine.choose("auto")[1]


def test_a_cuda_build_without_a_driver_says_so(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(GradusError, match=r"built for CUDA 13\.0, but finds no driver"):
        machine.choose("cuda")
    assert machine.choose("auto")[0] == "cpu"


def test_a_driver_that_does_not_answer_says_so(monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("CUDA driver version is insufficient\nfor CUDA runtime version")

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", broken)

    with pytest.raises(GradusError, match=r"\(CUDA driver version is insufficient\)"):
        machine.choose("cuda")


def test_the_command_refuses_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    for arguments in (["--device", "tpu"], ["--out", "file"]):
        command = [sys.executable, "-c", "from gradus.cli import main; main()", "speedup"]
        result = subprocess.run(
            [*command, *arguments],
            cwd=tmp_path,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1


def test_saturation_is_the_smallest_size_near_the_best():
    series = Series(TINY, "engine", "cpu", "resident")
    for m, speed in [(1, 10.0), (2, 50.0), (4, 91.0), (8, 100.0), (16, 95.0)]:
        series.points.append(measure.Point(m, speed, speed, speed, 1, 3, 0.0, 0.0))

    assert series.saturates_at == 4


def test_the_roofline_is_the_lower_of_two_roofs():
    assert ROOF.attainable(1.0) == 1e10
    assert ROOF.attainable(1000.0) == 1e11


def test_a_step_counts_the_operations_of_its_five_products():
    n = NETWORKS[0]

    assert n.flops(3) == 3 * 2 * (2 * n.d * n.h + 3 * n.h * n.C)
    assert n.parameters == sum(start.size for start in draw_problem(n, 8).start)


def _quick(monkeypatch):
    """The whole measurement with tiny networks, few sizes and hardly any time."""
    networks = (TINY, Network("tiny too", 4, 4, 2), Network("less tiny", 8, 16, 4))
    monkeypatch.setattr(measure, "NETWORKS", networks)
    monkeypatch.setattr(measure, "SIZES", (1, 1024))
    monkeypatch.setattr(measure, "_BUDGET", 0.001)
    monkeypatch.setattr(measure, "_BEST_OF", 0.01)
    monkeypatch.setattr(measure, "draw_problem", lambda network: draw_problem(network, 2048))
    monkeypatch.setattr(
        measure_series,
        "__kwdefaults__",
        {
            **measure_series.__kwdefaults__,
            "sizes": (1, 1024),
        },
    )
    return measure.measure_speedup("cpu")


def test_all_is_measured_and_written(monkeypatch, tmp_path):
    speedup = _quick(monkeypatch)

    paths = report.save(speedup, tmp_path)

    table = json.loads(paths[0].read_text())
    assert table["arithmetic"]["tf32"] == "off"
    assert table["roofline"]["cpu"]["flops_per_second"] > 0
    assert len(table["series"]) == 9
    assert {len(series["points"]) for series in table["series"]} == {2}
    assert "| m | per-example loop | numpy minibatch | torch CPU |" in paths[1].read_text()
    assert paths[2].read_bytes().startswith(b"\x89PNG")
    # measured without load it is thirty times and more; a busy machine must not fail this test
    assert all(claim.ratio > 3 for claim in speedup.claims)
    assert len(speedup.claims) == 3


def test_a_claim_that_is_missed_is_a_problem():
    claim = measure.Claim("wide", 19.0, 20.0)
    speedup = Speedup("cpu", "", {}, {}, [], measure_noise(), 0.0)

    assert not claim.ok
    assert "The loop and the minibatch were not both measured" in speedup.problems[0]


def test_the_variance_of_the_gradient_falls_as_one_over_m():
    noise = measure_noise(0)

    assert noise.ok
    assert noise.high - noise.low < 0.02


def test_the_interval_of_the_slope_covers_as_often_as_it_says():
    assert sum(measure_noise(seed).ok for seed in range(20)) >= 17


def test_another_slope_is_told_apart():
    sizes = np.array([1, 4, 16, 64])
    variance = sizes**-0.9

    slope, half = fit(sizes, variance, 0.02 * variance)

    assert slope == pytest.approx(-0.9)
    assert slope - half > -1.0
