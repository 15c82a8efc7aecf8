"""Marks: the scale, the late policy, and a table that spreadsheets open as it is."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import ExportApp
from nbgrader.preprocessors import GetGrades
from traitlets.config import Config

from gradus.course import calendar
from gradus.course.collecting.collect import collect
from gradus.course.feedback import MarkedFeedback
from gradus.course.late import LatePolicy, extensions
from gradus.course.lateness import LateDays, Punctuality
from gradus.course.marks import BOM, as_csv, harmless, marks_table
from gradus.course.nbgrader import open_gradebook
from gradus.course.scale import Scale
from gradus.course.settings import read_course
from gradus.errors import GradusError

CHILE = Scale()
GERMANY = Scale(lowest=5.0, passing=4.0, highest=1.0, requirement=50)
SPAIN = Scale(lowest=0, passing=5, highest=10, requirement=50)
LETTERS = Scale(letters={"A": 90, "B": 80, "C": 70, "F": 0})
SCALES = st.sampled_from([CHILE, GERMANY, SPAIN, Scale(requirement=50), Scale(decimals=2)])
MAXIMUM = 20.0
SCORES = st.integers(0, 200).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("scale", "score", "mark"),
    [
        (CHILE, 0, "1.0"),
        (CHILE, 12, "4.0"),
        (CHILE, 20, "7.0"),
        (CHILE, 16, "5.5"),
        (CHILE, 6, "2.5"),
        (CHILE, 11.8, "4.0"),  # 3.95, half up
        (CHILE, 11.7, "3.9"),  # 3.925
        (CHILE, 0.1 + 0.2, "1.1"),  # 1.075, through a sum with noise
        (GERMANY, 0, "5.0"),
        (GERMANY, 10, "4.0"),
        (GERMANY, 20, "1.0"),
        (SPAIN, 15, "7.5"),
    ],
)
def test_a_mark_is_the_one_of_the_printed_table(scale, score, mark):
    assert scale.written(score, MAXIMUM) == mark


@pytest.mark.parametrize(
    ("score", "letter"), [(18, "A"), (17.9, "B"), (16, "B"), (13.9, "F"), (0, "F"), (20, "A")]
)
def test_a_letter_is_the_best_whose_percentage_is_reached(score, letter):
    assert LETTERS.written(score, MAXIMUM) == letter


@given(SCALES, SCORES)
def test_a_mark_agrees_with_linear_interpolation(scale, score):
    exact = np.interp(
        score / MAXIMUM,
        [0, scale.requirement / 100, 1],
        [scale.lowest, scale.passing, scale.highest],
    )

    assert abs(float(scale.mark(score, MAXIMUM)) - exact) <= 0.5 * 10**-scale.decimals + 1e-9


@given(SCALES, SCORES, SCORES)
def test_more_points_never_make_a_worse_mark(scale, one, other):
    low, high = sorted([one, other])
    worse, better = scale.mark(low, MAXIMUM), scale.mark(high, MAXIMUM)

    assert worse <= better if scale.highest > scale.lowest else worse >= better


@given(SCALES, st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6))
def test_a_mark_never_leaves_the_scale(scale, score):
    ends = sorted([Decimal(repr(float(scale.lowest))), Decimal(repr(float(scale.highest)))])

    assert ends[0] <= scale.mark(score, MAXIMUM) <= ends[1]


@given(SCALES, SCORES)
def test_whoever_meets_the_requirement_passes(scale, score):
    assert scale.passes(score, MAXIMUM) or score / MAXIMUM * 100 < scale.requirement


@given(st.lists(st.integers(10, 70), min_size=1, max_size=12))
def test_an_average_is_the_mean_rounded_half_up(tenths):
    exact = Decimal(sum(tenths)) / len(tenths)

    average = CHILE.average([Decimal(mark).scaleb(-1) for mark in tenths])

    assert -Decimal("0.5") < average * 10 - exact <= Decimal("0.5")


POLICIES = st.builds(
    LatePolicy,
    grace_minutes=st.integers(0, 600),
    per_day=st.integers(0, 100),
    floor=st.integers(0, 100),
)
LATENESS = st.floats(0, 60 * 86400)
EARNED = st.floats(0, 20)


@pytest.mark.parametrize(
    ("hours", "lost"),
    [(0, 0), (0.25, 0), (0.26, 2), (24.25, 2), (24.26, 4), (48.5, 6), (24 * 30, 10)],
)
def test_each_day_that_begins_after_the_grace_takes_a_tenth(hours, lost):
    policy = LatePolicy(grace_minutes=15, per_day=10, floor=50)

    assert policy.penalty(20, hours * 3600) == pytest.approx(lost)


@given(POLICIES, EARNED, LATENESS)
def test_a_penalty_lies_between_nothing_and_all_but_the_floor(policy, score, seconds):
    penalty = policy.penalty(score, seconds)

    assert 0 <= penalty <= score * (100 - policy.floor) / 100 + 1e-9


@given(POLICIES, EARNED, LATENESS, LATENESS)
def test_who_comes_later_never_loses_less(policy, score, one, other):
    early, late = sorted([one, other])

    assert policy.penalty(score, early) <= policy.penalty(score, late)


@given(POLICIES, EARNED, EARNED, LATENESS)
def test_who_earned_more_never_ends_with_less(policy, one, other, seconds):
    less, more = sorted([one, other])

    kept = [score - policy.penalty(score, seconds) for score in (less, more)]

    assert kept[0] <= kept[1] + 1e-9


@given(POLICIES, EARNED)
def test_nothing_is_lost_within_the_grace(policy, score):
    assert policy.penalty(score, policy.grace_minutes * 60) == 0


def test_the_plug_in_applies_the_configured_policy():
    config = Config()
    config.LateDays.policy = {"grace_minutes": 0, "per_day": 25, "floor": 0}

    assert LateDays(config=config).late_submission_penalty("x", 8, 90000) == 4


def test_an_extension_without_a_due_date_stops_nobody(root, tmp_path):
    shutil.copy(root / "gradebook.db", tmp_path)
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Gradebook(url) as gradebook:
        gradebook.find_assignment("01_perceptron").duedate = None
        gradebook.db.commit()

    _grade_lateness(url, {"good": "2026-08-19T03:59:00+00:00"})

    with Gradebook(url) as gradebook:
        assert gradebook.find_submission("01_perceptron", "good").total_seconds_late == 0


def test_the_course_hands_its_extensions_over_in_utc(root):
    assert extensions(read_course(root)) == {
        "01_perceptron": {"extended": "2026-09-01T03:59:00+00:00"}
    }


COURSE = """\
[course]
id = "CC6204"
title = "Deep Learning"
language = "es"
timezone = "America/Santiago"

