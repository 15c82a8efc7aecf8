"""Releasing: the right day, everything that a student needs, and nothing twice."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from grader_tests.classroom import ROOT
from gradus.cli import app
from gradus.course import calendar, handout, releasing
from gradus.course.nbgrader import open_gradebook
from gradus.course.settings import read_course
from gradus.errors import GradusError

NAME = "01_perceptron"
CALENDAR = """
[exchange]
root = ""

[[assignments]]
name = "01_perceptron"
release = 2026-08-10T09:00:00
due = 2026-08-17T23:59:00

[[assignments]]
name = "02_activations"
release = 2026-08-17T09:00:00
due = 2026-08-24T23:59:00
"""
EXTENSION = """
[[extensions]]
student = "jperez"
assignment = "01_perceptron"
due = 2026-08-20T23:59:00
"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """A course with two weeks and an exchange, before and after the release of the first."""
    outer = tmp_path_factory.mktemp("release")
    fresh = outer / "fresh"
    for name in ("authoring", "source", "release"):
        shutil.copytree(ROOT / name, fresh / name)
    shutil.copy(ROOT / "nbgrader_config.py", fresh)
    (fresh / "exchange").mkdir()
    (fresh / "exchange").chmod(0o777)
    head = (ROOT / "course.toml").read_text(encoding="utf-8").partition("[[assignments]]")[0]
    (fresh / "course.toml").write_text(f"{head}{CALENDAR}", encoding="utf-8")
    _settle(shutil.copytree(fresh, outer / "released"))
    done = _release(outer / "released")
    return fresh, outer / "released", done


@pytest.fixture
def root(templates, tmp_path):
    """The course before anything is released."""
    return _settle(shutil.copytree(templates[0], tmp_path / "course"))


@pytest.fixture
def released(templates, tmp_path):
    """The course with week 1 released."""
    return _settle(shutil.copytree(templates[1], tmp_path / "course"))


def _settle(root):
    """The exchange lies in the course at hand."""
    settings = (root / "course.toml").read_text(encoding="utf-8")
    here = re.sub(r'(?m)^root = ".*"', f'root = "{root}/exchange"', settings)
    (root / "course.toml").write_text(here, encoding="utf-8")
    return root


def _release(root, *, again=True):
    return releasing.finish(root, read_course(root), NAME, again=again)


def _at(day, hour=12):
    return datetime(2026, 8, day, hour, tzinfo=UTC) + timedelta(hours=4)


@pytest.mark.parametrize(
    ("day", "hour", "new"),
    [
        (9, 12, []),
        (10, 8, []),
        (10, 9, ["01_perceptron"]),
        (12, 3, ["01_perceptron"]),
        (17, 9, ["01_perceptron", "02_activations"]),
        (18, 9, ["02_activations"]),
        (30, 9, []),
    ],
)
def test_a_daily_run_releases_what_has_come_and_is_not_over(root, day, hour, new):
    assert releasing.agenda(root, read_course(root), _at(day, hour)).new == new


def test_a_week_that_was_never_released_is_not_sprung_on_anyone(root):
    notes = releasing.agenda(root, read_course(root), _at(30)).notes

    assert notes[0].startswith("01_perceptron was due on 2026-08-17 23:59 and never released")


def test_a_release_reaches_the_archive_the_gradebook_and_the_exchange(templates):
    _, root, done = templates

    assert done == [
        "wrote handouts/01_perceptron.zip",
        "entered its questions into the gradebook",
        "set its due date 2026-08-17 23:59 -0400",
        f"published it in {root}/exchange/CC6204/outbound/01_perceptron",
    ]
    with open_gradebook(root, read_course(root)) as gradebook:
        assignment = gradebook.find_assignment(NAME)
        assert assignment.duedate == datetime(2026, 8, 18, 3, 59)
        assert assignment.max_score == 20
    assert (root / "exchange/CC6204/outbound/01_perceptron/perceptron.ipynb").is_file()


def test_what_is_done_is_not_done_again(released):
    before = {path: path.stat().st_mtime_ns for path in released.rglob("*") if path.is_file()}

    assert _release(released, again=True) == []
    assert _release(released, again=False) == []
    assert releasing.agenda(released, read_course(released), _at(11)) == releasing.Agenda(
        [], [NAME], []
    )
    after = {path: path.stat().st_mtime_ns for path in released.rglob("*") if path.is_file()}
    assert after == before


def test_what_a_broken_run_left_undone_is_done_by_the_next(released):
    shutil.rmtree(released / "exchange" / "CC6204" / "outbound" / NAME)
    (released / "gradebook.db").unlink()

    done = _release(released, again=False)

    assert len(done) == 3
    assert "gradebook" in done[0]


def test_a_due_date_that_moves_is_set_and_the_notebook_stays(released):
    text = (released / "course.toml").read_text().replace("2026-08-17T23:59", "2026-08-19T23:59")
    (released / "course.toml").write_text(text)

    done = _release(released, again=False)

    assert done == [
        "wrote handouts/01_perceptron.zip",
        "set its due date 2026-08-19 23:59 -0400",
    ]


def test_a_changed_notebook_waits_for_a_person(released):
    notebook = released / "release" / NAME / "perceptron.ipynb"
    notebook.write_text(notebook.read_text().replace("Rosenblatt", "ROSENBLATT"))

    agenda = releasing.agenda(released, read_course(released), _at(11))

    assert "01_perceptron has changed since its release" in agenda.notes[0]
    assert _release(released, again=False) == []
    assert "wrote handouts/01_perceptron.zip" in _release(released, again=True)


def test_the_archive_holds_what_a_student_needs_and_nothing_hidden(released):
    with zipfile.ZipFile(released / "handouts" / f"{NAME}.zip") as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}

    assert set(files) == {
        f"{NAME}/{name}"
        for name in ("LEEME.md", "language.txt", "perceptron.ipynb", "requirements.txt")
    }
    assert {"jupyterlab", "matplotlib", "numpy"} <= set(
        files[f"{NAME}/requirements.txt"].splitlines()
    )
    assert "lunes 17 de agosto de 2026, 23:59" in files[f"{NAME}/LEEME.md"]
    assert "HIDDEN TESTS" not in files[f"{NAME}/perceptron.ipynb"]


def test_the_readme_speaks_the_courses_language(root):
    text = (root / "course.toml").read_text()
    (root / "course.toml").write_text(text.replace('language = "es"', 'language = "en"'))
    course = read_course(root)

    files = handout.contents(root, course, course.assignment(NAME))

    assert "**Due:** Monday 17 August 2026, 23:59" in files[f"{NAME}/README.md"].decode()


def test_two_releases_at_once_are_refused(root):
    with (
        releasing.one_at_a_time(root),
        pytest.raises(GradusError, match="Another release is under way"),
        releasing.one_at_a_time(root),
    ):
        pass


def test_an_exchange_that_cannot_be_written_is_one_sentence(root):
    shutil.rmtree(root / "exchange")
    (root / "exchange").write_text("a file")

    with pytest.raises(GradusError, match="01_perceptron could not be published"):
        _release(root)


def test_the_calendar_says_what_is_planned_released_due_and_graded(root):
    (root / "course.toml").write_text((root / "course.toml").read_text() + EXTENSION)
    course = read_course(root)

    def states(now):
        return [line.state for line in calendar.entries(root, course, now)]

    assert states(_at(9)) == ["planned", "planned"]
    assert states(_at(11)) == ["to release", "planned"]
    _release(root)
    assert states(_at(11)) == ["released", "planned"]
    assert states(_at(18)) == ["due", "to release"]
    with open_gradebook(root, course) as gradebook:
        gradebook.add_student("jperez")
        gradebook.add_submission(NAME, "jperez")
        for book in gradebook.find_submission(NAME, "jperez").notebooks:
            for grade in book.grades:
                grade.needs_manual_grade, grade.auto_score = False, 1.0
        gradebook.db.commit()
    (root / "submitted" / "jperez" / NAME).mkdir(parents=True)
    line = calendar.entries(root, course, _at(18))[0]
    assert (line.state, line.handed_in, line.graded, line.extensions) == ("graded", 1, 1, 1)


def test_looking_at_the_calendar_writes_nothing(root):
    calendar.entries(root, read_course(root), _at(11))

    assert not (root / "gradebook.db").exists()


def _gradus(root, monkeypatch, *arguments):
    monkeypatch.chdir(root)
    result = CliRunner().invoke(app, [str(word) for word in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_dry_run_says_what_it_would_do_and_does_nothing(root, monkeypatch):
    before = sorted(root.rglob("*"))

    shown = _gradus(root, monkeypatch, "release", "--week", "1", "--dry-run")

    assert "01_perceptron: would pass it through the gate, write handouts/" in shown
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("words", [[], [NAME, "--week", "1"], ["--today", "--week", "1"]])
def test_what_to_release_is_said_once(root, words, monkeypatch):
    monkeypatch.chdir(root)

    result = CliRunner().invoke(app, ["release", *words])

    assert result.exit_code == 2


def test_the_calendar_is_shown(root, monkeypatch):
    shown = _gradus(root, monkeypatch, "calendar")

    assert "02_activations" in shown
    assert "4 at 60 %" in shown
    assert "…" not in shown
