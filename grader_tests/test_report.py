"""The report: its numbers agree with oracles, and nothing from a student acts in it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from typer.testing import CliRunner

from grader_tests.classroom import ROOT, sheet
from gradus.catalogue import misconceptions_of
from gradus.cli import app
from gradus.course.building import generate_release
from gradus.course.nbgrader import open_gradebook
from gradus.course.report.gather import _SIGNS, FAULTS, gather
from gradus.course.report.page import page, students_to_look_at, summary_line
from gradus.course.report.statistics import alpha, difficulty, discrimination, histogram, summarise
from gradus.course.settings import read_course
from gradus.errors import GradusError
from gradus.grading.isolated import _Submission
from gradus.grading.limits import Limits
from gradus.grading.verdict import failure_output

WEEK = "01_perceptron"
HOSTILE = '<script>alert("x")</script><img src=http://evil/x onerror=alert(1)>'
LATER = datetime(2027, 1, 1, tzinfo=UTC)

POINTS = arrays(
    np.float64,
    st.tuples(st.integers(2, 20), st.integers(2, 6)),
    elements=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
DICHOTOMOUS = arrays(
    np.float64,
    st.tuples(st.integers(3, 30), st.integers(2, 6)),
    elements=st.sampled_from([0.0, 1.0]),
)


@given(DICHOTOMOUS)
def test_discrimination_is_the_point_biserial_with_the_rest(points):
    for j, value in enumerate(discrimination(points)):
        rest = np.delete(points, j, axis=1).sum(axis=1)
        if np.ptp(points[:, j]) == 0 or np.ptp(rest) == 0:
            assert value is None
        else:
            assert value == pytest.approx(stats.pointbiserialr(points[:, j], rest)[0])


@given(POINTS)
def test_alpha_agrees_with_the_covariance_matrix(points):
    covariance = np.cov(points, rowvar=False)
    k = points.shape[1]

    value = alpha(points)

    if value is None:
        assert np.ptp(points.sum(axis=1)) == 0
    else:
        assert value == pytest.approx(
            k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()), abs=1e-9
        )


def test_alpha_of_a_textbook_example():
    """Items that are copies of each other measure without error; opposites do not measure."""
    one = np.array([[0.0], [1.0], [2.0]])

    assert alpha(np.hstack([one, one, one])) == pytest.approx(1)
    assert alpha(np.hstack([one, 2 - one])) is None


@given(POINTS)
def test_difficulty_is_a_fraction_and_histograms_lose_nobody(points):
    maxima = np.full(points.shape[1], 2.0)
    totals = points.sum(axis=1)

    assert all(0 <= value <= 1 for value in difficulty(points, maxima))
    assert sum(histogram(totals, float(maxima.sum()))) == len(totals)
    assert summarise(totals).mean == pytest.approx(np.mean(totals))


def _cell(grade_id, source="", message=None, seconds=None):
    outputs = [] if message is None else [dict(failure_output(message))]
    metadata = {"nbgrader": {"grade_id": grade_id}}
    if seconds is not None:
        metadata["gradus"] = {"seconds": seconds}
    return {"cell_type": "code", "source": source, "outputs": outputs, "metadata": metadata}


def _fault(kind):
    """What the isolated path says, in its own words."""
    submission = SimpleNamespace(
        limits=Limits(), sandbox=SimpleNamespace(exceeded_memory=kind == "memory")
    )
    says = {
        "time": _Submission._too_long,
        "memory": _Submission._died,
        "died": _Submission._died,
        "exhausted": _Submission._exhausted,
    }
    return says[kind](submission)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A course where week 1 is graded: every kind of result that a report tells apart."""
    root = tmp_path_factory.mktemp("report") / "course"
    for name in ("source", "authoring"):
        shutil.copytree(ROOT / name, root / name)
    settings = (ROOT / "course.toml").read_text(encoding="utf-8").partition("[[assignments]]")[0]
    (root / "course.toml").write_text(
        settings
        + f'[[assignments]]\nname = "{WEEK}"\n'
        + "release = 2026-08-10T09:00:00\ndue = 2026-08-17T23:59:00\n",
        encoding="utf-8",
    )
    course = read_course(root)
    generate_release(root, course, WEEK)
    exam = sheet(WEEK)
    entry = misconceptions_of("perceptron.heaviside")[0]
    right = {test: None for test in exam.tests}
    wrong = f"`heaviside`: con z = 0, no. Se parece a **{entry.title.es}**: {entry.hint.es}."
    classmates = {
        "right-1": right,
        "right-2": right,
        "mistaken-1": right | {"heaviside_hidden": wrong},
        "mistaken-2": right | {"heaviside_hidden": wrong},
        HOSTILE.replace("/", ""): right | {"xor_hidden": "`xor`: " + HOSTILE},
        "blank": {test: "`x`: todavía falta tu respuesta." for test in exam.tests},
    }
    for kind in FAULTS:
        classmates[kind] = right | {"margin_hidden": f"`margin`: {_fault(kind).es}"}
    with open_gradebook(root, course) as gradebook:
        gradebook.update_or_create_assignment(WEEK, duedate="2026-08-18 03:59:00 UTC")
        for student, verdicts in classmates.items():
            gradebook.add_student(student, first_name="Ana", last_name=f"& {HOSTILE}")
            submission = gradebook.add_submission(WEEK, student)
            for grade in submission.notebooks[0].grades:
                test = exam.tests[grade.name]
                grade.needs_manual_grade = False
                grade.auto_score = test.points if verdicts[grade.name] is None else 0.0
            gradebook.db.commit()
            cells = [_cell(name, "x = 1", seconds=0.5) for name in exam.solutions]
            cells += [_cell(test, message=text, seconds=0.25) for test, text in verdicts.items()]
            _write(root, student, {"cells": cells, "metadata": {}})
        gradebook.add_student("refused", first_name="", last_name="")
        gradebook.add_submission(WEEK, "refused")
        _write(root, "refused", {"cells": [], "metadata": {"gradus": {"refused": HOSTILE}}})
        gradebook.add_student("missing")
        gradebook.db.commit()
    return root


