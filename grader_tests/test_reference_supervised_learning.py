"""Week 3's reference against scikit-learn, SciPy, and the definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, zero_one_loss
from sklearn.preprocessing import StandardScaler

from gradus.reference import supervised_learning as week

VALUES = st.floats(-1e3, 1e3)


@settings(deadline=None)
@given(arrays(float, (6, 3), elements=VALUES), arrays(float, (4, 3), elements=VALUES))
def test_standardize_is_the_standard_scaler(train, test):
    # Where the spread is rounding only, what counts as constant is a convention.
    train = train + np.arange(6)[:, None] * 1e4
    scaler = StandardScaler().fit(train)

    mine = week.standardize(train, test)

    assert np.allclose(mine[0], scaler.transform(train))
    assert np.allclose(mine[1], scaler.transform(test))


def test_a_constant_column_becomes_zero_even_if_its_mean_is_rounded():
    train = np.full((10, 1), 0.1)

    assert np.allclose(week.standardize(train, train)[0], 0, atol=1e-12)


def test_losses_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    y, y_hat = rng.integers(0, 3, 50), rng.integers(0, 3, 50)

    assert np.isclose(np.mean(week.zero_one_loss(y, y_hat)), zero_one_loss(y, y_hat))
    assert np.isclose(np.mean(week.absolute_loss(y, y_hat)), mean_absolute_error(y, y_hat))


@settings(deadline=None)
@given(VALUES, VALUES)
def test_losses_are_positive_and_zero_only_when_right(y, y_hat):
    for loss in (week.zero_one_loss, week.absolute_loss):
        assert loss(y, y_hat) >= 0
        assert loss(y, y) == 0
        assert (loss(y, y_hat) == 0) == (y == y_hat)
    assert week.squared_loss(y, y_hat) == week.squared_loss(y_hat, y) >= 0


def test_least_squares_is_linear_regression():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(40, 4)), rng.normal(size=40)

    other = LinearRegression(fit_intercept=False).fit(X, Y)

    assert np.allclose(week.fit_least_squares(X, Y), other.coef_)
    assert np.allclose(week.linear_model(other.coef_, X), other.predict(X))


@pytest.mark.parametrize("shape", [(6, 3), (3, 6)])
def test_the_residual_of_least_squares_is_orthogonal_to_the_columns(shape):
    X, Y = np.random.default_rng(2).normal(size=shape), np.arange(shape[0], dtype=float)
    X[:, -1] = X[:, 0]

    theta = week.fit_least_squares(X, Y)

    assert np.allclose(X.T @ (X @ theta - Y), 0, atol=1e-9)


@settings(deadline=None, max_examples=50)
@given(arrays(float, st.integers(1, 9), elements=st.integers(-5, 5).map(float)))
def test_no_constant_beats_the_best(Y):
    risks = {
        "squared": lambda c: np.mean((Y - c) ** 2) / 2,
        "absolute": lambda c: np.mean(np.abs(Y - c)),
        "zero_one": lambda c: np.mean(c != Y),
    }
    for name, risk in risks.items():
        best = risk(week.best_constant(Y, name))
        assert all(best <= risk(c) + 1e-12 for c in np.linspace(-6, 6, 121))


def test_the_squared_constant_is_where_an_optimiser_ends():
    Y = np.random.default_rng(3).exponential(size=30)
    found = minimize(lambda c: np.mean((Y - c) ** 2), x0=[0.0]).x[0]

    assert np.isclose(week.best_constant(Y, "squared"), found, atol=1e-5)


@settings(deadline=None)
@given(st.integers(2, 30), st.floats(0.1, 0.9), st.integers(0, 1000))
def test_a_split_is_a_partition_that_keeps_pairs(n, fraction, seed):
    Y = np.arange(n)
    X = np.column_stack([Y, Y**2])

    X_train, X_test, Y_train, Y_test = week.train_test_split(
        X, Y, fraction, np.random.default_rng(seed)
    )

    assert sorted([*Y_train, *Y_test]) == list(range(n))
    assert len(Y_test) == round(fraction * n)
    assert np.array_equal(X_train[:, 1], Y_train**2)
    assert np.array_equal(X_test[:, 1], Y_test**2)


def test_the_true_risk_is_what_many_examples_say():
    x, y = week.draw_examples(2_000_000, np.random.default_rng(4))

    assert abs(np.mean(week.squared_loss(y, x)) - week.TRUE_RISK) < 6 * 0.884 / np.sqrt(2e6)


def test_the_gap_falls_as_one_over_the_root_of_n():
    rng = np.random.default_rng(5)
    sizes = np.array([16, 64, 256, 1024])
    rms = [np.sqrt(np.mean([week.risk_gap(n, rng) ** 2 for _ in range(600)])) for n in sizes]

    assert abs(np.polyfit(np.log(sizes), np.log(rms), 1)[0] + 0.5) < 0.06
    assert np.allclose(rms, week.TRUE_RISK * np.sqrt(2 / sizes), rtol=0.2)


def test_features_of_records_with_every_gap():
    records = [
        {"age": 20, "sex": "F", "salary": 100},
        {"age": 30, "sex": "M", "salary": None},
        {"age": 40, "sex": "?", "salary": float("nan")},
        {"age": 50, "salary": 300},
        {"age": 60, "sex": "F"},
    ]

    features = week.extract_features(records)

    assert np.allclose(features[:, 0], [20, 30, 40, 50, 60])
    assert np.allclose(features[:, 1], [0, 1, 0.5, 0.5, 0])
    assert np.allclose(features[:, 2], [100, 200, 200, 300, 200])
