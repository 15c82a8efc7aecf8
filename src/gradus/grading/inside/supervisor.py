"""The first process of the sandbox: imports what is slow once, then opens rooms.

A *room* is what one submission gets: its own processes, its own folders in memory, its own
inter-process communication, and no way to see the supervisor or what an earlier room held. One is
made for each kernel and is gone with it, so that a sandbox can serve one submission after another.

Orders come as one letter on the control socket: ``S`` (with the kernel's socket and an archive of
the submission's files) opens a room in place of the last one, ``I`` interrupts its kernel and is
answered when that is done, ``K`` ends it, and ``D`` imports what draws figures and is answered too.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import gc
import importlib
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import stat
import struct
import sys
import tarfile
from typing import Any, NoReturn

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID = 0x00020000, 0x08000000, 0x20000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
_PLACES = ("/tmp", "/dev/shm")

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    settings = json.loads(sys.argv[1])
    sys.path.insert(0, os.path.dirname(__file__))
    sys.argv = [""]
    # What is made from here on stays, in every room: nobody has to look at it again.
    gc.disable()
    _lay_out_home(settings)
    control = socket.socket(fileno=settings["control"])
    for name in ("filter", "kernel", "libraries"):
        importlib.import_module(name)
    import_all = sys.modules["libraries"].import_all
    import_all(settings["libraries"])
    if "torch" in sys.modules:
        _train_once()
    kernel = _kernel(settings)
    gc.freeze()
    _libc.prctl(PR_SET_DUMPABLE, 0)
    control.sendall(b"R")
    room = 0
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not order:
            return
        if order == b"I":
            _interrupt(room)
            control.sendall(order)
            continue
        if order == b"D":
            import_all(settings["libraries_for_figures"])
            _draw_once()
            gc.freeze()
            control.sendall(order)
            continue
        _close(room)
        room = _open(settings, kernel, *descriptors) if order == b"S" else 0
        for descriptor in descriptors:
            os.close(descriptor)


def _train_once() -> None:
    """Take a step, so that no room has to load the hundreds of modules that the first one needs."""
    import torch

    weight = torch.nn.Parameter(torch.zeros(1))
    weight.sum().backward()  # type: ignore[no-untyped-call]
    torch.optim.SGD([weight], lr=0.1).step()


def _draw_once() -> None:
    """Draw a figure, so that no room has to find fonts and build the parser of formulas."""
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    axis = figure.add_subplot(title="$\\theta_{t+1}$", xlabel="x", yscale="log")
    axis.plot([1, 10], "o--", label=r"$\frac{1}{2}$")
    axis.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _kernel(settings: dict[str, Any]) -> Any:
    """The kernel as every room will have it, with the path and the folder that students see."""
    ours, sys.path[0] = sys.path[0], ""
    os.chdir(settings["folder"])
    kernel = sys.modules["kernel"].Kernel()
    os.chdir("/")
    sys.path[0] = ours
    return kernel


def _open(settings: dict[str, Any], kernel: Any, connection: int, archive: int) -> int:
    """A new room; returns its first process."""
    reading, writing = os.pipe()
    helper = os.fork()
    if helper == 0:
        # Only what a process starts is in the new namespace, and only once: hence one in between.
        try:
            _check(_libc.unshare(CLONE_NEWPID), "unshare")
            first = os.fork()
            if first == 0:
                _be_first(settings, kernel, connection, archive)
            os.write(writing, struct.pack("i", first))
        finally:
            os._exit(0)
    os.close(writing)
    told = os.read(reading, 4)
    os.close(reading)
    os.waitpid(helper, 0)
    # Its parent gone, the room's first process is ours.
    return int(struct.unpack("i", told)[0]) if told else 0


def _interrupt(room: int) -> None:
    """Interrupt the kernel of a room.

    It is told when this returns, not by the room's first process at some time, so that what it is
    asked next is not what is interrupted.
    """
    with contextlib.suppress(OSError), open(f"/proc/{room}/task/{room}/children") as listed:
        # In the order of birth: orphans come after it.
        for kernel in listed.read().split()[:1]:
            os.kill(int(kernel), signal.SIGINT)


def _close(room: int) -> None:
    if room:
        os.kill(room, signal.SIGKILL)
        os.waitpid(room, 0)


def _be_first(settings: dict[str, Any], kernel: Any, connection: int, archive: int) -> NoReturn:
    """Furnish the room, start the kernel in it, and end with it."""
    try:
        _furnish(settings)
        _drop_capabilities()
        process = os.fork()
        if process == 0:
            _be_kernel(settings, kernel, connection, archive)
        os.closerange(3, 256)
        while os.wait()[0] != process:
            pass
    finally:
        os._exit(0)


def _furnish(settings: dict[str, Any]) -> None:
    _check(_libc.unshare(CLONE_NEWNS | CLONE_NEWIPC), "unshare")
    _mount(b"none", "/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={settings['limits']['disk']},mode=755".encode()
    for place in (*_PLACES, settings["home"]):
        below = _mounted_below(place)
        _mount(b"tmpfs", place, b"tmpfs", MS_NOSUID | MS_NODEV, options)
        for path, descriptor in below:
            _bind(descriptor, path)
    _mount(b"proc", "/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    _lay_out_home(settings)


def _mounted_below(place: str) -> list[tuple[str, int]]:
    """What is mounted below ``place``, held open: a Python that lives in ``/tmp``, say."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        paths = [re.sub(r"\\(\d{3})", _octal, line.split()[4]) for line in table]
    return [
        (path, os.open(path, os.O_PATH | os.O_NOFOLLOW))
        for path in dict.fromkeys(paths)
        if path.startswith(place + "/")
    ]


