"""Executes a notebook with its exam, in one kernel, and leaves each test's verdict in its cell.

This is the in-process path: the hidden tests run in the kernel of the student's code. It is as
trustworthy as that code is honest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.text import Text

FAILED = "Wrong"
_TIMEOUT = "CellTimeoutError"


def grade_notebook(
    notebook: NotebookNode, exam: ExamSheet, folder: Path, cell_seconds: int
) -> NotebookNode:
    """Execute ``notebook`` in ``folder`` and put the verdict of each test into its cell.

    A test that passed has no error among its outputs; one that failed has exactly one, whose
    ``evalue`` is the message for the student. Nothing else in a test cell's outputs can be taken
    for a grade. The source of each test is the exam's, whatever the submission says.
    """
    refusal = notebook.metadata.get("gradus", {}).get("refused")
    if refusal is not None:
        for cell, _ in _tests_of(notebook, exam):
            cell.outputs = [_failure(refusal)]
        return notebook
    tests = {id(cell): test for cell, test in _tests_of(notebook, exam)}
    session = _Session(notebook, folder, cell_seconds)
    with session.client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            test = tests.get(id(cell))
            if test is None:
                session.run(cell, index)
            else:
                cell.source = test.source
                session.run(cell, index, lend=(exam.topic, test.lent_names))
                cell.outputs = _verdict(cell.outputs, test, cell_seconds)
    return notebook


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
            cell.outputs = [_error("DeadKernelError", "")]
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
            cell.outputs = [_error("DeadKernelError", "")]

    def _silently(self, code: str) -> None:
        self.client.kc.execute(code, silent=True, store_history=False)


def _record_timeout(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
    if execute_reply["content"].get("ename") == _TIMEOUT:
        cell.outputs.append(_error(_TIMEOUT, ""))


def _tests_of(notebook: NotebookNode, exam: ExamSheet) -> list[tuple[NotebookNode, ExamCell]]:
    return [
        (cell, exam.tests[grade_id])
        for cell in notebook.cells
        if (grade_id := cell.metadata.get("nbgrader", {}).get("grade_id")) in exam.tests
    ]


def _verdict(outputs: list[Any], test: ExamCell, cell_seconds: int) -> list[Any]:
    errors = [output for output in outputs if output.output_type == "error"]
    shown = [] if test.hidden else [_harmless(output) for output in outputs]
    if not errors:
        return [output for output in shown if output is not None]
    problem = _problem(errors, test, cell_seconds)
    if problem is None:
        return [output for output in shown if output is not None] + errors[:1]
    return [output for output in shown if output is not None] + [_failure(problem)]


def _harmless(output: Any) -> Any:
    """The output as the student may see it, in a form that no grade is read from."""
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=output.text)
    return output if output.output_type == "display_data" else None


def _problem(errors: list[Any], test: ExamCell, cell_seconds: int) -> str | None:
    """The message of a failed test; None where the visible test's own traceback says it best."""
    names = {error.ename for error in errors}
    asked = ", ".join(f"`{name}`" for name in test.graded_names)
    if _TIMEOUT in names:
        return str(
            Text(
                f"{asked}: no terminó en {cell_seconds} segundos. ¿Hay un ciclo que no se detiene?",
                f"{asked}: it did not end within {cell_seconds} seconds. Is there an endless loop?",
            )
        )
    if "DeadKernelError" in names:
        return str(
            Text(
                "El kernel se detuvo antes de esta pregunta o durante ella.",
                "The kernel died before or during this question.",
            )
        )
    error = errors[0]
    missing = next((name for name in test.graded_names if f"'{name}'" in error.evalue), None)
    if error.ename == "NameError" and missing:
        return str(
            Text(
                f"`{missing}` no está definido: revisa la celda de tu respuesta, tal vez lanza un "
                "error al ejecutarse.",
                f"`{missing}` is not defined: look at the cell of your answer, perhaps it raises "
                "an error when it runs.",
            )
        )
    if error.ename == FAILED or (error.ename == "AssertionError" and error.evalue):
        return str(error.evalue)
    if not test.hidden:
        return None
    return str(
        Text(
            f"{asked}: el test no se pudo completar con tu respuesta (`{error.ename}`).",
            f"{asked}: the test could not be completed with your answer (`{error.ename}`).",
        )
    )


def _failure(message: str) -> Any:
    return _error(FAILED, message)


def _error(name: str, message: str) -> Any:
    return new_output("error", ename=name, evalue=message, traceback=message.splitlines() or [name])
