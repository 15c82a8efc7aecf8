"""The gradebook in PostgreSQL: the same rows as in SQLite."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from grader_tests.nbgrader_course import (
    SMALL_WEEK,
    gradebook_rows,
    gradus,
    nbgrader,
    small_course,
)
from gradus.course.nbgrader import GRADEBOOK, gradebook_url
from gradus.errors import GradusError

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NOBODY = 65534

needs_server = pytest.mark.skipif(not PROGRAMS, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server():
    """The address of a server of our own, which holds no database but its own."""
    folder = Path(tempfile.mkdtemp(prefix="gradus-postgresql-"))
    # It refuses to run as root.
    user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
    if user:
        os.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"]
    subprocess.run(
        [PROGRAMS[-1] / "initdb", "-D", data, *options],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **user,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAMS[-1] / "postgres", "-D", data, "-k", folder, "-p", str(port), "-F"],
            cwd=folder,
            stdout=log,
            stderr=log,
            **user,
        )
    address = f"postgresql://postgres@127.0.0.1:{port}"
    while True:
        try:
            psycopg.connect(f"{address}/postgres").close()
            break
        except psycopg.OperationalError:
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait()
    shutil.rmtree(folder)


@needs_server
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_gradebook_is_the_same_row_by_row(server, tmp_path, monkeypatch):
    in_files = small_course(tmp_path / "sqlite")
    gradus(in_files, "autograde", SMALL_WEEK)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE course")
    url = f"{server}/course"
    monkeypatch.setenv(GRADEBOOK, url)
    in_server = small_course(tmp_path / "postgresql")

    for command, *arguments in (
        (gradus, "autograde", SMALL_WEEK),
        (nbgrader, "autograde", SMALL_WEEK, "--force", "--student=perfect"),
        (nbgrader, "generate_feedback", SMALL_WEEK),
        (nbgrader, "export"),
        (gradus, "report", SMALL_WEEK),
        (gradus, "marks"),
        (gradus, "calendar"),
    ):
        result = command(in_server, *arguments)
        assert result.returncode == 0, result.stderr[-2000:]

    assert not (in_server / "gradebook.db").exists()
    expected = gradebook_rows(f"sqlite:///{in_files / 'gradebook.db'}")
    assert gradebook_rows(gradebook_url(url)) == expected
    assert (in_server / "feedback" / "perfect" / SMALL_WEEK / "perceptron.html").is_file()


@pytest.mark.parametrize("url", ["mysql://host/db", "gradebook.db", ""])
def test_an_address_of_something_else(url):
    with pytest.raises(GradusError, match="write postgresql://"):
        gradebook_url(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_scheme_names_the_driver(scheme):
    assert gradebook_url(f"{scheme}://u@h/d") == "postgresql+psycopg://u@h/d"
