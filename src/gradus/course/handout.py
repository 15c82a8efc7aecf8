"""The archive of an assignment that a student can take anywhere: notebook, requirements, readme."""

from __future__ import annotations

import ast
import io
import os
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

import nbformat

from gradus.course.building import folder_contents
from gradus.course.settings import Assignment, Course
from gradus.errors import GradusError
from gradus.text import Text

FOLDER = "handouts"
REQUIREMENTS = "requirements.txt"
README = Text("LEEME.md", "README.md")

_PACKAGE = {"sklearn": "scikit-learn", "PIL": "pillow", "cv2": "opencv-python"}
_WEEKDAYS = Text(
    "lunes martes miércoles jueves viernes sábado domingo",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
)
_MONTHS = Text(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "January February March April May June July August September October November December",
)


def place(root: Path, name: str) -> Path:
    """Where the archive of an assignment lies."""
    return root / FOLDER / f"{name}.zip"


def contents(root: Path, course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Path in the archive → bytes, from the assignment's folder in release/."""
    released = folder_contents(root / "release" / assignment.name)
    notebook = assignment.notebook
    if notebook not in released:
        raise GradusError(f"release/{assignment.name}/{notebook} is missing; run `gradus build`.")
    language = course.course.language
    made = {
        REQUIREMENTS: _requirements(released[notebook]),
        README.to(language): _readme(course, assignment).to(language),
    }
    files = {path: text.encode() for path, text in made.items()} | released
    return {f"{assignment.name}/{path}": data for path, data in sorted(files.items())}


def existing(path: Path) -> dict[str, bytes] | None:
    """What an archive holds; None if there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {entry: archive.read(entry) for entry in archive.namelist()}
    except (OSError, zipfile.BadZipFile, EOFError):
        return None


def is_notebook_changed(old: dict[str, bytes], new: dict[str, bytes]) -> bool:
    """Whether a student who took the old archive holds other work than the new one gives."""
    ours = {REQUIREMENTS, *README}

    def work(files: dict[str, bytes]) -> dict[str, bytes]:
        return {path: data for path, data in files.items() if path.split("/")[-1] not in ours}

    return work(old) != work(new)


def write(path: Path, files: dict[str, bytes]) -> None:
    """Write the archive in one step, so that nobody finds half of it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    path.parent.mkdir(exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(buffer.getvalue())
    os.chmod(scratch, 0o644)
    os.replace(scratch, path)


def said(course: Course, instant: datetime) -> Text:
    """An instant as a sentence says it."""

    def name(text: str, number: int) -> str:
        return text.split()[number]

    clock, zone = f"{instant:%H:%M}", course.course.timezone
    day = [name(text, instant.weekday()) for text in _WEEKDAYS]
    month = [name(text, instant.month - 1) for text in _MONTHS]
    return Text(
        f"{day[0]} {instant.day} de {month[0]} de {instant.year}, {clock} (hora de {zone})",
        f"{day[1]} {instant.day} {month[1]} {instant.year}, {clock} ({zone} time)",
    )


def _requirements(notebook: bytes) -> str:
    """The packages that the notebook's cells import, and the means to open it."""
    names = {"jupyterlab"}
    for cell in nbformat.reads(notebook.decode(), as_version=4).cells:
        if cell.cell_type != "code":
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    names -= set(sys.stdlib_module_names)
    return "".join(f"{_PACKAGE.get(name, name)}\n" for name in sorted(names, key=str.lower))


def _readme(course: Course, assignment: Assignment) -> Text:
    due = said(course, course.due(assignment))
    title = f"# {course.course.id} · {course.course.title} · {assignment.name}"
    notebook = assignment.notebook
    install = f"""\
    python3 -m venv .venv
    .venv/bin/pip install -r {REQUIREMENTS}
    .venv/bin/jupyter lab {notebook}
"""
    return Text(
        f"""{title}

**Entrega:** {due.es}.

En tu computador, con Python 3.11 o más nuevo (en Windows, `.venv\\Scripts` en vez de `.venv/bin`):

{install}
En Google Colab o VS Code basta con abrir `{notebook}`; deja a su lado los otros archivos.

Escribe tus respuestas en las celdas que dicen `TU CÓDIGO AQUÍ`. Los tests visibles te dicen al
ejecutarlos si vas bien. No borres ni dupliques celdas. Antes de entregar, elige *Kernel → Restart
Kernel and Run All Cells*, guarda, y entrega solo `{notebook}`, sin cambiarle el nombre.
""",
        f"""{title}

**Due:** {due.en}.

On your computer, with Python 3.11 or newer (on Windows, `.venv\\Scripts` for `.venv/bin`):

{install}
In Google Colab or VS Code it is enough to open `{notebook}`; keep the other files beside it.

Write your answers in the cells that say `YOUR CODE HERE`. The visible tests tell you, when you run
them, whether you are on the right way. Do not delete or duplicate cells. Before you hand in, choose
*Kernel → Restart Kernel and Run All Cells*, save, and hand in `{notebook}` only, under this name.
""",
    )
