r"""Derivatives without calculus: differences, complex step, extrapolation, autograd.

A function of named arguments is seen as a function of one vector, in which the arguments of the
derivative are laid end to end. A Jacobian has one column per coordinate, in the last axis; an
elementwise function has its diagonal only.

Sources: Nocedal & Wright (2006), "Numerical optimization", ch. 8; Ridders (1982), "Accurate
computation of F'(x) and F'(x)F''(x)"; Squire & Trapp (1998), "Using complex variables to estimate
derivatives of real functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Vector = NDArray[Any]

COMPLEX_STEP = 1e-100
"""So small that the error, of order h², is nothing; nothing is subtracted, so rounding is not."""

_RIDDERS_SHRINK = 1.4
_RIDDERS_COLUMNS = 10


class Layout:
    """Named arguments as one vector and back."""

    def __init__(self, arguments: Mapping[str, Any], wrt: tuple[str, ...]) -> None:
        self._arguments = dict(arguments)
        self._wrt = wrt
        self.leaves: list[tuple[str, str | None, tuple[int, ...]]] = []
        parts: list[Floats] = []
        for name in wrt:
            value = arguments[name]
            for key in list(value) if isinstance(value, dict) else [None]:
                leaf = np.asarray(value if key is None else value[key], dtype=np.float64)
                self.leaves.append((name, key, leaf.shape))
                parts.append(leaf.reshape(-1))
        self.x: Floats = np.concatenate(parts)

    def split(self, x: Any) -> list[Any]:
        """The leaves of a vector (NumPy or torch), each in its shape."""
        leaves, start = [], 0
        for _, _, shape in self.leaves:
            size = int(np.prod(shape))
            leaves.append(x[start : start + size].reshape(shape))
            start += size
        return leaves

    def arguments(self, leaves: list[Any]) -> dict[str, Any]:
        """All arguments, those of the derivative replaced."""
        arguments = dict(self._arguments)
        for (name, key, _), leaf in zip(self.leaves, leaves, strict=True):
            if key is None:
                arguments[name] = leaf
            else:
                replaced = arguments[name] if arguments[name] is not self._arguments[name] else {}
                arguments[name] = {**replaced, key: leaf}
        return arguments

    def at(self, x: Vector) -> dict[str, Any]:
        """All arguments at another vector."""
        return self.arguments(self.split(x))

    def jacobian(self, derivative: Any, shape: tuple[int, ...]) -> Floats:
        """What a claimed derivative returned, as an array of shape ``shape`` + (coordinates,).

        Raises
        ------
        ValueError
            if its structure or a shape is not that of the arguments.
        """
        values = derivative if len(self._wrt) > 1 else (derivative,)
        by_name = dict(zip(self._wrt, values, strict=True))
        columns = []
        for name, key, leaf_shape in self.leaves:
            part = by_name[name] if key is None else by_name[name][key]
            array = np.asarray(part, dtype=np.float64)
            if array.shape != shape + leaf_shape:
                where = name if key is None else f"{name}[{key!r}]"
                raise ValueError(
                    f"the derivative with respect to {where} has shape {array.shape}, "
                    f"not {shape + leaf_shape}"
                )
            columns.append(array.reshape((*shape, -1)))
        return np.concatenate(columns, axis=-1)

    def place(self, index: int) -> str:
        """The name of a coordinate, such as ``params['W1'][2, 0]``."""
        for name, key, shape in self.leaves:
            size = int(np.prod(shape))
            if index < size:
                where = ", ".join(str(int(i)) for i in np.unravel_index(index, shape))
                return (
                    name + ("" if key is None else f"[{key!r}]") + (f"[{where}]" if where else "")
                )
            index -= size
        raise IndexError(index)


def directions(x: Floats, elementwise: bool) -> list[Floats]:
    """Unit steps: each coordinate in turn, or all at once for an elementwise function."""
    scale = np.maximum(1.0, np.abs(x))
    return [scale] if elementwise else [scale[i] * row for i, row in enumerate(np.eye(len(x)))]


def central(f: Callable[[Floats], Floats], x: Floats, h: float, elementwise: bool) -> Floats:
    r"""Central differences $(f(x + h) - f(x - h)) / (2 h)$, with h relative to max(1, |x|).

    The step is what the two rounded points are really apart.
    """
    columns = []
    for direction in directions(x, elementwise):
        above, below = x + h * direction, x - h * direction
        step = above - below
        columns.append((f(above) - f(below)) / (step if elementwise else np.sum(step)))
    return columns[0] if elementwise else np.stack(columns, axis=-1)


def best_central(
    f: Callable[[Floats], Floats], x: Floats, elementwise: bool, reach: float
) -> tuple[Floats, float]:
    """Central differences, each with its own best h, and the median of these.

    The best h is the one that agrees best with its neighbours, so the choice knows nothing of the
    derivative that is judged.
    """
    steps = reach * 10.0 ** -np.arange(0.0, 6.5, 0.5)
    tries = np.stack([central(f, x, h, elementwise) for h in steps])
    changes = np.abs(np.diff(tries, axis=0))
    best = np.argmin(changes[:-1] + changes[1:], axis=0) + 1
    return np.take_along_axis(tries, best[None], axis=0)[0], float(np.median(steps[best]))


def richardson(f: Callable[[Floats], Floats], x: Floats, elementwise: bool, reach: float) -> Floats:
    r"""Richardson extrapolation of central differences to $h = 0$ (Ridders 1982).

    Each column of the tableau removes one more even power of h; of all its entries the one that
    differs least from its parents is taken, for each derivative by itself.
    """
    row = [central(f, x, reach, elementwise)]
    best, error = row[0], np.full_like(row[0], np.inf)
    for i in range(1, _RIDDERS_COLUMNS):
        above, row = row, [central(f, x, reach / _RIDDERS_SHRINK**i, elementwise)]
        factor = _RIDDERS_SHRINK**2
        for j in range(1, i + 1):
            row.append((row[j - 1] * factor - above[j - 1]) / (factor - 1))
            factor *= _RIDDERS_SHRINK**2
            change = np.maximum(np.abs(row[j] - row[j - 1]), np.abs(row[j] - above[j - 1]))
            best = np.where(change < error, row[j], best)
            error = np.minimum(error, change)
    return best


def complex_step(formula: Callable[[Vector], Vector], x: Floats, elementwise: bool) -> Floats:
    r"""Complex step $\mathrm{Im} f(x + i h) / h$ for an analytic function (Squire & Trapp 1998)."""
    ways = [np.ones_like(x)] if elementwise else list(np.eye(len(x)))
    columns = [np.imag(formula(x + 1j * COMPLEX_STEP * way)) / COMPLEX_STEP for way in ways]
    return columns[0] if elementwise else np.stack(columns, axis=-1)


def autograd(formula: Callable[[Any], Any], x: Floats, elementwise: bool) -> Floats:
    """The derivative by ``torch.autograd`` in float64."""
    import torch

    point = torch.tensor(x, requires_grad=True)
    value = formula(point)
    if elementwise:
        (gradient,) = torch.autograd.grad(value.sum(), point)
        return np.asarray(gradient)
    rows = [
        torch.autograd.grad(v, point, retain_graph=True, materialize_grads=True)[0]
        for v in value.reshape(-1)
    ]
    return np.stack([np.asarray(row) for row in rows]).reshape((*value.shape, len(x)))


def hessian_vector(formula: Callable[[Any], Any], x: Floats, v: Floats) -> Floats:
    r"""Hessian-vector product $\nabla^2 f(x) v$ of a scalar function by reverse over reverse."""
    import torch

    point = torch.tensor(x, requires_grad=True)
    (gradient,) = torch.autograd.grad(formula(point), point, create_graph=True)
    if not gradient.requires_grad:
        return np.zeros_like(x)
    product = torch.autograd.grad(gradient @ torch.tensor(v), point, materialize_grads=True)[0]
    return np.asarray(product)


def passes_gradcheck(formula: Callable[[Any], Any], x: Floats) -> bool:
    """Whether ``torch.autograd.gradcheck`` accepts the torch version."""
    import torch

    point = torch.tensor(x, requires_grad=True)
    return bool(torch.autograd.gradcheck(formula, (point,), raise_exception=False))


def one_sided(f: Callable[[Floats], Floats], x: Floats, reach: float) -> tuple[Floats, Floats]:
    r"""Left and right derivatives of an elementwise function, by extrapolated differences.

    $D(h) = (f(x + h) - f(x)) / h$ has an error of every power of h; each column removes one.
    """
    sides = []
    for sign in (-1.0, 1.0):
        base = f(x)
        row = [(f(x + sign * reach / 2**i) - base) * sign / (reach / 2**i) for i in range(9)]
        for order in range(1, 9):
            row = [(b * 2**order - a) / (2**order - 1) for a, b in pairwise(row)]
        sides.append(row[0])
    return sides[0], sides[1]
