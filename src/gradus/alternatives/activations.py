"""Week 2: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative
from gradus.reference.activations import elu, relu, sigmoid, tanh


@alternative("activations.sigmoid")
def through_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


@alternative("activations.sigmoid")
def clipped(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@alternative("activations.sigmoid")
def scipys_expit(z):
    import scipy.special

    return scipy.special.expit(z)


@alternative("activations.sigmoid")
def masked_halves(z):
    z = np.asarray(z, dtype=float)
    out = np.empty(z.shape)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    out[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return out


@alternative("activations.sigmoid")
def if_per_element(z):
    import math

    def one(value):
        if value >= 0:
            return 1 / (1 + math.exp(-value))
        return math.exp(value) / (1 + math.exp(value))

    return np.vectorize(one, otypes=[float])(z)


@alternative("activations.tanh")
def math_tanh_in_a_loop(z):
    import math

    z = np.asarray(z)
    return np.array([math.tanh(value) for value in z.ravel()]).reshape(z.shape)


@alternative("activations.tanh")
def negative_exponents(z):
    e = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - e) / (1 + e)


@alternative("activations.tanh")
def clipped_quotient(z):
    z = np.clip(z, -20.0, 20.0)
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


@alternative("activations.relu")
def times_a_mask(z):
    return z * (np.asarray(z) > 0)


@alternative("activations.relu")
def half_sum_with_absolute(z):
    return (z + np.abs(z)) / 2


@alternative("activations.relu")
def copied_first(z):
    out = np.array(z, dtype=float)
    out[out < 0] = 0
    return out


@alternative("activations.relu")
def nested_lists(z):
    if np.ndim(z) == 0:
        return max(0, z)
    return [nested_lists(row) for row in z]


@alternative("activations.elu")
def exponential_of_the_minimum(z, alpha=1.0):
    return np.where(np.asarray(z) > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1))


@alternative("activations.elu")
def two_parts_added(z, alpha=1.0):
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))


@alternative("activations.elu")
def copied_then_masked(z, alpha=1.0):
    out = np.array(z, dtype=float)
    left = out < 0
    out[left] = alpha * (np.exp(out[left]) - 1)
    return out


@alternative("activations.tanh_from_sigmoid")
def difference_of_sigmoids(z):
    z = 2 * np.asarray(z)
    return sigmoid(z) - sigmoid(-z)


@alternative("activations.tanh_from_sigmoid")
def tanh_itself(z):
    return np.tanh(z)


@alternative("activations.numeric_derivative")
def two_quotients(f, z, h=1e-5):
    return f(z + h) / (2 * h) - f(z - h) / (2 * h)


@alternative("activations.numeric_derivative")
def mean_of_two_slopes(f, z, h=1e-5):
    forward = (f(z + h) - f(z)) / h
    backward = (f(z) - f(z - h)) / h
    return 0.5 * (forward + backward)


@alternative("activations.numeric_derivative")
def one_element_at_a_time(f, z, h=1e-5):
    z = np.asarray(z, dtype=float)
    slopes = [float((f(x + h) - f(x - h)) / (2 * h)) for x in z.ravel()]
    return np.reshape(slopes, z.shape)


@alternative("activations.d_sigmoid")
def sigma_times_its_complement(z):
    s = sigmoid(z)
    return s * (1 - s)


@alternative("activations.d_sigmoid")
def product_of_both_sides(z):
    return sigmoid(z) * sigmoid(-np.asarray(z))


@alternative("activations.d_sigmoid")
def squares_subtracted(z):
    s = np.asarray(sigmoid(z))
    return (s - s**2).tolist()


@alternative("activations.d_tanh")
def one_minus_square(z):
    return 1 - tanh(z) ** 2


@alternative("activations.d_tanh")
def hyperbolic_secant(z):
    return 1 / np.cosh(z) ** 2


@alternative("activations.d_tanh")
def difference_of_squares(z):
    return (1 + np.tanh(z)) * (1 - np.tanh(z))


@alternative("activations.d_relu")
def booleans(z):
    return np.asarray(z) > 0


@alternative("activations.d_relu")
def half_at_the_kink(z):
    return np.heaviside(z, 0.5)


@alternative("activations.d_relu")
def nested_ones(z):
    if np.ndim(z) == 0:
        return 1 if z >= 0 else 0
    return [nested_ones(row) for row in z]


@alternative("activations.d_elu")
def identity_on_the_left(z, alpha=1.0):
    return np.where(np.asarray(z) > 0, 1, elu(z, alpha) + alpha)


@alternative("activations.d_elu")
def both_branches_computed(z, alpha=1.0):
    return np.where(np.asarray(z) >= 0, 1, alpha * np.exp(z))


@alternative("activations.d_elu")
def masked(z, alpha=1.0):
    z = np.asarray(z, dtype=float)
    out = np.ones(z.shape)
    out[z <= 0] = alpha * np.exp(z[z <= 0])
    return out


@alternative("activations.LIMITS")
def lists_of_floats():
    return {
        "elu": [-1.0, float("inf"), 0.0, 1.0],
        "relu": [0.0, float("inf"), 0.0, 1.0],
        "tanh": [-1.0, 1.0, 0.0, 0.0],
        "sigmoid": [0.0, 1.0, 0.0, 0.0],
    }


@alternative("activations.LIMITS")
def arrays_of_limits():
    return {
        "sigmoid": np.array([0, 1, 0, 0]),
        "tanh": np.array([-1, 1, 0, 0]),
        "relu": np.array([0, np.inf, 0, 1]),
        "elu": np.array([-1, np.inf, 0, 1]),
    }


@alternative("activations.gradient_through_layers")
def recursive(f, d_f, z0, depth):
    if depth == 0:
        return np.ones(np.shape(z0))
    return d_f(z0) * recursive(f, d_f, f(z0), depth - 1)


@alternative("activations.gradient_through_layers")
def product_at_the_end(f, d_f, z0, depth):
    inputs = [np.asarray(z0, dtype=float)]
    for _ in range(depth):
        inputs.append(f(inputs[-1]))
    return np.prod([d_f(z) * np.ones(np.shape(z0)) for z in inputs[:depth]], axis=0)


@alternative("activations.gradient_through_layers")
def starting_from_the_number_one(f, d_f, z0, depth):
    gradient = 1
    for _ in range(depth):
        gradient = gradient * d_f(z0)
        z0 = f(z0)
    return gradient


@alternative("activations.dead_fraction")
def largest_input_of_each_unit(z):
    return np.mean(np.max(z, axis=0) <= 0)


@alternative("activations.dead_fraction")
def silent_after_relu(z):
    return (relu(z).sum(axis=0) == 0).mean()


@alternative("activations.dead_fraction")
def loop_over_units(z):
    n, units = np.shape(z)
    dead = 0
    for j in range(units):
        if not any(z[i][j] > 0 for i in range(n)):
            dead += 1
    return dead / units
