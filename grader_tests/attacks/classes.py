"""The classes of attackers, and what is asked of each attack where it is to fail."""

from __future__ import annotations

import pytest

from grader_tests.attacks.catalogue import ATTACKS, NEIGHBOURS, STOCK, Attack
from grader_tests.attacks.course import Entry, Outcome

each_attack = pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda attack: f"{attack.kind}-{named(attack.name)}"
)


def named(name: str) -> str:
    """The name of the one who hands it in."""
    return name.replace(" ", "-").replace("'", "").replace("/", "")


def those_that_stock_survives() -> dict[str, Entry]:
    """The attacks that stock nbgrader survives as a class."""
    return {named(attack.name): attack.entry for attack in ATTACKS if attack.seen == STOCK}


def everyone() -> dict[str, Entry]:
    """Every attack, their neighbours and the honest."""
    entries = {named(attack.name): attack.entry for attack in ATTACKS}
    entries |= {f"neighbour-{named(name)}": entry for name, entry in NEIGHBOURS.items()}
    entries["aaa-honest"] = entries["zzz-honest"] = Entry()
    return entries


def assert_fails(attack: Attack, here: dict[str, Outcome]) -> None:
    """The attack fails, its neighbour passes, and nobody else is touched."""
    outcome = here[named(attack.name)]
    assert outcome.recorded
    assert outcome.feedback
    assert not attack.succeeded(outcome)
    assert here[f"neighbour-{named(attack.neighbour)}"].total == 5
    assert here["aaa-honest"].total == here["zzz-honest"].total == 5
