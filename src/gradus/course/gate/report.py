"""The gate's result for people: a table on the terminal, and a page with the survivors as diffs."""

from __future__ import annotations

import difflib
import html
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from gradus.course.gate.equivalents import entry_for
from gradus.course.gate.verdict import Finding, Survivor, WeekVerdict

_COLUMNS = (
    "week",
    "mutants\ncaught",
    "score",
    "mistakes\nnamed",
    "alter-\nnatives",
    "re-\nwrites",
    "seeds",
    "class",
    "s",
)
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #bbb; padding: .25rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
pre { background: #f4f4f4; padding: .6rem; overflow-x: auto; }
.added { color: #00543f; } .removed { color: #8a3c00; } .own { background: #d9efe6; }
.other { background: #fbe3cf; }
"""


def print_report(
    console: Console, verdicts: Sequence[WeekVerdict], findings: Sequence[Finding]
) -> None:
    """The table, what was confused with what, what is slow, and every finding."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in _COLUMNS:
        table.add_column(
            column,
            justify="left" if column == "week" else "right",
            overflow="ellipsis",
            no_wrap=True,
        )
    for verdict in verdicts:
        table.add_row(*_row(verdict), style=None if verdict.ok else "bold")
    console.print(table)
    for verdict in verdicts:
        for key, names in verdict.confusions.items():
            for own, given in names.items():
                if set(given) != {own}:
                    console.print(f"  {key}: {own} is called {', '.join(given)}", markup=False)
        slow = ", ".join(f"{test} {seconds:.2f} s" for test, seconds in verdict.slowest)
        console.print(
            f"{verdict.name}: {verdict.equivalent} mutants are no mistakes; {verdict.leaks} leaks; "
            f"{verdict.examined} examined, {verdict.remembered} remembered; "
            f"tests {verdict.reference_seconds:.2f} s, slowest {slow}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    for survivor in (s for verdict in verdicts for s in verdict.survivors):
        console.print(
            f"{survivor.place}: {survivor.exercise} passes with `{survivor.mutant.mutated}` for "
            f"`{survivor.mutant.original}`",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    for finding in findings:
        console.print(str(finding), style="red", markup=False, highlight=False, soft_wrap=True)
    console.print("The gate is open." if not findings else "The gate is shut.", markup=False)


def html_report(verdicts: Sequence[WeekVerdict], findings: Sequence[Finding]) -> str:
    """One self-contained page."""
    head = "".join(f"<th>{_heading(column)}</th>" for column in _COLUMNS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _row(verdict)) + "</tr>"
        for verdict in verdicts
    )
    listed = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in findings)
    parts = [
        "<h1>Release gate</h1>",
        f"<p>{'The gate is shut.' if findings else 'The gate is open.'}</p>",
        f"<table><tr>{head}</tr>{rows}</table>",
        f"<h2>What to mend</h2><ul>{listed}</ul>" if findings else "",
    ]
    for verdict in verdicts:
        parts.append(f"<h2>{html.escape(verdict.name)}</h2>")
        survivors = "".join(map(_survivor, verdict.survivors))
        parts.append(f"<h3>Surviving mutants</h3>{survivors or '<p>None.</p>'}")
        parts.append("<h3>Misconceptions, and the names they are given</h3>")
        parts += [_matrix(key, names) for key, names in verdict.confusions.items()]
        parts.append("<h3>Slowest tests</h3><ul>")
        parts += [f"<li>{test}: {seconds:.3f} s</li>" for test, seconds in verdict.slowest]
        parts.append("</ul>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Release gate</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _heading(column: str) -> str:
    return column.replace("-\n", "").replace("\n", " ")


def _row(verdict: WeekVerdict) -> list[str]:
    return [
        verdict.name,
        f"{verdict.caught}/{verdict.mutants - verdict.equivalent}",
        f"{verdict.score:.3f}",
        f"{verdict.diagnosed}/{verdict.misconceptions}",
        f"{verdict.accepted}/{verdict.alternatives}",
        f"{verdict.rewrites_accepted}/{verdict.rewrites}",
        f"{verdict.stable}/{verdict.seeds}",
        f"{verdict.as_expected}/{verdict.students}",
        f"{verdict.seconds:.0f}",
    ]


def _survivor(survivor: Survivor) -> str:
    lines = difflib.unified_diff(
        survivor.solution.splitlines(),
        survivor.mutant.source.splitlines(),
        "solution",
        "mutant",
        lineterm="",
    )
    kinds = {"+": "added", "-": "removed"}
    diff = "\n".join(
        f'<span class="{kinds.get(line[:1], "")}">{html.escape(line)}</span>' for line in lines
    )
    entry = html.escape(entry_for(survivor.exercise, survivor.mutant))
    return (
        f"<p><b>{html.escape(survivor.exercise)}</b> ({survivor.mutant.operator}), "
        f"{survivor.place}</p><pre>{diff}</pre>"
        f"<details><summary>Entry for the list of equivalents</summary><pre>{entry}</pre></details>"
    )


def _matrix(key: str, names: dict[str, list[str]]) -> str:
    columns = [*names, *sorted({n for given in names.values() for n in given} - set(names))]
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    rows = ""
    for own, given in names.items():
        cells = ""
        for column in columns:
            count = given.count(column)
            kind = ("own" if column == own else "other") if count else ""
            cells += f'<td class="{kind}">{count or ""}</td>'
        rows += f"<tr><td>{html.escape(own)}</td>{cells}</tr>"
    return f"<h4>{html.escape(key)}</h4><table><tr><th></th>{head}</tr>{rows}</table>"
