"""Week 7: right answers in other styles."""

import numpy as np

from gradus.catalogue import alternative
from gradus.reference.optimizers import bfgs_update


@alternative("optimizers.momentum")
def buffer_from_zero(theta, grad, state, lr, beta=0.9):
    u = state.get("u", np.zeros_like(theta)) * beta + grad
    return theta - lr * u, {"u": u}


@alternative("optimizers.momentum")
def state_kept_in_place(theta, grad, state, lr, beta=0.9):
    state["u"] = beta * np.asarray(state["u"]) + grad if "u" in state else grad.copy()
    return theta - lr * state["u"], state


@alternative("optimizers.nesterov")
def two_terms(theta, grad, state, lr, beta=0.9):
    u = grad + beta * state.get("velocity", 0)
    return theta - lr * grad - lr * beta * u, {"velocity": u}


@alternative("optimizers.nesterov")
def list_as_state(theta, grad, state, lr, beta=0.9):
    history = state["all"] if state else []
    u = grad if not history else beta * np.asarray(history[-1]) + grad
    return theta - lr * (grad + beta * u), {"all": [u]}


@alternative("optimizers.adagrad")
def square_function(theta, grad, state, lr, eps=1e-10):
    total = np.zeros(np.shape(theta)) if not state else np.asarray(state["sum"])
    total = total + np.square(grad)
    return theta - lr / (total**0.5 + eps) * grad, {"sum": total}


@alternative("optimizers.adagrad")
def history_of_gradients(theta, grad, state, lr, eps=1e-10):
    seen = [*state.get("seen", []), grad]
    size = np.sqrt(np.sum([np.asarray(g) ** 2 for g in seen], axis=0))
    return theta - lr * grad / (size + eps), {"seen": seen}


@alternative("optimizers.rmsprop")
def exponential_average(theta, grad, state, lr, alpha=0.99, eps=1e-8):
    s = state["s"] if "s" in state else np.zeros_like(grad)
    s = s + (1 - alpha) * (grad * grad - s)
    return theta - lr * grad / (np.sqrt(s) + eps), {"s": s}


