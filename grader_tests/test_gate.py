"""The release gate is itself tested: it opens for sound weeks, and names what is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader_tests.classroom import ROOT
from gradus.course.authoring import Cell, read_authoring
from gradus.course.gate.cache import Cache, Kept
from gradus.course.gate.equivalents import read_equivalents
from gradus.course.gate.leaks import feedback_leaks, release_leaks
from gradus.course.gate.mutants import mutants_of
from gradus.course.gate.rewrites import rewrites_of
from gradus.course.gate.running import Paper, examine_papers
from gradus.errors import GradusError
from gradus.exam.examination import Examination
from gradus.grading.exam_sheet import ExamSheet
from gradus.processes import SECRET

GRADUS = Path(sys.executable).with_name("gradus")
WEEK = "01_perceptron"
KEYS = {
    "mutants",
    "caught",
    "equivalent",
    "misconceptions",
    "diagnosed",
    "alternatives",
    "accepted",
    "rewrites",
    "rewrites_accepted",
    "seconds",
}

pytestmark = pytest.mark.slow


class Scratch:
    """A course of one week, whose hidden tests can be replaced."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.authoring = root / "authoring" / f"{WEEK}.py"
        self.authoring.parent.mkdir()
        for path in (ROOT / "authoring").glob(f"{WEEK}*"):
            shutil.copy(path, self.authoring.parent)
        shutil.copy(ROOT / "nbgrader_config.py", root)
        settings = (ROOT / "course.toml").read_text(encoding="utf-8")
        first, second = settings.split("[[assignments]]")[:2]
        (root / "course.toml").write_text(f"{first}[[assignments]]{second}", encoding="utf-8")
        self.sound = self.authoring.read_text(encoding="utf-8")
        self.gradus("build")

    def gradus(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GRADUS, *arguments], cwd=self.root, capture_output=True, text=True, check=False
        )

    def check(self) -> tuple[int, dict]:
        result = self.gradus("check", "--json", "--jobs", "2")
        return result.returncode, json.loads(result.stdout)

    def plant(self, exercise: str, body: str) -> int:
        """Make ``body`` the hidden test of ``exercise``; returns the line where its cell begins."""
        lines = self.sound.splitlines()
        cells = read_authoring(ROOT / "authoring" / f"{WEEK}.py")
        cell = next(c for c in cells if c.role == "hidden" and c.id == exercise)
        header = next(
            i for i in range(cell.line - 2, len(lines)) if lines[i].startswith("# %% hidden")
        )
        end = next(i for i in range(header + 1, len(lines)) if lines[i].startswith("# %%"))
        planted = [*lines[: header + 1], *body.splitlines(), "", *lines[end:]]
        self.authoring.write_text("\n".join(planted) + "\n", encoding="utf-8")
        assert self.gradus("build").returncode == 0
        return header + 1


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return Scratch(tmp_path_factory.mktemp("gate"))


def test_a_sound_week_opens_the_gate_and_a_second_run_remembers(scratch):
    status, result = scratch.check()

    assert status == 0, result["findings"]
    assert result["ok"]
    assert result["assignments"].keys() == {WEEK}
    figures = result["assignments"][WEEK]
    assert figures.keys() >= KEYS
    assert figures["caught"] == figures["mutants"] - figures["equivalent"] > 100
    assert figures["diagnosed"] == figures["misconceptions"] > 30
    assert figures["accepted"] == figures["alternatives"] > 10
    assert figures["rewrites_accepted"] == figures["rewrites"] > 10
    assert figures["students"] == figures["as_expected"] > 5

    _, again = scratch.check()

    assert again["assignments"][WEEK]["examined"] == 0


def test_a_test_that_checks_only_a_shape_shuts_the_gate_and_nothing_is_released(scratch):
    line = scratch.plant(
        "margin",
        "import numpy as np\n\n"
        "assert np.shape(margin(np.ones((3, 2)), np.ones(3), np.ones(2), 1.0)) == ()",
    )
    released = sorted(path.read_bytes() for path in (scratch.root / "release").rglob("*.ipynb"))

    status, result = scratch.check()
    refusal = scratch.gradus("release", WEEK)

    assert status == 1
    assert not result["ok"]
    named = [finding for finding in result["findings"] if f"authoring/{WEEK}.py:{line}" in finding]
    assert any("wrong answers pass" in finding for finding in named)
    assert any("misconception" in finding for finding in named)
    assert all(f"{WEEK}.py:{line}" in finding for finding in result["findings"])
    assert refusal.returncode == 1
    assert f"authoring/{WEEK}.py:{line}" in refusal.stdout
    assert sorted(p.read_bytes() for p in (scratch.root / "release").rglob("*.ipynb")) == released


