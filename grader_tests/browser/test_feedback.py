"""The feedback pages of attacks on their reader, opened in a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from grader_tests.attacks.catalogue import ATTACKS
from grader_tests.attacks.course import NOTEBOOK, WEEK, Entry, ToyCourse
from grader_tests.browser.lab import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = NOTEBOOK.replace(".ipynb", ".html")
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
ENTRIES = {a.name.replace(" ", "-"): a.entry for a in ATTACKS if a.kind == "feedback"}
SPY = """
window.ran = [];
for (const name of ["evil", "alert", "confirm", "prompt", "open"])
  window[name] = () => window.ran.push(name);
"""
ACTS = """() => [
  ...document.querySelectorAll("iframe, frame, object, embed, form, base, meta[http-equiv]"),
  ...[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) =>
    a.name.startsWith("on") || /^\\s*(javascript|vbscript|data:text)/i.test(a.value))),
].map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A graded class of attackers; where the page of each lies."""
    course = ToyCourse(tmp_path_factory.mktemp("feedback"), "gradus", ENTRIES | {"plain": Entry()})
    course.grade()
    return {name: course.root / "feedback" / name / WEEK / PAGE for name in course.entries}


def _look(page, path):
    """Open a file without a network; what it asked for, what ran, and what could act."""
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.abort()

    page.context.route(lambda url: urlsplit(url).scheme != "file", refuse)
    page.add_init_script(SPY)
    page.goto(path.as_uri(), wait_until="load", timeout=PATIENCE)
    title = page.title()
    return asked, page.evaluate("window.ran"), title, page.evaluate(ACTS)


@pytest.mark.parametrize("name", [*ENTRIES, "plain"])
def test_a_page_runs_nothing_and_asks_for_nothing_but_mathjax(pages, page, name):
    asked, ran, title, acting = _look(page, pages[name])

    assert [url for url in asked if not url.startswith(MATHJAX)] == []
    assert ran == []
    assert title == f"{WEEK} · {name}"
    assert acting == []
    assert page.url == pages[name].as_uri()


def test_what_is_looked_for_would_be_seen(page, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<title>mine</title><script>evil(); document.title = 'stolen'</script>"
        "<img src=https://example.org/pixel.png onerror=alert(1)>"
        "<a href='javascript:evil()'>link</a><iframe src=https://example.org></iframe>"
    )

    asked, ran, title, acting = _look(page, bad)

    assert {"https://example.org/pixel.png", "https://example.org/"} <= set(asked)
    assert set(ran) == {"evil", "alert"}
    assert title == "stolen"
    assert len(acting) == 3


def test_the_page_of_an_attacker_still_reads_well(pages, page, keep):
    _look(page, pages["script-in-an-output"])
    keep(page, "feedback-of-an-attack")
