"""A course on a JupyterHub of this machine: a student submits, the teacher grades in Formgrader."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from grader_tests.browser.class_of_two import WEEK, fetch_solve_and_submit
from grader_tests.browser.lab import BIN, environment
from grader_tests.browser.users import Account
from grader_tests.classroom import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start servers of other users"),
]

SETTINGS = ROOT / "grader_tests" / "browser" / "hub_config.py"
PASSWORD = "password-of-a-test"


def _free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(scope="module")
def hub(tmp_path_factory, exchange):
    """The address of a JupyterHub that starts the servers of system users."""
    home = tmp_path_factory.mktemp("hub")
    addresses = {name: _free_address() for name in ("HUB_URL", "HUB_OWN_URL", "HUB_PROXY_URL")}
    command = Account("root", 0, home).command(BIN / "jupyterhub", f"--config={SETTINGS}")
    with (home / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment(home) | addresses | {"HUB_PASSWORD": PASSWORD},
            stdout=log,
            stderr=log,
        )
    while True:
        assert process.poll() is None, (home / "hub.log").read_text()
        try:
            urlopen(f"{addresses['HUB_URL']}/hub/login").close()
            break
        except OSError:
            time.sleep(0.2)
    yield addresses["HUB_URL"]
    process.terminate()
    process.wait()


def _log_in(page, hub, user):
    """Log in, and wait for the user's own JupyterLab."""
    page.goto(f"{hub}/hub/spawn")
    page.get_by_label("Username").fill(user.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{hub}/user/{user.name}/lab**")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def test_a_student_submits_and_the_teacher_collects_and_grades(hub, people, page, keep):
    teacher, student = people
    _log_in(page, hub, student)
    fetch_solve_and_submit(page, student.home, keep, "hub-assignment-list")

    page.context.clear_cookies()
    _log_in(page, hub, teacher)
    page.goto(f"{hub}/user/{teacher.name}/formgrader")
    row = page.get_by_role("row").filter(has_text=WEEK)
    row.locator(".collect a").click()
    expect(page.locator(".modal-title")).to_have_text("Success")
    page.get_by_role("button", name="OK").click()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    page.goto(f"{hub}/user/{teacher.name}/formgrader/manage_submissions/{WEEK}")
    submitted = page.get_by_role("row").filter(has_text=student.name)
    submitted.locator(".autograde a").click()
    expect(page.locator(".modal-title")).to_have_text("Success")
    page.get_by_role("button", name="OK").click()
    expect(page.locator(".modal-backdrop")).to_have_count(0)
    expect(submitted.locator(".score")).to_have_text("20 / 20")
    keep(page, "hub-formgrader")
