"""Every attack succeeds elsewhere, fails here, and leaves what is permitted alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from grader_tests.attacks.catalogue import ALONE, ATTACKS, NEIGHBOURS, STOCK
from grader_tests.attacks.course import Entry, ToyCourse, kill_daemons
from grader_tests.attacks.table import PAGE, page_with_table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def _graded(root, grader, entries):
    outcomes = ToyCourse(root, grader, entries).grade()
    if kill_daemons():
        for outcome in outcomes.values():
            outcome.side += " daemon"
    for folder in ("/tmp", "/dev/shm"):
        for left in Path(folder).glob("planted*"):
            with suppress(OSError):
                left.unlink()
    return outcomes


def _named(name):
    return name.replace(" ", "-").replace("'", "").replace("/", "")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """What becomes of the attacks that stock nbgrader survives as a class."""
    entries = {_named(a.name): a.entry for a in ATTACKS if a.seen == STOCK}
    return _graded(tmp_path_factory.mktemp("stock"), "stock", entries)


@pytest.fixture(scope="module")
def nbgraders(tmp_path_factory):
    """What becomes of a class that ``nbgrader autograde`` grades, each in a sandbox of its own."""
    return _graded(tmp_path_factory.mktemp("ours"), "nbgrader", _class())


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """What becomes of a class that ``gradus autograde`` grades, in sandboxes that go on serving."""
    return _graded(tmp_path_factory.mktemp("warm"), "gradus", _class())


def _class():
    """Every attack, their neighbours and the honest."""
    entries = {_named(attack.name): attack.entry for attack in ATTACKS}
    entries |= {f"neighbour-{_named(name)}": entry for name, entry in NEIGHBOURS.items()}
    entries["aaa-honest"] = entries["zzz-honest"] = Entry()
    return entries


@pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda attack: f"{attack.kind}-{_named(attack.name)}"
)
def test_attack(attack, elsewhere, nbgraders, warm, tmp_path):
    if attack.seen == STOCK:
        assert attack.succeeded(elsewhere[_named(attack.name)]), "it should succeed elsewhere"
    if attack.seen == ALONE:
        alone = {"aaa": attack.entry, "zzz": Entry()}
        assert not _graded(tmp_path / "alone", "stock", alone)["zzz"].recorded

    for here in (nbgraders, warm):
        outcome = here[_named(attack.name)]
        assert outcome.recorded
        assert outcome.feedback
        assert not attack.succeeded(outcome)
        assert here[f"neighbour-{_named(attack.neighbour)}"].total == 5
        assert here["aaa-honest"].total == here["zzz-honest"].total == 5


def test_the_catalogue_is_large_enough_and_its_names_are_unique():
    names = [_named(attack.name) for attack in ATTACKS]

    assert len(ATTACKS) >= 60
    assert len(set(names)) == len(names)
    assert {attack.neighbour for attack in ATTACKS} <= NEIGHBOURS.keys()


def test_the_table_in_the_threat_model_is_in_step():
    assert PAGE.read_text(encoding="utf-8") == page_with_table()
