"""HTML from a submission, made harmless: nothing runs and nothing is fetched when it is opened."""

from __future__ import annotations

import re

import nh3

_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
for _tag in ("div", "span", "pre", "code", "table", "td", "th"):
    _ATTRIBUTES.setdefault(_tag, set()).add("class")
for _tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
    _ATTRIBUTES.setdefault(_tag, set()).add("id")

_EMBEDDED_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,", re.IGNORECASE)


def sanitise(html: str) -> str:
    """``html`` without scripts, styles, forms, frames, SVG, event handlers and remote images."""
    return nh3.clean(
        str(html),
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_embedded_images,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _keep_embedded_images(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not _EMBEDDED_IMAGE.match(value):
        return None
    if attribute == "href" and value.lower().lstrip().startswith("data:"):
        return None
    return value
