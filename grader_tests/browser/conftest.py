"""Chromium, and where the screenshots go."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from grader_tests.browser.class_of_two import released_course
from grader_tests.browser.lab import PATIENCE
from grader_tests.browser.users import accounts
from grader_tests.classroom import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = Path(os.environ.get("CI_OUTPUT", ROOT / "build")) / "screenshots"
# Without a sandbox, since it may be root who runs the tests; all pages are our own.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=PATIENCE)


# No longer than a module: until it ends, this thread has an event loop that nothing else may run.
@pytest.fixture(scope="module")
def browser():
    """Chromium with a profile of its own."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """An empty page in a context of its own, as large as a student's screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def keep():
    """Keep what a page shows as a picture of this name."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return lambda page, name: page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest.fixture(scope="module")
def people():
    """A teacher and a student, with accounts on this machine."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with accounts(f"gradus-teacher{worker}", f"gradus-student{worker}") as found:
        yield found


@pytest.fixture(scope="module")
def exchange(people):
    """The exchange, in which the teacher has released week 1."""
    return released_course(*people)
