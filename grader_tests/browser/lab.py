"""JupyterLab as a person of the course has it: their own home, nbgrader's extensions, a browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

BIN = Path(sys.executable).parent
TOKEN = "token-of-a-test"
PATIENCE = 60_000
"""Milliseconds that a page may take on a machine with other things to do."""
QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
"""JupyterLab would ask at its first start whether to fetch news."""


def environment(home: Path) -> dict[str, str]:
    """What a person's programs are started with: a home of their own, and these commands."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG", "GRADUS"))}
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    return kept | {"HOME": str(home), "PATH": path, "JUPYTER_PLATFORM_DIRS": "0"}


@contextmanager
def running_lab(
    folder: Path, home: Path, as_user: Callable[..., list[str]] | None = None
) -> Iterator[str]:
    """JupyterLab on ``folder``; its address.

    Its settings and its log go to ``home``. ``as_user`` turns a command into one that runs it as
    somebody else, in the same process.
    """
    settings = home / ".jupyter" / "labconfig"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "page_config.json").write_text(json.dumps(QUIET))
    for path in (settings.parent, settings):
        shutil.chown(path, home.stat().st_uid, home.stat().st_gid)
    command = [str(BIN / "jupyter"), "lab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command += [f"--IdentityProvider.token={TOKEN}", "--allow-root"]
    with (home / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            as_user(*command) if as_user else command,
            cwd=folder,
            env=environment(home),
            stdout=log,
            stderr=log,
        )
    try:
        yield f"{_address(process, home)}lab"
    finally:
        process.terminate()
        process.wait()


def _address(process: subprocess.Popen[bytes], home: Path) -> str:
    """Where the server listens; it says so in its runtime folder once it does."""
    place = home / ".local" / "share" / "jupyter" / "runtime" / f"jpserver-{process.pid}.json"
    while True:
        assert process.poll() is None, (home / "lab.log").read_text()
        try:
            address = json.loads(place.read_text())["url"]
            urlopen(f"{address}api?token={TOKEN}").close()
            return str(address)
        except (OSError, ValueError):
            time.sleep(0.1)


def open_lab(page: Page, address: str, path: str = "") -> None:
    """Open JupyterLab, with the notebook at ``path`` if there is one, and wait until it is up."""
    place = f"{address}/tree/{path}" if path else address
    page.goto(f"{place}?token={TOKEN}&reset")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    if path:
        page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()


def choose(page: Page, menu: str, entry: str) -> None:
    """Choose an entry of JupyterLab's menus."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.locator(".lm-Menu").get_by_text(entry, exact=True).click()


def cell(page: Page, index: int) -> Locator:
    """A cell of the open notebook."""
    return page.locator(f'.jp-Notebook-cell[data-windowed-list-index="{index}"]')


def write(page: Page, index: int, source: str) -> None:
    """Replace what stands in a cell, as if typed."""
    cell(page, index).locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)


def run(page: Page, index: int) -> None:
    """Run a cell and wait for it to end."""
    prompt = cell(page, index).locator(".jp-InputArea-prompt")
    before = prompt.inner_text()
    # What is asked of a kernel that is just starting may be dropped: then it is asked again.
    while prompt.inner_text() == before or not re.search(r"\d", prompt.inner_text()):
        cell(page, index).locator(".cm-content").click()
        page.locator('[data-jp-item-name="run"]').click()
        with suppress(AssertionError):
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=15_000)
            expect(prompt).not_to_have_text(before, timeout=15_000)
