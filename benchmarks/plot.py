"""Draws what ``grading.py --out`` wrote: seconds per notebook of each contender, by week.

.venv/bin/python benchmarks/plot.py docs/performance/grading-100.json docs/images/grading.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

_NAMES = {
    "otter": "otter run",
    "stock": "nbgrader",
    "parallel_stock": "nbgrader, one per core",
    "fresh": "gradus, fresh sandboxes",
    "warm": "gradus",
    "cached": "gradus, nothing changed",
}
_FLOORS = {"floor_seconds_per_notebook": "all cells", "floor_undrawn_seconds_per_notebook": "ours"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measured", type=Path, help="the JSON object of grading.py")
    parser.add_argument("picture", type=Path, help="the SVG to write")
    arguments = parser.parse_args()
    measured = json.loads(arguments.measured.read_text(encoding="utf-8"))
    weeks = measured["weeks"]
    plt.rcParams["svg.hashsalt"] = "gradus"
    figure, axes = plt.subplots(len(weeks), figsize=(8, 2.4 * len(weeks)), squeeze=False)
    for axis, (week, found) in zip(axes[:, 0], weeks.items(), strict=True):
        _draw(axis, week, found)
    axes[-1, 0].set_xlabel(
        f"seconds per notebook ({measured['students']} students, {measured['cores']} cores)"
    )
    figure.tight_layout()
    figure.savefig(arguments.picture, metadata={"Date": None})


def _draw(axis: Any, week: str, found: dict[str, Any]) -> None:
    contenders = [name for name in _NAMES if name in found["contenders"]]
    seconds = [found["contenders"][name]["seconds_per_notebook"] for name in contenders]
    colors = [
        "#0072b2" if name in ("fresh", "warm", "cached") else "#999999" for name in contenders
    ]
    bars = axis.barh([_NAMES[name] for name in contenders], seconds, color=colors)
    for (key, name), style in zip(_FLOORS.items(), ("-", "--"), strict=True):
        axis.axvline(found[key], color="black", linestyle=style, label=f"floor: {name}")
    axis.bar_label(bars, fmt="%.2f", padding=4, backgroundcolor="white")
    axis.set(title=week, xlim=(0, 1.12 * max(seconds)))
    axis.invert_yaxis()
    axis.legend(loc="lower right")


if __name__ == "__main__":
    main()
