"""The student's process: executes cells, and answers the examiner's calls.

It trusts whoever holds the other end of its socket, and is trusted by nobody.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import io
import itertools
import linecache
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.random  # now: a student's process may later be unable to load anything
import wire
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

MAX_ITERATED = 100_000
MAX_TEXT = 20_000

_ABSENT = object()


def _bound_resources(limits: dict[str, int]) -> None:
    # What the supervisor has loaded is shared, and does not count.
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"] + pages * resource.getpagesize()),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


class Kernel:
    """An IPython shell at the end of a wire.

    It is made before there is a wire: a shell takes longer to make than a process to fork.
    """

    channel: wire.Channel

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.handles: dict[int, Any] = {}
        self.numbers = itertools.count(1)
        self.lent: dict[str, Any] = {}
        self.known: dict[int, tuple[int, Any]] = {}
        self.speaking, self.interrupted = False, False
        self.shell = _shell(self.emit)

    def run(self, connection: socket.socket, limits: dict[str, int]) -> None:
        """Serve requests in this process until the examiner hangs up."""
        _bound_resources(limits)
        self.channel = wire.Channel(connection)
        sys.stdout = _Stream(self.emit, "stdout")
        sys.stderr = _Stream(self.emit, "stderr")
        # Only this process speaks for the student.
        os.register_at_fork(after_in_child=connection.close)
        self._serve()

    def _serve(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            try:
                request = self.channel.receive_request()
            except wire.ConnectionLost:
                return
            # The answer to a call that was interrupted before it came is nobody's.
            if not isinstance(request, wire.Answer):
                self._answer(request)

    def _interrupt(self, *_: object) -> None:
        if self.speaking:
            self.interrupted = True
        else:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def _whole_messages(self) -> Iterator[None]:
        """An interrupt waits for the end of the block: half a message would end the talk."""
        if self.speaking or threading.current_thread() is not threading.main_thread():
            yield
            return
        self.speaking = True
        try:
            yield
        finally:
            self.speaking = False
            if self.interrupted:
                self.interrupted = False
                raise KeyboardInterrupt

    def _answer(self, request: Any) -> None:
        try:
            signal.signal(signal.SIGINT, self._interrupt)
            try:
                report = self._carried_out(request)
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except BaseException as error:
            report = _raised(request.id, error)
        self._send(request.id, report)

    def _carried_out(self, request: Any) -> Any:
        try:
            return self._carry_out(request)
        except BaseException as error:
            return _raised(request.id, error)

    def _send(self, request: int, report: Any) -> None:
        with self._whole_messages(), self.lock:
            try:
                self.channel.send(report)
            except wire.ConnectionLost:
                raise SystemExit from None
            except wire.WireError as error:
                self.channel.send(_raised(request, ValueError(str(error))))

    def _carry_out(self, request: Any) -> Any:
        namespace = self.shell.user_ns
        match request:
            case wire.Execute():
                self.shell.run_cell(request.source, store_history=True)
                return wire.Done(request.id)
            case wire.Fetch():
                if request.name not in namespace:
                    raise NameError(request.name)
                return wire.Done(request.id, self.encode(namespace[request.name]))
            case wire.Lend():
                for name, value in request.names.items():
                    self.lent[name] = namespace.get(name, _ABSENT)
                    namespace[name] = self.decode(value)
                return wire.Done(request.id)
            case wire.TakeBack():
                for name, value in self.lent.items():
                    if value is _ABSENT:
                        namespace.pop(name, None)
                    else:
                        namespace[name] = value
                self.lent.clear()
                return wire.Done(request.id)
            case wire.Call():
                return self._call(request)
        raise ValueError("not a request")

    def _call(self, request: wire.Call) -> wire.Done:
        arguments: dict[int | str, Any] = {
            place: self.decode(value)
            for place, value in [*enumerate(request.args), *request.kwargs.items()]
        }
        # An object that stayed here is the student's own business, and so is what becomes of it.
        given = {
            place: value
            for place, value in arguments.items()
            if not isinstance(_sent(request, place), wire.Handle)
        }
        before = {place: _mutable_state(value) for place, value in given.items()}
        positional = [arguments[place] for place in range(len(request.args))]
        named = {name: arguments[name] for name in request.kwargs}
        with np.errstate(**request.errors):
            result = self.encode(self.handles[request.target](*positional, **named))
        changed = [
            (place, self.encode(after))
            for place, value in given.items()
            if not _same(before[place], after := _mutable_state(value))
        ]
        return wire.Done(request.id, result, changed)

    def encode(self, value: Any) -> Any:
        return wire.encode(value, self._encode_object)

    def decode(self, data: Any) -> Any:
        return wire.decode(data, self._decode_object)

    def _encode_object(self, value: Any) -> Any:
        torch = sys.modules.get("torch")
        if isinstance(value, (range, Iterator)):
            return self.encode(list(itertools.islice(value, MAX_ITERATED)))
        if torch is not None and isinstance(value, torch.Tensor):
            plain: Any = _from_tensor(value)
        else:
            plain = wire.as_plain(value)
        number = next(self.numbers)
        self.handles[number] = value
        if plain is None:
            return wire.Handle(number, callable(value))
        return wire.Kept(number, self.encode(plain))

    def _decode_object(self, data: Any) -> Any:
        if isinstance(data, wire.Handle):
            return self.handles[data.number]
        if isinstance(data, wire.Callback):
            return self._callback(data.number)
        value = _unpickled(data.data)
        if data.number >= 0:
            self.known[id(value)] = data.number, value
        return value

    def _encode_argument(self, value: Any) -> Any:
        """What a lent function is given: the examiner must be able to work with it."""
        torch = sys.modules.get("torch")
        if isinstance(value, np.random.Generator):
            kind = type(value.bit_generator).__name__
            return wire.Random(kind, self.encode(value.bit_generator.state))
        if torch is not None and isinstance(value, torch.Tensor):
            return wire.Tensor(self.encode(_from_tensor(value)))
        if id(value) in self.known:
            number, _ = self.known[id(value)]
            return wire.Known(number, self.encode(_mutable_state(value)))
        return self._encode_object(value)

    def _callback(self, number: int) -> Callable[..., Any]:
        def function(*args: Any, **kwargs: Any) -> Any:
            with self.lock:
                invocation = wire.Invoke(
                    next(self.numbers),
                    number,
                    [wire.encode(value, self._encode_argument) for value in args],
                    {k: wire.encode(value, self._encode_argument) for k, value in kwargs.items()},
                )
                with self._whole_messages():
                    self.channel.send(invocation)
                    answer = self.channel.receive_request()
                # What was lent may call the student's functions that it was given, and so on.
                while not (isinstance(answer, wire.Answer) and answer.id == invocation.id):
                    if not isinstance(answer, wire.Answer):
                        self._send(answer.id, self._carried_out(answer))
                    with self._whole_messages():
                        answer = self.channel.receive_request()
            for place, state in answer.changed:
                changed = args[place] if isinstance(place, int) else kwargs[place]
                _restore(changed, self.decode(state))
            if answer.raised is not None:
                raise getattr(builtins, answer.raised)
            return self.decode(answer.value)

        return function

    def emit(self, output: wire.Output) -> None:
        with self._whole_messages(), self.lock, contextlib.suppress(wire.WireError):
            self.channel.send(output)


class _Stream(io.TextIOBase):
    """What is printed goes out as it comes."""

    def __init__(self, emit: Callable[[wire.Output], None], name: str) -> None:
        self._emit, self._name = emit, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._emit(wire.Output("stream", text=text, name=self._name))
        return len(text)


def _shell(emit: Callable[[wire.Output], None]) -> InteractiveShell:
    class Publisher(DisplayPublisher):
        def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
            kind = "update" if kwargs.get("update") else "display"
            emit(wire.Output(kind, data=_mime_bundle(data)))

        def clear_output(self, wait: bool = False) -> None:
            emit(wire.Output("clear"))

    class Hook(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            emit(wire.Output("result", data=_mime_bundle(format_dict)))

    class Shell(InteractiveShell):
        display_pub_class = Publisher
        displayhook_class = Hook

        @contextlib.contextmanager
        def _tee(self, channel: str) -> Iterator[None]:
            # IPython would keep all that is printed, until the process dies of it.
            yield

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            text = str(evalue)[:MAX_TEXT]
            lines = [line[:MAX_TEXT] for line in stb]
            emit(wire.Output("error", name=etype.__name__, text=text, traceback=lines))

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell: InteractiveShell = Shell.instance(config=config)
    return shell


def _mime_bundle(data: Any) -> dict[str, str]:
    bundle = {}
    for kind, value in dict(data).items():
        if isinstance(value, bytes):
            bundle[str(kind)] = base64.b64encode(value).decode()
        elif isinstance(value, str):
            bundle[str(kind)] = value
    return bundle


def _raised(request: int, error: BaseException) -> wire.Raised:
    kind = next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
    line, frames = "", []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith("<ipython-input"):
            line = linecache.getline(frame.filename, frame.lineno or 0).strip() or line
            frames.append(f"  {frame.name}, line {frame.lineno}: {line}")
    try:
        text = f"{type(error).__name__}: {error}"
    except BaseException:
        text = kind
    report = "\n".join([*frames[-20:], text])
    return wire.Raised(request, kind, line[:200], report[:MAX_TEXT])


def _sent(request: wire.Call, place: int | str) -> Any:
    return request.kwargs[place] if isinstance(place, str) else request.args[place]


def _mutable_state(value: Any) -> Any:
    """A copy of what a call could change in an argument, as plain data; None if nothing."""
    torch = sys.modules.get("torch")
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    if torch is not None and isinstance(value, torch.nn.Module):
        gradients = {name: _gradient(entry) for name, entry in value.named_parameters()}
        state = {name: _from_tensor(entry) for name, entry in value.state_dict().items()}
        return {"state": state, "gradients": gradients}
    if torch is not None and isinstance(value, torch.Tensor):
        return {"state": _from_tensor(value), "gradient": _gradient(value)}
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return [_mutable_state(item) if _is_container(item) else item for item in value]
    if isinstance(value, dict):
        return {k: _mutable_state(v) if _is_container(v) else v for k, v in value.items()}
    return None


def _restore(value: Any, state: Any) -> None:
    """Give a generator or a module the state that it had elsewhere."""
    if isinstance(value, np.random.Generator):
        value.bit_generator.state = state
        return
    import torch

    tensors = {name: torch.as_tensor(array) for name, array in state["state"].items()}
    value.load_state_dict(tensors)
    for name, parameter in value.named_parameters():
        gradient = state["gradients"].get(name)
        parameter.grad = None if gradient is None else torch.as_tensor(gradient)


def _is_container(value: Any) -> bool:
    return isinstance(value, (np.ndarray, list, tuple, dict))


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return (
            left.dtype == right.dtype
            and left.shape == right.shape
            and bool(left.tobytes() == right.tobytes())
        )
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[k], right[k]) for k in left)
    return left is right or bool(left == right)


def _from_tensor(tensor: Any) -> np.ndarray[Any, Any]:
    tensor = tensor.detach().cpu()
    array: np.ndarray[Any, Any] = (tensor if tensor.dtype.itemsize != 2 else tensor.float()).numpy()
    return array.copy()


def _gradient(tensor: Any) -> Any:
    return None if tensor.grad is None else _from_tensor(tensor.grad)


def _unpickled(data: bytes) -> Any:
    """What the examiner pickled; a module or tensor comes with the gradients it held."""
    value, gradients = pickle.loads(data)
    if gradients:
        import torch

        targets = dict(value.named_parameters()) if isinstance(value, torch.nn.Module) else {}
        for name, gradient in gradients.items():
            target = targets.get(name, value)
            target.grad = torch.as_tensor(gradient, dtype=target.dtype)
    return value
