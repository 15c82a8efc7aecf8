"""The in-process path: the tests run in the kernel of the student's code.

It is as trustworthy as that code is honest, and is taken only where the instructor turned the
isolation off by name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from gradus.cells import grade_id
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.grading.figures import undrawn
from gradus.grading.verdict import (
    FAILED,
    error_output,
    failure_output,
    missing_name,
    not_completed,
    told,
)
from gradus.text import Text

_TIMEOUT = "CellTimeoutError"


def grade_in_process(
    notebook: NotebookNode, exam: ExamSheet, folder: Path, cell_seconds: int
) -> None:
    """Execute ``notebook`` in ``folder`` and put each test's verdict into its cell."""
    session = _Session(notebook, folder, cell_seconds)
    spared = undrawn(notebook, exam)
    with session.client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.id in spared:
                continue
            test = exam.tests.get(grade_id(cell))
            if test is None:
                session.run(cell, index)
            else:
                session.run(cell, index, lend=(exam.topic, test.lent_names))
                cell.outputs = _verdict(cell.outputs, test, cell_seconds)


class _Session:
    """One kernel; once it has died, every further cell fails with that reason."""

    def __init__(self, notebook: NotebookNode, folder: Path, cell_seconds: int) -> None:
        self.dead = False
        self.client = NotebookClient(
            notebook,
            timeout=cell_seconds,
            interrupt_on_timeout=True,
            allow_errors=True,
            force_raise_errors=False,
            error_on_timeout={"ename": _TIMEOUT, "evalue": "", "traceback": []},
            on_cell_executed=_record_timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
        )

    def run(
        self, cell: NotebookNode, index: int, lend: tuple[str, tuple[str, ...]] | None = None
    ) -> None:
        if cell.cell_type != "code" or not cell.source.strip():
            return
        if self.dead:
            cell.outputs = [error_output("DeadKernelError", "")]
            return
        try:
            if lend:
                self._silently(
                    "__import__('gradus.exam.lending', fromlist=['']).begin"
                    f"(get_ipython().user_ns, {lend[0]!r}, {lend[1]!r})"
                )
            self.client.execute_cell(cell, index)
            if lend:
                self._silently(
                    "__import__('gradus.exam.lending', fromlist=['']).end(get_ipython().user_ns)"
                )
        except DeadKernelError:
            self.dead = True
            cell.outputs = [error_output("DeadKernelError", "")]

    def _silently(self, code: str) -> None:
        self.client.kc.execute(code, silent=True, store_history=False)


def _record_timeout(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
    if execute_reply["content"].get("ename") == _TIMEOUT:
        cell.outputs.append(error_output(_TIMEOUT, ""))


def _verdict(outputs: list[Any], test: ExamCell, cell_seconds: int) -> list[Any]:
    errors = [output for output in outputs if output.output_type == "error"]
    shown = [] if test.hidden else [_harmless(output) for output in outputs]
    if not errors:
        return [output for output in shown if output is not None]
    problem = _problem(errors, test, cell_seconds)
    if problem is None:
        return [output for output in shown if output is not None] + errors[:1]
    return [output for output in shown if output is not None] + [failure_output(problem)]


def _harmless(output: Any) -> Any:
    """The output as the student may see it, in a form that no grade is read from."""
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=output.text)
    return output if output.output_type == "display_data" else None


def _problem(errors: list[Any], test: ExamCell, cell_seconds: int) -> str | None:
    """The message of a failed test; None where the visible test's own traceback says it best."""
    names = {error.ename for error in errors}
    if _TIMEOUT in names:
        late = Text(
            f"no terminó en {cell_seconds} segundos. ¿Hay un ciclo que no se detiene?",
            f"it did not end within {cell_seconds} seconds. Is there an endless loop?",
        )
        return str(told(test, late))
    if "DeadKernelError" in names:
        died = Text(
            "el kernel murió antes de esta pregunta o durante ella.",
            "the kernel died before or during this question.",
        )
        return str(told(test, died))
    error = errors[0]
    missing = next((name for name in test.graded_names if f"'{name}'" in error.evalue), None)
    if error.ename == "NameError" and missing:
        return str(missing_name(missing))
    if error.ename == FAILED or (error.ename == "AssertionError" and error.evalue):
        return str(error.evalue)
    return str(not_completed(test, error.ename)) if test.hidden else None
