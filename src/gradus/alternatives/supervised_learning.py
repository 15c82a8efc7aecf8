"""Week 3: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative
from gradus.reference.supervised_learning import draw_examples, squared_loss


@alternative("supervised_learning.extract_features")
def row_by_row(records):
    known = []
    for record in records:
        salary = record.get("salary")
        if salary is not None and not np.isnan(salary):
            known.append(salary)
    mean = sum(known) / len(known)
    rows = []
    for record in records:
        sex = 0.5
        if "sex" in record and record["sex"] == "F":
            sex = 0
        elif "sex" in record and record["sex"] == "M":
            sex = 1
        salary = record.get("salary")
        if salary is None or np.isnan(salary):
            salary = mean
        rows.append([record["age"], sex, salary])
    return rows


@alternative("supervised_learning.extract_features")
def filled_table(records):
    table = np.empty((len(records), 3))
    for row, record in zip(table, records, strict=True):
        row[0] = record["age"]
        row[1] = (
            ("F", None, "M").index(record["sex"]) / 2 if record.get("sex") in ("F", "M") else 0.5
        )
        row[2] = record.get("salary") if record.get("salary") is not None else float("nan")
    unknown = np.isnan(table[:, 2])
    table[unknown, 2] = table[~unknown, 2].mean()
    return table


@alternative("supervised_learning.standardize")
def column_by_column(train, test):
    new_train, new_test = np.zeros(np.shape(train)), np.zeros(np.shape(test))
    for k in range(np.shape(train)[1]):
        column = np.asarray(train)[:, k].astype(float)
        mean = sum(column) / len(column)
        deviation = np.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
        if deviation == 0:
            deviation = 1.0
        new_train[:, k] = (column - mean) / deviation
        new_test[:, k] = (np.asarray(test)[:, k] - mean) / deviation
    return new_train, new_test


@alternative("supervised_learning.standardize")
def constant_columns_to_zero(train, test):
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean, deviation = np.mean(train, axis=0), np.sqrt(np.var(train, axis=0))
    varies = deviation > 0
    first, second = np.zeros_like(train), np.zeros_like(test)
    first[:, varies] = (train[:, varies] - mean[varies]) / deviation[varies]
    second[:, varies] = (test[:, varies] - mean[varies]) / deviation[varies]
    return [first, second]


@alternative("supervised_learning.squared_loss")
def product_of_differences(y, y_hat):
    difference = np.subtract(y, y_hat)
    return 0.5 * difference * difference


@alternative("supervised_learning.squared_loss")
def expanded_square(y, y_hat):
    y, y_hat = np.asarray(y, dtype=float), np.asarray(y_hat, dtype=float)
    return np.square(y_hat - y) * 0.5


@alternative("supervised_learning.zero_one_loss")
def comparison(y, y_hat):
    return np.not_equal(y, y_hat)


@alternative("supervised_learning.zero_one_loss")
def one_minus_equal(y, y_hat):
    return 1.0 - (np.asarray(y) == np.asarray(y_hat))


@alternative("supervised_learning.absolute_loss")
def root_of_square(y, y_hat):
    return np.sqrt(np.subtract(y, y_hat, dtype=float) ** 2)


@alternative("supervised_learning.absolute_loss")
def larger_difference(y, y_hat):
    y, y_hat = np.asarray(y), np.asarray(y_hat)
    return np.maximum(y - y_hat, y_hat - y)


@alternative("supervised_learning.empirical_risk")
def sum_over_n(loss, f, X, Y):
    losses = np.asarray(loss(Y, f(X)))
    return losses.sum() / len(Y)


@alternative("supervised_learning.empirical_risk")
def loop_over_examples(loss, f, X, Y):
    predictions = f(X)
    total = 0.0
    for y, y_hat in zip(Y, predictions, strict=True):
        total += loss(y, y_hat)
    return total / len(Y)


@alternative("supervised_learning.empirical_risk")
def model_called_row_by_row(loss, f, X, Y):
    return sum(loss(y, f(x)) for x, y in zip(X, Y, strict=True)) / len(Y)


@alternative("supervised_learning.linear_model")
def sum_of_products(theta, X):
    return np.sum(np.multiply(X, theta), axis=1)


@alternative("supervised_learning.linear_model")
def list_of_dots(theta, X):
    return [float(np.dot(theta, row)) for row in X]


@alternative("supervised_learning.fit_least_squares")
def pseudo_inverse(X, Y):
    return np.linalg.pinv(X) @ Y


@alternative("supervised_learning.fit_least_squares")
def normal_equations_of_minimal_norm(X, Y):
    X = np.asarray(X, dtype=float)
    return np.linalg.lstsq(X.T @ X, X.T @ np.asarray(Y, dtype=float), rcond=None)[0]


@alternative("supervised_learning.best_constant")
def sorted_middle(Y, loss_name):
    values = sorted(np.asarray(Y).tolist())
    if loss_name == "squared":
        return sum(values) / len(values)
    if loss_name == "absolute":
        return values[len(values) // 2]
    return max(set(values), key=values.count)


@alternative("supervised_learning.best_constant")
def by_trying_every_value(Y, loss_name):
    Y = np.asarray(Y, dtype=float)
    if loss_name == "squared":
        return Y.sum() / Y.size
    costs = {
        c: np.mean(np.abs(Y - c)) if loss_name == "absolute" else np.mean(c != Y)
        for c in Y.tolist()
    }
    return min(costs, key=costs.get)


@alternative("supervised_learning.train_test_split")
def boolean_mask(X, Y, test_fraction, rng):
    chosen = rng.choice(len(X), size=round(test_fraction * len(X)), replace=False)
    mask = np.zeros(len(X), dtype=bool)
    mask[chosen] = True
    return X[~mask], X[mask], Y[~mask], Y[mask]


@alternative("supervised_learning.train_test_split")
def sorted_by_chance(X, Y, test_fraction, rng):
    order = np.argsort(rng.random(len(X)))
    cut = len(X) - round(test_fraction * len(X))
    return X[order[:cut]], X[order[cut:]], Y[order[:cut]], Y[order[cut:]]


@alternative("supervised_learning.train_test_split")
def shuffled_indices(X, Y, test_fraction, rng):
    indices = np.arange(len(X))
    rng.shuffle(indices)
    size = round(test_fraction * len(X))
    return [X[indices[size:]], X[indices[:size]], Y[indices[size:]], Y[indices[:size]]]


@alternative("supervised_learning.train_test_split")
def drawn_one_by_one(X, Y, test_fraction, rng):
    train, test = list(range(len(X))), []
    for _ in range(round(test_fraction * len(X))):
        test.append(train.pop(rng.integers(len(train))))
    return X[train], X[test], Y[train], Y[test]


@alternative("supervised_learning.risk_gap")
def through_the_loss(n, rng):
    x, y = draw_examples(n, rng)
    return abs(float(np.mean(squared_loss(y, x))) - (1 + 0.5**2) / 2)


@alternative("supervised_learning.risk_gap")
def loop_over_draws(n, rng):
    x, y = draw_examples(n, rng)
    total = 0.0
    for first, second in zip(x, y, strict=True):
        total += 0.5 * (second - first) ** 2
    return abs(5 / 8 - total / n)


@alternative("supervised_learning.risk_gap")
def one_example_at_a_time(n, rng):
    total = 0.0
    for _ in range(n):
        x, y = draw_examples(1, rng)
        total += float(y[0] - x[0]) ** 2 / 2
    return abs(total / n - 0.625)
