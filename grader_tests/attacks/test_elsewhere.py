"""Every attack that can be shown to succeed succeeds under nbgrader as it comes."""

from __future__ import annotations

import pytest

from grader_tests.attacks.catalogue import ALONE, ATTACKS, NEIGHBOURS, STOCK
from grader_tests.attacks.classes import named, those_that_stock_survives
from grader_tests.attacks.course import Entry, ToyCourse
from grader_tests.attacks.table import PAGE, page_with_table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def _seen(kind):
    return [pytest.param(a, id=f"{a.kind}-{named(a.name)}") for a in ATTACKS if a.seen == kind]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """What becomes of the attacks that stock nbgrader survives as a class."""
    root = tmp_path_factory.mktemp("stock")
    return ToyCourse(root, "stock", those_that_stock_survives()).grade()


@pytest.mark.parametrize("attack", _seen(STOCK))
def test_attack_succeeds(attack, elsewhere):
    assert attack.succeeded(elsewhere[named(attack.name)])


@pytest.mark.parametrize("attack", _seen(ALONE))
def test_attack_stops_the_class(attack, tmp_path):
    outcomes = ToyCourse(tmp_path, "stock", {"aaa": attack.entry, "zzz": Entry()}).grade()

    assert not outcomes["zzz"].recorded


def test_the_catalogue_is_large_enough_and_its_names_are_unique():
    names = [named(attack.name) for attack in ATTACKS]

    assert len(ATTACKS) >= 60
    assert len(set(names)) == len(names)
    assert {attack.neighbour for attack in ATTACKS} <= NEIGHBOURS.keys()


def test_the_table_in_the_threat_model_is_in_step():
    assert PAGE.read_text(encoding="utf-8") == page_with_table()
