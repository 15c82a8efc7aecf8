"""Writes the attacks into docs/threat-model.md: ``python -m grader_tests.attacks.table``."""

from __future__ import annotations

from grader_tests.attacks.catalogue import ATTACKS
from grader_tests.classroom import ROOT

PAGE = ROOT / "docs" / "threat-model.md"
BEGIN, END = "<!-- attacks: begin -->\n", "<!-- attacks: end -->\n"


def page_with_table() -> str:
    """The page, with the table made anew."""
    head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    tail = rest.split(END)[1]
    rows = ["| class | attack | what it tries | shown to succeed against |", "|---|---|---|---|"]
    rows += [f"| {a.kind} | {a.name} | {a.about} | {a.seen} |" for a in ATTACKS]
    kinds = {
        kind: sum(a.kind == kind for a in ATTACKS)
        for kind in dict.fromkeys(a.kind for a in ATTACKS)
    }
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    summary = f"{len(ATTACKS)} attacks ({counts}); each fails here, and its neighbour passes."
    table = "\n".join([summary, "", *rows, ""])
    return f"{head}{BEGIN}{table}{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(page_with_table(), encoding="utf-8")
