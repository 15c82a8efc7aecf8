"""After an edit the gate examines again what the edit may change, and nothing else."""

from __future__ import annotations

import shutil

import pytest

from grader_tests.classroom import ROOT
from gradus.course.gate import check as checking
from gradus.course.gate import keys
from gradus.course.gate.check import check
from gradus.course.gate.running import Outcome
from gradus.course.settings import read_course

pytestmark = pytest.mark.slow

PACKAGE = keys.PACKAGE


class Course:
    """A copy of the course and of the package; what the gate hands out always passes."""

    def __init__(self, root, monkeypatch):
        self.root = root
        self.package = root / "gradus"
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "authoring", root / "authoring")
        shutil.copy(ROOT / "course.toml", root)
        monkeypatch.setattr(keys, "PACKAGE", self.package)
        monkeypatch.setattr(checking, "examine_papers", self._examine)
        monkeypatch.setattr(checking, "grade_papers", self._grade)
        monkeypatch.setattr(checking, "problems_of", lambda *_: ())

    def _examine(self, exam, papers, seconds, jobs):
        self.examined += papers
        for index, paper in enumerate(papers):
            yield index, Outcome(dict.fromkeys(paper.tests), dict.fromkeys(paper.tests, 0.0))

    def _grade(self, exams, papers, terms, jobs):
        self.graded += papers
        for index, paper in enumerate(papers):
            yield index, dict.fromkeys(paper.tests)

    def check(self, week):
        """The papers that are examined, and those that are graded in the sandbox."""
        self.examined, self.graded = [], []
        check(self.root, read_course(self.root), [week], 1, lambda *_: None)
        return self.examined, self.graded


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)


def _edit(path, place, old, new):
    """Replace the first ``old`` after ``place``."""
    head, found, tail = path.read_text(encoding="utf-8").partition(place)
    assert found
    assert old in tail
    path.write_text(head + found + tail.replace(old, new, 1), encoding="utf-8")


def _with(papers, *tests):
    """How many of the papers hold one of the tests."""
    return sum(not set(tests).isdisjoint(paper.tests) for paper in papers)


def _alone(papers):
    """The tests that are run again for themselves, and not to see whether their order matters."""
    return {test for paper in papers if len(paper.tests) < 5 for test in paper.tests}


def test_a_second_run_examines_nothing(course):
    examined, graded = course.check("07_optimizers")

    assert len(examined) > 1000
    assert len(graded) > 10
    assert course.check("07_optimizers") == ([], [])


def test_an_edited_hidden_test_is_run_again_and_no_other(course):
    examined, graded = course.check("07_optimizers")
    authoring = course.root / "authoring" / "07_optimizers.py"

    _edit(authoring, 'hidden="newton_step"', 'Text("', 'Text("así: ')
    again, graded_again = course.check("07_optimizers")

    assert len(again) == _with(examined, "newton_step_hidden")
    assert _alone(again) == {"newton_step_hidden"}
    assert len(graded_again) == len(graded)
    assert _alone(graded_again) == {"newton_step_hidden"}


def test_an_edited_given_cell_concerns_the_tests_that_need_it(course):
    examined, graded = course.check("03_supervised_learning")
    authoring = course.root / "authoring" / "03_supervised_learning.py"

    _edit(authoring, 'given="draw_examples"', "2 * x + 0.5", "0.5 + 2 * x")
    again, graded_again = course.check("03_supervised_learning")

    tests = {"risk_gap_visible", "risk_gap_hidden"}
    assert len(again) == _with(examined, *tests)
    assert _alone(again) == tests
    assert len(graded_again) == len(graded)
    assert _alone(graded_again) == tests


@pytest.mark.parametrize(
    ("function", "tests"),
    [
        ("newton_step", {"newton_step_hidden"}),
        # It is lent to what minimize_bfgs and an alternative of lbfgs_direction call.
        (
            "bfgs_update",
            {
                "bfgs_update_hidden",
                "minimize_bfgs_visible",
                "minimize_bfgs_hidden",
                "lbfgs_direction_visible",
                "lbfgs_direction_hidden",
            },
        ),
    ],
)
def test_an_edited_reference_function_concerns_the_tests_that_run_it(course, function, tests):
    course.check("07_optimizers")
    reference = course.package / "reference" / "optimizers.py"

    _edit(reference, f"def {function}(", "return ", "return 1 * ")
    again, graded_again = course.check("07_optimizers")

    assert _alone(again) == tests
    assert _alone(graded_again) <= tests


def test_an_edited_misconception_concerns_the_diagnoses_of_its_name(course):
    course.check("07_optimizers")
    wrong = course.package / "misconceptions" / "optimizers.py"

    _edit(wrong, '"optimizers.momentum"', 'Text("', 'Text("así: ')
    again, graded_again = course.check("07_optimizers")

    assert _alone(again) == {"momentum_hidden"}
    assert not any(paper.hurried for paper in again)
    assert _alone(graded_again) == {"momentum_hidden"}


def test_an_edited_solution_is_examined_again_with_what_computes_with_it(course):
    course.check("07_optimizers")
    authoring = course.root / "authoring" / "07_optimizers.py"

    _edit(authoring, 'exercise="newton_step"', "### BEGIN", "# One line.\n    ### BEGIN")
    again, graded_again = course.check("07_optimizers")

    assert _alone(again) == {"newton_step_visible", "newton_step_hidden"}
    assert _alone(graded_again) <= {"newton_step_visible", "newton_step_hidden"}


@pytest.mark.parametrize(
    ("file", "place", "old", "new"),
    [
        ("gradus/reference/optimizers.py", "import", "\n", "\n# A comment.\n"),
        ("gradus/misconceptions/optimizers.py", "import", "\n", "\n# A comment.\n"),
        ("gradus/reference/sgd.py", "def minibatches(", "return ", "return 1 * "),
        ("authoring/07_optimizers.py", 'lang="es"', "# ", "# Más prosa. "),
    ],
)
def test_what_no_test_meets_is_edited_freely(course, file, place, old, new):
    course.check("07_optimizers")

    _edit(course.root / file, place, old, new)

    assert course.check("07_optimizers") == ([], [])


@pytest.mark.parametrize("file", ["exam/examination.py", "course/gate/running.py"])
def test_the_code_that_examines_concerns_everything(course, file):
    examined, _ = course.check("03_supervised_learning")

    _edit(course.package / file, '"""', "\n", " \n")
    again, _ = course.check("03_supervised_learning")

    assert len(again) == len(examined)


def test_another_limit_is_graded_anew_and_not_examined(course):
    _, graded = course.check("03_supervised_learning")

    _edit(course.root / "course.toml", "[limits]", "cell_seconds = 30", "cell_seconds = 31")
    examined_again, graded_again = course.check("03_supervised_learning")

    assert examined_again == []
    assert len(graded_again) == len(graded)
