"""HTML from a submission, made harmless: nothing runs and nothing is fetched when it is opened."""

from __future__ import annotations

import re
from collections.abc import Mapping

import nh3

_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
for _tag in ("div", "span", "pre", "code", "table", "td", "th"):
    _ATTRIBUTES.setdefault(_tag, set()).add("class")
for _tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
    _ATTRIBUTES.setdefault(_tag, set()).add("id")

_PASSIVE = ("text/plain", "text/latex", "image/png", "image/jpeg", "image/gif")
_TAG = re.compile(r"<(?=([A-Za-z/!?]))\1")
_REMOTE_IMAGE = re.compile(r"!\[(?=[^\]]*\](?!\((?:attachment:|data:image/(?:png|jpeg|gif);)))")
_EMBEDDED_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,", re.IGNORECASE)


def sanitise(html: str) -> str:
    """``html`` without scripts, styles, forms, frames, SVG, event handlers and remote images."""
    return nh3.clean(
        str(html),
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_embedded_images,
        url_schemes={"http", "https", "mailto", "data"},
    )


def sanitise_markdown(source: str) -> str:
    """Markdown whose HTML is shown and not obeyed, and whose remote images are links.

    It is rendered by templates that are not ours too (Formgrader's), so it is made harmless here.
    """
    source = _TAG.sub(r"< \1", source)
    return _REMOTE_IMAGE.sub("[", source)


def sanitised_bundle(data: Mapping[str, str]) -> dict[str, str]:
    """What a student's cell displayed, in kinds that cannot act: text, Markdown, HTML, images."""
    kept = {kind: text for kind, text in data.items() if kind in _PASSIVE}
    if "text/html" in data:
        kept["text/html"] = sanitise(data["text/html"])
    if "text/markdown" in data:
        kept["text/markdown"] = sanitise_markdown(data["text/markdown"])
    return kept


def _keep_embedded_images(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not _EMBEDDED_IMAGE.match(value):
        return None
    if attribute == "href" and value.lower().lstrip().startswith("data:"):
        return None
    return value
