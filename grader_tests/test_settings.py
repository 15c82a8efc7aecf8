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
        ("due = 2026-08-24T23:59:00", 'due = "next monday"', "line 15: .*datetime"),
        ("due = 2026-08-24T23:59:00", "due = 2026-08-24T23:59:00Z", "line 15: .*offset"),
        ("due = 2026-08-24T23:59:00", "due = 2026-08-01T23:59:00", "line 15: .*before"),
        ('language = "es"', 'language = "fr"', "line 4: .*fr"),
        ("America/Santiago", "America/Macondo", "line 5: 'America/Macondo' is not a time zone"),
        ("02_activations", "01_perceptron", "line 13: '01_perceptron' is listed twice"),
        ("02_activations", "../etc", "line 13: '../etc' is not of the form 01_topic"),
        ('title = "Deep Learning"', 'title = "Deep', "at line 3"),
        ('title = "Deep Learning"', "titel = 1", "line 1: "),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path, old, new, message):
    head, found, tail = RIGHT.rpartition(old)
    assert found

    with pytest.raises(GradusError, match=message):
        _course(tmp_path, head + new + tail)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = read_secret(tmp_path), read_secret(tmp_path)

    assert first == second
    assert len(first) == 32
    assert (tmp_path / ".gradus-secret").stat().st_mode & 0o077 == 0
