"""The examiner's view of a student's kernel: run cells, fetch names, call functions.

Every answer is data; what is not data stays over there and is an :class:`Opaque` here. A student's
function looks like a function: its arguments are sent by value, and what the call changed in them
is written back, so that a test can ask.
"""

from __future__ import annotations

import builtins
import contextlib
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cloudpickle
import msgspec
import numpy as np

from gradus.grading.inside import wire
from gradus.grading.sandbox import Sandbox

INTERRUPT_SECONDS = 2.0
TIDY_SECONDS = 2.0
MAX_REPORT = 20_000
MAX_KEPT = 1000
_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_ENDS_A_LOOP = (StopIteration, StopAsyncIteration)


class Abandoned(BaseException):
    """The examination of a question cannot go on; no test may catch it."""


class TookTooLong(Abandoned):
    """Student code did not end in time."""


class KernelDied(Abandoned):
    """The student's process is gone, or no longer speaks the wire's language."""


class Opaque:
    """Something that stays in the student's process; it can only be passed back."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __deepcopy__(self, memo: object) -> Opaque:
        return self


class StudentFunction(Opaque):
    """A function of the student's."""

    def __init__(self, number: int, kernel: StudentKernel) -> None:
        super().__init__(number)
        self._kernel = kernel

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._kernel.call(self.number, args, kwargs)


