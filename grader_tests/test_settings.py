"""course.toml: right ones are read, wrong ones are refused with the line."""

from __future__ import annotations

import pytest

from gradus.course.settings import read_course, read_secret
from gradus.errors import GradusError

RIGHT = """\
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
"""


def _course(folder, text):
    (folder / "course.toml").write_text(text, encoding="utf-8")
    return read_course(folder)


def test_dates_are_wall_clock_times_of_the_course_zone(tmp_path):
    course = _course(tmp_path, RIGHT)

    due = course.due(course.assignment("01_perceptron"))

    assert due.isoformat() == "2026-08-17T23:59:00-04:00"


def test_an_unknown_assignment_names_the_known_ones(tmp_path):
    course = _course(tmp_path, RIGHT)

    with pytest.raises(GradusError, match=r"no assignment '03_x'.*01_perceptron, 02_activations"):
        course.assignment("03_x")


def test_a_missing_file_is_said_in_one_sentence(tmp_path):
    with pytest.raises(GradusError, match=r"There is no course\.toml in"):
        read_course(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("due = 2026-08-24T23:59:00", "due = 2026-08-99T23:59:00", "at line 15"),
        (
            "due = 2026-08-24T23:59:00",
            'due = "next monday"',
            "line 15: this is no date with",
        ),
        ("due = 2026-08-24T23:59:00", "due = 2026-08-24T23:59:00Z", "line 15: .*offset"),
        ("due = 2026-08-24T23:59:00", "due = 2026-08-01T23:59:00", "line 15: .*before"),
        ('language = "es"', 'language = "fr"', "line 4: .*fr"),
        ("America/Santiago", "America/Macondo", "line 5: 'America/Macondo' is not a time zone"),
        ("02_activations", "01_perceptron", "line 13: '01_perceptron' is listed twice"),
        ("02_activations", "../etc", "line 13: '../etc' is not of the form 01_topic"),
        ('title = "Deep Learning"', 'title = "Deep', "at line 3"),
        ('title = "Deep Learning"', "titel = 1", "line 3: .*titel"),
        ("due = 2026-08-24T23:59:00", "dew = 1", "line 15: .*dew"),
        ('timezone = "America/Santiago"', 'timezone = "UTC"\n"the key" = 1', "line 6: .*the key"),
        ('timezone = "America/Santiago"', 'timezone = "UTC"\na.b = 1', "line 6: .*`a`"),
        ('id = "CC6204"', 'id = "CC6204"\n[course.more]\nx = 1', "line 3: .*more"),
        ("[course]", "colour = 1\n[course]", "line 1: .*colour"),
        ("[course]", "# Ours.\n\ncolour = 1\n[course]", "line 3: .*colour"),
        ("[course]", "[colours]\nx = 1\n[course]", "line 1: .*colours"),
        ("[[assignments]]", "[[colours]]\nx = 1\n[[assignments]]", "line 12: .*colours"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path, old, new, message):
    head, found, tail = RIGHT.rpartition(old)
    assert found

    with pytest.raises(GradusError, match=message):
        _course(tmp_path, head + new + tail)


MORE = (
    RIGHT
    + """
[late]
grace_minutes = 15
per_day = 10
floor = 50

[scale]
requirement = 60

[exchange]
root = "/srv/nbgrader/exchange"

[[extensions]]
student = "jperez"
assignment = "01_perceptron"
due = 2026-08-20T23:59:00

[[lms]]
name = "ours"
pattern = '(?P<id>[a-z]+)-(?P<file>.+)'
"""
)


def test_a_student_with_an_extension_is_due_later_and_nobody_else(tmp_path):
    course = _course(tmp_path, MORE)
    week = course.of_week(1)

    assert course.due(week, "jperez").day == 20
    assert course.due(week, "other").day == course.due(week).day == 17
    assert course.due(course.of_week(2), "jperez") == course.due(course.of_week(2))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grace_minutes = 15", "grace_minutes = -1", "line 18: grace_minutes must be 0 or more"),
        ("per_day = 10", "per_day = 110", "line 19: per_day is a percentage"),
        ("floor = 50", "floor = -5", "line 20: floor is a percentage"),
        ("floor = 50", "flor = 50", "line 20: .*flor"),
        ("requirement = 60", "requirement = 100", "line 23: requirement is a percentage"),
        ("requirement = 60", "passing = 8", "line 23: passing must lie between"),
        ("requirement = 60", "decimals = 9", "line 23: decimals must be 0 to 4"),
        ("requirement = 60", "letters = { A = 90 }", "line 23: .*one letter at 0"),
        ("requirement = 60", "letters = { A = 0, B = 0 }", "line 23: two letters begin"),
        ('root = "/srv', 'root = "srv', "line 26: 'srv/nbgrader/exchange' is not an absolute"),
        ('assignment = "01_perceptron"', 'assignment = "07_x"', "line 30: .*'07_x' to extend"),
        ('student = "jperez"', 'student = " "', "line 29: .*needs the id of a student"),
        ("due = 2026-08-20", "due = 2026-08-16", "line 31: 'jperez' gets less time"),
        ("due = 2026-08-20T23:59:00", "due = 2026-08-20T23:59:00Z", "line 31: .*UTC offset"),
        ("due = 2026-08-20T23:59:00", "due = 2026-09-06T00:30:00", "line 31: .*clocks skip it"),
        ("(?P<id>[a-z]+)", "(?P<id>[a-z+)", "line 35: the pattern of 'ours' is not right"),
        ("(?P<id>[a-z]+)", "([a-z]+)", r"line 35: .*needs the groups \(\?P<file>"),
    ],
)
def test_a_mistake_in_the_calendar_is_refused_with_its_line(tmp_path, old, new, message):
    assert MORE.count(old) == 1

    with pytest.raises(GradusError, match=message):
        _course(tmp_path, MORE.replace(old, new))


def test_two_extensions_for_the_same_work_are_refused(tmp_path):
    again = MORE[MORE.index("[[extensions]]") : MORE.index("[[lms]]")]

    with pytest.raises(GradusError, match="'jperez' has two extensions of 01_perceptron"):
        _course(tmp_path, MORE + again)


def test_an_unknown_week_names_the_known_ones(tmp_path):
    with pytest.raises(GradusError, match=r"no week 9 in course\.toml; it lists 1, 2"):
        _course(tmp_path, RIGHT).of_week(9)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = read_secret(tmp_path), read_secret(tmp_path)

    assert first == second
    assert len(first) == 32
    assert (tmp_path / ".gradus-secret").stat().st_mode & 0o077 == 0
