r"""Week 7: optimizers with memory, and quasi-Newton methods.

The first five share one contract, ``update(theta, grad, state, lr, …) -> (theta, state)``: theta
and grad are float arrays of any shape, the state is ``{}`` at first, and no argument is changed.
They are defined as in ``torch.optim``.

Sources: the lecture; Polyak (1964) for momentum; Nesterov (1983), in the form of Sutskever et al.
(2013); Duchi, Hazan & Singer (2011); Tieleman & Hinton (2012); Kingma & Ba (2015); Nocedal & Wright
(2006), chapters 3, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradus.claims import Arguments, descent_direction, equals, minimizer, optimizer

Floats = NDArray[np.float64]
State = dict[str, Any]
Update = tuple[Floats, State]


def _torch_adam(
    beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> tuple[str, dict[str, Any]]:
    return "Adam", {"betas": (beta1, beta2), "eps": eps}


_ADAMS = (
    {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    {"beta1": 0.5, "beta2": 0.8, "eps": 0.3},
)


def _some_curvature(rng: np.random.Generator) -> Arguments:
    halves = rng.normal(size=(2, 4, 4))
    H, A = (half @ half.T + np.eye(4) for half in halves)
    s = rng.normal(size=4)
    return {"H": H, "s": s, "y": A @ s}


def _bfgs_of_the_hessian(H: Any, s: Any, y: Any) -> Any:
    """The direct update of B = H⁻¹, inverted."""
    B = np.linalg.inv(H)
    B = B - np.outer(B @ s, B @ s) / (s @ B @ s) + np.outer(y, y) / (y @ s)
    return np.linalg.inv(B)


def _some_pairs(rng: np.random.Generator) -> Arguments:
    half = rng.normal(size=(5, 5))
    S = list(rng.normal(size=(4, 5)))
    return {
        "grad": rng.normal(size=5),
        "S": S,
        "Y": [(half @ half.T + np.eye(5)) @ s for s in S],
    }


def _by_scipy(grad: Any, S: Any, Y: Any) -> Any:
    from scipy.optimize import LbfgsInvHessProduct

    return -(LbfgsInvHessProduct(np.array(S), np.array(Y)) @ grad)


def _some_bowl(rng: np.random.Generator) -> Arguments:
    half = rng.normal(size=(4, 4))
    return {"grad": rng.normal(size=4), "hessian": half @ half.T + np.eye(4)}


@optimizer(lambda beta=0.9: ("SGD", {"momentum": beta}), settings=({}, {"beta": 0.5}))
def momentum(theta: Floats, grad: Floats, state: State, lr: float, beta: float = 0.9) -> Update:
    r"""$u \leftarrow \beta u + g$ (the first $u$ is $g$), $\theta \leftarrow \theta - \alpha u$."""
    buffer = beta * state["buffer"] + grad if state else np.array(grad)
    return theta - lr * buffer, {"buffer": buffer}


@optimizer(
    lambda beta=0.9: ("SGD", {"momentum": beta, "nesterov": True}), settings=({}, {"beta": 0.5})
)
def nesterov(theta: Floats, grad: Floats, state: State, lr: float, beta: float = 0.9) -> Update:
    r"""$u \leftarrow \beta u + g$ (the first $u$ is $g$),
    $\theta \leftarrow \theta - \alpha (g + \beta u)$."""
    buffer = beta * state["buffer"] + grad if state else np.array(grad)
    return theta - lr * (grad + beta * buffer), {"buffer": buffer}


@optimizer(lambda eps=1e-10: ("Adagrad", {"eps": eps}), settings=({}, {"eps": 0.3}))
def adagrad(theta: Floats, grad: Floats, state: State, lr: float, eps: float = 1e-10) -> Update:
    r"""$s \leftarrow s + g^2$ from 0,
    $\theta \leftarrow \theta - \alpha g / (\sqrt s + \epsilon)$."""
    total = state.get("total", 0.0) + grad**2
    return theta - lr * grad / (np.sqrt(total) + eps), {"total": total}


@optimizer(
    lambda alpha=0.99, eps=1e-8: ("RMSprop", {"alpha": alpha, "eps": eps}),
    settings=({}, {"alpha": 0.8, "eps": 0.3}),
)
def rmsprop(
    theta: Floats,
    grad: Floats,
    state: State,
    lr: float,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> Update:
    r"""$s \leftarrow \rho s + (1 - \rho) g^2$ from 0 (``alpha`` is $\rho$),
    $\theta \leftarrow \theta - \alpha g / (\sqrt s + \epsilon)$."""
    square = alpha * state.get("square", 0.0) + (1 - alpha) * grad**2
    return theta - lr * grad / (np.sqrt(square) + eps), {"square": square}


@optimizer(_torch_adam, settings=({}, *_ADAMS))
def adam(
    theta: Floats,
    grad: Floats,
    state: State,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Update:
    r"""$m \leftarrow \beta_1 m + (1 - \beta_1) g$, $v \leftarrow \beta_2 v + (1 - \beta_2) g^2$,
    $\theta \leftarrow \theta - \alpha\, \hat m / (\sqrt{\hat v} + \epsilon)$ with
    $\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$, $t = 1, 2, \dots$"""
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@optimizer(_torch_adam, settings=_ADAMS)
def fix_the_bug(
    theta: Floats,
    grad: Floats,
    state: State,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Update:
    """What the mended program should do: :func:`adam`."""
    return adam(theta, grad, state, lr, beta1, beta2, eps)


@equals(_bfgs_of_the_hessian, domain=_some_curvature)
def bfgs_update(H: ArrayLike, s: ArrayLike, y: ArrayLike) -> Floats:
    r"""$H^+ = (I - \rho s y^\top) H (I - \rho y s^\top) + \rho s s^\top$, $\rho = 1 / s^\top y$.

    Parameters
    ----------
    H : array (n, n), symmetric: an approximation of the inverse Hessian.
    s, y : arrays (n,): the step, and by how much the gradient changed.

    Returns
    -------
    The new approximation, symmetric and with $H^+ y = s$; ``H`` where $s^\top y \le 0$.
    """
    H, s, y = (np.asarray(value, dtype=float) for value in (H, s, y))
    curvature = np.dot(s, y)
    if curvature <= 0:
        return H.copy()
    left = np.eye(len(s)) - np.outer(s, y) / curvature
    updated: Floats = left @ H @ left.T + np.outer(s, s) / curvature
    return updated


@minimizer
def minimize_bfgs(
    f: Callable[[Floats], Any], grad: Callable[[Floats], Any], x0: ArrayLike
) -> Floats:
    r"""BFGS from $H_0 = I$ with an Armijo line search, until $\|\nabla f\| < 10^{-6}$.

    Parameters
    ----------
    f, grad : the function and its gradient, of arrays (n,).
    x0 : array (n,), the start.
    """
    x = np.array(x0, dtype=float)
    H, g = np.eye(len(x)), np.asarray(grad(x), dtype=float)
    for _ in range(1000):
        if np.linalg.norm(g) < 1e-6:
            break
        p, step, height = -H @ g, 1.0, f(x)
        while f(x + step * p) > height + 1e-4 * step * np.dot(g, p) and step > 1e-20:
            step /= 2
        s = step * p
        new_g = np.asarray(grad(x + s), dtype=float)
        H = bfgs_update(H, s, new_g - g)
        x, g = x + s, new_g
    return x


@descent_direction
@equals(_by_scipy, domain=_some_pairs)
def lbfgs_direction(grad: ArrayLike, S: Sequence[Floats], Y: Sequence[Floats]) -> Floats:
    r"""$-H \nabla f$ by the two loops, $H$ being BFGS from $I$ over the pairs $(s, y)$.

    Parameters
    ----------
    grad : array (n,).
    S, Y : lists of steps and of changes of the gradient, oldest first. Pairs with
        $s^\top y \le 0$ are skipped; without pairs the direction is $-\nabla f$.
    """
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]
    q, shares = np.array(grad, dtype=float), []
    for s, y in reversed(pairs):
        share = np.dot(s, q) / np.dot(s, y)
        q = q - share * np.asarray(y)
        shares.append(share)
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        q = q + (share - np.dot(y, q) / np.dot(s, y)) * np.asarray(s)
    return -q


@equals(lambda grad, hessian: -np.linalg.inv(hessian) @ grad, domain=_some_bowl)
def newton_step(grad: ArrayLike, hessian: ArrayLike) -> Floats:
    r"""$-H^{-1} \nabla f$, which is added to x; ``hessian`` (n, n) is positive definite."""
    return -np.linalg.solve(np.asarray(hessian, dtype=float), np.asarray(grad, dtype=float))
