"""Week 7's reference against torch.optim and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from gradus.reference import optimizers as week

TORCH = {
    "momentum": (week.momentum, {"beta": 0.8}, torch.optim.SGD, {"momentum": 0.8}),
    "nesterov": (week.nesterov, {}, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adagrad": (week.adagrad, {"eps": 0.3}, torch.optim.Adagrad, {"eps": 0.3}),
    "adagrad default": (week.adagrad, {}, torch.optim.Adagrad, {}),
    "rmsprop": (
        week.rmsprop,
        {"alpha": 0.7, "eps": 0.3},
        torch.optim.RMSprop,
        {"alpha": 0.7, "eps": 0.3},
    ),
    "rmsprop default": (week.rmsprop, {}, torch.optim.RMSprop, {}),
    "adam": (
        week.adam,
        {"beta1": 0.6, "beta2": 0.8, "eps": 0.3},
        torch.optim.Adam,
        {"betas": (0.6, 0.8), "eps": 0.3},
    ),
    "adam default": (week.adam, {}, torch.optim.Adam, {}),
}


@pytest.mark.parametrize("name", TORCH)
def test_two_hundred_steps_of_changing_gradients_are_torchs(name):
    update, options, kind, torch_options = TORCH[name]
    rng = np.random.default_rng(0)
    theta, state = rng.normal(size=(2, 3)), {}
    twin = torch.tensor(theta, requires_grad=True)
    optimizer = kind([twin], lr=0.1, **torch_options)

    for k in range(200):
        lr = 0.1 / (1 + k % 5)
        grad = rng.normal(size=(2, 3)) * (1 + k % 7)
        for group in optimizer.param_groups:
            group["lr"] = lr
        twin.grad = torch.tensor(grad)
        optimizer.step()
        kept = theta.copy(), grad.copy()
        new, state = update(theta, grad, state, lr, **options)
        assert np.array_equal(theta, kept[0])
        assert np.array_equal(grad, kept[1])
        theta = new
        assert np.allclose(theta, twin.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_the_mended_program_is_adam():
    mine, theirs = ({}, np.ones(2)), ({}, np.ones(2))
    for k in range(5):
        grad = np.array([1.0, -2.0]) * (k + 1)
        mine = week.fix_the_bug(mine[1], grad, mine[0], 0.1, 0.9, 0.99, 1e-8)[::-1]
        theirs = week.adam(theirs[1], grad, theirs[0], 0.1, 0.9, 0.99, 1e-8)[::-1]

        assert np.array_equal(mine[1], theirs[1])


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_the_bfgs_update_is_symmetric_positive_and_satisfies_the_secant_equation(seed, n):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n))
    H, s = root @ root.T + np.eye(n), rng.normal(size=n)
    y = s + 0.3 * root.T @ root @ s

    new = week.bfgs_update(H, s, y)

    assert np.allclose(new @ y, s)
    assert np.allclose(new, new.T)
    assert np.linalg.eigvalsh(new)[0] > 0
    assert np.array_equal(week.bfgs_update(H, s, -y), H)


FUNCTIONS = {
    "rosenbrock": (
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
        lambda x: np.array(
            [2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]
        ),
        [-1.2, 1.0],
    ),
    "log cosh": (
        lambda x: np.sum(np.logaddexp(3 * x, -3 * x)),
        lambda x: 3 * np.tanh(3 * x),
        [1.0, 2.0],
    ),
    "ill-conditioned": (
        lambda x: np.sum(np.array([1.0, 30.0, 1000.0]) * (x - 1) ** 2) / 2,
        lambda x: np.array([1.0, 30.0, 1000.0]) * (x - 1),
        [4.0, -2.0, 3.0],
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bfgs_ends_where_scipys_does(name):
    f, grad, start = FUNCTIONS[name]
    theirs = minimize(f, start, jac=grad, method="BFGS", options={"gtol": 1e-8})

    mine = week.minimize_bfgs(f, grad, start)

    assert np.linalg.norm(grad(mine)) < 1e-6
    assert np.allclose(mine, theirs.x, atol=1e-5)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 6))
def test_limited_memory_is_dense_bfgs_from_the_identity(seed, count):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(4, 4))
    S = [rng.normal(size=4) for _ in range(count)]
    Y = [(np.eye(4) + root @ root.T) @ s * rng.choice([1, -1], p=[0.8, 0.2]) for s in S]
    H = np.eye(4)
    for s, y in zip(S, Y, strict=True):
        H = week.bfgs_update(H, s, y)
    grad = rng.normal(size=4)

    assert np.allclose(week.lbfgs_direction(grad, S, Y), -H @ grad, rtol=1e-6, atol=1e-8)


def test_newton_solves_a_quadratic_in_one_step():
    A = np.array([[3.0, 1.0], [1.0, 2.0]])
    x, goal = np.array([5.0, -4.0]), np.array([1.0, 2.0])

    assert np.allclose(x + week.newton_step(A @ (x - goal), A), goal)
