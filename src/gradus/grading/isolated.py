"""The isolated path: student code in a sandbox, tests in this process.

A fault costs the question that made it: the kernel is started again, the other cells are replayed,
and the remaining questions are graded.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from gradus.cells import grade_id
from gradus.exam import Wrong
from gradus.grading.bounds import bounded_memory, bounded_time
from gradus.grading.exam_sheet import ExamCell, ExamSheet
from gradus.grading.examiner import Examiner
from gradus.grading.figures import undrawn
from gradus.grading.sandbox import Sandbox
from gradus.grading.sanitise import plain, sanitised_bundle
from gradus.grading.student import (
    INTERRUPT_SECONDS,
    TIDY_SECONDS,
    Abandoned,
    KernelDied,
    StudentKernel,
    TookTooLong,
)
from gradus.grading.verdict import (
    error_output,
    failure_output,
    missing_name,
    not_completed,
    record_seconds,
    told,
)
from gradus.text import Text

MAX_RESTARTS = 20
# The call and what tidies up after it may each have to be interrupted.
_EXAMINER_SECONDS = 2 * INTERRUPT_SECONDS + TIDY_SECONDS + 2.0


class _Overrun(Abandoned):
    """The examiner itself was kept busy beyond the question's time."""


def grade_isolated(
    notebook: NotebookNode,
    exam: ExamSheet,
    folder: Path,
    files: Path | None,
    sandbox: Sandbox,
) -> None:
    """Execute the cells of ``notebook`` in ``sandbox``; each test's verdict goes into its cell."""
    # Only here, since it takes long to import.
    import matplotlib

    sandbox.admit(files)
    with matplotlib.rc_context({"backend": "agg"}):
        _Submission(notebook, exam, folder, sandbox).grade()
    sandbox.kill()


class _Submission:
    """One notebook on its way through the sandbox."""

    def __init__(
        self, notebook: NotebookNode, exam: ExamSheet, folder: Path, sandbox: Sandbox
    ) -> None:
        self.notebook = notebook
        self.exam = exam
        self.sandbox = sandbox
        self.limits = sandbox.limits
        self.examiner = Examiner(exam, folder)
        self.deadline = time.monotonic() + self.limits.notebook_seconds
        self.kernel: StudentKernel | None = None
        self.replayable: list[str] = []
        # As the kernel reports them: stripped, and cut at 200 characters.
        self.known_lines = frozenset(
            line.strip()[:200] for cell in notebook.cells for line in cell.source.splitlines()
        )
        self.restarts = 0

    def grade(self) -> None:
        """Cells and visible tests in the notebook's order, then the hidden tests.

        Nothing runs after the hidden tests that could show what was seen in them. They examine
        what the graded names were bound to at their own place in the notebook.
        """
        spared = undrawn(self.notebook, self.exam)
        if any(
            cell.id not in spared and grade_id(cell) in self.exam.figures
            for cell in self.notebook.cells
        ):
            self.sandbox.prepare_to_draw()
        postponed: list[tuple[NotebookNode, ExamCell, StudentKernel | None, dict[str, Any]]] = []
        for cell in self.notebook.cells:
            test = self.exam.tests.get(grade_id(cell))
            if cell.cell_type != "code" or cell.id in spared:
                continue
            start = time.monotonic()
            if test is None:
                cell.outputs = self._execute(cell.source)
            elif not test.hidden:
                cell.outputs = self._examine(test)
            else:
                bound = self._bound(test.graded_names)
                postponed.append((cell, test, self.kernel, bound))
            record_seconds(cell, time.monotonic() - start)
        for cell, test, kernel, bound in postponed:
            # After a restart the names are bound anew by the replay.
            same = kernel is not None and kernel is self.kernel
            start = time.monotonic()
            cell.outputs = self._examine(test, bound if same else None)
            record_seconds(cell, time.monotonic() - start)

    def _bound(self, names: tuple[str, ...]) -> dict[str, Any]:
        """What the names are bound to now."""
        kernel = self._ready_kernel()
        bound: dict[str, Any] = {}
        if kernel is None:
            return bound
        kernel.begin(self._seconds())
        try:
            for name in names:
                with suppress(NameError):
                    bound[name] = kernel.fetch(name)
        except Abandoned:
            self.kernel = None
        return bound

    def _execute(self, source: str) -> list[Any]:
        if not source.strip():
            return []
        kernel = self._ready_kernel()
        if kernel is None:
            return [error_output("TimeoutError", str(self._exhausted()))]
        try:
            kernel.begin(self._seconds())
            kernel.execute(source)
            # What the cell broke shows now, and is not run again with it.
            kernel.is_there()
        except TookTooLong:
            # The traceback of the interrupt says where we were, not what is wrong.
            seen = [output for output in _shown(kernel) if output.output_type != "error"]
            return [*seen, error_output("TimeoutError", str(self._too_long()))]
        except KernelDied:
            outputs = _shown(kernel)
            reason = self._too_long() if kernel.interrupted else self._died()
            self.kernel = None
            return [*outputs, error_output("KernelDied", str(reason))]
        self.replayable.append(source)
        return _shown(kernel)

    def _examine(self, test: ExamCell, bound: dict[str, Any] | None = None) -> list[Any]:
        kernel = self._ready_kernel()
        if kernel is None:
            return [failure_output(str(told(test, self._exhausted())))]
        kernel.begin(self._seconds())
        problem: str | None = None
        outputs: list[Any] = []
        try:
            with (
                bounded_time(self._seconds() + _EXAMINER_SECONDS, _Overrun),
                bounded_memory(self.limits.memory_mib << 20),
            ):
                self.examiner.examine(test, kernel, bound)
        except Wrong as wrong:
            problem = str(wrong)
        except Abandoned as reason:
            late = not isinstance(reason, KernelDied) or kernel.interrupted
            problem = str(told(test, self._too_long() if late else self._died()))
            if not isinstance(reason, TookTooLong):
                self.sandbox.kill()
                self.kernel = None
        except Exception as error:
            problem, outputs = _other_problem(error, test)
        seen = [] if test.hidden else [output for output in _shown(kernel) if _harmless(output)]
        if problem is not None:
            outputs = [failure_output(problem)]
        return [*seen, *outputs]

    def _ready_kernel(self) -> StudentKernel | None:
        """The kernel with every replayable cell run; None when the submission's time is up."""
        while self.kernel is None and self.restarts < MAX_RESTARTS:
            if time.monotonic() >= self.deadline:
                return None
            self.restarts += 1
            kernel = StudentKernel(self.sandbox, self.known_lines)
            shown = self.sandbox.shown_bytes
            try:
                # A sandbox that student code is just bringing down may still have taken the order.
                kernel.begin(self._seconds())
                kernel.is_there()
                for source in list(self.replayable):
                    kernel.begin(self._seconds())
                    try:
                        kernel.execute(source)
                    except Abandoned:
                        self.replayable.remove(source)
                        raise
                self.kernel = kernel
            except Abandoned:
                kernel.close()
            # What the replay printed was counted when it was shown.
            self.sandbox.shown_bytes = shown
        return self.kernel if time.monotonic() < self.deadline else None

    def _seconds(self) -> float:
        return min(self.limits.cell_seconds, max(0.1, self.deadline - time.monotonic()))

    def _too_long(self) -> Text:
        seconds = self.limits.cell_seconds
        return Text(
            f"no terminó en {seconds} segundos. ¿Hay un ciclo que no se detiene?",
            f"it did not end within {seconds} seconds. Is there an endless loop?",
        )

    def _died(self) -> Text:
        if self.sandbox.exceeded_memory:
            return Text(
                f"usó más de {self.limits.memory_mib} MiB de memoria y fue detenido.",
                f"it used more than {self.limits.memory_mib} MiB of memory and was stopped.",
            )
        return Text(
            "el kernel murió mientras se ejecutaba (por ejemplo por `os._exit`, por falta de "
            "memoria o por un error en código C).",
            "the kernel died while it ran (for example because of `os._exit`, of a lack of memory "
            "or of an error in C code).",
        )

    def _exhausted(self) -> Text:
        seconds = self.limits.notebook_seconds
        return Text(
            f"el notebook completo agotó sus {seconds} segundos antes de esta pregunta.",
            f"the whole notebook used up its {seconds} seconds before this question.",
        )


