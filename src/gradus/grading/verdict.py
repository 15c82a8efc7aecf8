"""What a verdict looks like in the outputs of a test cell.

A test that passed has no error among its outputs; one that failed has exactly one. Whatever else
nbgrader might read a grade from (results, lines on stderr) never stands in a test cell.
"""

from __future__ import annotations

import textwrap
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from gradus.cells import code_cells, grade_id
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.grading.task import Result
from gradus.text import Text

FAILED = "Wrong"
LINE = 100
"""Characters that fit side by side where Formgrader shows an error; it cuts off longer lines."""

_NOT_GRADED = Text(
    "Tu entrega no se pudo calificar: detuvo el programa que la calificaba. Revísala, y avisa a tu "
    "equipo docente.",
    "Your submission could not be graded: it stopped the program that graded it. Look it over, and "
    "tell your teaching staff.",
)


def failure_output(message: str) -> Any:
    """The output of a test that failed, with the message for the student."""
    return error_output(FAILED, message)


def error_output(name: str, message: str) -> Any:
    """An error that says ``message``, and nothing of where it was raised."""
    lines = [line for part in message.splitlines() for line in textwrap.wrap(part, LINE)]
    return new_output("error", ename=name, evalue=message, traceback=lines or [name])


def failure_of(cell: NotebookNode) -> str | None:
    """The message of a failed test, in Markdown, or None if it passed."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            if output.ename == FAILED:
                return str(output.evalue)
            return f"`{output.ename}`: {output.evalue}" if output.evalue else f"`{output.ename}`"
    return None


def fill_in(notebook: NotebookNode, exam: ExamSheet, result: Result) -> bool:
    """Give the cells of ``notebook`` their outputs; False, and nothing, if they are others."""
    if result.fault:
        for cell in notebook.cells:
            if grade_id(cell) in exam.tests:
                cell.outputs = [failure_output(str(_NOT_GRADED))]
        return True
    cells = code_cells(notebook)
    if [cell.source for cell in cells] != [cell.source for cell in result.cells]:
        return False
    for cell, graded in zip(cells, result.cells, strict=True):
        if graded.outputs is not None:
            cell.outputs = [NotebookNode(output) for output in graded.outputs]
            record_seconds(cell, graded.seconds)
    return True


def record_seconds(cell: Any, seconds: float) -> None:
    """Note how long a cell took, for the report; nothing of the grade depends on it."""
    cell.metadata["gradus"] = {"seconds": round(seconds, 3)}


def told(test: ExamCell, what: Text) -> Text:
    """A sentence about the names under test."""
    asked = ", ".join(f"`{name}`" for name in test.graded_names)
    return Text(f"{asked}: {what.es}", f"{asked}: {what.en}")


def missing_name(name: str) -> Text:
    return Text(
        f"`{name}` no está definido: revisa la celda de tu respuesta, tal vez lanza un error al "
        "ejecutarse.",
        f"`{name}` is not defined: look at the cell of your answer, perhaps it raises an error "
        "when it runs.",
    )


def not_completed(test: ExamCell, kind: str) -> Text:
    return told(
        test,
        Text(
            f"el test no se pudo completar con tu respuesta (`{kind}`).",
            f"the test could not be completed with your answer (`{kind}`).",
        ),
    )
