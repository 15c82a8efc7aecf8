"""The verdicts as a table for a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from gradus.verification.verdict import Entry
from gradus.verification.verify import Verification

_LETTERS = {
    "value": "v",
    "central": "c",
    "richardson": "r",
    "complex step": "i",
    "autograd": "a",
    "gradcheck": "g",
    "kinks": "k",
    "adjoint": "J",
    "Hessian symmetry": "H",
    "Hessian-vector": "Hv",
}


def print_table(console: Console, verification: Verification) -> None:
    """One line per claim, then what is wrong, then the summary."""
    table = Table(box=None, pad_edge=False)
    table.add_column("claim", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("error", justify="right", no_wrap=True)
    table.add_column("cond.", justify="right", no_wrap=True)
    table.add_column("by", no_wrap=True, min_width=8)
    table.add_column("worst at", no_wrap=True, overflow="ellipsis")
    table.add_column("planted", justify="right", no_wrap=True)
    for entry in verification.entries:
        table.add_row(
            entry.name,
            "ok" if entry.ok else "[bold red]wrong[/]",
            f"{entry.worst:.1e}",
            "" if entry.condition is None else f"{entry.condition:.1f}",
            _methods(entry),
            entry.worst_input,
            f"{entry.found}/{entry.planted}" if entry.planted else "",
        )
    console.print(table)
    for entry in verification.entries:
        for problem in entry.problems:
            console.print(f"{entry.name}: {problem}.", markup=False, soft_wrap=True)
    for name in verification.undeclared:
        console.print(
            f"{name}: is named like a derivative and claims nothing; declare it with a decorator "
            "of gradus.claims.",
            markup=False,
            soft_wrap=True,
        )
    console.print(
        "by: v value, c central differences, r Richardson, i complex step, a torch.autograd, "
        "g gradcheck, k one-sided derivatives at kinks, J adjoint, H and Hv Hessian identities.",
        markup=False,
        soft_wrap=True,
    )
    if verification.entries:
        worst = verification.worst
        console.print(
            f"{len(verification.entries)} claims in {verification.seconds:.1f} s; the worst "
            f"relative error is {worst.worst:.1e} ({worst.name}).",
            markup=False,
            soft_wrap=True,
        )


def _methods(entry: Entry) -> str:
    methods = [*entry.errors, *entry.identities]
    if entry.gradcheck:
        methods.append("gradcheck")
    if entry.kinks:
        methods.append("kinks")
    return " ".join(_LETTERS.get(method, method) for method in methods)
