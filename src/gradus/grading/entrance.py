"""How root enters the sandbox: as nobody, with the folders that only root can reach.

Run as a program: in a mount namespace of its own it binds the given folders where an unprivileged
user can reach them, becomes that user, and turns into the given command. It imports nothing of
ours, and nothing of it is left when the command ends.
"""

import ctypes
import json
import os
import sys

CLONE_NEWNS = 0x00020000
MS_NODEV, MS_NOSUID, MS_BIND, MS_REC, MS_PRIVATE = 4, 2, 4096, 16384, 1 << 18


def main() -> None:
    order = json.loads(sys.argv[1])
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.unshare(CLONE_NEWNS), "unshare")
    _check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "make / private")
    place = order["place"].encode()
    _check(libc.mount(b"tmpfs", place, b"tmpfs", MS_NODEV | MS_NOSUID, b"mode=755"), "mount tmpfs")
    for source, target in order["binds"]:
        if os.path.isdir(source):
            os.mkdir(target)
        else:
            os.close(os.open(target, os.O_CREAT))
        bound = libc.mount(source.encode(), target.encode(), None, MS_BIND | MS_REC, None)
        _check(bound, f"bind {source}")
    os.setgroups([])
    os.setresgid(*[order["user"]] * 3)
    os.setresuid(*[order["user"]] * 3)
    os.execve(order["command"][0], order["command"], {})


def _check(result: int, what: str) -> None:
    if result != 0:
        sys.exit(f"cannot {what}: {os.strerror(ctypes.get_errno())}")


main()