@alternative("optimizers.adam")
def nested_state(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    old = state.get("moments", {"first": np.zeros_like(theta), "second": np.zeros_like(theta)})
    t = state.get("steps", 0) + 1
    first = beta1 * old["first"] + (1 - beta1) * grad
    second = beta2 * old["second"] + (1 - beta2) * grad * grad
    rate = lr / (1 - beta1**t)
    theta = theta - rate * first / (np.sqrt(second / (1 - beta2**t)) + eps)
    return theta, {"steps": t, "moments": {"first": first, "second": second}}


@alternative("optimizers.adam")
def powers_kept(theta, grad, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, p1, p2 = state.get("all", [0.0, 0.0, 1.0, 1.0])
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    p1, p2 = p1 * beta1, p2 * beta2
    step = (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + eps)
    return theta - lr * step, {"all": [m, v, p1, p2]}


@alternative("optimizers.fix_the_bug")
def rewritten(theta, grad, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", np.zeros_like(theta)) + (1 - beta1) * grad
    v = beta2 * state.get("v", np.zeros_like(theta)) + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@alternative("optimizers.bfgs_update")
def expanded_formula(H, s, y):
    H, s, y = np.asarray(H, float), np.asarray(s, float), np.asarray(y, float)
    sy = s @ y
    if sy <= 0:
        return H
    Hy = H @ y
    return H + (1 + y @ Hy / sy) * np.outer(s, s) / sy - (np.outer(Hy, s) + np.outer(s, Hy)) / sy


@alternative("optimizers.bfgs_update")
def inverse_of_the_hessian_update(H, s, y):
    if np.dot(s, y) <= 0:
        return np.array(H, dtype=float)
    B = np.linalg.inv(H)
    Bs = B @ s
    B = B + np.outer(y, y) / np.dot(y, s) - np.outer(Bs, Bs) / np.dot(s, Bs)
    return np.linalg.inv(B)


@alternative("optimizers.minimize_bfgs")
def halving_until_lower(f, grad, x0):
    x, H = np.array(x0, dtype=float), np.eye(len(x0))
    g = np.asarray(grad(x))
    while np.linalg.norm(g) > 1e-7:
        p, t = -H @ g, 1.0
        while not f(x + t * p) <= f(x) + 0.01 * t * (g @ p):
            t *= 0.5
            if t < 1e-16:
                return x
        g_new = np.asarray(grad(x + t * p))
        H = np.asarray(bfgs_update(H, t * p, g_new - g))
        x, g = x + t * p, g_new
    return x


@alternative("optimizers.minimize_bfgs")
def with_weak_curvature(f, grad, x0):
    x, H = np.array(x0, dtype=float), np.eye(len(x0))
    for _ in range(500):
        g = np.asarray(grad(x))
        if np.max(np.abs(g)) < 1e-7:
            return x
        p = -H @ g
        low, high, t = 0.0, np.inf, 1.0
        for _ in range(60):
            if f(x + t * p) > f(x) + 1e-4 * t * (g @ p):
                high = t
            elif np.asarray(grad(x + t * p)) @ p < 0.9 * (g @ p):
                low = t
            else:
                break
            t = 2 * low if np.isinf(high) else (low + high) / 2
        y = np.asarray(grad(x + t * p)) - g
        H = np.asarray(bfgs_update(H, t * p, y))
        x = x + t * p
    return x


@alternative("optimizers.minimize_bfgs")
def value_and_slope_at_each_trial(f, grad, x0):
    x, H = np.array(x0, dtype=float), np.eye(len(x0))
    height, g = f(x), np.asarray(grad(x))
    for _ in range(200):
        if np.linalg.norm(g) < 1e-6:
            break
        p = -H @ g
        low, high, t = 0.0, np.inf, 1.0
        for _ in range(60):
            value, slope = f(x + t * p), np.asarray(grad(x + t * p))
            if value > height + 1e-4 * t * (g @ p):
                high = t
            elif slope @ p < 0.9 * (g @ p):
                low = t
            else:
                break
            t = 2 * low if np.isinf(high) else (low + high) / 2
        H = np.asarray(bfgs_update(H, t * p, slope - g))
        x, height, g = x + t * p, value, slope
    return x


@alternative("optimizers.minimize_bfgs")
def with_scipys_line_search(f, grad, x0):
    from scipy.optimize import line_search

    x, H = np.array(x0, dtype=float), np.eye(len(x0))
    g = np.asarray(grad(x))
    while np.linalg.norm(g) >= 1e-6:
        p = -H @ g
        t = line_search(f, grad, x, p, g, maxiter=50)[0] or 1e-3
        new = np.asarray(grad(x + t * p))
        H = np.asarray(bfgs_update(H, t * p, new - g))
        x, g = x + t * p, new
    return x


@alternative("optimizers.lbfgs_direction")
def through_dense_matrices(grad, S, Y):
    H = np.eye(len(grad))
    for s, y in zip(S, Y, strict=True):
        H = np.asarray(bfgs_update(H, s, y))
    return -H @ grad


@alternative("optimizers.lbfgs_direction")
def two_loops_by_index(grad, S, Y):
    kept = [k for k in range(len(S)) if np.dot(S[k], Y[k]) > 0]
    q, a = np.array(grad, dtype=float), {}
    for k in kept[::-1]:
        a[k] = np.dot(S[k], q) / np.dot(S[k], Y[k])
        q -= a[k] * np.asarray(Y[k])
    for k in kept:
        b = np.dot(Y[k], q) / np.dot(S[k], Y[k])
        q += (a[k] - b) * np.asarray(S[k])
    return -1 * q


@alternative("optimizers.lbfgs_direction")
def recursion_over_pairs(grad, S, Y):
    def product(q, count):
        if count == 0:
            return q
        s, y = S[count - 1], Y[count - 1]
        if np.dot(s, y) <= 0:
            return product(q, count - 1)
        share = np.dot(s, q) / np.dot(s, y)
        inner = product(q - share * y, count - 1)
        return inner + (share - np.dot(y, inner) / np.dot(s, y)) * s

    return -product(np.array(grad, dtype=float), len(S))


@alternative("optimizers.newton_step")
def through_the_inverse(grad, hessian):
    return -np.linalg.inv(hessian) @ grad


@alternative("optimizers.newton_step")
def least_squares(grad, hessian):
    return np.linalg.lstsq(hessian, -np.asarray(grad, dtype=float), rcond=None)[0]
