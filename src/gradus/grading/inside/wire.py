"""The wire between the examiner and a student's process: data only, typed and bounded.

A frame is four bytes of length and one MessagePack message. What comes from the student is decoded
into the types below and nothing else: no pickle, no attribute access, no subclass. What goes to the
student may also hold call-backs (numbers that the examiner answers to) and pickled objects, since
the student's process has no secrets of the examiner's to protect.
"""

from __future__ import annotations

import math
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
import numpy as np

MAX_FRAME = 64 * 1024 * 1024
MAX_DEPTH = 32
PLAIN = (list, tuple, dict, np.ndarray)

DTYPES = frozenset(
    ["|b1", "|i1", "|u1"]
    + [f"<{kind}{size}" for kind in "iu" for size in (2, 4, 8)]
    + ["<f2", "<f4", "<f8", "<c8", "<c16"]
)


class WireError(Exception):
    """A message that breaks the rules of the wire, or a value that cannot cross it."""


class ConnectionLost(WireError):
    """The other side is gone."""


class Deadline(WireError):
    """Nothing came in time."""


class Array(msgspec.Struct, tag="array", array_like=True, frozen=True):
    """An array: a dtype of the allow-list, its shape, and its bytes in C order."""

    dtype: str
    shape: list[int]
    data: bytes


class Integer(msgspec.Struct, tag="int", array_like=True, frozen=True):
    """An integer beyond 64 bits, in decimal digits."""

    digits: str


class List(msgspec.Struct, tag="list", array_like=True, frozen=True):
    items: list[Value]


class Tuple(msgspec.Struct, tag="tuple", array_like=True, frozen=True):
    items: list[Value]


class Dict(msgspec.Struct, tag="dict", array_like=True, frozen=True):
    items: list[tuple[Value, Value]]


class Handle(msgspec.Struct, tag="handle", array_like=True, frozen=True):
    """An object that stays in the student's process."""

    number: int
    callable: bool


class Kept(msgspec.Struct, tag="kept", array_like=True, frozen=True):
    """The plain value of an object that stays in the student's process, and its number there.

    A named tuple, an ordered dictionary, a torch tensor: tests read the value, and what is passed
    back is the object itself.
    """

    number: int
    value: Value


class Tensor(msgspec.Struct, tag="tensor", array_like=True, frozen=True):
    """A torch tensor, by value."""

    array: Array


class Random(msgspec.Struct, tag="random", array_like=True, frozen=True):
    """A NumPy generator, by the name of its kind and its state."""

    kind: str
    state: Value


class Known(msgspec.Struct, tag="known", array_like=True, frozen=True):
    """An object that the examiner sent, by its number, and its present state."""

    number: int
    state: Value


class Callback(msgspec.Struct, tag="callback", array_like=True, frozen=True):
    """A function that stays in the examiner."""

    number: int


class Pickled(msgspec.Struct, tag="pickled", array_like=True, frozen=True):
    """An object sent to the student by value: a generator, a tensor, a module."""

    data: bytes
    number: int = -1


Value: TypeAlias = (
    None
    | bool
    | int
    | float
    | str
    | Array
    | Integer
    | List
    | Tuple
    | Dict
    | Handle
    | Kept
    | Tensor
    | Random
    | Known
)
Sent: TypeAlias = (
    None
    | bool
    | int
    | float
    | str
    | Array
    | Integer
    | List
    | Tuple
    | Dict
    | Handle
    | Callback
    | Pickled
)


class Execute(msgspec.Struct, tag="execute"):
    """Run a cell."""

    id: int
    source: str


class Fetch(msgspec.Struct, tag="fetch"):
    """Send the value bound to a name."""

    id: int
    name: str


class Call(msgspec.Struct, tag="call"):
    """Call a handle; ``errors`` is NumPy's floating-point error state of the caller."""

    id: int
    target: int
    args: list[Sent]
    kwargs: dict[str, Sent]
    errors: dict[str, str]


class Lend(msgspec.Struct, tag="lend"):
    """Bind names to what is sent until they are taken back."""

    id: int
    names: dict[str, Sent]


class TakeBack(msgspec.Struct, tag="take back"):
    """Bind the lent names to what the student had."""

    id: int


class Answer(msgspec.Struct, tag="answer"):
    """What a call-back returned, or the name of the built-in exception that it raised.

    ``changed`` holds the state of arguments that it may have changed: generators and modules.
    """

    id: int
    value: Sent = None
    raised: str | None = None
    changed: list[tuple[int | str, Sent]] = []


Request: TypeAlias = Execute | Fetch | Call | Lend | TakeBack | Answer


class Output(msgspec.Struct, tag="output"):
    """Something that a cell shows: a stream's text, a display, a result, or an error."""

    kind: str
    text: str = ""
    name: str = ""
    data: dict[str, str] = {}
    traceback: list[str] = []


class Done(msgspec.Struct, tag="done"):
    """A request was carried out; ``changed`` holds arguments that the call left otherwise."""

    id: int
    value: Value = None
    changed: list[tuple[int | str, Value]] = []


class Raised(msgspec.Struct, tag="raised"):
    """A request ended with an exception: its built-in kind, and where in the student's code."""

    id: int
    kind: str
    line: str = ""
    text: str = ""


class Invoke(msgspec.Struct, tag="invoke"):
    """Student code calls a call-back."""

    id: int
    number: int
    args: list[Value]
    kwargs: dict[str, Value]


Report: TypeAlias = Output | Done | Raised | Invoke

_SIZE = struct.Struct("!I")
_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_reports = msgspec.msgpack.Decoder(Report)


