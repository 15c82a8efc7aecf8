"""The classes of attackers, and what is asked of each attack where it is to fail."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from grader_tests.attacks.catalogue import ATTACKS, NEIGHBOURS, Attack
from grader_tests.attacks.course import Entry, Outcome


def named(name: str) -> str:
    """The name of the one who hands it in."""
    return name.replace(" ", "-").replace("'", "").replace("/", "")


def each(attacks: Sequence[Attack]) -> pytest.MarkDecorator:
    """Runs a test for each of the attacks."""
    return pytest.mark.parametrize("attack", attacks, ids=lambda a: f"{a.kind}-{named(a.name)}")


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
