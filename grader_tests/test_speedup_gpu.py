"""The speed measurement on a GPU: equal numbers, no hidden synchronisation, the promised speed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gradus.speedup import measure
from gradus.speedup.engines import TorchCPU, TorchGPU, TorchGraph, TorchStreamed
from gradus.speedup.measure import difference, measure_series
from gradus.speedup.network import NETWORKS, draw_problem

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]

ON_GPU = [TorchGPU, TorchGraph, TorchStreamed]
BOUND = 10.0
"""Half of what the course promises: the test is about the way, not about the hardware."""


@pytest.fixture(autouse=True)
def _exact():
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    yield
    torch.set_float32_matmul_precision(before)
    torch.cuda.empty_cache()


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("engine", ON_GPU)
def test_the_gpu_makes_the_updates_of_float64(engine, network):
    problem = draw_problem(network, 4096)
    engine = engine()
    engine.prepare(problem)

    assert difference(engine, problem, measure._float64_updates(problem)) < measure.TOLERANCE


@pytest.mark.parametrize("engine", ON_GPU)
def test_many_steps_over_changing_minibatches_agree_with_the_cpu(engine):
    """A buffer that is refilled while it is read shows up here."""
    problem = draw_problem(NETWORKS[1], 8192)
    results = []
    for one in (TorchCPU(), engine()):
        one.prepare(problem)
        one.minibatch(64)(100)
        results.append(one.result())

    for cpu, gpu, start in zip(*results, problem.start, strict=True):
        assert np.max(np.abs(gpu - cpu)) < 1e-3 * np.max(np.abs(cpu - start))


@pytest.mark.parametrize("engine", ON_GPU)
def test_issuing_steps_never_waits_for_the_device(engine):
    engine = engine()
    engine.prepare(draw_problem(NETWORKS[1], 8192))
    issue = engine.minibatch(256)
    issue(2)
    torch.cuda.synchronize()

    torch.cuda.set_sync_debug_mode("error")
    try:
        issue(20)
    finally:
        torch.cuda.set_sync_debug_mode("default")

    torch.cuda.synchronize()


def test_at_saturation_the_gpu_is_far_faster():
    network = NETWORKS[-1]
    problem = draw_problem(network)
    truth = measure._float64_updates(problem)
    series = [
        measure_series(one, network, problem, truth, sizes=sizes)
        for one, sizes in ((TorchCPU(), (1024, 4096)), (TorchGPU(), (8192, 65536)))
    ]

    assert series[1].best > BOUND * series[0].best


@pytest.mark.parametrize("engine", ON_GPU)
def test_memory_that_runs_out_keeps_the_sizes_that_worked(engine):
    network = NETWORKS[-1]
    problem = draw_problem(network, 65536)
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    # the data set takes 0.26 GiB, a step of 65,536 more than another GiB
    torch.cuda.set_per_process_memory_fraction(min(1.0, 0.9 * 2**30 / total))
    try:
        series = measure_series(
            engine(),
            network,
            problem,
            measure._float64_updates(problem),
            sizes=(256, 1024, 65536),
        )
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)

    assert [point.m for point in series.points] == [256, 1024]
    assert series.left_out == [(65536, measure.OUT_OF_MEMORY)]


def test_events_and_the_clock_agree_on_long_work():
    engine = TorchGPU()
    engine.prepare(draw_problem(NETWORKS[-1]))
    issue = engine.minibatch(65536)
    engine.seconds(issue, 2)

    by_events = engine.seconds(issue, 20)
    by_clock = TorchCPU.seconds(engine, lambda k: (issue(k), torch.cuda.synchronize()), 20)

    assert by_events == pytest.approx(by_clock, rel=0.2)