class Channel:
    """One end of the wire, over a connected stream socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._arrived = bytearray()
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(connection, select.POLLIN)
        self._writable.register(connection, select.POLLOUT)

    def send(self, message: Request | Report, deadline: float | None = None) -> None:
        """Send one message; raises :class:`WireError` if it is too large or nobody listens."""
        payload = _encoder.encode(message)
        if len(payload) > MAX_FRAME:
            raise WireError("a message is too large")
        rest = memoryview(_SIZE.pack(len(payload)) + payload)
        try:
            while rest:
                try:
                    waiting = 0 if deadline is None else socket.MSG_DONTWAIT
                    rest = rest[self.connection.send(rest, waiting) :]
                except BlockingIOError:
                    _wait(self._writable, deadline)
        except OSError:
            raise ConnectionLost("the other side is gone") from None

    def receive_request(self) -> Request:
        request: Request = _requests.decode(self._frame(None))
        return request

    def receive_report(self, deadline: float | None) -> Report:
        """The student's next message; ``deadline`` is a time of ``time.monotonic``."""
        try:
            report: Report = _reports.decode(self._frame(deadline))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise WireError("a message breaks the rules of the wire") from None
        return report

    def _frame(self, deadline: float | None) -> bytes:
        self._fill(_SIZE.size, deadline)
        (size,) = _SIZE.unpack_from(self._arrived)
        if size > MAX_FRAME:
            raise WireError("a message is too large")
        end = _SIZE.size + size
        self._fill(end, deadline)
        frame = bytes(self._arrived[_SIZE.size : end])
        del self._arrived[:end]
        return frame

    def _fill(self, size: int, deadline: float | None) -> None:
        """Wait until ``size`` bytes have arrived; what arrives with them is kept."""
        while (missing := size - len(self._arrived)) > 0:
            if deadline is not None:
                _wait(self._readable, deadline)
            try:
                chunk = self.connection.recv(min(max(missing, 1 << 12), 1 << 20))
            except OSError:
                raise ConnectionLost("the other side is gone") from None
            if not chunk:
                raise ConnectionLost("the other side is gone")
            self._arrived += chunk


def _wait(socket_is: select.poll, deadline: float | None) -> None:
    """Wait until the socket is ready, or raise :class:`Deadline`, also when it is late already."""
    left = None if deadline is None else 1000 * (deadline - time.monotonic())
    if (left is not None and left <= 0) or not socket_is.poll(left):
        raise Deadline("the other side is not heard in time")


def encode(
    value: Any,
    other: Callable[[Any], Any],
    depth: int = 0,
    number_of: Callable[[Any], int | None] = lambda _: None,
) -> Any:
    """``value`` as wire data; ``other`` encodes what is not plain data.

    None, booleans, numbers, strings, NumPy scalars and arrays, lists, tuples and dictionaries are
    plain. Types are taken exactly, since ``np.float64`` is a ``float``. ``number_of`` tells the
    number of a container that came from the student and goes back as the object that it was.
    """

    def inner(item: Any) -> Any:
        return encode(item, other, depth + 1, number_of)

    if depth > MAX_DEPTH:
        raise WireError("a value is nested too deeply")
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) is int:
        return value if -(2**63) <= value < 2**63 else Integer(str(value))
    if type(value) in PLAIN and (number := number_of(value)) is not None:
        return Handle(number, False)
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return _encode_array(np.asarray(value), other, depth)
    if type(value) is list:
        return List([inner(item) for item in value])
    if type(value) is tuple:
        return Tuple([inner(item) for item in value])
    if type(value) is dict:
        return Dict([(inner(_as_key(key)), inner(item)) for key, item in value.items()])
    return other(value)


def as_plain(value: Any) -> Any:
    """An object of a subclass of a container as its base; None if it is none."""
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    return next((base(value) for base in (list, tuple, dict) if isinstance(value, base)), None)


def _as_key(key: Any) -> Any:
    """A NumPy scalar as the Python one that it equals: as an array it could be no key."""
    return key.item() if isinstance(key, np.generic) else key


def decode(data: Any, other: Callable[[Any], Any]) -> Any:
    """The value of wire data; ``other`` decodes handles, call-backs and pickled objects."""
    match data:
        case Array():
            return to_array(data)
        case Integer():
            return to_integer(data)
        case List():
            return [decode(item, other) for item in data.items]
        case Tuple():
            return tuple(decode(item, other) for item in data.items)
        case Dict():
            try:
                return {decode(key, other): decode(value, other) for key, value in data.items}
            except TypeError:
                raise WireError("a dictionary has a key that cannot be one") from None
        case Handle() | Kept() | Callback() | Pickled() | Tensor() | Random() | Known():
            return other(data)
        case _:
            return data


def _encode_array(array: np.ndarray[Any, Any], other: Callable[[Any], Any], depth: int) -> Any:
    dtype = array.dtype.newbyteorder("<").str
    if dtype in DTYPES:
        return Array(dtype, list(array.shape), np.ascontiguousarray(array, dtype).tobytes())
    if array.dtype.kind in "OUS":
        return encode(array.tolist(), other, depth + 1)
    return other(array)


def to_array(array: Array) -> np.ndarray[Any, Any]:
    """The array, after every check: dtype, shape and size must fit each other."""
    if array.dtype not in DTYPES or len(array.shape) > MAX_DEPTH:
        raise WireError("an array breaks the rules of the wire")
    dtype = np.dtype(array.dtype)
    if any(n < 0 for n in array.shape) or math.prod(array.shape) * dtype.itemsize != len(
        array.data
    ):
        raise WireError("an array breaks the rules of the wire")
    return np.frombuffer(array.data, dtype=dtype).reshape(array.shape).copy()


def to_integer(value: Integer) -> int:
    """The integer; at most a thousand digits."""
    digits = value.digits.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 1000):
        raise WireError("an integer breaks the rules of the wire")
    return int(value.digits)