def _other_problem(error: Exception, test: ExamCell) -> tuple[str | None, list[Any]]:
    """The message, or the outputs, of a test that ended with something else than a verdict."""
    missing = getattr(error, "name", None) if isinstance(error, NameError) else None
    if missing in test.graded_names:
        return str(missing_name(str(missing))), []
    if isinstance(error, AssertionError) and str(error):
        return str(error), []
    kind = type(error).__name__
    if test.hidden:
        return str(not_completed(test, kind)), []
    report = getattr(error, "student_report", f"{kind}: {error}")
    return None, [new_output("error", ename=kind, evalue=report, traceback=report.splitlines())]


def _shown(kernel: StudentKernel) -> list[Any]:
    """What a cell showed, as notebook outputs."""
    shown: list[Any] = []
    for output in kernel.outputs:
        match output.kind:
            case "clear":
                shown.clear()
            case "stream":
                _add_stream(shown, output.name, output.text)
            case "error":
                shown.append(
                    new_output(
                        "error",
                        ename=output.name,
                        evalue=plain(output.text),
                        traceback=[plain(line) for line in output.traceback],
                    )
                )
            case "result" | "display" | "update":
                data = sanitised_bundle(output.data)
                shown.append(new_output("display_data", data=data))
    if kernel.lost_output:
        limit = kernel.sandbox.limits.output_kib
        note = Text(
            f"\n[La salida pasó de {limit} KiB; el resto se descartó.]\n",
            f"\n[The output went beyond {limit} KiB; the rest was dropped.]\n",
        )
        _add_stream(shown, "stdout", str(note))
    return shown


def _add_stream(shown: list[Any], name: str, text: str) -> None:
    name, text = "stderr" if name == "stderr" else "stdout", plain(text)
    if shown and shown[-1].output_type == "stream" and shown[-1].name == name:
        shown[-1].text += text
    else:
        shown.append(new_output("stream", name=name, text=text))


def _harmless(output: Any) -> bool:
    """Whether a visible test may show this; nothing that a grade could be read from."""
    if output.output_type == "stream":
        output.name = "stdout"
    return output.output_type in ("stream", "display_data")
