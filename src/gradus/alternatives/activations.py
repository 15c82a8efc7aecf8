"""Week 2: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative
from gradus.reference.activations import sigmoid


@alternative("activations.sigmoid")
def through_tanh(z):
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(z)))


@alternative("activations.sigmoid")
def masked_halves(z):
    z = np.asarray(z, dtype=float)
    out = np.empty_like(z)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    out[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return out


@alternative("activations.sigmoid")
def clipped_argument(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


@alternative("activations.sigmoid")
def through_logaddexp(z):
    return np.exp(-np.logaddexp(0.0, -np.asarray(z)))


@alternative("activations.tanh")
def numpy_tanh(z):
    return np.tanh(z)


@alternative("activations.tanh")
def decaying_exponential(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-2 * np.abs(z))
    return np.sign(z) * (1 - e) / (1 + e)


@alternative("activations.tanh")
def number_by_number(z):
    import math

    return np.vectorize(math.tanh)(z)


@alternative("activations.relu")
def product_with_mask(z):
    return z * (np.asarray(z) > 0)


@alternative("activations.relu")
def half_sum(z):
    return (np.asarray(z) + np.abs(z)) / 2


@alternative("activations.relu")
def where_positive(z):
    return np.where(np.asarray(z) > 0, z, 0)


@alternative("activations.relu")
def clip_below(z):
    return np.clip(z, 0, None)


@alternative("activations.elu")
def positive_and_negative_part(z, alpha=1.0):
    return np.maximum(z, 0) + alpha * (np.exp(np.minimum(z, 0)) - 1)


@alternative("activations.elu")
def masked_elu(z, alpha=1.0):
    out = np.array(z, dtype=float)
    left = out < 0
    out[left] = alpha * (np.exp(out[left]) - 1)
    return out


@alternative("activations.d_sigmoid")
def product_of_tails(z):
    return sigmoid(z) * sigmoid(-np.asarray(z))


@alternative("activations.d_sigmoid")
def own_exponential(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


@alternative("activations.d_tanh")
def difference_of_squares(z):
    t = np.tanh(z)
    return (1 - t) * (1 + t)


@alternative("activations.d_tanh")
def stretched_bell(z):
    s = sigmoid(2 * np.asarray(z))
    return 4 * s * (1 - s)


@alternative("activations.d_relu")
def strict_step(z):
    return np.asarray(z) > 0


@alternative("activations.d_relu")
def middle_subgradient(z):
    return np.heaviside(z, 0.5)


@alternative("activations.d_elu")
def value_plus_alpha(z, alpha=1.0):
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, 1.0, alpha * np.exp(-np.abs(z)))


@alternative("activations.d_elu")
def masked_slope(z, alpha=1.0):
    z = np.asarray(z, dtype=float)
    out = np.ones_like(z)
    out[z < 0] = alpha * np.exp(z[z < 0])
    return out


@alternative("activations.LIMITS")
def lists_of_floats():
    return {
        "sigmoid": [0.0, 1.0, 0.0, 0.0],
        "tanh": [-1.0, 1.0, 0.0, 0.0],
        "relu": [0.0, float("inf"), 0.0, 1.0],
        "elu": np.array([-1.0, np.inf, 0.0, 1.0]),
    }


@alternative("activations.tanh_from_sigmoid")
def difference_of_sigmoids(z):
    return sigmoid(2 * np.asarray(z)) - sigmoid(-2 * np.asarray(z))


@alternative("activations.tanh_from_sigmoid")
def directly(z):
    return np.tanh(z)


@alternative("activations.numeric_derivative")
def average_of_two_slopes(f, z, h=1e-5):
    z = np.asarray(z, dtype=float)
    ahead, behind = (f(z + h) - f(z)) / h, (f(z) - f(z - h)) / h
    return (ahead + behind) / 2


@alternative("activations.numeric_derivative")
def exact_spacing(f, z, h=1e-5):
    above, below = np.asarray(z) + h, np.asarray(z) - h
    return (f(above) - f(below)) / (above - below)


@alternative("activations.gradient_through_layers")
def recursive(f, d_f, z0, depth):
    if depth == 0:
        return np.ones_like(np.asarray(z0, dtype=float))
    return d_f(z0) * recursive(f, d_f, f(z0), depth - 1)


@alternative("activations.gradient_through_layers")
def trace_then_product(f, d_f, z0, depth):
    trace = [np.asarray(z0, dtype=float)]
    for _ in range(depth):
        trace.append(f(trace[-1]))
    return np.prod([np.ones_like(trace[0])] + [d_f(z) for z in trace[:-1]], axis=0)


@alternative("activations.dead_fraction")
def largest_input(z):
    return np.mean(np.max(z, axis=0) <= 0)


@alternative("activations.dead_fraction")
def unit_by_unit(z):
    dead = [all(value <= 0 for value in unit) for unit in np.asarray(z).T]
    return sum(dead) / len(dead)
