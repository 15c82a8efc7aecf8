"""Every attack that can be shown to succeed succeeds under nbgrader as it comes."""

from __future__ import annotations

import pytest

from grader_tests.attacks.catalogue import ALONE, ATTACKS, NEIGHBOURS, STOCK
from grader_tests.attacks.classes import each, named
from grader_tests.attacks.course import Entry, ToyCourse
from grader_tests.attacks.table import PAGE, page_with_table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SURVIVED_AS_A_CLASS = [attack for attack in ATTACKS if attack.seen == STOCK]
ENDING_THE_CLASS = [attack for attack in ATTACKS if attack.seen == ALONE]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """What becomes of the attacks that stock nbgrader survives as a class."""
    entries = {named(attack.name): attack.entry for attack in SURVIVED_AS_A_CLASS}
    return ToyCourse(tmp_path_factory.mktemp("stock"), "stock", entries).grade()


@each(SURVIVED_AS_A_CLASS)
def test_attack_succeeds(attack, elsewhere):
    assert attack.succeeded(elsewhere[named(attack.name)])


@each(ENDING_THE_CLASS)
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
