"""Whatever a student's process sends, the examiner gets data or a fault of that process."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradus.exam.agreement import disagreement
from gradus.grading.inside import wire
from gradus.grading.limits import Limits
from gradus.grading.student import Abandoned, StudentKernel

DTYPES = st.sampled_from(["?", "i1", "u2", "i4", "i8", "f4", "f8", "c16"])
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | arrays(DTYPES, array_shapes(min_dims=0, max_dims=3, max_side=3)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers(0, 9), inner, max_size=3)
    ),
    max_leaves=10,
)
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=15,
)
TAGS = st.sampled_from(["array", "int", "list", "tuple", "dict", "handle", "callback", "pickled"])
REPORTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["output", "done", "raised", "invoke", "execute", "?"])},
    optional={
        "id": st.integers(0, 3) | ANYTHING,
        "value": ANYTHING | st.tuples(TAGS, ANYTHING, ANYTHING, ANYTHING),
        "changed": ANYTHING,
        "kind": st.sampled_from(
            ["ValueError", "KeyboardInterrupt", "exit", "__import__", "stream"]
        ),
        "line": ANYTHING,
        "text": ANYTHING,
        "number": ANYTHING,
        "args": ANYTHING,
        "kwargs": ANYTHING,
        "data": ANYTHING,
        "traceback": ANYTHING,
        "name": ANYTHING,
    },
)


def _refuse(value):
    raise AssertionError(value)


def _equal(left, right):
    if isinstance(right, (np.ndarray, np.generic)):
        return left.dtype == right.dtype and np.array_equal(
            left, right, equal_nan=right.dtype.kind in "fc"
        )
    if isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in right)
    if isinstance(right, (list, tuple)):
        return (
            type(left) is type(right) and len(left) == len(right) and all(map(_equal, left, right))
        )
    return type(left) is type(right) and left == right


@given(PLAIN)
def test_plain_data_survives_the_wire(value):
    packed = msgspec.msgpack.encode(wire.encode(value, _refuse))

    received = wire.decode(msgspec.msgpack.decode(packed, type=wire.Value), _refuse)

    assert _equal(received, value)


def test_a_numpy_scalar_is_a_key_like_any_other():
    sent = wire.encode({np.float64(0.2): "oscillates", np.str_("slow"): 1}, _refuse)
    assert wire.decode(sent, _refuse) == {0.2: "oscillates", "slow": 1}


@pytest.mark.parametrize(
    "array",
    [
        wire.Array("<f8", [-1], b""),
        wire.Array("<f8", [2], b"x" * 8),
        wire.Array("<f8", [2**62, 4], b""),
        wire.Array("O", [1], b"x" * 8),
        wire.Array("<M8", [1], b"x" * 8),
        wire.Array("<f8", [1] * 99, b"x" * 8),
    ],
)
def test_an_array_that_does_not_fit_is_refused(array):
    with pytest.raises(wire.WireError):
        wire.to_array(array)


class _FakeSandbox:
    """A student's process that says what it is told to say."""

    limits = Limits(output_kib=64)
    exceeded_memory = False
    shown_bytes = 0

    def __init__(self, said: bytes) -> None:
        self.said = said

    def start_kernel(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._speak, args=(theirs,), daemon=True).start()
        return ours

    def _speak(self, theirs: socket.socket) -> None:
        with theirs, suppress(OSError):
            theirs.recv(1 << 16)
            theirs.sendall(self.said)

    def interrupt(self) -> None:
        pass

    kill = settle = interrupt


def _examine(said: bytes) -> None:
    kernel = StudentKernel(_FakeSandbox(said))  # type: ignore[arg-type]
    kernel.begin(1.0)
    with suppress(Abandoned, Exception):
        value = kernel.fetch("f")
        disagreement(value, np.zeros(2))
    kernel.close()


def _framed(payload: bytes) -> bytes:
    return struct.pack("!I", len(payload)) + payload


@given(st.binary(max_size=300))
def test_any_bytes(said):
    _examine(said)


@given(st.lists(ANYTHING, max_size=3))
def test_any_messagepack(messages):
    _examine(b"".join(_framed(msgspec.msgpack.encode(message)) for message in messages))


@given(st.lists(REPORTS, max_size=4))
def test_reports_of_almost_the_right_form(reports):
    _examine(b"".join(_framed(msgspec.msgpack.encode(report)) for report in reports))


def test_a_frame_beyond_the_limit_is_refused_before_it_is_read():
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\xff\xff\xff\xff")

    with ours, theirs, pytest.raises(wire.WireError, match="too large"):
        wire.Channel(ours).receive_report(None)


def test_an_exception_is_a_builtin_one_and_never_ends_the_examiner():
    for kind in ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "eval", "nothing", "OSError"):
        report = msgspec.msgpack.encode(wire.Raised(1, kind))
        kernel = StudentKernel(_FakeSandbox(_framed(report)))  # type: ignore[arg-type]
        kernel.begin(1.0)

        with pytest.raises(Exception) as raised:  # noqa: PT011
            kernel.fetch("f")

        assert isinstance(raised.value, Exception)
        kernel.close()
