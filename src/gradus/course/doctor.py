"""What works on this machine, and what to do about what does not."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gradus.course.settings import read_course
from gradus.errors import GradusError
from gradus.grading.limits import Limits
from gradus.grading.sandbox import Sandbox, bubblewrap
from gradus.grading.student import Abandoned, StudentKernel


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    subject: str
    ok: bool
    says: str


def examine_machine(root: Path) -> list[Finding]:
    """Every check, in order; none of them changes anything."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Python", _python),
        ("course.toml", lambda: _course(root)),
        ("bubblewrap", lambda: str(bubblewrap())),
        ("sandbox", _sandbox),
        ("memory limit", _memory),
        ("torch", _torch),
    ]
    findings = []
    for subject, check in checks:
        try:
            findings.append(Finding(subject, True, check()))
        except (GradusError, ImportError) as problem:
            findings.append(Finding(subject, False, str(problem)))
    return findings


def _python() -> str:
    return f"{platform.python_version()} at {sys.executable}"


def _course(root: Path) -> str:
    course = read_course(root)
    if course.grading.isolation == "none":
        raise GradusError(
            'isolation is "none": a submission can do all that you can; write "sandbox" instead.'
        )
    return f"{course.course.id}, {len(course.assignments)} assignments"


def _sandbox() -> str:
    with Sandbox(Limits(cell_seconds=20)) as sandbox:
        kernel = StudentKernel(sandbox)
        kernel.begin(20)
        try:
            kernel.execute("import numpy")
        except Abandoned:
            raise GradusError("A kernel starts in the sandbox but does not answer.") from None
    user = "as nobody, since you are root" if os.getuid() == 0 else "as you"
    return f"a kernel runs in it, {user}: no network, own processes, own files"


def _memory() -> str:
    return (
        "per process by the kernel (RLIMIT_AS); for all processes of a submission together by a "
        "watch that reads their size five times a second (no control groups are used)"
    )


def _torch() -> str:
    import torch

    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU, CPU only"
    return f"{torch.__version__}, {device}"
