"""When is a received value as good as the expected one?

Anything that NumPy takes as an array of numbers is accepted: ints and floats, booleans as 0/1,
lists, 0-d arrays. Shapes must be equal. Numbers must be equal up to a relative tolerance with an
absolute floor; infinities must be equal, and nan never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradus.text import Text

RTOL = 1e-9
ATOL = 1e-12
MAX_SHOWN = 100


def disagreement(
    received: Any,
    expected: Any,
    rtol: float = RTOL,
    atol: float = ATOL,
    equal_nan: bool = False,
) -> Text | None:
    """What is wrong with ``received``, or None if it is as good as ``expected``.

    ``expected`` is a number or an array (a list counts as one), or a tuple or a dict of such, which
    is compared entry by entry. The text gives shapes but no values. ``equal_nan`` is for comparing
    two wrong answers with each other.
    """
    if isinstance(expected, tuple):
        return _tuple_disagreement(received, expected, rtol, atol, equal_nan)
    if isinstance(expected, Mapping):
        return _mapping_disagreement(received, expected, rtol, atol, equal_nan)
    return _array_disagreement(received, np.asarray(expected), rtol, atol, equal_nan)


def as_numbers(value: Any) -> NDArray[Any] | None:
    """``value`` as an array of booleans, integers or floats, or None if it is not one."""
    try:
        array = np.asarray(value)
        if array.dtype == object:
            if any(item is None or isinstance(item, str) for item in array.flat):
                return None
            array = array.astype(np.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    return array if array.dtype.kind in "biuf" else None


def _tuple_disagreement(
    received: Any, expected: tuple[Any, ...], rtol: float, atol: float, equal_nan: bool
) -> Text | None:
    if isinstance(received, np.ndarray) and received.ndim:
        received = list(received)
    if not isinstance(received, Sequence) or isinstance(received, str):
        return _not_of_kind(
            received, Text(f"una tupla de {len(expected)}", f"a tuple of {len(expected)}")
        )
    if len(received) != len(expected):
        return Text(
            f"devuelve otra cantidad de valores; se esperaban {len(expected)}",
            f"it returns another number of values; {len(expected)} were expected",
        )
    for position, (mine, right) in enumerate(zip(received, expected, strict=True), 1):
        problem = disagreement(mine, right, rtol, atol, equal_nan)
        if problem:
            return Text(
                f"en el valor {position} de los {len(expected)}, {problem.es}",
                f"in value {position} of the {len(expected)}, {problem.en}",
            )
    return None


def _mapping_disagreement(
    received: Any, expected: Mapping[Any, Any], rtol: float, atol: float, equal_nan: bool
) -> Text | None:
    if not isinstance(received, Mapping):
        return _not_of_kind(received, Text("un diccionario", "a dictionary"))
    if set(received) != set(expected):
        keys = ", ".join(f"`{key}`" for key in expected)
        return Text(f"las claves deben ser {keys}", f"the keys should be {keys}")
    for key, right in expected.items():
        problem = disagreement(received[key], right, rtol, atol, equal_nan)
        if problem:
            return Text(f"en la clave `{key}`, {problem.es}", f"under key `{key}`, {problem.en}")
    return None


def _array_disagreement(
    received: Any, expected: NDArray[Any], rtol: float, atol: float, equal_nan: bool
) -> Text | None:
    array = as_numbers(received)
    if array is None:
        return _not_of_kind(received, Text("números", "numbers"))
    if array.shape != expected.shape:
        # A shape is chosen by the answer and may carry what it saw: only a likely one is repeated.
        likely = array.ndim <= expected.ndim + 1 and max(array.shape, default=0) <= MAX_SHOWN
        received_shape = str(array.shape) if likely else "…"
        return Text(
            f"la forma es {received_shape} y se esperaba {expected.shape}",
            f"the shape is {received_shape} where {expected.shape} was expected",
        )
    if np.any(np.isnan(array)) and not np.any(np.isnan(expected)):
        return Text("aparece nan", "nan appears")
    with np.errstate(all="ignore"):
        if np.all(np.isclose(array, expected, rtol=rtol, atol=atol, equal_nan=equal_nan)):
            return None
    return Text("el resultado no coincide", "the result does not agree")


def _not_of_kind(received: Any, wanted: Text) -> Text:
    if received is None:
        return Text(
            "devuelve None (¿falta un `return`?)", "it returns None (is a `return` missing?)"
        )
    kind = type(received).__name__ if type(received).__module__ == "builtins" else "?"
    return Text(
        f"devuelve algo de tipo `{kind}` y se esperaban {wanted.es}",
        f"it returns something of type `{kind}` where {wanted.en} were expected",
    )
