"""Charts as inline SVG: readable without colour, with their content in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_HEIGHT, _BAR, _LEFT, _BASE = 200, 56, 34, 24
_ROW, _LABEL, _LENGTH = 26, 190, 380


def columns(
    title: str,
    description: str,
    labels: Sequence[str],
    counts: Sequence[int],
    *,
    mark: float,
    at: str,
) -> str:
    """A histogram; ``mark`` is the fraction of its width where a dashed line with ``at`` stands."""
    width = _LEFT + _BAR * len(counts) + 10
    highest = max([*counts, 1])
    parts = []
    for index, (label, count) in enumerate(zip(labels, counts, strict=True)):
        x, tall = float(_LEFT + index * _BAR), (_HEIGHT - 40) * count / highest
        y = _HEIGHT - tall
        parts.append(
            f'<rect x="{x + 3}" y="{y:.1f}" width="{_BAR - 6}" height="{tall:.1f}" class="bar"/>'
            f'<text x="{x + _BAR / 2}" y="{y - 5:.1f}" class="value">{count}</text>'
            f'<text x="{x + _BAR / 2}" y="{_HEIGHT + 16}" class="label">{escape(label)}</text>'
        )
    x = _LEFT + mark * _BAR * len(counts)
    parts.append(
        f'<line x1="{_LEFT}" y1="{_HEIGHT}" x2="{width - 10}" y2="{_HEIGHT}" class="axis"/>'
        f'<line x1="{x:.1f}" y1="18" x2="{x:.1f}" y2="{_HEIGHT}" class="mark"/>'
        f'<text x="{x:.1f}" y="13" class="label">{escape(at)}</text>'
    )
    return _svg(title, description, width, _HEIGHT + _BASE, parts)


def rows(
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[float],
    says: Sequence[str],
) -> str:
    """Horizontal bars of fractions, each with its label and what it says."""
    parts = []
    for index, (label, value, text) in enumerate(zip(labels, values, says, strict=True)):
        y = index * _ROW + 4
        long = _LENGTH * min(max(value, 0.0), 1.0)
        parts.append(
            f'<text x="{_LABEL - 8}" y="{y + 15}" class="name">{escape(label[:28])}</text>'
            f'<rect x="{_LABEL}" y="{y}" width="{_LENGTH}" height="20" class="ground"/>'
            f'<rect x="{_LABEL}" y="{y}" width="{long:.1f}" height="20" class="bar"/>'
            f'<text x="{_LABEL + _LENGTH + 8}" y="{y + 15}" class="note">{escape(text)}</text>'
        )
    return _svg(title, description, _LABEL + _LENGTH + 130, len(labels) * _ROW + 8, parts)


def _svg(title: str, description: str, width: float, height: float, parts: Sequence[str]) -> str:
    name = escape(f"{title}. {description}", quote=True)
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
