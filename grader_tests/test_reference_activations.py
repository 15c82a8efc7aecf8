"""Week 2's reference against SciPy, torch and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradus.reference import activations as a

Z = np.concatenate([np.linspace(-30, 30, 601), [-1000.0, 1000.0, 0.0, -0.0]])
ARRAYS = arrays(float, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1000, 1000))
TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "elu": torch.nn.functional.elu,
}


def test_sigmoid_is_scipys():
    np.testing.assert_allclose(a.sigmoid(Z), scipy.special.expit(Z), rtol=1e-14)


@pytest.mark.parametrize("name", TORCH)
def test_a_function_is_torchs(name):
    expected = TORCH[name](torch.tensor(Z)).numpy()

    np.testing.assert_allclose(getattr(a, name)(Z), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", TORCH)
def test_a_derivative_is_autograds(name):
    z = torch.tensor(Z[Z != 0], requires_grad=True)
    TORCH[name](z).sum().backward()

    np.testing.assert_allclose(
        getattr(a, f"d_{name}")(Z[Z != 0]), z.grad.numpy(), rtol=1e-9, atol=1e-15
    )


@pytest.mark.parametrize("alpha", [0.3, 2.0])
def test_elu_and_its_derivative_take_alpha(alpha):
    z = torch.tensor(Z[Z != 0], requires_grad=True)
    value = torch.nn.functional.elu(z, alpha=alpha)
    value.sum().backward()

    np.testing.assert_allclose(a.elu(Z[Z != 0], alpha), value.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(a.d_elu(Z[Z != 0], alpha), z.grad.numpy(), rtol=1e-9, atol=1e-15)


@settings(deadline=None)
@given(ARRAYS)
def test_nothing_overflows_and_no_shape_changes(z):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for name in TORCH:
            for function in (getattr(a, name), getattr(a, f"d_{name}")):
                assert function(z).shape == z.shape


@settings(deadline=None)
@given(ARRAYS)
def test_tanh_is_a_stretched_sigmoid(z):
    np.testing.assert_allclose(a.tanh_from_sigmoid(z), np.tanh(z), atol=1e-14)


@pytest.mark.parametrize("name", TORCH)
def test_the_table_of_limits_is_what_the_functions_do(name):
    f, d_f = getattr(a, name), getattr(a, f"d_{name}")
    far = np.array([-700.0, 1e15])

    low, high, slope_low, slope_high = a.LIMITS[name]

    np.testing.assert_allclose(d_f(far), [slope_low, slope_high], atol=1e-12)
    np.testing.assert_allclose(f(far[:1]), [low], atol=1e-12)
    assert f(far[1:])[0] == (1e15 if high == np.inf else high)


def test_the_numeric_derivative_converges_quadratically():
    errors = [abs(a.numeric_derivative(np.sin, 1.0, h) - np.cos(1.0)) for h in (1e-1, 1e-2, 1e-3)]

    assert errors[0] / errors[1] == pytest.approx(100, rel=0.02)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.02)


@pytest.mark.parametrize("depth", [0, 1, 4])
@pytest.mark.parametrize("name", TORCH)
def test_the_gradient_through_layers_is_autograds(name, depth):
    z = torch.tensor(np.linspace(-2, 2, 8), requires_grad=True)
    out = z
    for _ in range(depth):
        out = TORCH[name](out)
    out.sum().backward()

    mine = a.gradient_through_layers(
        getattr(a, name), getattr(a, f"d_{name}"), z.detach().numpy(), depth
    )

    np.testing.assert_allclose(mine, z.grad.numpy(), rtol=1e-9)


@settings(deadline=None)
@given(arrays(float, (5, 7), elements=st.sampled_from([-1.0, 0.0, 1.0])))
def test_a_dead_unit_is_one_that_relu_never_lets_through(z):
    silent = [not any(a.relu(unit)) for unit in z.T]

    assert a.dead_fraction(z) == pytest.approx(np.mean(silent))