[[assignments]]
name = "01_perceptron"
release = 2026-08-10T09:00:00
due = 2026-08-17T23:59:00

[[assignments]]
name = "02_activations"
release = 2026-08-17T09:00:00
due = 2026-08-24T23:59:00

[[extensions]]
student = "extended"
assignment = "01_perceptron"
due = 2026-08-31T23:59:00
"""
DUE = datetime(2026, 8, 18, 3, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course whose gradebook holds five students and one assignment of 20 points."""
    tmp_path = tmp_path_factory.mktemp("marks")
    (tmp_path / "course.toml").write_text(COURSE, encoding="utf-8")
    with open_gradebook(tmp_path, read_course(tmp_path)) as gradebook:
        gradebook.add_assignment("01_perceptron", duedate=DUE.replace(tzinfo=None))
        gradebook.add_notebook("perceptron", "01_perceptron")
        gradebook.add_grade_cell(
            "q1", "perceptron", "01_perceptron", max_score=20, cell_type="code"
        )
        for identity, last, first in [
            ("good", "Muñoz, Ñandú", "Åsa"),
            ("late", '=HYPERLINK("http://x")', "\tTab\nLine"),
            ("missing", "Soto", "@SUM(A1)"),
            ("extended", "Zapata", "Eva"),
            ("ungraded", "Arce", "Ana"),
        ]:
            gradebook.add_student(identity, last_name=last, first_name=first)
        for identity, points, penalty in [("good", 16, None), ("late", 16, 4)]:
            gradebook.add_submission("01_perceptron", identity)
            grade = gradebook.find_grade("q1", "perceptron", "01_perceptron", identity)
            grade.auto_score, grade.needs_manual_grade = points, False
            book = gradebook.find_submission_notebook("perceptron", "01_perceptron", identity)
            book.late_submission_penalty = penalty
        gradebook.db.commit()
    (tmp_path / "submitted" / "ungraded" / "01_perceptron").mkdir(parents=True)
    return tmp_path


def _table(root, now=DUE + timedelta(days=1)):
    course = read_course(root)
    with open_gradebook(root, course) as gradebook:
        marks = marks_table(root, course, gradebook, now=now)
    return marks, course


def test_everyone_has_a_row_with_the_mark_that_is_due(root):
    marks, _ = _table(root)

    assert marks.header[4:] == ["01_perceptron", "promedio"]
    assert {row[0]: row[4] for row in marks.rows} == {
        "good": "5,5",
        "late": "4,0",
        "missing": "1,0",
        "extended": "",
        "ungraded": "",
    }
    assert marks.warnings == [
        "01_perceptron: 1 handed in and not graded yet; run `gradus autograde 01_perceptron`."
    ]


