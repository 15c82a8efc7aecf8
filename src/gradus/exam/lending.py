"""An error carried forward is not punished twice.

While a later exercise is examined, the names of the earlier ones are bound to the reference, so
that a student's code that builds on them builds on something right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradus.catalogue import reference_of

_ABSENT = object()
_own: dict[str, Any] = {}


def begin(namespace: dict[str, Any], topic: str, names: Iterable[str]) -> None:
    """Bind ``names`` in ``namespace`` to the reference until :func:`end`."""
    reference = reference_of(topic)
    for name in names:
        _own[name] = namespace.get(name, _ABSENT)
        namespace[name] = getattr(reference, name)


def end(namespace: dict[str, Any]) -> None:
    """Bind the names to what the student had, or unbind them."""
    for name, value in _own.items():
        if value is _ABSENT:
            namespace.pop(name, None)
        else:
            namespace[name] = value
    _own.clear()
