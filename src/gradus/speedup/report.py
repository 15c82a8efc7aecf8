"""What was measured, as JSON, as tables for a terminal and for Markdown, and as a plot."""

from __future__ import annotations

import dataclasses
import json
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from gradus.errors import GradusError
from gradus.speedup.measure import SATURATED, TOLERANCE, Series, Speedup


def as_json(speedup: Speedup) -> dict[str, Any]:
    """The measurement as one JSON object."""
    return {
        "ok": not speedup.problems,
        "device": speedup.device,
        "note": speedup.note,
        "about": speedup.about,
        "arithmetic": {
            "dtype": "float32",
            "tf32": "off",
            "tolerance": TOLERANCE,
            "tolerance_of": "largest difference of updates from float64, over the largest update",
        },
        "roofline": {
            name: {"flops_per_second": roof.flops, "bytes_per_second": roof.bandwidth}
            for name, roof in speedup.roofs.items()
        },
        "claims": [
            {"name": c.name, "ratio": round(c.ratio, 2), "bound": c.bound, "ok": c.ok}
            for c in speedup.claims
        ],
        "series": [_series_json(speedup, series) for series in speedup.series],
        "noise": {**dataclasses.asdict(speedup.noise), "ok": speedup.noise.ok},
        "problems": speedup.problems,
        "seconds": round(speedup.seconds, 1),
    }


def _series_json(speedup: Speedup, series: Series) -> dict[str, Any]:
    return {
        "network": dataclasses.asdict(series.network),
        "engine": series.engine,
        "device": series.device,
        "data": series.data,
        "difference": series.difference,
        "best_step_seconds": series.best_step,
        "saturates_at": series.saturates_at,
        "points": [
            {**dataclasses.asdict(point), "of_roof": speedup.of_roof(series, point)}
            for point in series.points
        ],
        "left_out": [{"m": m, "why": why} for m, why in series.left_out],
    }


def print_report(console: Console, speedup: Speedup) -> None:
    """The tables, then the sentences."""
    for network, rows in _tables(speedup):
        table = Table(title=network, box=None, pad_edge=False, title_justify="left")
        for heading in rows[0]:
            table.add_column(heading, justify="right")
        for row in rows[1:]:
            table.add_row(*row)
        console.print(table)
        console.print()
    for sentence in sentences(speedup):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def sentences(speedup: Speedup) -> list[str]:
    """What the tables do not say."""
    noise = speedup.noise
    found = [speedup.note] if speedup.note else []
    found += [
        f"Roofline of {name}: {roof.flops / 1e9:.0f} GFLOP/s, {roof.bandwidth / 1e9:.0f} GB/s."
        for name, roof in speedup.roofs.items()
    ]
    found += [
        f"{c.name}: {c.ratio:.1f} times ({'at least' if c.ok else 'not'} {c.bound:.0f})."
        for c in speedup.claims
    ]
    found += [
        f"{s.network.name}, {s.engine}: m ≥ {s.left_out[0][0]} left out, {s.left_out[0][1]}."
        for s in speedup.series
        if s.left_out
    ]
    found.append(
        f"Noise of the gradient: variance falls as m^{noise.slope:.4f}, 95 % interval "
        f"[{noise.low:.4f}, {noise.high:.4f}]."
    )
    found.append(
        "float32, TF32 off; updates of all engines within "
        f"{TOLERANCE:.0e} of float64, relative to the largest update. Measured in "
        f"{speedup.seconds:.0f} s."
    )
    return found + speedup.problems


def make_folder(folder: Path) -> None:
    """Make the folder of the results, before minutes of measuring.

    Raises
    ------
    GradusError
        if it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise GradusError(f"Cannot write into {folder} ({problem.strerror}).") from problem


def save(speedup: Speedup, folder: Path) -> list[Path]:
    """Write speedup.json, speedup.md and speedup.png into a folder that exists."""
    paths = [folder / f"speedup.{end}" for end in ("json", "md", "png")]
    paths[0].write_text(json.dumps(as_json(speedup), ensure_ascii=False, indent=2) + "\n", "utf-8")
    paths[1].write_text(as_markdown(speedup), "utf-8")
    plot(speedup, paths[2])
    return paths


def as_markdown(speedup: Speedup) -> str:
    """The tables with the device's name and versions."""
    about = [f"- {name.replace('_', ' ')}: {value}" for name, value in speedup.about.items()]
    parts = ["\n".join(about)]
    for network, rows in _tables(speedup):
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        lines.insert(1, "|" + "---:|" * len(rows[0]))
        parts.append(f"**{network}**\n\n" + "\n".join(lines))
    parts.append("\n".join(f"- {sentence}" for sentence in sentences(speedup)))
    return "\n\n".join(parts) + "\n"


def _tables(speedup: Speedup) -> list[tuple[str, list[list[str]]]]:
    """Per network a title and rows of cells: examples per second by m, the spread in ±%."""
    found = []
    for network, group in groupby(speedup.series, key=lambda series: series.network):
        series = list(group)
        title = (
            f"{network.name} ({network.d}-{network.h}-{network.C}): examples per second, "
            "± half the range of the samples, share of the roof"
        )
        rows = [["m", *(one.engine for one in series)]]
        for m in sorted({point.m for one in series for point in one.points}):
            rows.append([f"{m:,}", *(_cell(speedup, one, m) for one in series)])
        at = [f"{one.saturates_at:,}" if one.saturates_at else "" for one in series]
        rows.append([f"{SATURATED:.0%} of best at", *at])
        found.append((title, rows))
    return found


def _cell(speedup: Speedup, series: Series, m: int) -> str:
    point = series.at(m)
    if point is None:
        return ""
    spread = (point.high - point.low) / 2 / point.examples_per_second
    return f"{point.examples_per_second:,.0f} ±{spread:.0%} {speedup.of_roof(series, point):.0%}"


def plot(speedup: Speedup, path: Path) -> None:
    """Throughput against m for each network, and the noise of the gradient, all log-log."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(2, 2).flat)
    groups = groupby(speedup.series, key=lambda series: series.network)
    for axis, (network, group) in zip(axes, groups, strict=False):
        for series in group:
            _draw(axis, series)
        axis.set(title=f"{network.name} ({network.d}-{network.h}-{network.C})")
        axis.set(xlabel="minibatch size m", ylabel="examples per second")
        axis.legend(fontsize="small")
    noise = speedup.noise
    error = [2 * e for e in noise.standard_error]
    axes[-1].errorbar(noise.sizes, noise.variance, yerr=error, fmt="o", label="measured")
    axes[-1].plot(noise.sizes, noise.expected, label="tr Σ / m")
    axes[-1].set(title=f"gradient noise: slope {noise.slope:.3f}", xlabel="minibatch size m")
    axes[-1].set(ylabel="mean of ‖g_m − g‖²")
    axes[-1].legend(fontsize="small")
    for axis in axes:
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        axis.grid(alpha=0.3)
    figure.savefig(path, dpi=120)


def _draw(axis: Any, series: Series) -> None:
    sizes = [point.m for point in series.points]
    middle = [point.examples_per_second for point in series.points]
    (line,) = axis.plot(sizes, middle, marker=".", label=series.engine)
    low, high = [p.low for p in series.points], [p.high for p in series.points]
    axis.fill_between(sizes, low, high, color=line.get_color(), alpha=0.2)
    if series.saturates_at:
        axis.plot(
            series.saturates_at,
            middle[sizes.index(series.saturates_at)],
            marker="o",
            fillstyle="none",
            markersize=10,
            color=line.get_color(),
        )
