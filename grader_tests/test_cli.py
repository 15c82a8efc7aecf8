"""The command line: bad input of any kind gets one clear sentence, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader_tests.classroom import ROOT

BIN = Path(sys.executable).parent


def _run(program, *arguments, cwd, **environment):
    return subprocess.run(
        [program, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def course(tmp_path):
    """A course with week 1, outside the repository."""
    for name in ("authoring", "source", "release"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("course.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def _sentence(result):
    assert result.returncode in (1, 2)
    assert "Traceback" not in result.stdout + result.stderr
    return result.stdout + result.stderr


def test_no_course_toml(tmp_path):
    assert "There is no course.toml" in _sentence(_run(BIN / "gradus", "build", cwd=tmp_path))


@pytest.mark.parametrize(
    "program", [["gradus", "build"], ["nbgrader", "autograde", "01_perceptron"]]
)
def test_a_date_that_is_not_one(course, program):
    path = course / "course.toml"
    path.write_text(path.read_text().replace("2026-08-17T23:59:00", "2026-08-41T23:59:00", 1))

    message = _sentence(_run(BIN / program[0], *program[1:], cwd=course))

    assert "course.toml is not valid TOML" in message


def test_an_unknown_assignment(course):
    message = _sentence(_run(BIN / "gradus", "build", "09_nothing", cwd=course))

    assert "There is no assignment '09_nothing'" in message


def test_an_unknown_language(course):
    message = _sentence(_run(BIN / "gradus", "build", "--language", "fr", cwd=course))

    assert "'fr' is not es or en" in message


def test_a_stale_notebook(course):
    (course / "source" / "01_perceptron" / "perceptron.ipynb").write_text("not json")

    message = _sentence(_run(BIN / "gradus", "build", "01_perceptron", "--check", cwd=course))

    assert "source/01_perceptron/perceptron.ipynb is not what" in message


def test_a_demonstration_never_deletes_what_is_not_its_own(course):
    message = _sentence(_run(BIN / "gradus", "demo", "--folder", "source", cwd=course))

    assert "is not empty and not a demonstration" in message
    assert (course / "source" / "01_perceptron" / "perceptron.ipynb").exists()


def test_a_python_that_is_too_old(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    message = _sentence(_run("make", "demo", f"PYTHON={old}", cwd=tmp_path))

    assert "Gradus needs Python 3.11 or newer" in message


def test_nbgrader_finds_what_it_needs_without_a_path(course):
    result = _run(
        BIN / "nbgrader",
        "generate_assignment",
        "01_perceptron",
        "--force",
        cwd=course,
        PATH="/usr/bin",
    )

    assert result.returncode == 0, result.stderr
    assert (course / "release" / "01_perceptron" / "perceptron.ipynb").read_bytes() == (
        ROOT / "release" / "01_perceptron" / "perceptron.ipynb"
    ).read_bytes()


def test_the_doctor_finds_this_machine_healthy(course):
    result = _run(BIN / "gradus", "doctor", cwd=course)

    assert result.returncode == 0, result.stdout
    assert "a kernel runs in it" in result.stdout


def test_the_doctor_warns_when_the_isolation_is_off(course):
    path = course / "course.toml"
    path.write_text(path.read_text().replace('isolation = "sandbox"', 'isolation = "none"'))

    assert "a submission can do all that you can" in _sentence(
        _run(BIN / "gradus", "doctor", cwd=course)
    )


def test_a_python_called_by_a_relative_path_finds_itself_in_the_sandbox(course):
    python = os.path.relpath(sys.executable, course)

    result = _run(python, "-c", "from gradus.cli import main; main()", "doctor", cwd=course)

    assert result.returncode == 0, result.stdout
