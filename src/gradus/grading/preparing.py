"""Imports what an exam needs: for the process from which workers are forked.

So it is imported once for all of them, and who begins that process need not read the exam first.
"""

import contextlib
import importlib
import os
from pathlib import Path

from gradus.grading.exam_sheet import ExamSheet
from gradus.processes import EXAM

# What goes wrong here goes wrong with a task too, and is told then.
with contextlib.suppress(Exception):
    for _name in ExamSheet.read(Path(os.environ[EXAM])).libraries.always:
        with contextlib.suppress(ImportError):
            importlib.import_module(_name)
