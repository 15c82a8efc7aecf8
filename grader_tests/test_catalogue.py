"""Who grades the grader: right answers of any style pass, wrong ones fail and are named."""

from __future__ import annotations

import pytest

from grader_tests.classroom import WEEKS, exercise_of, exercises, grade, keys, points, sheet
from gradus.catalogue import alternatives_of, as_student_code, misconceptions_of
from gradus.course.gate.sitting import stub
from gradus.text import LANGUAGES, VARIABLE

MISCONCEPTIONS = [
    pytest.param(week, entry, id=f"{entry.key}-{entry.name}")
    for week in WEEKS
    for key in keys(week)
    for entry in misconceptions_of(key)
]
ALTERNATIVES = [
    pytest.param(week, entry, id=f"{entry.key}-{entry.name}")
    for week in WEEKS
    for key in keys(week)
    for entry in alternatives_of(key)
]


def _answer(week, entry):
    return dict([sheet(week).answered(entry.key.split(".")[1], as_student_code(entry))])


@pytest.mark.parametrize("week", WEEKS)
def test_the_instructors_solution_gets_all_the_points(week):
    messages = grade(week)

    assert {k: m for k, m in messages.items() if m} == {}
    assert points(week, messages) == 20


@pytest.mark.parametrize("week", WEEKS)
def test_an_unsolved_notebook_gets_nothing(week):
    messages = grade(week, {name: stub(cell) for name, cell in exercises(week).items()})

    assert points(week, messages) == 0


@pytest.mark.parametrize("week", WEEKS)
def test_each_exercise_alone_gets_its_own_points(week):
    tests = sheet(week).tests.values()
    for exercise in exercises(week):
        unsolved = {n: stub(c) for n, c in exercises(week).items() if n != exercise}
        own = sum(test.points for test in tests if test.exercise == exercise)

        assert points(week, grade(week, unsolved)) == own, exercise


@pytest.mark.parametrize("week", WEEKS)
def test_every_graded_name_has_misconceptions_and_alternatives(week):
    for key in keys(week):
        assert len(misconceptions_of(key)) >= 2, key
        assert alternatives_of(key), key


@pytest.mark.parametrize(("week", "entry"), ALTERNATIVES)
def test_an_alternative_gets_full_marks(week, entry):
    messages = grade(week, _answer(week, entry))

    assert {k: m for k, m in messages.items() if m} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("week", "entry"), MISCONCEPTIONS)
def test_a_misconception_loses_its_own_points_and_is_named(week, entry, language, monkeypatch):
    monkeypatch.setenv(VARIABLE, language)

    messages = grade(week, _answer(week, entry))

    exercise = exercise_of(week, entry.key.split(".")[1])
    hidden = messages.pop(f"{exercise}_hidden")
    messages.pop(f"{exercise}_visible")
    assert {k: m for k, m in messages.items() if m} == {}
    assert hidden is not None
    assert f"**{getattr(entry.title, language)}**" in hidden
    assert getattr(entry.hint, language) in hidden
