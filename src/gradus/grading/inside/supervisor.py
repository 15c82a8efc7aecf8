"""The first process of the sandbox: imports what is slow once, then forks student kernels.

It obeys one-letter orders on its control socket: ``S`` (with a socket) starts a kernel in place of
the last one, ``I`` interrupts it, ``K`` kills everything in the sandbox but this process, and ``P``
asks for an answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import shutil
import signal
import socket
import sys

PR_SET_DUMPABLE = 4


def main() -> None:
    settings = json.loads(sys.argv[1])
    sys.path.insert(0, os.path.dirname(__file__))
    sys.argv = [""]
    control = socket.socket(fileno=settings["control"])
    for name in ("filter", "kernel", *settings["preload"]):
        importlib.import_module(name)
    # Student code runs as the same user: it may not look into this process. As the first process
    # of its namespace it gets no signal from the others but those that it handles.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, _bury)
    control.sendall(b"R")
    child = 0
    while True:
        order, sockets, _, _ = socket.recv_fds(control, 1, 1)
        if order == b"S":
            _kill_all()
            _lay_out(settings["folder"], settings["files"])
            child = os.fork()
            if child == 0:
                control.close()
                os.chdir(settings["folder"])
                _become_kernel(sockets[0], settings["limits"])
            os.close(sockets[0])
        elif order == b"I" and child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGINT)
        elif order == b"K":
            _kill_all()
            child = 0
        elif order == b"P":
            control.sendall(b"P")
        elif not order:
            return


def _lay_out(folder: str, files: str) -> None:
    """The student's folder as it was handed in, regular files only."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    if files:
        for place, folders, names in os.walk(files):
            folders[:] = [name for name in folders if not os.path.islink(f"{place}/{name}")]
            target = os.path.join(folder, os.path.relpath(place, files))
            os.makedirs(target, exist_ok=True)
            for name in names:
                source = os.path.join(place, name)
                if os.path.isfile(source) and not os.path.islink(source):
                    shutil.copyfile(source, os.path.join(target, name))


def _bury(*_: object) -> None:
    """Let go of processes that have ended; orphans come to the first process of a namespace."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _kill_all() -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _become_kernel(descriptor: int, limits: dict[str, int]) -> None:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        sys.path[0] = ""
        # A student's own files may have these names.
        kernel, _ = sys.modules.pop("kernel"), sys.modules.pop("wire")
        # An installed gradus is hidden by an empty folder, which would import as an empty package.
        sys.modules["gradus"] = None  # type: ignore[assignment]
        sys.modules.pop("filter").deny_uncounted_memory()
        kernel.run(socket.socket(fileno=descriptor), limits)
    finally:
        os._exit(0)


main()
