"""A toy course to attack: two exercises, an exam of plain asserts, and things worth stealing.

The same submissions are graded twice: by nbgrader with a configuration that nobody touched, and by
the repository's own. What a submission shows, what its author gets and what it left behind is then
there to be looked at.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import nbformat
import psutil
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry

from grader_tests.classroom import ROOT
from grader_tests.nbgrader_course import gradus, nbgrader
from gradus.cells import grade_id

WEEK = "01_perceptron"
NOTEBOOK = "perceptron.ipynb"
HIDDEN_CANARY = "canary-of-the-hidden-test"
SOLUTION_CANARY = "canary-of-the-solution"
OTHER_CANARY = "canary-of-another-student"
HOME_CANARY = "canary-of-the-home-folder"
VARIABLE_CANARY = "canary-of-the-environment"
INPUT = "-3.8125"
"""A number that only the hidden test holds."""

RIGHT = "def heaviside(z):\n    return np.where(np.asarray(z) >= 0, 1, 0)"
WRONG = "def heaviside(z):\n    return 7"
RIGHT_PERCEPTRON = "def perceptron(x, w, b):\n    return heaviside(np.dot(x, w) - b)"

Change = Callable[[NotebookNode], None]


@dataclass
class Entry:
    """One hand-in: the answer to the first exercise, cells around it, and a last change."""

    answer: str = RIGHT
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    markdown: str = ""
    change: Change | None = None
    folder: Callable[[Path, Path], None] | None = None
    """Given the folder of the hand-in and the course's root: lays down more than the notebook."""


@dataclass
class Outcome:
    """What became of one hand-in."""

    points: dict[str, float] = field(default_factory=dict)
    shown: str = ""
    feedback: str = ""
    recorded: bool = False
    side: str = ""
    """Names of the things that were left behind or reached, outside of the hand-in."""

    @property
    def total(self) -> float:
        return sum(self.points.values())


def source_notebook() -> NotebookNode:
    """The instructor's notebook."""
    cells = [
        new_markdown_cell("# Toy", id="prose-00"),
        _cell("setup", "import numpy as np\n\n\ndef close(a, b):\n    return bool(np.all(a == b))"),
        _cell("heaviside", f"### BEGIN SOLUTION\n# {SOLUTION_CANARY}\n{RIGHT}\n### END SOLUTION"),
        _cell("heaviside_visible", "assert heaviside(2.0) == 1", points=1),
        _cell("heaviside_hidden", _hidden("heaviside(X)", "np.array([0, 1])"), points=2),
        _cell("perceptron", f"### BEGIN SOLUTION\n{RIGHT_PERCEPTRON}\n### END SOLUTION"),
        _cell("perceptron_visible", "assert perceptron(np.ones(2), np.ones(2), 1.0) == 1"),
        _cell(
            "perceptron_hidden",
            _hidden("perceptron(X, np.array([2.0]), 1.0)", "1", inputs="np.array([2.5])"),
            points=2,
        ),
    ]
    return new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})


_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def _hidden(call: str, expected: str, inputs: str = f"np.array([{INPUT}, 1.5])") -> str:
    return (
        "### BEGIN HIDDEN TESTS\n"
        f"# {HIDDEN_CANARY}\n"
        f"X = {inputs}\n"
        f"expected = {expected}\n"
        f"received = {call}\n"
        "assert close(received, expected)\n"
        "### END HIDDEN TESTS"
    )


