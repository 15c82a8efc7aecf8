"""The pages for readers are true: each command is run, each setting is read."""

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
from gradus.grading.exam_sheet import ExamSheet

WEEK = "01_perceptron"
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
PROGRAMS = ("gradus", "nbgrader", "make", "python", "pip", "dask", "export", "cp", "cd", "docker")


def blocks(page):
    """The indented and fenced blocks of a page, in its order, without their indent and fences."""
    fenced, indented = r"^ *```\w*\n((?:.*\n)*?) *```", r"((?:^ {4}.*\n(?:\n(?= {4}))?)+)"
    found = re.findall(f"(?m){fenced}|{indented}", page)
    return [re.sub(r"(?m)^ +", "", one or other) for one, other in found]


def commands(page):
    """Each line of a block that starts a program, without comment and the place of the program."""
    lines = [line for block in blocks(page) for line in block.splitlines()]
    plain = [re.sub(r"\s+#.*", "", line).strip().removeprefix(".venv/bin/") for line in lines]
    return [line for line in plain if line.split(" ")[0] in PROGRAMS and " = " not in line]


FIVE = commands(PAGES["docs/ta.md"])[:5]
PLAYED = [
    "nbgrader db student import students.csv",
    *FIVE,
    "gradus marks",
    "gradus calendar",
    "gradus doctor",
    "gradus build",
    "gradus build --check",
    "gradus build --language en --into preview",
    "gradus build 01_perceptron",
    "gradus check 01_perceptron",
    f"nbgrader generate_feedback {WEEK} --force",
]
"""Run here, in this order, in a course of one week."""
SECTION = PAGES["docs/instructor.md"].split("## Add a week")[1].split("\n## ")[0]
ELSEWHERE = {
    "make demo": "grader_tests/test_week.py::test_the_export_lists_everyone",
    "make test": ".ci/run::make test",
    "gradus verify": "grader_tests/test_verify.py::test_the_command_prints_one_object",
    "gradus speedup --out speed": "grader_tests/test_speedup.py::test_all_is_measured_and_written",
    "gradus speedup --device cuda --out docs/gpu": "grader_tests/test_speedup_gpu.py::"
    "test_at_saturation_the_gpu_is_far_faster",
    "python benchmarks/teaching_week.py --students 400": "grader_tests/test_teaching_week.py::"
    "test_a_small_class_plays_the_week",
    "python benchmarks/grading.py --students 20 --json": "grader_tests/test_benchmarks.py::"
    "test_every_contender_grades_the_class",
    "python benchmarks/kills.py --students 60 --kills 20": "grader_tests/test_benchmarks.py::"
    "test_a_class_whose_grading_is_killed_gets_the_same_gradebook",
    "gradus autograde 05_chain_rule --scheduler tcp://10.0.0.5:8786": "grader_tests/"
    "test_cluster.py::test_the_command_grades_on_a_cluster",
    "pip install 'gradus-course[cluster]'": "Makefile::.[dev]",
    "dask scheduler --host 10.0.0.5": "grader_tests/test_cluster.py::dask_scheduler",
    "dask worker tcp://10.0.0.5:8786 --nthreads 1 --nworkers 8": "grader_tests/test_cluster.py::"
    "dask_worker",
    "export GRADUS_DB_URL=postgresql://teacher@db.example.org/cc6204": "grader_tests/"
    "test_postgresql.py::test_the_gradebook_is_the_same_row_by_row",
}
"""What needs a cluster, a GPU, a server or many minutes, and the place that runs the like of it."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_pages_is_run(page):
    known = {*PLAYED, *commands(SECTION), *ELSEWHERE}

    assert [line for line in commands(PAGES[page]) if line not in known] == []


@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_run_elsewhere_is_there(place):
    path, _, words = place.partition("::")

    assert words in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_to_what_is_there(page):
    folder = (ROOT / page).parent
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGES[page])

    assert [link for link in links if not (folder / link).exists()] == []


def test_the_readme_leads_to_every_page():
    assert [page for page in PAGES if page != "README.md" and page not in PAGES["README.md"]] == []


SETTINGS = [block for block in blocks(PAGES["docs/ta.md"]) if block.startswith("[")]


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


def _run(root, command, **environment):
    beside = Path(sys.executable).parent
    path = f"{beside}{os.pathsep}{os.environ['PATH']}"
    program, *arguments = shlex.split(command)
    result = subprocess.run(
        [shutil.which(program, path=path), *arguments],
        cwd=root,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def shown(root):
    """Command → what it said, all of them run one after the other."""
    return {command: _run(root, command) for command in PLAYED}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_five_commands_play_a_week(root, shown):
    said = {command.split()[1]: shown[command] for command in FIVE}

    assert len(FIVE) == 5
    assert "wrote handouts/01_perceptron.zip" in said["release"]
    assert "2 of 3 handed in" in said["collect"]
    assert "Missing (1): rlee" in said["collect"]
    assert "2 graded, 0 missing" in said["report"]
    with (root / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        marks = {row[0]: row[4] for row in csv.reader(file, delimiter=";")}
    assert marks == {"alumno": WEEK, "jperez": "7,0", "asoto": "1,0", "rlee": ""}
    page = root / "feedback" / "jperez" / WEEK / "perceptron.html"
    assert "<strong>7,0</strong>" in page.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("shown")
def test_a_second_release_on_the_same_day_does_nothing_and_mails_nobody(root):
    before = {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()}

    assert _run(root, "gradus release --today") == ""
    assert {p: p.stat().st_mtime_ns for p in root.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda text: text.split()[0])
def test_the_settings_that_it_shows_are_read(tmp_path, settings):
    text = (ROOT / "course.toml").read_text(encoding="utf-8")
    for table in re.findall(r"(?m)^ *\[(\w+)\]", settings):
        text = re.sub(rf"(?ms)^\[{table}\].*?(?=^\[|\Z)", "", text)
    (tmp_path / "course.toml").write_text(text + settings)

    read_course(tmp_path)


@pytest.fixture(scope="module")
def new_week(tmp_path_factory):
    """A copy of the course to which the instructor's page has added a week, graded for two."""
    root = tmp_path_factory.mktemp("new") / "course"
    for name in ("authoring", "source", "release", "src", "docs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("nbgrader_config.py", "course.toml"):
        shutil.copy(ROOT / name, root)
    (root / "students.csv").write_text(
        "id,first_name,last_name,email\njperez,José,Pérez,\nasoto,Ana,Soto,\n", encoding="utf-8"
    )
    _run(root, "nbgrader db student import students.csv")
    for block in blocks(SECTION):
        if block.startswith("["):
            with (root / "course.toml").open("a", encoding="utf-8") as settings:
                settings.write(f"\n{block}")
            continue
        for command in commands(f"```\n{block}```"):
            if "collect" in command:
                _download(root, "08_averages")
            _run(root, command, PYTHONPATH=str(root / "src"))
    return root


def _download(root, week):
    """One right answer, and one with a mistake of the new catalogue."""
    topic = week.split("_", 1)[1]
    exam = ExamSheet.read(root / "source" / week / f"{topic}.ipynb")
    release = nbformat.read(root / "release" / week / f"{topic}.ipynb", as_version=4)
    wrong = {"geometric_mean": "def geometric_mean(x):\n    return np.mean(x)"}
    with zipfile.ZipFile(root / "download.zip", "w") as archive:
        for name, answers in [("José Pérez", {}), ("Ana Soto", wrong)]:
            notebook = submission(release, Student(name, exam.solutions | answers))
            place = f"{name}_12_assignsubmission_file_/{topic}.ipynb"
            entry = zipfile.ZipInfo(place, (2026, 10, 1, 12, 0, 0))
            archive.writestr(entry, nbformat.writes(notebook))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_instructors_page_alone_adds_a_week(new_week):
    pages = {
        student: (new_week / f"feedback/{student}/08_averages/averages.html").read_text("utf-8")
        for student in ("jperez", "asoto")
    }

    assert (new_week / "handouts" / "08_averages.zip").is_file()
    assert (new_week / "reports" / "08_averages.html").is_file()
    assert "geometric_mean" in (new_week / "docs" / "reference.md").read_text("utf-8")
    assert re.search(r"20\s+de\s+20", pages["jperez"])
    assert re.search(r"15\s+de\s+20", pages["asoto"])
    assert "la media aritmética" in pages["asoto"]