def _octal(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8))


def _bind(descriptor: int, path: str) -> None:
    """Mount what ``descriptor`` holds at ``path`` again, read-only as it was."""
    if not os.path.exists(path):
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        os.makedirs(path if folder else os.path.dirname(path), exist_ok=True)
        if not folder:
            os.close(os.open(path, os.O_CREAT))
    _mount(f"/proc/self/fd/{descriptor}".encode(), path, None, MS_BIND, None)
    os.close(descriptor)


def _lay_out_home(settings: dict[str, Any]) -> None:
    """An empty folder to work in, and matplotlib's list of fonts, which takes seconds to make."""
    os.makedirs(settings["folder"], exist_ok=True)
    if settings["fonts"]:
        cache = os.path.join(settings["home"], ".cache", "matplotlib")
        os.makedirs(cache, exist_ok=True)
        shutil.copy(settings["fonts"], cache)


def _drop_capabilities() -> None:
    for capability in range(64):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def _be_kernel(settings: dict[str, Any], kernel: Any, connection: int, archive: int) -> NoReturn:
    try:
        os.setsid()
        os.chdir(settings["folder"])
        os.lseek(archive, 0, os.SEEK_SET)
        with os.fdopen(archive, "rb") as file, tarfile.open(fileobj=file) as files:
            files.extractall(".", filter="data")
        _close_all_but(connection)
        sys.path[0] = ""
        # Two gradings of one submission draw alike.
        random.seed(0)
        sys.modules["numpy"].random.seed(0)
        # A student's own files may have these names.
        del sys.modules["kernel"], sys.modules["wire"], sys.modules["libraries"]
        # An installed gradus is hidden by an empty folder, which would import as an empty package.
        sys.modules["gradus"] = None  # type: ignore[assignment]
        sys.modules.pop("filter").deny_uncounted_memory()
        gc.enable()
        kernel.run(socket.socket(fileno=connection), settings["limits"])
    finally:
        os._exit(0)


def _close_all_but(connection: int) -> None:
    """Close what reaches out of the room.

    Fonts and modules, files that are only read, stay open: their owners would close them later, and
    with them whatever has the same number by then.
    """
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor <= 2 or descriptor == connection:
            continue
        with contextlib.suppress(OSError):
            reads = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
            if not (reads and stat.S_ISREG(os.fstat(descriptor).st_mode)):
                os.close(descriptor)


def _mount(source: bytes, target: str, kind: bytes | None, flags: int, data: bytes | None) -> None:
    _check(_libc.mount(source, target.encode(), kind, flags, data), f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"cannot {what}")


main()