class StudentKernel:
    """A connection to one kernel in a sandbox."""

    def __init__(self, sandbox: Sandbox, known_lines: frozenset[str] = frozenset()) -> None:
        """``known_lines`` are those of the submission; no other line is ever shown."""
        self.sandbox = sandbox
        self.known_lines = known_lines
        self.outputs: list[wire.Output] = []
        self.lost_output = False
        self.interrupted = False
        self._channel = wire.Channel(sandbox.start_kernel())
        self._ids = itertools.count(1)
        self._deadline = 0.0
        self._callbacks: list[Callable[..., Any]] = []
        self._modules: list[Any] = []
        self._kept: dict[int, tuple[Any, int, bytes]] = {}

    def close(self) -> None:
        self._channel.connection.close()

    def begin(self, seconds: float) -> None:
        """What follows must end within ``seconds``; outputs are collected anew."""
        self._deadline = time.monotonic() + seconds
        self.outputs, self.lost_output = [], False
        self.interrupted = False
        self._callbacks = []
        self._kept = {}

    def execute(self, source: str) -> None:
        """Run a cell; raises :class:`TookTooLong` or :class:`KernelDied`."""
        self._request(wire.Execute(next(self._ids), source))

    def fetch(self, name: str) -> Any:
        """The value bound to ``name``; raises NameError if there is none."""
        return self._received(self._request(wire.Fetch(next(self._ids), name)).value)

    def is_there(self) -> None:
        """Take back what was lent, if anything.

        Raises :class:`KernelDied` if the kernel does not answer as it should, or was found to hold
        too much.
        """
        self.sandbox.settle()
        self._request(wire.TakeBack(next(self._ids)))

    @contextlib.contextmanager
    def lending(self, names: Mapping[str, Any]) -> Iterator[None]:
        """Bind names in the student's process to values and call-backs of ours, for a while.

        They are taken back even where the block took too long. Nothing is asked of a kernel that
        is given up.
        """
        given_up = False
        try:
            lent = {name: self._encode(value) for name, value in names.items()}
            self._request(wire.Lend(next(self._ids), lent))
            yield
        except Abandoned as reason:
            given_up = not isinstance(reason, TookTooLong)
            raise
        finally:
            if not given_up:
                # In time of its own: with what is left of the question's, none perhaps, it would
                # be interrupted, and the interrupt might meet the question after it.
                self._deadline = time.monotonic() + TIDY_SECONDS
                self.is_there()

    def call(self, target: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a handle; raises what it raised, as a built-in exception without its message."""
        request = wire.Call(
            next(self._ids),
            target,
            [self._encode(value) for value in args],
            {name: self._encode(value) for name, value in kwargs.items()},
            {kind: how for kind, how in np.geterr().items() if how in ("raise", "ignore", "warn")},
        )
        done = self._request(request)
        for place, state in done.changed:
            if isinstance(place, str):
                original = kwargs.get(place)
            else:
                original = args[place] if 0 <= place < len(args) else None
            _write_back(original, self._received(state))
        return self._received(done.value)

    def _request(self, request: Any) -> wire.Done:
        try:
            self._channel.send(request, self._deadline)
            return self._await(request.id, self._deadline)
        except wire.Deadline:
            self._interrupt(request.id)
            raise TookTooLong from None
        except (wire.WireError, MemoryError):
            raise KernelDied from None

    def _await(self, request: int, deadline: float) -> wire.Done:
        while True:
            report = self._channel.receive_report(deadline)
            match report:
                case wire.Output():
                    self._collect(report)
                case wire.Invoke():
                    self._answer(report, deadline)
                case wire.Done() if report.id == request:
                    return report
                case wire.Raised() if report.id == request:
                    raise _exception(report, self.known_lines)
                case _:
                    raise wire.WireError("a reply to nothing that was asked")

    def _interrupt(self, request: int) -> None:
        """Stop what runs, as the Stop button does; a kernel that does not stop is killed."""
        self.interrupted = True
        self.sandbox.interrupt()
        try:
            self._await(request, time.monotonic() + INTERRUPT_SECONDS)
        except (wire.WireError, MemoryError):
            self.sandbox.kill()
            raise KernelDied from None
        except Exception:
            return  # the interrupted call ended with an exception, as it should

    def _collect(self, output: wire.Output) -> None:
        limit = self.sandbox.limits.output_kib << 10
        size = len(output.text) + sum(map(len, output.data.values())) + 100
        size += sum(map(len, output.traceback))
        self.sandbox.shown_bytes += size
        if self.sandbox.shown_bytes <= limit:
            self.outputs.append(output)
        else:
            self.lost_output = True

    def _answer(self, invocation: wire.Invoke, deadline: float) -> None:
        answer = wire.Answer(invocation.id)
        if not 0 <= invocation.number < len(self._callbacks):
            raise wire.WireError("a call-back that was not lent")
        try:
            function = self._callbacks[invocation.number]
            args = [self._value(value) for value in invocation.args]
            kwargs = {name: self._value(value) for name, value in invocation.kwargs.items()}
            try:
                answer.value = self._encode(function(*args, **kwargs))
            finally:
                given: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
                answer.changed = [
                    (place, self._encode(_state_of(value)))
                    for place, value in given
                    if _has_state(value)
                ]
        except wire.WireError:
            raise
        except Exception as error:
            answer.raised = _builtin_kind(error)
        # A student's process that asks and does not read must not keep the examiner waiting.
        self._channel.send(answer, deadline)

    def _received(self, data: Any) -> Any:
        """The value of what a request brought; a process that breaks the rules is given up."""
        try:
            return self._value(data)
        except (wire.WireError, RecursionError, MemoryError):
            raise KernelDied from None

    def _value(self, data: Any) -> Any:
        return wire.decode(data, self._decode_object)

    def _decode_object(self, data: Any) -> Any:
        match data:
            case wire.Handle():
                return StudentFunction(data.number, self) if data.callable else Opaque(data.number)
            case wire.Kept():
                return self._keep(data.number, self._value(data.value))
            case wire.Tensor():
                import torch

                return torch.as_tensor(wire.to_array(data.array))
            case wire.Random():
                return _generator(data.kind, self._value(data.state))
            case wire.Known() if 0 <= data.number < len(self._modules):
                module = self._modules[data.number]
                _write_back(module, self._value(data.state))
                return module
        raise wire.WireError("only data comes from a student")

    def _encode(self, value: Any) -> Any:
        return wire.encode(value, self._encode_object, number_of=self._kept_number)

    def _keep(self, number: int, value: Any) -> Any:
        """Remember whose value this is, and what it was; the oldest are forgotten."""
        if type(value) in wire.PLAIN:
            self._kept[id(value)] = value, number, msgspec.msgpack.encode(self._encode(value))
            if len(self._kept) > MAX_KEPT:
                del self._kept[next(iter(self._kept))]
        return value

    def _kept_number(self, value: Any) -> int | None:
        """The number of the object that ``value`` came from, unless a test has changed it since."""
        entry = self._kept.pop(id(value), None)
        if entry is None:
            return None
        _, number, before = entry
        unchanged = msgspec.msgpack.encode(self._encode(value)) == before
        self._kept[id(value)] = entry
        return number if unchanged else None

    def _encode_object(self, value: Any) -> Any:
        if isinstance(value, Opaque):
            return wire.Handle(value.number, isinstance(value, StudentFunction))
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, (torch.nn.Module, torch.Tensor)):
            number = -1
            if isinstance(value, torch.nn.Module):
                number = len(self._modules)
                self._modules.append(value)
            return wire.Pickled(cloudpickle.dumps((value, _gradients(value))), number)
        if callable(value) and not isinstance(value, type):
            self._callbacks.append(value)
            return wire.Callback(len(self._callbacks) - 1)
        plain = wire.as_plain(value)
        if plain is not None:
            return self._encode(plain)
        return wire.Pickled(cloudpickle.dumps((value, {})))


def _exception(report: wire.Raised, known_lines: frozenset[str]) -> Exception:
    """The student's exception as a built-in one; what it said stays out of hidden tests.

    The line that raised it is shown even there, so it must be one that was handed in: the student's
    process could send any text in its place.
    """
    kind = getattr(builtins, report.kind, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = RuntimeError
    if issubclass(kind, _ENDS_A_LOOP):
        # It would silently end a loop of the test's, and with it the checks.
        kind = RuntimeError
    try:
        error: Exception = kind()
    except TypeError:
        error = RuntimeError()
    line = report.line if report.line in known_lines else ""
    error.student_line = line  # type: ignore[attr-defined]
    error.student_report = report.text[:MAX_REPORT]  # type: ignore[attr-defined]
    return error


def _builtin_kind(error: Exception) -> str:
    return next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")


def _gradients(value: Any) -> dict[str, Any]:
    import torch

    entries = dict(value.named_parameters()) if isinstance(value, torch.nn.Module) else {"": value}
    return {
        name: entry.grad.detach().cpu().numpy()
        for name, entry in entries.items()
        if entry.is_leaf and entry.grad is not None
    }


def _generator(kind: str, state: Any) -> np.random.Generator:
    """A generator of ours in the state of one of the student's."""
    if kind not in _BIT_GENERATORS:
        raise wire.WireError("no generator that is known here")
    generator = np.random.Generator(getattr(np.random, kind)())
    try:
        generator.bit_generator.state = state
    except (TypeError, ValueError, KeyError, OverflowError):
        raise wire.WireError("a generator without a valid state") from None
    return generator


def _has_state(value: Any) -> bool:
    """Whether a call may change the value without making a new one."""
    torch = sys.modules.get("torch")
    is_module = torch is not None and isinstance(value, torch.nn.Module)
    return is_module or isinstance(value, np.random.Generator)


def _state_of(value: Any) -> Any:
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    state = {name: entry.detach().cpu().numpy() for name, entry in value.state_dict().items()}
    return {"state": state, "gradients": _gradients(value)}


def _write_back(original: Any, state: Any) -> None:
    """Make ``original`` what the student's copy of it became, as far as the kinds allow."""
    torch = sys.modules.get("torch")
    try:
        if isinstance(original, np.random.Generator):
            original.bit_generator.state = state
        elif torch is not None and isinstance(original, torch.nn.Module):
            _write_back_module(original, state)
        elif torch is not None and isinstance(original, torch.Tensor):
            with torch.no_grad():
                original.copy_(torch.as_tensor(state["state"]))
        elif isinstance(original, np.ndarray):
            original[...] = state
        elif isinstance(original, list):
            original[:] = [_merged(old, new) for old, new in itertools.zip_longest(original, state)]
            del original[len(state) :]
        elif isinstance(original, dict):
            merged = {key: _merged(original.get(key), new) for key, new in state.items()}
            original.clear()
            original.update(merged)
        elif isinstance(original, tuple):
            for old, new in zip(original, state, strict=True):
                _merged(old, new)
    except Exception:
        # A shape or kind that the original cannot take: the change itself is still told.
        _spoil(original)


def _merged(old: Any, new: Any) -> Any:
    """``old`` with the state of ``new`` written into it where it is a container, else ``new``."""
    if isinstance(old, (np.ndarray, list, dict)) and new is not None:
        _write_back(old, new)
        return old
    return new


def _spoil(original: Any) -> None:
    if isinstance(original, np.ndarray) and original.size and original.dtype.kind in "fc":
        original[...] = np.nan
    elif isinstance(original, np.ndarray) and original.size:
        original[...] = ~original


def _write_back_module(module: Any, state: Any) -> None:
    import torch

    tensors = {name: torch.as_tensor(array) for name, array in state["state"].items()}
    module.load_state_dict(tensors)
    for name, parameter in module.named_parameters():
        gradient = state["gradients"].get(name)
        parameter.grad = None if gradient is None else torch.as_tensor(gradient)
