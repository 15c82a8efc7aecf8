"""docs/ta.md is true: its settings are read, and its five commands play a week."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
import pytest

from grader_tests.classroom import ROOT, sheet
from gradus.course.settings import read_course
from gradus.course.synthetic import Student, submission

WEEK = "01_perceptron"
PAGE = (ROOT / "docs" / "ta.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?m)^(?: {4}.*\n(?:\n(?= {4}))?)+", PAGE)
SETTINGS = [block for block in BLOCKS if block.lstrip().startswith("[")]
COMMANDS = [line.split("  #")[0].strip() for line in BLOCKS[0].splitlines()]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course in its first week, with a class list of three and a download of two."""
    root = tmp_path_factory.mktemp("ta") / "course"
    for name in ("authoring", "source", "release"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    head = (ROOT / "course.toml").read_text(encoding="utf-8").partition("[[assignments]]")[0]
    now = datetime.now(ZoneInfo("America/Santiago")).replace(microsecond=0, tzinfo=None)
    dates = f"release = {now - timedelta(days=1):%Y-%m-%dT12:00:00}\n"
    dates += f"due = {now + timedelta(days=2):%Y-%m-%dT12:00:00}\n"
    (root / "course.toml").write_text(f'{head}[[assignments]]\nname = "{WEEK}"\n{dates}')
    (root / "students.csv").write_text(
        "id,first_name,last_name,email\njperez,José,Pérez Muñoz,\nasoto,Ana,Soto,\nrlee,Ro,Lee,\n",
        encoding="utf-8",
    )
    exam = sheet(WEEK)
    release = nbformat.read(root / "release" / WEEK / "perceptron.ipynb", as_version=4)
    with zipfile.ZipFile(root / "download.zip", "w") as archive:
        for name, answers in [("José Pérez Muñoz", exam.solutions), ("Ana Soto", {})]:
            notebook = submission(release, Student(name, answers))
            entry = zipfile.ZipInfo(
                f"{name}_12_assignsubmission_file_/perceptron (1).ipynb", now.timetuple()[:6]
            )
            archive.writestr(entry, nbformat.writes(notebook))
    return root


def _run(root, command):
    program, *arguments = shlex.split(command)
    beside = Path(sys.executable).parent
    result = subprocess.run(
        [beside / program, *arguments],
        cwd=root,
        env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.mark.slow
def test_the_five_commands_play_a_week(root):
    assert len(COMMANDS) == 5
    _run(root, "nbgrader db student import students.csv")

    shown = {command.split()[1]: _run(root, command) for command in COMMANDS}
    _run(root, "gradus marks")

    assert "wrote handouts/01_perceptron.zip" in shown["release"]
    assert "2 of 3 handed in" in shown["collect"]
    assert "Missing (1): rlee" in shown["collect"]
    assert "2 graded, 0 missing" in shown["report"]
    with (root / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        marks = {row[0]: row[4] for row in csv.reader(file, delimiter=";")}
    assert marks == {"alumno": WEEK, "jperez": "7,0", "asoto": "1,0", "rlee": ""}
    page = root / "feedback" / "jperez" / WEEK / "perceptron.html"
    assert "<strong>7,0</strong>" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_second_release_on_the_same_day_does_nothing_and_mails_nobody(root):
    _run(root, "gradus release --today")
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}

    assert _run(root, "gradus release --today") == ""
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda text: text.split()[0])
def test_the_settings_that_it_shows_are_read(tmp_path, settings):
    text = (ROOT / "course.toml").read_text(encoding="utf-8")
    for table in re.findall(r"(?m)^ *\[(\w+)\]", settings):
        text = re.sub(rf"(?ms)^\[{table}\].*?(?=^\[|\Z)", "", text)
    (tmp_path / "course.toml").write_text(text + re.sub(r"(?m)^ +", "", settings))

    read_course(tmp_path)
