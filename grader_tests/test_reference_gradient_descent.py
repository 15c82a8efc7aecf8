"""Week 4's reference against SciPy, torch.autograd and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import approx_fprime, check_grad

from gradus.reference import gradient_descent as week

VALUES = st.floats(-5, 5)


def _bumpy(x):
    return float(np.sum(np.sin(x) * np.arange(1, np.size(x) + 1)) + np.prod(x))


@settings(deadline=None)
@given(arrays(float, st.integers(1, 4), elements=VALUES))
def test_the_numeric_gradient_agrees_with_scipy(x):
    assert np.allclose(week.numeric_gradient(_bumpy, x), approx_fprime(x, _bumpy), atol=1e-4)


def test_its_error_falls_as_the_square_of_the_step():
    x = np.array([0.3, -1.2])
    exact = np.exp(x)
    steps = np.array([1e-1, 1e-2, 1e-3])

    errors = [
        np.abs(week.numeric_gradient(lambda v: np.sum(np.exp(v)), x, h) - exact).max()
        for h in steps
    ]

    assert np.allclose(np.diff(np.log10(errors)), -2, atol=0.05)


@settings(deadline=None)
@given(arrays(float, (3,), elements=VALUES), st.integers(0, 1000))
def test_the_linear_gradient_is_torchs(theta, seed):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(6, 3)), rng.normal(size=6)
    variable = torch.tensor(theta, requires_grad=True)
    loss = ((torch.tensor(Y) - torch.tensor(X) @ variable) ** 2).mean() / 2
    loss.backward()

    assert np.isclose(week.linear_loss(theta, X, Y), loss.item())
    assert np.allclose(week.linear_gradient(theta, X, Y), variable.grad.numpy(), atol=1e-12)


def test_the_linear_gradient_passes_scipys_check():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(9, 4)), rng.normal(size=9)

    error = check_grad(
        lambda t: week.linear_loss(t, X, Y),
        lambda t: week.linear_gradient(t, X, Y),
        rng.normal(size=4),
    )

    assert error < 1e-6


@settings(deadline=None)
@given(arrays(float, (3,), elements=VALUES), arrays(float, (3,), elements=VALUES))
def test_the_remainder_of_a_quadratic_is_its_second_order_term(x, delta):
    A = np.array([[2.0, 0.5, 0], [0.5, 1.0, -0.3], [0, -0.3, 3.0]])

    remainder = week.taylor_remainder(lambda v: v @ A @ v / 2, lambda v: A @ v, x, delta)

    assert np.isclose(remainder, delta @ A @ delta / 2, atol=1e-9)


def test_descent_on_a_quadratic_has_a_closed_form():
    A, start, rate = np.diag([1.0, 4.0]), np.array([3.0, -2.0]), 0.3

    path = week.gradient_descent(lambda t: A @ t, start, rate, 12)

    for k, theta in enumerate(path):
        assert np.allclose(theta, (1 - rate * np.diag(A)) ** k * start)


def test_descent_is_torchs_sgd_with_a_schedule():
    start = np.array([1.0, -2.0, 0.5])
    theta = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5)
    path = [start]
    for _ in range(10):
        optimizer.zero_grad()
        torch.sum(torch.cos(theta) + theta**2).backward()
        optimizer.step()
        schedule.step()
        path.append(theta.detach().numpy().copy())

    mine = week.gradient_descent(
        lambda t: 2 * t - np.sin(t), start, lambda k: week.step_decay(0.1, k, 0.5, 3), 10
    )

    assert np.allclose(mine, path)


@pytest.mark.parametrize(("factor", "arrives"), [(0.98, True), (1.02, False)])
def test_the_critical_rate_separates_two_worlds(factor, arrives):
    root = np.random.default_rng(1).normal(size=(4, 4))
    A = root @ root.T + np.eye(4)
    rate = factor * week.critical_learning_rate(A)

    path = week.gradient_descent(lambda t: A @ t, np.ones(4), rate, 2000)

    assert (np.linalg.norm(path[-1]) < 1e-3) == arrives


def test_the_verdicts_are_what_happens():
    bowl = np.diag([1.0, 10.0])
    start = np.array([3.0, 1.0])
    critical = week.critical_learning_rate(bowl)
    for alpha, word in week.LR_VERDICTS.items():
        path = week.gradient_descent(lambda t: bowl @ t, start, alpha, 60)
        costs = [t @ bowl @ t / 2 for t in path]
        verdict = "slow"
        if costs[-1] > costs[0]:
            verdict = "diverges"
        elif np.isclose(alpha, critical):
            verdict = "oscillates"
        elif costs[-1] > 0.99 * costs[0]:
            verdict = "stalls"

        assert verdict == word, alpha


def test_inverse_decay_sums_to_infinity_but_its_squares_do_not():
    rates = np.array([week.inverse_decay(1.0, k, 0.5) for k in range(20_000)])

    assert rates.sum() > 2 * rates[:100].sum()
    assert (rates[1000:] ** 2).sum() < 0.01


def test_the_surface_of_a_plane():
    surface = week.loss_surface(
        lambda x: 2 * x[0] - x[1],
        np.array([1.0, 1.0]),
        np.array([1.0, 0]),
        np.array([0, 3.0]),
        1,
        3,
    )

    assert np.allclose(surface, [[2, -1, -4], [4, 1, -2], [6, 3, 0]])
