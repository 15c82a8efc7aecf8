"""Slices by names: what they hold, and where they hold more to be safe."""

from __future__ import annotations

import pytest

from gradus.course.gate.code_slice import misconceptions_slice, module_slice, reference_slice
from gradus.course.gate.notebook_slice import needed_cells

SETUP = "import numpy as np\nSIZE = 3"
DATA = "X = np.ones(SIZE)"
HELPER = "def helper(a):\n    return earlier(a) + np.sum(X)"
EARLIER = "def earlier(a):\n    return a"
OTHER = "Y = np.zeros(2)"


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        ({"Y"}, [SETUP, OTHER]),
        ({"X"}, [SETUP, DATA]),
        ({"earlier"}, [EARLIER]),
        ({"helper"}, [SETUP, DATA, EARLIER, HELPER]),
        ({"nothing"}, []),
    ],
)
def test_a_slice_holds_the_cells_that_a_name_depends_on(names, needed):
    assert needed_cells([SETUP, DATA, EARLIER, HELPER, OTHER], names) == needed


def test_what_is_lent_comes_from_elsewhere_when_a_function_calls_it():
    cells = [SETUP, DATA, EARLIER, HELPER]

    assert needed_cells(cells, {"helper"}, frozenset({"earlier"})) == [SETUP, DATA, HELPER]


def test_what_is_lent_comes_from_its_cell_where_a_cell_computes_with_it():
    computed = "Z = earlier(2)"

    needed = needed_cells([EARLIER, computed], {"Z"}, frozenset({"earlier"}))

    assert needed == [EARLIER, computed]


@pytest.mark.parametrize(
    "cell",
    [
        "X[0] = 5",
        "Z = shuffled(X)",
        "np.seterr(all='raise')",
        "%matplotlib inline",
        "def broken(:",
    ],
)
def test_a_cell_that_may_change_data_or_cannot_be_judged_is_needed(cell):
    assert cell in needed_cells([SETUP, DATA, cell], {"X"})


@pytest.fixture
def package(tmp_path):
    """A small package: writes its modules, and may write them again."""

    def write(**modules):
        for name, text in modules.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.with_suffix(".py").write_text(text, encoding="utf-8")
        return tmp_path

    return write


REFERENCE = (
    '"""Week."""\nfrom gradus.claims import equals\nHALF = 0.5\n\n\n@equals(abs)\n'
    "def f(x):\n    return HALF * x\n\n\ndef g(x):\n    return x\n"
)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("return HALF * x", "return x * HALF", True),
        ("HALF = 0.5", "HALF = 0.25", True),
        ("def g(x):\n    return x", "def g(x):\n    return -x", False),
        ("return HALF * x", "return HALF * x  # half", False),
        ("@equals(abs)", "@equals(max)", False),
        ('"""Week."""', '"""Another."""', False),
        ("HALF = 0.5", "import os\nos.umask(7)\nHALF = 0.5", True),
    ],
)
def test_a_slice_of_the_reference_changes_with_what_a_function_runs(package, old, new, changes):
    before = reference_slice(package(reference__week=REFERENCE), "week", ["f"])

    after = reference_slice(package(reference__week=REFERENCE.replace(old, new)), "week", ["f"])

    assert (before != after) is changes


MISTAKES = (
    "from gradus.catalogue import misconception\nfrom gradus.reference.week import g\n\n\n"
    '@misconception("week.f", title="one")\ndef wrong(x):\n    return g(x)\n\n\n'
    '@misconception("week.g", title="two")\ndef other(x):\n    return 0\n'
)


@pytest.mark.parametrize(
    ("key", "old", "new", "changes"),
    [
        ("week.f", '"one"', '"uno"', True),
        ("week.f", "return g(x)", "return g(x) + 1", True),
        ("week.f", '"two"', '"dos"', False),
        ("week.f", "return 0", "return 1", False),
        ("week.g", "return 0", "return 1", True),
        ("week.g", "return g(x)", "return g(x) + 1", False),
    ],
)
def test_a_slice_of_the_misconceptions_is_of_one_name(package, key, old, new, changes):
    package(reference__week=REFERENCE, catalogue="def misconception(*_, **__): ...")
    before = misconceptions_slice(package(misconceptions__week=MISTAKES), "week", [key])

    edited = MISTAKES.replace(old, new)
    after = misconceptions_slice(package(misconceptions__week=edited), "week", [key])

    assert (before != after) is changes


def test_a_slice_follows_imports_into_the_reference(package):
    package(catalogue="def misconception(*_, **__): ...", misconceptions__week=MISTAKES)
    before = misconceptions_slice(package(reference__week=REFERENCE), "week", ["week.f"])

    edited = REFERENCE.replace("def g(x):\n    return x", "def g(x):\n    return 2 * x")
    after = misconceptions_slice(package(reference__week=edited), "week", ["week.f"])

    assert before != after


def test_a_module_that_is_imported_whole_is_needed_whole(package):
    package(claims="def equals(*_): ...")
    before = module_slice(package(reference__week=REFERENCE), "gradus.reference", "week")

    edited = REFERENCE.replace("def g(x):\n    return x", "def g(x):\n    return 2 * x")
    after = module_slice(package(reference__week=edited), "gradus.reference", "week")

    assert before != after
