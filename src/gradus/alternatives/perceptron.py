"""Week 1: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative
from gradus.reference.perceptron import heaviside, perceptron


@alternative("perceptron.heaviside")
def booleans(z):
    return np.asarray(z) >= 0


@alternative("perceptron.heaviside")
def cast_to_float(z):
    return (np.asarray(z) >= 0).astype(float)


@alternative("perceptron.heaviside")
def numpy_heaviside(z):
    return np.heaviside(z, 1.0)


@alternative("perceptron.heaviside")
def vectorized_if(z):
    return np.vectorize(lambda value: 1 if value >= 0 else 0)(z)


@alternative("perceptron.heaviside")
def nested_lists(z):
    z = np.asarray(z)
    if z.ndim == 0:
        return int(z >= 0)
    return [nested_lists(row) for row in z] if z.ndim > 1 else [int(value >= 0) for value in z]


@alternative("perceptron.heaviside")
def count_of_edges_passed(z):
    return np.digitize(z, [0.0])


@alternative("perceptron.perceptron")
def through_heaviside(x, w, b):
    return heaviside(np.dot(x, w) - b)


@alternative("perceptron.perceptron")
def lecture_inequality(x, w, b):
    return (np.matmul(x, w) >= b).astype(int)


@alternative("perceptron.perceptron")
def loop_over_rows(x, w, b):
    if np.ndim(x) == 1:
        return int(sum(x_k * w_k for x_k, w_k in zip(x, w, strict=True)) >= b)
    return [loop_over_rows(row, w, b) for row in x]


@alternative("perceptron.perceptron")
def weighted_sum_on_last_axis(x, w, b):
    return 1.0 * (np.sum(np.asarray(x) * np.asarray(w), axis=-1) >= b)


@alternative("perceptron.GATES")
def plain_lists():
    return {"AND": ([2, 2], 3), "OR": ([2, 2], 1), "NAND": ([-2, -2], -3), "NOR": ([-2, -2], -1)}


@alternative("perceptron.GATES")
def uneven_weights():
    return {
        "AND": ((0.5, 1.0), 1.2),
        "OR": ((3.0, 1.0), 1.0),
        "NAND": ((-0.5, -1.0), -1.2),
        "NOR": ((-3.0, -1.0), -0.1),
    }


@alternative("perceptron.xor")
def different_inputs(x):
    x = np.asarray(x)
    return (x[:, 0] != x[:, 1]).astype(int)


@alternative("perceptron.xor")
def or_minus_and(x):
    x = np.asarray(x)
    either = perceptron(x, np.array([1.0, 1.0]), 0.5)
    both = perceptron(x, np.array([1.0, 1.0]), 1.5)
    return perceptron(np.column_stack([either, both]), np.array([1.0, -1.0]), 0.5)


@alternative("perceptron.xor")
def sum_modulo_two(x):
    return [int(a + b) % 2 for a, b in x]


@alternative("perceptron.xor")
def bitwise_operator(x):
    return x[:, 0] ^ x[:, 1]


@alternative("perceptron.XOR_BEST")
def counted_as_float():
    return 3.0


@alternative("perceptron.XOR_BEST")
def counted_as_array():
    return np.array(3)


@alternative("perceptron.perceptron_fit")
def extended_vectors(X, y, lr=1.0, epochs=100):
    extended = np.hstack([X, -np.ones((len(X), 1))])
    theta = np.zeros(extended.shape[1])
    mistakes = []
    for _ in range(epochs):
        count = 0
        for i in range(len(y)):
            guess = extended[i] @ theta >= 0
            if guess != y[i]:
                theta += lr * (1 if y[i] == 1 else -1) * extended[i]
                count += 1
        mistakes.append(count)
        if count == 0:
            return theta[:-1], theta[-1], mistakes
    return theta[:-1], theta[-1], mistakes


@alternative("perceptron.perceptron_fit")
def with_while(X, y, lr=1.0, epochs=100):
    w = [0.0] * X.shape[1]
    b = 0
    mistakes = []
    while len(mistakes) < epochs and (not mistakes or mistakes[-1] != 0):
        mistakes.append(0)
        for x_i, target in zip(X, y, strict=True):
            delta = float(target) - float(perceptron(x_i, np.array(w), b))
            if delta:
                w = [w_k + lr * delta * x_k for w_k, x_k in zip(w, x_i, strict=True)]
                b -= lr * delta
                mistakes[-1] += 1
    return [w, b, np.array(mistakes)]


@alternative("perceptron.perceptron_fit")
def rate_applied_at_the_end(X, y, lr=1.0, epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0, []
    for _ in range(epochs):
        errors = 0
        for x_i, target in zip(X, y, strict=True):
            error = target - int(x_i @ w >= b)
            w, b, errors = w + error * x_i, b - error, errors + abs(error)
        mistakes.append(errors)
        if errors == 0:
            break
    return lr * w, lr * b, mistakes


@alternative("perceptron.margin")
def smallest_of_a_list(X, y, w, b):
    norm = (sum(w_k**2 for w_k in w) + b**2) ** 0.5
    distances = [(x_i @ w - b) / norm for x_i in X]
    return min(d if y_i == 1 else -d for d, y_i in zip(distances, y, strict=True))


@alternative("perceptron.margin")
def extended_dot(X, y, w, b):
    theta = np.append(w, b)
    extended = np.c_[X, -np.ones(len(X))]
    return (np.where(y == 1, 1, -1) * (extended @ (theta / np.linalg.norm(theta)))).min()


@alternative("perceptron.novikoff_bound")
def squares_without_roots(X, y, w, b):
    worst = np.min((2 * y - 1) * (X @ w - b))
    if worst <= 0:
        return float("inf")
    return (1 + (X**2).sum(axis=1).max()) * (w @ w + b**2) / worst**2


@alternative("perceptron.novikoff_bound")
def radius_by_rows(X, y, w, b):
    theta = np.append(w, b)
    gamma = min(
        (1 if y_i else -1) * (np.append(x_i, -1) @ theta) / np.linalg.norm(theta)
        for x_i, y_i in zip(X, y, strict=True)
    )
    radius = max(np.linalg.norm(np.append(x_i, -1)) for x_i in X)
    return np.inf if gamma <= 0 else np.square(radius / gamma)
