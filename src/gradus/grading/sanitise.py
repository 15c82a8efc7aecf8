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

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~])?|[\x00-\x07\x0b\x0c\x0e-\x1f]")
_TEXT = ("text/plain", "text/latex")
_IMAGES = ("image/png", "image/jpeg", "image/gif")
_TAG = re.compile(r"<(?=([A-Za-z/!?]))\1")
_IMAGE = re.compile(r"!\[(?![^\[\]\\]*\]\(data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]*\))")
_ACTING_MACRO = re.compile(r"\\(?=(?:href|url|style|class|cssId|html\w*|data|require|unicode)\b)")
_SCHEMES = {"http", "https", "mailto", "data"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_EMBEDDED_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,", re.IGNORECASE)


def sanitise(html: str) -> str:
    """``html`` without scripts, styles, forms, frames, SVG, event handlers and remote images."""
    return nh3.clean(
        str(html),
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_embedded_images,
        url_schemes=_SCHEMES,
    )


def sanitise_markdown(source: str) -> str:
    """Markdown whose HTML is shown and not obeyed, and whose images, but for embedded, are links.

    It is rendered by templates that are not ours too (Formgrader's), so it is made harmless here.
    An attachment is a link too: what is attached does not travel, and a page with an attachment
    that is missing cannot be made at all.
    """
    source = _TAG.sub(r"< \1", source)
    return sanitise_formulas(_IMAGE.sub("[", source))


def plain(text: str) -> str:
    """``text`` without terminal codes, some of which stop nbconvert making the page."""
    return _ESCAPE.sub("", text)


def is_base64(text: str) -> bool:
    """Whether ``text`` is base64, so that it cannot leave the attribute that it is put into."""
    return _BASE64.fullmatch(text) is not None


def sanitise_formulas(text: str) -> str:
    """TeX without the macros by which MathJax makes links, styles and requests."""
    return _ACTING_MACRO.sub(r"\\ ", text)


def sanitised_bundle(data: Mapping[str, str]) -> dict[str, str]:
    """What a student's cell displayed, in kinds that cannot act: text, Markdown, HTML, images."""
    kept = {kind: sanitise_formulas(plain(data[kind])) for kind in _TEXT if kind in data}
    for kind in _IMAGES:
        if kind in data and is_base64(data[kind]):
            kept[kind] = data[kind]
    if "text/html" in data:
        kept["text/html"] = sanitise_formulas(_without_classes(data["text/html"]))
    if "text/markdown" in data:
        kept["text/markdown"] = sanitise_markdown(data["text/markdown"])
    return kept


def _without_classes(html: str) -> str:
    """Sanitised, and without the page's own classes, in which output could pose as a verdict."""
    return nh3.clean(
        html,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_no_class_but_pandas,
        url_schemes=_SCHEMES,
    )


def _keep_no_class_but_pandas(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("class", "id"):
        return value if value == "dataframe" else None
    return _keep_embedded_images(tag, attribute, value)


def _keep_embedded_images(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not _EMBEDDED_IMAGE.match(value):
        return None
    if attribute == "href" and value.lower().lstrip().startswith("data:"):
        return None
    return value
