"""Week 6's reference against torch.optim, closed forms, and a clock."""

from __future__ import annotations

import copy
import time

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gradus.reference import sgd as week


def _loss_and_grad(params, X, Y):
    error = X @ params["w"] - Y
    return np.mean(error**2) / 2, {"w": X.T @ error / len(Y)}


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 1000))
def test_minibatches_are_a_partition(n, m, seed):
    batches = week.minibatches(n, m, np.random.default_rng(seed))

    assert sorted(np.concatenate(batches)) == list(range(n))
    assert [len(batch) for batch in batches[:-1]] == [m] * (len(batches) - 1)
    assert 1 <= len(batches[-1]) <= m


def test_a_full_batch_is_gradient_descent():
    rng = np.random.default_rng(0)
    X, Y, w = rng.normal(size=(9, 2)), rng.normal(size=9), rng.normal(size=2)
    start = {"w": w.copy()}

    params, history = week.sgd(start, X, Y, _loss_and_grad, 0.1, 9, 5, rng)

    for cost in history:
        expected, grads = _loss_and_grad({"w": w}, X, Y)
        assert np.isclose(cost, expected)
        w = w - 0.1 * grads["w"]
    assert np.allclose(params["w"], w)
    assert not np.array_equal(start["w"], params["w"])


def test_accumulated_parts_are_the_whole():
    rng = np.random.default_rng(1)
    X, Y, params = rng.normal(size=(10, 3)), rng.normal(size=10), {"w": rng.normal(size=3)}
    parts = [slice(0, 5), slice(5, 6), slice(6, 10)]

    grads = [_loss_and_grad(params, X[part], Y[part])[1]["w"] for part in parts]

    assert np.allclose(week.accumulate(grads, [5, 1, 4]), _loss_and_grad(params, X, Y)[1]["w"])


def test_noise_falls_as_one_over_m():
    rng = np.random.default_rng(2)
    G = rng.normal(size=(50, 4))
    sizes = np.array([1, 4, 16, 64])

    noise = [week.gradient_noise(G, m, rng, 4000) for m in sizes]

    assert np.allclose(noise, np.var(G, axis=0).sum() / sizes, rtol=0.15)
    assert abs(np.polyfit(np.log(sizes), np.log(noise), 1)[0] + 1) < 0.05


def test_a_torch_step_is_torch_optims():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 4))
    twin = copy.deepcopy(model)
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.2)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    X, y = torch.randn(7, 3), torch.randint(0, 4, (7,))

    for _ in range(4):
        optimizer.zero_grad()
        cost = torch.nn.functional.cross_entropy(twin(X), y)
        cost.backward()
        optimizer.step()
        assert np.isclose(week.torch_step(model, X, y, 0.2), cost.item())

    for mine, other in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.allclose(mine, other)


def test_training_learns():
    torch.manual_seed(0)
    model = torch.nn.Linear(2, 2)
    X = torch.randn(200, 2)
    y = (X[:, 0] > X[:, 1]).long()

    history = week.torch_train(model, X, y, 0.5, 16, 10, np.random.default_rng(0))

    assert len(history) == 10
    assert history[-1] < history[0] / 2


def test_throughput_counts_what_is_in_flight():
    pending = []

    def sync():
        while pending:
            time.sleep(pending.pop())

    rate = week.throughput(lambda: pending.append(0.02), 10, 3, sync)

    assert 0 < rate <= 10 / 0.02


def test_throughput_without_sync():
    assert 0 < week.throughput(lambda: time.sleep(0.01), 4, 1, None) <= 4 / 0.01
