"""Grading on a real scheduler and its workers; some of them are lost on the way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import nbformat
import pytest

from grader_tests.classroom import ROOT, sheet
from grader_tests.nbgrader_course import gradebook_points, gradus, small_course
from gradus.course.synthetic import submission, synthetic_class
from gradus.errors import GradusError
from gradus.grading.cluster import Cluster
from gradus.grading.crew import Crew
from gradus.grading.limits import Limits
from gradus.grading.task import Terms, task_of

WEEK, TOPIC = "01_perceptron", "perceptron"
ENDS_ITS_WORKER = """
import os
from gradus.grading.grader import Grader
def ends_its_worker(self, task, grade=Grader.grade):
    return grade(self, task) if task.terms.secret != "poison" else os._exit(1)
Grader.grade = ends_its_worker
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@contextmanager
def _cluster(folder, workers, *options):
    """A scheduler and its workers, started as on a cluster; its address and their processes."""
    where = folder / "scheduler.json"
    processes = []
    environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}

    def start(program, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{program}", *arguments]
        with (folder / f"{len(processes)}.log").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    [*command, "--scheduler-file", where, "--no-dashboard"],
                    cwd=folder,
                    env=environment,
                    stdout=log,
                    stderr=log,
                )
            )

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        while not where.exists():
            time.sleep(0.1)
        for _ in range(workers):
            start("dask_worker", "--nthreads", "1", *options)
        yield json.loads(where.read_text())["address"], processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """Some submissions of week 1, each as a task under the student's name."""
    folder = tmp_path_factory.mktemp("class")
    release = nbformat.read(ROOT / "release" / WEEK / f"{TOPIC}.ipynb", as_version=4)
    found = {}
    for student in synthetic_class(sheet(WEEK)):
        if student.id != "endless-loop":
            submitted = folder / student.id
            submitted.mkdir()
            nbformat.write(submission(release, student), submitted / f"{TOPIC}.ipynb")
            terms = Terms("sandbox", Limits(), "es", "secret")
            found[student.id] = task_of(submitted, ROOT / "source" / WEEK, TOPIC, terms)
    return found


def _verdicts(results):
    return {
        name: [[output.get("evalue") for output in cell.outputs] for cell in result.cells]
        for name, result in results.items()
    }


def test_a_worker_is_lost_and_the_class_is_graded_all_the_same(tasks, tmp_path):
    with Crew(2) as crew:
        expected = _verdicts(dict(crew.grade(tasks.items())))

    with (
        _cluster(tmp_path, 3, "--no-nanny") as (address, workers),
        Cluster(address) as cluster,
    ):
        results = {}
        for name, result in cluster.grade(tasks.items()):
            results[name] = result
            if len(results) == 2:
                workers[0].send_signal(signal.SIGKILL)

    assert _verdicts(results) == expected
    assert not any(result.fault for result in results.values())


def test_a_notebook_that_ends_its_workers_is_given_up_and_the_rest_is_graded(tasks, tmp_path):
    (tmp_path / "preload.py").write_text(ENDS_ITS_WORKER)
    perfect = tasks["perfect"]
    terms = Terms("sandbox", Limits(), "es", "poison")
    poison = type(perfect)(perfect.notebook, perfect.submitted, perfect.source, terms)
    some = {"poison": poison, "perfect": perfect, "blank": tasks["blank"]}

    with (
        _cluster(tmp_path, 2, "--preload", str(tmp_path / "preload.py")) as (address, _),
        Cluster(address) as cluster,
    ):
        results = dict(cluster.grade(some.items()))

    assert results["poison"].fault == "it ended the workers that graded it"
    assert not results["perfect"].fault
    assert not results["blank"].fault


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_nobody_answers(address):
    with pytest.raises(GradusError, match=f"No dask scheduler answers at {re.escape(address)}"):
        Cluster(address)


def test_workers_of_another_version_are_refused(tmp_path):
    other = "import gradus.grading.task as task\ntask.code_digest = lambda: 'other'\n"
    (tmp_path / "preload.py").write_text(other)

    with (
        _cluster(tmp_path, 1, "--preload", str(tmp_path / "preload.py")) as (address, _),
        pytest.raises(GradusError, match="another version of Gradus"),
    ):
        Cluster(address)


def test_the_command_grades_on_a_cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    course = small_course(tmp_path / "course")

    with _cluster(tmp_path / "cluster", 2) as (address, _):
        result = gradus(course, "autograde", WEEK, "--scheduler", address)

    assert result.returncode == 0, result.stderr
    points = gradebook_points(course)
    assert sum(points[WEEK, "perfect"].values()) == 20
    assert sum(points[WEEK, "garbage"].values()) == 0
