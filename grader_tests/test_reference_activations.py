"""The reference of week 2 against SciPy, torch.autograd and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradus.reference import activations as week

ANY_Z = arrays(
    np.float64, array_shapes(min_dims=0, max_dims=3, max_side=4), elements=st.floats(-1000, 1000)
)
ALPHA = st.floats(0.1, 3.0)
FAR = np.array([-1000.0, -30.0, 30.0, 1000.0])

PAIRS = {
    "sigmoid": (week.sigmoid, week.d_sigmoid),
    "tanh": (week.tanh, week.d_tanh),
    "relu": (week.relu, week.d_relu),
    "elu": (week.elu, week.d_elu),
}
TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "elu": torch.nn.functional.elu,
}


@pytest.mark.parametrize("name", PAIRS)
@settings(deadline=None)
@given(z=ANY_Z)
def test_values_and_derivatives_agree_with_torch(name, z):
    f, d_f = PAIRS[name]
    z = np.where(z == 0, 0.5, z)
    leaf = torch.tensor(z, requires_grad=True)
    right = TORCH[name](leaf)
    (slope,) = torch.autograd.grad(right.sum(), leaf)

    np.testing.assert_allclose(f(z), right.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(d_f(z), slope.numpy(), rtol=1e-9, atol=1e-15)
    assert np.shape(f(z)) == np.shape(d_f(z)) == z.shape


@settings(deadline=None)
@given(z=ANY_Z)
def test_sigmoid_is_scipys_expit(z):
    np.testing.assert_allclose(week.sigmoid(z), scipy.special.expit(z), rtol=1e-13, atol=1e-300)


@settings(deadline=None)
@given(z=ANY_Z, alpha=ALPHA)
def test_elu_with_any_alpha_agrees_with_torch(z, alpha):
    z = np.where(z == 0, 0.5, z)
    leaf = torch.tensor(z, requires_grad=True)
    right = torch.nn.functional.elu(leaf, alpha=alpha)
    (slope,) = torch.autograd.grad(right.sum(), leaf)

    np.testing.assert_allclose(week.elu(z, alpha), right.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(week.d_elu(z, alpha), slope.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", PAIRS)
def test_nothing_overflows_far_from_zero(name):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for function in PAIRS[name]:
            assert np.all(np.isfinite(function(FAR)))


@pytest.mark.parametrize("name", PAIRS)
def test_the_table_of_limits_is_what_the_functions_tend_to(name):
    f, d_f = PAIRS[name]
    low, high, d_low, d_high = week.LIMITS[name]

    assert np.isclose(f(-1000.0), low)
    assert np.isclose(f(1000.0), high) if np.isfinite(high) else f(1000.0) == 1000.0
    assert np.allclose([d_f(-1000.0), d_f(1000.0)], [d_low, d_high])


def test_derivatives_at_kinks_lie_between_the_one_sided_ones():
    assert 0 <= week.d_relu(0.0) <= 1
    assert 0.5 <= week.d_elu(0.0, 0.5) <= 1
    assert 1 <= week.d_elu(0.0, 2.0) <= 2


@settings(deadline=None)
@given(z=ANY_Z)
def test_tanh_is_a_stretched_sigmoid(z):
    np.testing.assert_allclose(week.tanh_from_sigmoid(z), np.tanh(z), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("h", [1e-1, 1e-2])
def test_the_error_of_the_central_difference_falls_as_h_squared(h):
    z = np.array([[0.3, -1.1], [2.0, 0.7]])

    coarse = week.numeric_derivative(np.sin, z, h) - np.cos(z)
    fine = week.numeric_derivative(np.sin, z, h / 10) - np.cos(z)

    np.testing.assert_allclose(coarse / fine, 100.0, rtol=0.01)


def test_the_central_difference_is_exact_on_parabolas():
    assert np.isclose(week.numeric_derivative(lambda z: z**2, 3, h=0.5), 6.0)


@pytest.mark.parametrize("depth", [0, 1, 2, 7])
@pytest.mark.parametrize("name", PAIRS)
def test_the_gradient_through_layers_agrees_with_torch(name, depth):
    z = np.array([[-1.3, 0.4], [2.0, -0.2]])
    leaf = torch.tensor(z, requires_grad=True)
    out = leaf
    for _ in range(depth):
        out = TORCH[name](out)
    (slope,) = torch.autograd.grad(out.sum(), leaf)

    received = week.gradient_through_layers(*PAIRS[name], z, depth)

    np.testing.assert_allclose(received, slope.numpy(), rtol=1e-10)


@settings(deadline=None)
@given(z0=st.floats(-50, 50), depth=st.integers(0, 30))
def test_the_sigmoid_gradient_vanishes_at_least_as_fast_as_a_quarter_per_layer(z0, depth):
    gradient = week.gradient_through_layers(week.sigmoid, week.d_sigmoid, z0, depth)

    # near z = 0 each factor is 1/4 up to rounding, above or below
    assert 0 <= gradient <= 0.25**depth * (1 + 1e-12)


def test_dead_units_are_columns_without_a_positive_entry():
    z = np.array([[-1.0, 2.0, 0.0, -3.0], [-2.0, -1.0, 0.0, 0.5]])

    assert week.dead_fraction(z) == 0.5


@settings(deadline=None)
@given(
    z=arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-2, 2))
)
def test_a_further_example_can_only_revive_units(z):
    assert week.dead_fraction(z) <= week.dead_fraction(z[:1])
