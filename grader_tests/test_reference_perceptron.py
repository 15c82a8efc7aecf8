"""Week 1's reference against independent oracles and theorems."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.optimize import linprog

from gradus.exam.inputs import separable
from gradus.reference import perceptron as p

ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
FINITE = st.floats(-1e6, 1e6)


@settings(deadline=None)
@given(arrays(float, array_shapes(max_dims=3, max_side=4), elements=FINITE))
def test_heaviside_is_numpys_with_one_at_zero(z):
    assert np.array_equal(p.heaviside(z), np.heaviside(z, 1.0))


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_perceptron_fires_exactly_where_the_sum_reaches_the_threshold(seed):
    rng = np.random.default_rng(seed)
    x, w, b = rng.normal(size=(6, 3)), rng.normal(size=3), rng.normal()

    assert np.array_equal(p.perceptron(x, w, b), [int(sum(r * w) >= b) for r in x])
    assert p.perceptron(x[0], w, b).shape == ()


@pytest.mark.parametrize(
    ("gate", "law"),
    [
        ("AND", np.logical_and),
        ("OR", np.logical_or),
        ("NAND", lambda a, b: ~np.logical_and(a, b)),
        ("NOR", lambda a, b: ~np.logical_or(a, b)),
    ],
)
def test_a_gate_is_its_logical_function(gate, law):
    assert np.array_equal(p.perceptron(ROWS, *p.GATES[gate]), law(*ROWS.T.astype(bool)))


def test_xor_is_pythons():
    assert p.xor(ROWS).tolist() == [a ^ b for a, b in ROWS.tolist()]


def test_no_line_gets_all_of_xor_right_and_some_line_gets_three():
    # A line with labels s exists exactly if s·(x·w − b) ≥ 1 is feasible.
    def separable_labels(labels):
        signs = 2 * np.array(labels) - 1
        rows = -signs[:, None] * np.column_stack([ROWS, -np.ones(4)])
        return linprog(np.zeros(3), rows, -np.ones(4), bounds=(None, None)).success

    flips = [np.array([0, 1, 1, 0]) ^ np.eye(4, dtype=int)[i] for i in range(4)]

    assert not separable_labels([0, 1, 1, 0])
    assert any(separable_labels(labels) for labels in flips)
    assert p.XOR_BEST == 3


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.floats(0.1, 4))
def test_rosenblatts_rule_ends_within_novikoffs_bound(seed, d, lr):
    rng = np.random.default_rng(seed)
    X, y = separable(rng, 12, d, 0.3)

    w, b, mistakes = p.perceptron_fit(X, y, lr, epochs=100_000)

    assert mistakes[-1] == 0
    assert np.array_equal(p.perceptron(X, w, b), y)
    certificate = _widest_line(X, y)
    assert sum(mistakes) <= p.novikoff_bound(X, y, *certificate) * (1 + 1e-9)


def test_the_bound_needs_the_extended_vectors():
    X, y = np.array([[0.1], [-0.1]]), np.array([1, 0])
    _, _, mistakes = p.perceptron_fit(X, y)

    naive = (0.1 / 0.1) ** 2

    assert sum(mistakes) > naive
    assert sum(mistakes) <= p.novikoff_bound(X, y, np.array([1.0]), 0.0)


def test_a_line_that_does_not_separate_certifies_nothing():
    X, y = np.array([[1.0], [2.0]]), np.array([1, 0])

    assert p.margin(X, y, np.array([1.0]), 0.0) < 0
    assert p.novikoff_bound(X, y, np.array([1.0]), 0.0) == np.inf


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_the_margin_depends_on_the_line_and_not_on_its_scale(seed, scale):
    rng = np.random.default_rng(seed)
    X, y, w, b = rng.normal(size=(5, 2)), rng.integers(0, 2, 5), rng.normal(size=2), rng.normal()

    assert np.isclose(p.margin(X, y, w, b), p.margin(X, y, scale * w, scale * b))


def _widest_line(X, y):
    """Some strictly separating line, by linear programming: maximise t with s(x·w − b) ≥ t."""
    signs = 2 * y - 1
    n, d = X.shape
    rows = np.column_stack([-signs[:, None] * np.column_stack([X, -np.ones(n)]), np.ones(n)])
    bounds = [(-1, 1)] * (d + 1) + [(0, None)]
    solution = linprog([0] * (d + 1) + [-1], rows, np.zeros(n), bounds=bounds).x
    return solution[:d], solution[d]
