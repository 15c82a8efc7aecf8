r"""Week 5: the chain rule, from one neuron to a network of two layers.

For $\hat y = \sigma(w \cdot x + b)$ and $\ell = \tfrac12 (\hat y - y)^2$ the lecture derives
$\partial \ell / \partial w = (\hat y - y)\, \sigma(z) (1 - \sigma(z))\, x$: one factor per step of
the computation. Back-propagation is this product, taken from the end to the beginning.

Sources: the lecture; Rumelhart, Hinton & Williams (1986), "Learning representations by
back-propagating errors"; Blanchard, Higham & Higham (2021), "Accurately computing the log-sum-exp
and softmax functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gradus.claims import Arguments, derivative_of, differentiable
from gradus.reference.activations import sigmoid

Floats = NDArray[np.float64]
Params = Mapping[str, Floats]


def _some_neuron(rng: np.random.Generator) -> Arguments:
    w, x = rng.normal(size=4), rng.normal(size=4)
    return {"w": w, "b": float(rng.normal()), "x": x, "y": float(rng.uniform())}


def _some_examples(rng: np.random.Generator) -> Arguments:
    w, X = rng.normal(size=4), rng.normal(size=(6, 4))
    return {"w": w, "b": float(rng.normal()), "X": X, "Y": rng.uniform(size=6)}


def _some_logits(rng: np.random.Generator) -> Arguments:
    return {"Z": rng.normal(size=(4, 3)) * 4, "labels": rng.integers(0, 3, size=4)}


def _softmax_jacobian(Z: Any) -> Any:
    P, rows, classes = softmax(Z), np.eye(len(Z)), np.eye(Z.shape[1])
    diagonal = np.einsum("ik,ic,ce->icke", rows, P, classes)
    return diagonal - np.einsum("ik,ic,ie->icke", rows, P, P)


def _some_network(rng: np.random.Generator) -> Arguments:
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)}
    return {
        "params": {name: rng.normal(size=shape) for name, shape in shapes.items()},
        "X": rng.normal(size=(5, 3)),
        "d_logits": rng.normal(size=(5, 2)),
    }


def _network_along(xp: Any, params: Any, X: Any, d_logits: Any) -> Any:
    hidden = xp.tanh(X @ params["W1"] + params["b1"])
    return xp.sum(d_logits * (hidden @ params["W2"] + params["b2"]))


def neuron_forward(w: ArrayLike, b: float, x: ArrayLike) -> tuple[Floats, Floats]:
    r"""$z = w \cdot x + b$ and $\hat y = \sigma(z)$ (lecture).

    Parameters
    ----------
    w, x : arrays (d,).
    b : the bias, which is added here.

    Returns
    -------
    ``(y_hat, z)``, two numbers.
    """
    z = np.dot(w, x) + b
    return sigmoid(z), z


@derivative_of(
    lambda w, b, x, y: (neuron_forward(w, b, x)[0] - y) ** 2 / 2,
    wrt="y",
    domain=_some_neuron,
    formula=lambda xp, w, b, x, y: (1 / (1 + xp.exp(-(x @ w + b))) - y) ** 2 / 2,
    call=lambda local, **at: -local(**at)[0],
    label="dl_dyhat",
)
@derivative_of(
    lambda w, b, x, y: neuron_forward(w, b, x)[0],
    wrt="b",
    domain=_some_neuron,
    formula=lambda xp, w, b, x, y: 1 / (1 + xp.exp(-(x @ w + b))),
    call=lambda local, **at: local(**at)[1],
    label="dyhat_dz",
)
@derivative_of(
    lambda w, b, x, y: neuron_forward(w, b, x)[1],
    wrt="w",
    domain=_some_neuron,
    formula=lambda xp, w, b, x, y: x @ w + b,
    call=lambda local, **at: local(**at)[2],
    label="dz_dw",
)
def local_derivatives(
    w: ArrayLike, b: float, x: ArrayLike, y: float
) -> tuple[Floats, Floats, Floats]:
    r"""The three factors of the chain rule, $\partial\ell/\partial\hat y = \hat y - y$,
    $\partial\hat y/\partial z = \sigma(z)(1 - \sigma(z))$, $\partial z/\partial w = x$ (lecture).

    Parameters
    ----------
    w, x : arrays (d,).
    b, y : the bias and the label.
    """
    y_hat, _ = neuron_forward(w, b, x)
    return y_hat - y, y_hat * (1 - y_hat), np.array(x, dtype=float)


@derivative_of(
    lambda w, b, x, y: (neuron_forward(w, b, x)[0] - y) ** 2 / 2,
    wrt=("w", "b"),
    domain=_some_neuron,
    formula=lambda xp, w, b, x, y: (1 / (1 + xp.exp(-(x @ w + b))) - y) ** 2 / 2,
)
def neuron_gradient(w: ArrayLike, b: float, x: ArrayLike, y: float) -> tuple[Floats, Floats]:
    r"""$\partial\ell/\partial w$ and $\partial\ell/\partial b$ as products of local derivatives.

    Returns
    -------
    ``(dw, db)``: an array (d,) and a number, since $\partial z/\partial b = 1$.
    """
    dl_dyhat, dyhat_dz, dz_dw = local_derivatives(w, b, x, y)
    return dl_dyhat * dyhat_dz * dz_dw, dl_dyhat * dyhat_dz


@derivative_of(
    lambda w, b, X, Y: np.mean(
        [(neuron_forward(w, b, x)[0] - y) ** 2 / 2 for x, y in zip(X, Y, strict=True)]
    ),
    wrt=("w", "b"),
    domain=_some_examples,
    formula=lambda xp, w, b, X, Y: xp.mean((1 / (1 + xp.exp(-(X @ w + b))) - Y) ** 2) / 2,
)
def neuron_gradient_batch(
    w: ArrayLike, b: float, X: ArrayLike, Y: ArrayLike
) -> tuple[Floats, Floats]:
    r"""The gradient of $\frac1n \sum_i \ell_i$ for n examples.

    Parameters
    ----------
    w : array (d,).
    b : the bias.
    X, Y : arrays (n, d) and (n,).

    Returns
    -------
    ``(dw, db)``: an array (d,) and a number.
    """
    X = np.asarray(X, dtype=float)
    y_hat = sigmoid(X @ np.asarray(w) + b)
    delta = (y_hat - np.asarray(Y)) * y_hat * (1 - y_hat)
    return X.T @ delta / len(X), np.mean(delta)


@differentiable(
    _softmax_jacobian,
    wrt="Z",
    domain=lambda rng: {"Z": rng.normal(size=(2, 3)) * 3},
    formula=lambda xp, Z: xp.exp(Z) / xp.sum(xp.exp(Z), axis=1, keepdims=True),
)
def softmax(Z: ArrayLike) -> Floats:
    r"""$\mathrm{softmax}(z)_c = e^{z_c} / \sum_k e^{z_k}$ for each row of Z (n, C).

    The largest entry of each row is subtracted first, which changes nothing but overflow.
    """
    Z = np.asarray(Z, dtype=float)
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def cross_entropy(Z: ArrayLike, labels: ArrayLike) -> float:
    r"""$\frac1n \sum_i \left(\log \sum_c e^{z_{ic}} - z_{i y_i}\right)$: the mean of
    $-\log \mathrm{softmax}(z_i)_{y_i}$.

    Parameters
    ----------
    Z : array (n, C), the logits.
    labels : integers (n,) from 0 to C − 1.
    """
    Z = np.asarray(Z, dtype=float)
    top = Z.max(axis=1)
    log_sum = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
    return float(np.mean(log_sum - Z[np.arange(len(Z)), np.asarray(labels)]))


@derivative_of(
    cross_entropy,
    wrt="Z",
    domain=_some_logits,
    formula=lambda xp, Z, labels: xp.mean(
        xp.log(xp.sum(xp.exp(Z), axis=1)) - Z[xp.arange(len(Z)), labels]
    ),
)
def d_cross_entropy(Z: ArrayLike, labels: ArrayLike) -> Floats:
    r"""$\partial/\partial z_{ic} = \frac1n (\mathrm{softmax}(z_i)_c - [c = y_i])$, array (n, C)."""
    gradient = softmax(Z)
    gradient[np.arange(len(gradient)), np.asarray(labels)] -= 1
    return gradient / len(gradient)


def mlp_forward(params: Params, X: ArrayLike) -> tuple[Floats, Any]:
    r"""$H = \tanh(X W_1 + b_1)$ and the logits $H W_2 + b_2$.

    Parameters
    ----------
    params : ``W1`` (d, h), ``b1`` (h,), ``W2`` (h, C), ``b2`` (C,).
    X : array (n, d).

    Returns
    -------
    The logits (n, C), and what :func:`mlp_backward` needs to remember.
    """
    hidden = np.tanh(np.asarray(X) @ params["W1"] + params["b1"])
    return hidden @ params["W2"] + params["b2"], (X, hidden)


@derivative_of(
    lambda params, X, d_logits: np.sum(d_logits * mlp_forward(params, X)[0]),
    wrt="params",
    domain=_some_network,
    formula=_network_along,
    call=lambda backward, params, X, d_logits: backward(
        params, mlp_forward(params, X)[1], d_logits
    ),
)
def mlp_backward(params: Params, cache: Any, d_logits: ArrayLike) -> dict[str, Floats]:
    r"""The gradient with respect to every parameter, from that with respect to the logits.

    Parameters
    ----------
    params : as for :func:`mlp_forward`.
    cache : what :func:`mlp_forward` returned.
    d_logits : array (n, C).

    Returns
    -------
    A dictionary with the keys and shapes of ``params``.
    """
    X, hidden = cache
    d_logits = np.asarray(d_logits)
    d_hidden = (d_logits @ params["W2"].T) * (1 - hidden**2)
    return {
        "W1": np.asarray(X).T @ d_hidden,
        "b1": d_hidden.sum(axis=0),
        "W2": hidden.T @ d_logits,
        "b2": d_logits.sum(axis=0),
    }


def gradient_check(
    f: Callable[[Floats], Any], grad: Callable[[Floats], Any], x: ArrayLike, tol: float
) -> bool:
    r"""Whether $|n_k - g_k| \le \mathrm{tol} \cdot \max(|n_k|, |g_k|)$ for every coordinate $k$.

    Parameters
    ----------
    f, grad : a function of an array of the shape of ``x``, and what claims to be its gradient.
    x : array of any shape.
    tol : the relative error that is allowed.

    Returns
    -------
    True if the claim agrees with central differences in every coordinate.
    """
    x = np.array(x, dtype=float)
    numeric, h = np.zeros_like(x), 1e-5
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    claimed = np.asarray(grad(x))
    allowed = tol * np.maximum(np.abs(numeric), np.abs(claimed))
    return bool(np.all(np.abs(numeric - claimed) <= allowed))
