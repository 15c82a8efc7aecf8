"""Imports what an exam needs: for the process from which workers are forked.

So it is imported once for all of them, and who begins that process need not read the exam first.
"""

import contextlib
import os
from pathlib import Path

from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.inside.libraries import import_all
from gradus.processes import EXAM

# What goes wrong here goes wrong with a task too, and is told then.
with contextlib.suppress(Exception):
    import_all(ExamSheet.read(Path(os.environ[EXAM])).libraries.always)