def _write(root, student, notebook):
    folder = root / "autograded" / student / WEEK
    folder.mkdir(parents=True)
    (folder / "perceptron.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def data(root):
    return gather(root, read_course(root), WEEK, LATER)


def test_every_student_is_read_as_what_happened(data):
    results = {result.student: result for result in data.results}

    assert {result.total for name, result in results.items() if name.startswith("right")} == {20.0}
    assert [r.mistakes["heaviside"].name for n, r in results.items() if "mistaken" in n] == [
        misconceptions_of("perceptron.heaviside")[0].name
    ] * 2
    assert results["blank"].unanswered == set(data.questions)
    assert results["refused"].refusal == HOSTILE
    assert {kind: results[kind].faults for kind in FAULTS} == {
        kind: {"margin": kind} for kind in FAULTS
    }
    assert data.missing == [("missing", "")]
    assert results["right-1"].seconds["heaviside"] == 1.0


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_recognised_in_both_languages(kind):
    for text in _fault(kind):
        assert [name for name, sign in _SIGNS.items() if sign.search(text)] == [kind]


def test_refused_submissions_say_nothing_about_questions(data):
    assert "refused" not in {result.student for result in data.counted}


def test_who_needs_a_look_is_listed_with_the_reason(data):
    looks = {
        look.student: [str(reason) for reason in look.reasons] for look in students_to_look_at(data)
    }

    assert looks["refused"] == ["entrega rechazada"]
    assert looks["blank"] == ["no respondió nada"]
    assert looks["died"] == ["margin: el kernel murió"]
    assert "right-1" not in looks


class _Reader(HTMLParser):
    """Collects tags, attributes and the text of a page, and checks that tags are closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_acts_and_nothing_is_fetched(root, data, language):
    html = page(read_course(root), data, language)
    reader = _Reader(html)

    assert reader.open == []
    assert not {"script", "img", "link", "iframe", "object", "form", "a"} & set(reader.tags)
    assert not [name for name, _ in reader.attributes if name.startswith("on") or name == "src"]
    assert not re.search(r"url\(|@import|<script", html)
    assert "Content-Security-Policy" in html
    assert f'<html lang="{language}">' in html
    assert HOSTILE in " ".join(reader.text)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["Preguntas", "Errores más comunes", "Conviene mirar", "el kernel murió"]),
        ("en", ["Questions", "Most common misconceptions", "need a look", "the kernel died"]),
    ],
)
def test_the_page_speaks_its_language(root, data, language, words):
    html = page(read_course(root), data, language)
    title = misconceptions_of("perceptron.heaviside")[0].title

    assert all(word in html for word in [*words, title.to(language)])


def test_every_chart_is_told_in_words(root, data):
    html = page(read_course(root), data, "en")

    charts = re.findall(r"<svg [^>]*>", html)
    assert len(charts) == 2
    assert all('role="img"' in chart and 'aria-label="' in chart for chart in charts)
    assert "0-2: 2" in html
    assert "16-18: 4, 18-20: 5" in html
    assert "heaviside 75%" in html


def test_misconceptions_are_counted_and_the_most_common_comes_first(root, data):
    html = page(read_course(root), data, "en")

    first = html.split("Most common misconceptions")[1].split("<tbody>")[1]

    assert first.startswith('<tr><td class="n">2</td><td><code>heaviside</code>')


def test_the_summary_is_one_line(root, data):
    line = summary_line(read_course(root), data)

    assert "\n" not in line
    assert line.startswith("01_perceptron: 11 graded, 1 missing, mean")


@pytest.mark.parametrize(
    "content",
    [
        None,
        "not json",
        "[]",
        '{"cells": 3}',
        '{"cells": [1, {}]}',
        '{"cells": [{"metadata": {"nbgrader": {"grade_id": []}}, "outputs": 1}]}',
    ],
)
def test_a_graded_notebook_that_cannot_be_read_says_nothing(root, tmp_path, content):
    course = tmp_path / "course"
    shutil.copytree(root, course)
    path = course / "autograded" / "right-1" / WEEK / "perceptron.ipynb"
    path.unlink()
    if content is None:
        path.symlink_to("/dev/zero")
    else:
        path.write_text(content)

    result = gather(course, read_course(course), WEEK, LATER).results

    assert next(entry for entry in result if entry.student == "right-1").total == 20


def test_before_anything_is_graded_it_says_what_to_do(tmp_path):
    shutil.copytree(ROOT / "source", tmp_path / "source")
    shutil.copy(ROOT / "course.toml", tmp_path)

    with pytest.raises(GradusError, match="Nothing of 01_perceptron is graded yet"):
        gather(tmp_path, read_course(tmp_path), WEEK)


def test_the_command_writes_the_page_and_says_one_line(root, monkeypatch):
    monkeypatch.chdir(root)

    result = CliRunner().invoke(app, ["report", WEEK, "--language", "en"])

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("01_perceptron: 11 graded")
    assert (root / "reports" / f"{WEEK}.html").read_text(encoding="utf-8").startswith("<!doctype")


@pytest.mark.parametrize("words", [["report", WEEK, "--language", "fr"], ["calendar", "--wrong"]])
def test_wrong_usage_is_status_2(root, monkeypatch, words):
    monkeypatch.chdir(root)

    assert CliRunner().invoke(app, words).exit_code == 2