def _cell(name: str, source: str, points: float | None = None) -> NotebookNode:
    solution = "BEGIN SOLUTION" in source
    marks = {
        "schema_version": 3,
        "grade_id": name,
        "grade": points is not None,
        "locked": not solution,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        marks["points"] = points
    cell = new_code_cell(source, id=name.replace("_", "-"))
    cell.metadata["nbgrader"] = nbformat.from_dict(marks)
    return cell


Grader = Literal["stock", "nbgrader", "gradus"]
"""nbgrader as it comes; with this course's configuration; ``gradus autograde``."""


class ToyCourse:
    """A course folder in which a set of entries is graded."""

    def __init__(self, root: Path, grader: Grader, entries: dict[str, Entry]) -> None:
        self.root, self.grader, self.entries = root, grader, entries
        self.home = root / "home"
        self.reached: set[str] = set()
        # What is planted bears it, so that several courses can be attacked side by side.
        self.mark = str(secrets.randbelow(10**8) + 10**8)

    def grade(self) -> dict[str, Outcome]:
        """Release, hand in, autograde and give feedback, as an instructor does."""
        try:
            outcomes = self._graded()
            if self._kill_daemons():
                for outcome in outcomes.values():
                    outcome.side += " daemon"
            return outcomes
        finally:
            for path in self._planted():
                with suppress(OSError):
                    path.unlink()

    def _graded(self) -> dict[str, Outcome]:
        self._lay_out()
        self._run(nbgrader, "generate_assignment")
        with _Listeners() as listeners:
            self.addresses = listeners.addresses
            for name, entry in self.entries.items():
                self._hand_in(name, entry)
            self._run(gradus if self.grader == "gradus" else nbgrader, "autograde")
            self._run(nbgrader, "generate_feedback")
            self.reached = listeners.heard
        return {name: self._outcome(name) for name in self.entries}

    def _lay_out(self) -> None:
        source = self.root / "source" / WEEK
        source.mkdir(parents=True)
        self.home.mkdir()
        (self.home / "diary.txt").write_text(HOME_CANARY)
        nbformat.write(source_notebook(), source / NOTEBOOK)
        if self.grader != "stock":
            shutil.copy(ROOT / "nbgrader_config.py", self.root)
            settings = (ROOT / "course.toml").read_text(encoding="utf-8")
            for old, new in (
                ("cell_seconds = 30 ", "cell_seconds = 3 "),
                ("notebook_seconds = 300 ", "notebook_seconds = 25 "),
                ("memory_mib = 2048", "memory_mib = 768"),
                ("disk_mib = 256", "disk_mib = 32"),
            ):
                assert old in settings
                settings = settings.replace(old, new)
            (self.root / "course.toml").write_text(settings, encoding="utf-8")
        else:
            (self.root / "nbgrader_config.py").write_text("c = get_config()\n")
        for student in ("classmate",):
            folder = self.root / "submitted" / student / WEEK
            folder.mkdir(parents=True)
            notes = new_notebook(cells=[new_markdown_cell(OTHER_CANARY)])
            nbformat.write(notes, folder / "notes.ipynb")

    def _hand_in(self, name: str, entry: Entry) -> None:
        folder = self.root / "submitted" / name / WEEK
        folder.mkdir(parents=True)
        notebook = nbformat.read(self.root / "release" / WEEK / NOTEBOOK, as_version=4)
        cells = {grade_id(c): c for c in notebook.cells}
        cells["heaviside"].source = self._own(entry.answer)
        cells["perceptron"].source = RIGHT_PERCEPTRON
        place = notebook.cells.index(cells["heaviside"])
        notebook.cells[place:place] = [new_code_cell(self._own(source)) for source in entry.before]
        notebook.cells += [new_code_cell(self._own(source)) for source in entry.after]
        if entry.markdown:
            notebook.cells.append(new_markdown_cell(entry.markdown))
        if entry.change is not None:
            entry.change(notebook)
        text = json.dumps(notebook, indent=1)
        (folder / NOTEBOOK).write_text(text, encoding="utf-8")
        if entry.folder is not None:
            entry.folder(folder, self.root)

    def _own(self, source: str) -> str:
        """Attackers know where the course lies and what listens on this machine."""
        known = {"root": str(self.root), "mark": self.mark, **self.addresses}
        for place, value in known.items():
            source = source.replace(f"{{{place}}}", value)
        return source

    def _run(self, program: Callable[..., object], command: str) -> None:
        environment = {"HOME": str(self.home), "COURSE_TOKEN": VARIABLE_CANARY}
        program(self.root, command, WEEK, environment=environment)

    def _outcome(self, name: str) -> Outcome:
        outcome = Outcome(side=" ".join(sorted(self._left_behind())))
        graded = self.root / "autograded" / name / WEEK / NOTEBOOK
        page = self.root / "feedback" / name / WEEK / NOTEBOOK.replace(".ipynb", ".html")
        if graded.is_file():
            notebook = nbformat.read(graded, as_version=4)
            outcome.recorded = True
            outcome.shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
        if page.is_file():
            outcome.feedback = page.read_text(encoding="utf-8")
        database = f"sqlite:///{self.root / 'gradebook.db'}"
        with suppress(MissingEntry), Gradebook(database) as gradebook:
            book = gradebook.find_submission_notebook("perceptron", WEEK, name)
            outcome.points = {grade.name: grade.score for grade in book.grades}
            if any(grade.manual_score == 99 for grade in book.grades):
                outcome.side += " gradebook"
        return outcome

    def _left_behind(self) -> Iterable[str]:
        yield from (f"reached-{kind}" for kind in self.reached)
        expected = {".ipython", ".cache", ".config", ".local", ".jupyter", "diary.txt"}
        planted = [path.name for path in self.home.rglob("planted*")]
        planted += [path.name for path in self.root.rglob("planted*")]
        yield from planted
        yield from (path.name for path in self._planted())
        yield from (p.name for p in self.home.iterdir() if p.name not in expected)

    def _planted(self) -> Iterable[Path]:
        """What was left in the folders that all share."""
        for folder in ("/tmp", "/dev/shm"):
            yield from Path(folder).glob(f"planted-*-{self.mark}")

    def _kill_daemons(self) -> bool:
        """Whether a process that an attack left behind is alive; it is killed."""
        found = False
        for process in psutil.process_iter(["cmdline"]):
            if process.info["cmdline"] == ["sleep", self.mark]:
                found = True
                process.kill()
        return found


class _Listeners:
    """Servers on this machine that a submission should not reach."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self.addresses: dict[str, str] = {}

    def __enter__(self) -> _Listeners:
        tcp = socket.create_server(("127.0.0.1", 0))
        abstract = socket.socket(socket.AF_UNIX)
        name = f"gradus-attack-{os.getpid()}"
        abstract.bind(f"\0{name}")
        abstract.listen()
        udp = socket.socket(type=socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        self.addresses = {
            "tcp": str(tcp.getsockname()[1]),
            "udp": str(udp.getsockname()[1]),
            "abstract": name,
        }
        self.sockets = {"tcp": tcp, "abstract": abstract, "udp": udp}
        for kind, listener in self.sockets.items():
            threading.Thread(target=self._listen, args=(kind, listener), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self.sockets.values():
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _listen(self, kind: str, listener: socket.socket) -> None:
        with suppress(OSError):
            if kind == "udp":
                if listener.recv(64):
                    self.heard.add(kind)
                return
            while True:
                connection, _ = listener.accept()
                self.heard.add(kind)
                connection.close()
