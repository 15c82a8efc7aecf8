"""Week 5's reference against torch.autograd, SciPy and the numeric gradient of week 4."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_softmax
from scipy.special import softmax as scipy_softmax

from gradus.reference import chain_rule as week
from gradus.reference.gradient_descent import numeric_gradient

LOGITS = arrays(float, (4, 3), elements=st.floats(-1000, 1000))
LABELS = arrays(np.int64, (4,), elements=st.integers(0, 2))


def _network(rng, d=3, h=5, c=4):
    return {
        "W1": rng.normal(size=(d, h)),
        "b1": rng.normal(size=h),
        "W2": rng.normal(size=(h, c)),
        "b2": rng.normal(size=c),
    }


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_the_neurons_gradient_is_torchs_and_the_product_of_its_factors(seed):
    rng = np.random.default_rng(seed)
    w, b, x, y = rng.normal(size=3), rng.normal(), rng.normal(size=3), rng.uniform()
    weights, bias = torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)
    y_hat = torch.sigmoid(weights @ torch.tensor(x) + bias)
    ((y_hat - y) ** 2 / 2).backward()

    dw, db = week.neuron_gradient(w, b, x, y)
    first, second, third = week.local_derivatives(w, b, x, y)

    assert np.isclose(week.neuron_forward(w, b, x)[0], y_hat.item())
    assert np.allclose(dw, weights.grad.numpy())
    assert np.isclose(db, bias.grad.item())
    assert np.allclose(dw, first * second * third)


def test_the_batch_is_the_mean_of_the_examples():
    rng = np.random.default_rng(0)
    w, b, X, Y = rng.normal(size=2), 0.3, rng.normal(size=(6, 2)), rng.uniform(size=6)

    dw, db = week.neuron_gradient_batch(w, b, X, Y)
    each = [week.neuron_gradient(w, b, x, y) for x, y in zip(X, Y, strict=True)]

    assert np.allclose(dw, np.mean([one for one, _ in each], axis=0))
    assert np.isclose(db, np.mean([one for _, one in each]))


@settings(deadline=None)
@given(LOGITS, LABELS)
def test_softmax_and_cross_entropy_are_scipys_at_any_size(Z, labels):
    assert np.allclose(week.softmax(Z), scipy_softmax(Z, axis=1), atol=1e-15)
    assert np.allclose(week.softmax(Z).sum(axis=1), 1)
    expected = -np.mean(log_softmax(Z, axis=1)[np.arange(4), labels])
    assert np.isclose(week.cross_entropy(Z, labels), expected, rtol=1e-12)


@settings(deadline=None)
@given(LOGITS, st.floats(-500, 500))
def test_softmax_does_not_see_a_shift(Z, shift):
    assert np.allclose(week.softmax(Z + shift), week.softmax(Z), atol=1e-10)


@settings(deadline=None)
@given(arrays(float, (4, 3), elements=st.floats(-5, 5)), LABELS)
def test_the_gradient_of_cross_entropy_is_torchs(Z, labels):
    logits = torch.tensor(Z, requires_grad=True)
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()

    assert np.allclose(week.d_cross_entropy(Z, labels), logits.grad.numpy(), atol=1e-12)


def test_the_networks_gradient_is_torchs():
    rng = np.random.default_rng(1)
    params, X, labels = _network(rng), rng.normal(size=(7, 3)), rng.integers(0, 4, 7)
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    hidden = torch.tanh(torch.tensor(X) @ tensors["W1"] + tensors["b1"])
    torch.nn.functional.cross_entropy(
        hidden @ tensors["W2"] + tensors["b2"], torch.tensor(labels)
    ).backward()

    logits, cache = week.mlp_forward(params, X)
    grads = week.mlp_backward(params, cache, week.d_cross_entropy(logits, labels))

    assert grads.keys() == params.keys()
    for name, tensor in tensors.items():
        assert np.allclose(grads[name], tensor.grad.numpy())


def test_the_adjoint_identity():
    rng = np.random.default_rng(2)
    params, X, u = _network(rng), rng.normal(size=(5, 3)), rng.normal(size=(5, 4))
    v = {name: rng.normal(size=value.shape) for name, value in params.items()}

    def along(t):
        return week.mlp_forward({k: params[k] + t * v[k] for k in params}, X)[0]

    left = np.sum((along(1e-6) - along(-1e-6)) / 2e-6 * u)
    back = week.mlp_backward(params, week.mlp_forward(params, X)[1], u)

    assert np.isclose(left, sum(np.sum(back[k] * v[k]) for k in params), rtol=1e-7)


@pytest.mark.parametrize("shape", [(3,), (2, 2), ()])
def test_the_checker_passes_right_gradients_and_finds_one_wrong_coordinate(shape):
    x = np.random.default_rng(3).uniform(1, 2, size=shape)

    def wrong(value):
        gradient = np.array(3 * value**2)
        gradient.flat[-1] *= 1.001
        return gradient

    def cubes(value):
        return np.sum(value**3)

    assert week.gradient_check(cubes, lambda value: 3 * value**2, x, 1e-4)
    assert not week.gradient_check(cubes, wrong, x, 1e-4)
    assert week.gradient_check(cubes, lambda value: numeric_gradient(cubes, value, 1e-6), x, 1e-4)
