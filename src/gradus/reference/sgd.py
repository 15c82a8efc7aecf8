r"""Week 6: stochastic gradient descent in minibatches.

The lecture's algorithm: per epoch, the examples in a random order, $m$ at a time; per minibatch
output, cost, gradients and update $\theta \leftarrow \theta - \alpha g_m$; then the mean cost. The
gradient of a minibatch estimates that of all examples, with a variance that falls as $1/m$.

Sources: the lecture; Robbins & Monro (1951), "A stochastic approximation method"; Bottou (2010),
"Large-scale machine learning with stochastic gradient descent".
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradus.claims import equals

Floats = NDArray[np.float64]
Params = dict[str, Any]
LossAndGrad = Callable[[Params, Any, Any], tuple[Any, Params]]


def minibatches(n: int, m: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """A random partition of 0 … n − 1 into minibatches.

    Parameters
    ----------
    n, m : the number of examples, and of those in a minibatch.
    rng : the source of chance.

    Returns
    -------
    Arrays of m indices; the last holds what is left.
    """
    order = rng.permutation(n)
    return [order[start : start + m] for start in range(0, n, m)]


def sgd_epoch(
    params: Params,
    X: Any,
    Y: Any,
    loss_and_grad: LossAndGrad,
    lr: float,
    m: int,
    rng: np.random.Generator,
) -> tuple[Params, float]:
    r"""One pass over the examples (the lecture's algorithm).

    Parameters
    ----------
    params : a dictionary of arrays; it stays as it is.
    X, Y : examples (n, d) and their labels (n,).
    loss_and_grad : ``loss_and_grad(params, X, Y)`` gives the mean cost and a dictionary of
        gradients.
    lr, m, rng : learning rate, size of a minibatch, source of chance.

    Returns
    -------
    The new parameters, and the mean over the examples of the cost, each taken before the update
    that its minibatch caused.
    """
    params, total = dict(params), 0.0
    for batch in minibatches(len(X), m, rng):
        cost, grads = loss_and_grad(params, X[batch], Y[batch])
        params = {name: params[name] - lr * np.asarray(grads[name]) for name in params}
        total += float(cost) * len(batch)
    return params, total / len(X)


def sgd(
    params: Params,
    X: Any,
    Y: Any,
    loss_and_grad: LossAndGrad,
    lr: float,
    m: int,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Params, list[float]]:
    """Several epochs of :func:`sgd_epoch`: the parameters, and one mean cost per epoch."""
    history = []
    for _ in range(epochs):
        params, cost = sgd_epoch(params, X, Y, loss_and_grad, lr, m, rng)
        history.append(cost)
    return params, history


def gradient_noise(
    per_example_grads: Floats, m: int, rng: np.random.Generator, draws: int
) -> float:
    r"""The mean of $\|g_m - g\|^2$ over minibatches drawn with replacement.

    Its expectation is $\frac1m \cdot \frac1n \sum_i \|g_i - g\|^2$, exactly $\propto 1/m$.

    Parameters
    ----------
    per_example_grads : array (n, p), one gradient per row; $g$ is their mean.
    m, rng, draws : size of a minibatch, source of chance, number of minibatches.
    """
    mean = per_example_grads.mean(axis=0)
    squares = []
    for _ in range(draws):
        chosen = rng.integers(0, len(per_example_grads), size=m)
        squares.append(np.sum((per_example_grads[chosen].mean(axis=0) - mean) ** 2))
    return float(np.mean(squares))


@equals(
    lambda grads, sizes: np.average(np.stack(grads), axis=0, weights=sizes),
    domain=lambda rng: {"grads": list(rng.normal(size=(4, 3))), "sizes": [8, 8, 8, 3]},
)
def accumulate(grads: Sequence[Any], sizes: Sequence[int]) -> Floats:
    r"""The full gradient from those of the parts, $\sum_k n_k g_k / \sum_k n_k$.

    Parameters
    ----------
    grads : arrays of one shape, each the mean over its part.
    sizes : how many examples each part has.
    """
    total: Floats = np.sum(
        [size * np.asarray(grad) for grad, size in zip(grads, sizes, strict=True)], axis=0
    )
    mean: Floats = total / np.sum(sizes)
    return mean


def torch_step(model: Any, X: Any, y: Any, lr: float) -> float:
    r"""One minibatch step on the device where the tensors are.

    Parameters
    ----------
    model : a ``torch.nn.Module`` from (m, d) to logits (m, C); its parameters are changed.
    X, y : tensors (m, d) and (m,), integer labels.
    lr : learning rate.

    Returns
    -------
    The cross entropy before the step. What ``.grad`` held before plays no part.
    """
    import torch

    model.zero_grad()
    cost = torch.nn.functional.cross_entropy(model(X), y)
    cost.backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.sub_(lr * parameter.grad)
    return float(cost)


def torch_train(
    model: Any, X: Any, y: Any, lr: float, m: int, epochs: int, rng: np.random.Generator
) -> list[float]:
    """Epochs of :func:`torch_step` over random minibatches: one mean cost per epoch."""
    history = []
    for _ in range(epochs):
        total = 0.0
        for batch in minibatches(len(X), m, rng):
            total += torch_step(model, X[batch], y[batch], lr) * len(batch)
        history.append(total / len(X))
    return history


def throughput(
    step: Callable[[], Any], m: int, repeats: int, sync: Callable[[], Any] | None
) -> float:
    """Examples per second of a step that handles m of them.

    Parameters
    ----------
    step : does, or only sends off, the work of a minibatch.
    m : examples per step.
    repeats : how many steps are measured, an odd number, after one that is not.
    sync : waits until all work that was sent off is done; None if there is nothing to wait for.

    Returns
    -------
    m over the median of the seconds. The clock is never read while work is in flight.
    """

    def settle() -> None:
        if sync is not None:
            sync()

    step()
    settle()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        settle()
        seconds.append(time.perf_counter() - start)
    return m / statistics.median(seconds)