def test_an_extension_of_a_stranger_is_named_and_a_course_without_students_refused(root, tmp_path):
    for name in ("course.toml", "gradebook.db"):
        shutil.copy(root / name, tmp_path)
    settings = tmp_path / "course.toml"
    settings.write_text(settings.read_text().replace('"extended"', '"extnded"'))
    marks, course = _table(tmp_path)

    assert marks.warnings[0].startswith("course.toml gives 'extnded' more time for 01_perceptron")
    assert calendar.warnings(tmp_path, course) == marks.warnings[:1]
    assert collect(tmp_path, course, "01_perceptron", []).warnings == marks.warnings[:1]
    (tmp_path / "gradebook.db").unlink()
    with pytest.raises(GradusError, match="nbgrader db student import"):
        _table(tmp_path)


def test_nobody_is_failed_before_the_due_instant(root):
    marks, _ = _table(root, now=DUE)

    assert {row[0]: row[4] for row in marks.rows}["missing"] == ""


def test_the_file_is_utf8_with_a_mark_and_comes_back_as_it_was(root):
    marks, course = _table(root)

    text = as_csv(marks, course)

    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))
    assert rows == [marks.header, *marks.rows]
    assert ["good", "Muñoz, Ñandú", "Åsa", "", "5,5", "5,5"] in rows


def test_a_name_is_never_a_formula(root):
    marks, _ = _table(root)
    cells = [cell for row in marks.rows for cell in row]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert '\'=HYPERLINK("http://x")' in cells
    assert "Tab Line" in cells


@given(st.text())
def test_a_harmless_cell_is_one_line_and_no_formula(text):
    cell = harmless(text)

    assert cell == "" or cell.isprintable()
    assert not cell.startswith(("=", "+", "-", "@"))
    assert harmless(cell) == cell


def test_feedback_tells_the_mark_that_the_table_has(root):
    config = Config()
    config.MarkedFeedback.scale = {"decimals": 1}
    resources = {
        "nbgrader": {
            "student": "late",
            "assignment": "01_perceptron",
            "notebook": "perceptron",
            "db_url": f"sqlite:///{root}/gradebook.db",
        }
    }
    GetGrades().preprocess(new_notebook(), resources)

    mark = MarkedFeedback(config=config).mark(resources["nbgrader"])

    assert mark == {row[0]: row[4] for row in _table(root)[0].rows}["late"]


def test_nbgraders_export_command_writes_it(root, monkeypatch):
    monkeypatch.chdir(root)
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "CC6204"
    app = ExportApp(config=config)
    app.initialize(
        ["--exporter=gradus.course.marks.MarksExporter", "--to=m.csv", "--student=['good']"]
    )
    app.start()

    text = (root / "m.csv").read_bytes().decode("utf-8-sig")

    assert text.splitlines()[1:] == ["good;Muñoz, Ñandú;Åsa;;5,5;5,5"]


@pytest.mark.parametrize(
    ("extension", "penalty", "late"),
    [
        ({}, 3.2, 2 * 86400),
        ({"good": "2026-08-19T03:59:00+00:00"}, 1.6, 86400),
        ({"good": "2026-08-21T03:59:00+00:00"}, None, 0),
        ({"good": "2026-08-01T03:59:00+00:00"}, 3.2, 2 * 86400),
        ({"late": "2026-08-21T03:59:00+00:00"}, 3.2, 2 * 86400),
    ],
)
def test_an_extension_is_recorded_and_moves_the_penalty(root, tmp_path, extension, penalty, late):
    shutil.copy(root / "gradebook.db", tmp_path)
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with Gradebook(url) as gradebook:
        two_days_later = (DUE + timedelta(days=2)).replace(tzinfo=None)
        gradebook.find_submission("01_perceptron", "good").timestamp = two_days_later
        gradebook.db.commit()
    _grade_lateness(url, extension)

    with Gradebook(url) as gradebook:
        submission = gradebook.find_submission("01_perceptron", "good")
        assert submission.notebooks[0].late_submission_penalty == penalty
        assert submission.total_seconds_late == late


def _grade_lateness(url, extension):
    """Let the preprocessor look at the student called good."""
    config = Config()
    config.AssignLatePenalties.plugin_class = "gradus.course.lateness.LateDays"
    config.LateDays.policy = {"per_day": 10}
    config.Punctuality.extensions = {"01_perceptron": extension}
    names = {"student": "good", "assignment": "01_perceptron", "notebook": "perceptron"}
    Punctuality(config=config).preprocess(new_notebook(), {"nbgrader": {**names, "db_url": url}})