def test_a_test_that_compares_bits_shuts_the_gate(scratch):
    line = scratch.plant(
        "margin",
        "from gradus.exam import Text, examine\n"
        "from gradus.reference import perceptron as reference\n\n"
        "with examine('perceptron.margin', margin) as exam:\n"
        "    X, w = exam.rng.normal(size=(40, 3)), exam.rng.normal(size=3)\n"
        "    y = (X @ w >= 0.3).astype(int)\n"
        "    exam.holds(\n"
        "        Text('los bits coinciden', 'the bits agree'),\n"
        "        lambda f: float(f(X, y, w, 0.3)).hex()\n"
        "        == float(reference.margin(X, y, w, 0.3)).hex(),\n"
        "    )",
    )

    status, result = scratch.check()

    assert status == 1
    rejected = [finding for finding in result["findings"] if "rejects the" in finding]
    assert rejected
    assert all(f"authoring/{WEEK}.py:{line}" in finding for finding in rejected)


def test_a_test_that_compares_bits_under_one_seed_only_shuts_the_gate(scratch, monkeypatch):
    monkeypatch.setenv(SECRET, "gate-3")
    drawn = Examination("perceptron.margin", None).rng.random()
    line = scratch.plant(
        "margin",
        "from gradus.exam import Text, examine\n"
        "from gradus.reference import perceptron as reference\n\n"
        "with examine('perceptron.margin', margin) as exam:\n"
        f"    strict = exam.rng.random() == {drawn!r}\n"
        "    X, w = exam.rng.normal(size=(40, 3)), exam.rng.normal(size=3)\n"
        "    y = (X @ w >= 0.3).astype(int)\n"
        "    exam.holds(\n"
        "        Text('los bits coinciden', 'the bits agree'),\n"
        "        lambda f: not strict or float(f(X, y, w, 0.3)).hex()\n"
        "        == float(reference.margin(X, y, w, 0.3)).hex(),\n"
        "    )",
    )

    _, result = scratch.check()

    assert any(
        f"authoring/{WEEK}.py:{line}: the solution with other rounding fails this test with the "
        "hidden inputs of seed gate-3" in finding
        for finding in result["findings"]
    )


def test_an_entry_without_a_reason_and_a_solution_in_the_prose_shut_the_gate(scratch):
    listed = scratch.authoring.with_name(f"{WEEK}.equivalents.toml")
    sound = listed.read_text(encoding="utf-8")
    blank = re.sub(r"^reason = .*$", 'reason = ""', sound, count=1, flags=re.MULTILINE)
    entry = 1 + blank.splitlines().index("[[equivalent]]")
    lines = scratch.sound.splitlines()
    prose = 1 + lines.index('# %% [markdown] lang="es"')
    lines.insert(prose, "# return np.where(np.asarray(z) >= 0, 1, 0)")
    listed.write_text(blank, encoding="utf-8")
    scratch.authoring.write_text("\n".join(lines) + "\n", encoding="utf-8")

    try:
        status, result = scratch.check()
    finally:
        listed.write_text(sound, encoding="utf-8")

    assert status == 1
    findings = result["findings"]
    assert any(
        f"authoring/{listed.name}:{entry}: this entry gives no reason" in f for f in findings
    )
    assert any(f"authoring/{WEEK}.py:{prose + 1}: this prose shows" in f for f in findings)


def test_a_test_that_depends_on_the_global_random_state_shuts_the_gate(scratch):
    line = scratch.plant(
        "margin",
        "import numpy as np\n\nassert np.random.random() < 0.5, 'chance'",
    )

    status, result = scratch.check()

    assert status == 1
    assert any(f"authoring/{WEEK}.py:{line}" in finding for finding in result["findings"])


def test_a_value_in_a_message_is_a_leak():
    cells = read_authoring(ROOT / "authoring" / f"{WEEK}.py")
    exam = ExamSheet.read(ROOT / "source" / WEEK / "perceptron.ipynb")
    said = "`margin`: the result should be 0.7071067811"
    harmless = "`margin`: with random inputs, the result does not agree."

    leaks = list(feedback_leaks(cells, exam, [("margin", "", said)]))

    assert len(leaks) == 1
    assert list(feedback_leaks(cells, exam, [("margin", "", harmless)])) == []


def test_a_given_cell_that_shows_a_whole_solution_is_a_leak(tmp_path):
    cells = read_authoring(ROOT / "authoring" / f"{WEEK}.py")
    shown = "def _mine(z):\n    return np.where(np.asarray(z) >= 0, 1, 0)"
    planted = [*cells, Cell("given", shown, 900, id="planted")]

    assert list(release_leaks(cells, tmp_path)) == []
    assert [line for line, _ in release_leaks(planted, tmp_path)] == [900]


