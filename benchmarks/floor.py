"""The floor: a class's cells executed one after the other in one process that has imported all.

No isolation, no bookkeeping, no files: what remains is the work that the cells themselves are.
Called by ``grading.py``; prints two figures, without the seconds of its own start: for all cells,
as nbgrader executes them, and without the figures that were handed in, as ours does.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import time
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell

from gradus.cells import grade_id
from gradus.exam import lending
from gradus.grading.exam_sheet import ExamSheet
from gradus.grading.figures import undrawn


def main() -> None:
    course, week, students = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    topic = week.split("_", 1)[1]
    exam = ExamSheet.read(course / "source" / week / f"{topic}.ipynb")
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.chdir(course / "source" / week)
    for name in (*exam.libraries.always, *exam.libraries.figures):
        importlib.import_module(name)
    shell = InteractiveShell.instance()
    shell.display_pub.publish = lambda *_, **__: None
    _grade(shell, exam, exam.notebook, frozenset())
    notebooks = [
        nbformat.read(course / "submitted" / student / week / f"{topic}.ipynb", as_version=4)
        for student in students
    ]
    for spared in (lambda _: frozenset(), lambda notebook: undrawn(notebook, exam)):
        start = time.perf_counter()
        for notebook in notebooks:
            _grade(shell, exam, notebook, spared(notebook))
        print(time.perf_counter() - start)


def _grade(
    shell: InteractiveShell,
    exam: ExamSheet,
    notebook: nbformat.NotebookNode,
    spared: frozenset[str],
) -> None:
    shell.reset(new_session=True)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type != "code" or cell.id in spared:
                continue
            test = exam.tests.get(grade_id(cell))
            if test is None:
                shell.run_cell(cell.source)
                continue
            lending.begin(shell.user_ns, exam.topic, test.lent_names)
            shell.run_cell(test.source)
            lending.end(shell.user_ns)


if __name__ == "__main__":
    main()