@pytest.mark.parametrize(
    ("line", "mutated"),
    [
        ("return a + b", "return a - b"),
        ("return a + b", "return a"),
        ("return a @ b", "return b @ a"),
        ("return a >= b", "return a > b"),
        ("return 2 * a", "return 3 * a"),
        ("return np.sum(a, axis=0)", "return np.sum(a, axis=1)"),
        ("return np.mean(a)", "return np.sum(a)"),
        ("return np.maximum(a, b)", "return np.minimum(a, b)"),
        ("return a[1:]", "return a[2:]"),
        ("return -a", "return a"),
    ],
)
def test_a_slip_of_the_pen_is_among_the_mutants(line, mutated):
    cell = f"def f(a, b):\n    ### BEGIN SOLUTION\n    {line}\n    ### END SOLUTION"

    assert mutated in {mutant.mutated for mutant in mutants_of(cell)}


def test_mutants_leave_what_is_given_alone_and_differ_from_the_solution():
    cell = (
        "def f(a, b=1):\n    c = a + 1\n    ### BEGIN SOLUTION\n    return a * b\n"
        "    ### END SOLUTION"
    )

    mutants = mutants_of(cell)

    assert mutants
    assert all("c = a + 1" in mutant.source for mutant in mutants)
    assert len({mutant.source for mutant in mutants} | {cell}) == len(mutants) + 1


def test_rewrites_keep_the_value():
    cell = (
        "import numpy as np\n\n\ndef f(a, b):\n    ### BEGIN SOLUTION\n    total = a @ b + 1\n"
        "    if total > 0:\n        total = total * 2\n    return total - np.sum(a)\n"
        "    ### END SOLUTION"
    )
    a, b = np.array([1.0, 2.0]), np.array([3.0, 0.5])
    wanted: dict = {}
    exec(cell, wanted)

    rewrites = rewrites_of(cell)

    assert len(rewrites) >= 3
    for rewrite in rewrites:
        names: dict = {}
        exec(rewrite.source, names)
        assert np.isclose(names["f"](a, b), wanted["f"](a, b)), rewrite.name


def test_two_checks_of_a_course_share_the_cache(tmp_path):
    with Cache(tmp_path) as one:
        one.put("a", Kept(None, 0.5))
        with Cache(tmp_path) as other:
            other.put("b", Kept("no"))
            assert other.get("a") == Kept(None, 0.5)
        assert one.get("b") == Kept("no")


def test_every_number_comes_back_with_another_rounding_too():
    """So a test of bits rejects something also where a solution has only one order of terms."""
    cell = (
        "import numpy as np\n\n\ndef f(a):\n    ### BEGIN SOLUTION\n    return a * a, {'n': 3.0}\n"
        "    ### END SOLUTION"
    )
    rewrite = next(r for r in rewrites_of(cell) if r.name == "other rounding")
    names: dict = {}

    exec(rewrite.source, names)
    square, state = names["f"](np.array([1.5]))

    assert square[0] != 2.25
    assert square[0] == pytest.approx(2.25, rel=1e-15)
    assert state["n"] != 3.0


@pytest.mark.parametrize(
    ("line", "name", "rewritten"),
    [
        ("return np.asarray(a)", "floats for integers", "np.asarray(a, dtype"),
        ("return torch.relu(model(a))", "float32 for torch", "torch.relu(model(a).float())"),
    ],
)
def test_a_solution_is_rewritten_with_other_types(line, name, rewritten):
    cell = f"def f(a):\n    ### BEGIN SOLUTION\n    {line}\n    ### END SOLUTION"

    assert rewritten in next(r.source for r in rewrites_of(cell) if r.name == name)


@pytest.mark.parametrize(
    ("reason", "enough"),
    [('reason = "same"', False), ("", False), (f'reason = "{"A sum is symmetric. " * 2}"', True)],
)
def test_an_equivalent_mutant_needs_a_reason(tmp_path, reason, enough):
    path = tmp_path / "x.equivalents.toml"
    path.write_text(f'[[equivalent]]\nexercise = "f"\noriginal = "a"\nmutated = "b"\n{reason}\n')

    assert read_equivalents(path)[1].has_reason is enough


@pytest.mark.parametrize("text", ["[[equivalent]", "[[equivalent]]\nexercise = 3\n", "x = 1\n"])
def test_a_list_of_equivalents_that_is_not_one_is_named(tmp_path, text):
    path = tmp_path / "x.equivalents.toml"
    path.write_text(text)

    with pytest.raises(GradusError, match=r"x\.equivalents\.toml is not a list"):
        read_equivalents(path)


def test_the_gate_waits_for_nothing():
    exam = ExamSheet.read(ROOT / "source" / WEEK / "perceptron.ipynb")
    waiting = replace(exam.tests["margin_hidden"], source="import time\n\ntime.sleep(1e6)")
    exam = replace(exam, tests=exam.tests | {"margin_hidden": waiting})

    (_, outcome), *_ = examine_papers(exam, [Paper((), ("margin_hidden",))], [1.0], jobs=1)

    assert outcome.verdicts == {"margin_hidden": None}
    assert outcome.seconds["margin_hidden"] >= 1e6
