"""An assignment of ours as otter-grader's ``otter run`` takes it, for a comparison of scale.

    .venv/bin/pip install -c constraints.txt -e '.[otter]'

It executes a notebook in a kernel and the tests in that same kernel, one notebook for each start.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import nbformat
from classroom import BIN, ENVIRONMENT, started, topic_of

from gradus.cells import grade_id
from gradus.grading.exam_sheet import ExamCell, ExamSheet

_TEST_FILE = """\
from otter.test_files import test_case
from gradus.exam import lending

OK_FORMAT = False
name = {test.grade_id!r}
points = {test.points!r}


@test_case(points=points, hidden={test.hidden!r})
def test(env):
    lending.begin(env, {topic!r}, {test.lent_names!r})
    try:
        exec({test.source!r}, env)
    finally:
        lending.end(env)
"""


def make_otter_assignment(course: Path, week: str) -> None:
    """Write ``course/otter.zip``, and take the tests out of what was handed in."""
    topic = topic_of(week)
    exam = ExamSheet.read(course / "source" / week / f"{topic}.ipynb")
    tests = course / "otter_tests"
    tests.mkdir()
    for test in exam.tests.values():
        (tests / f"{test.grade_id}.py").write_text(_file(topic, test), encoding="utf-8")
    subprocess.run(
        [BIN / "otter", "generate", "-t", tests, "-o", course / "otter.zip", "--no-environment"],
        cwd=course,
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    for path in (course / "submitted").glob(f"*/{week}/{topic}.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if grade_id(cell) not in exam.tests]
        nbformat.write(notebook, path)


def otter_run(course: Path, week: str, student: str) -> None:
    """Grade one submission."""
    notebook = course / "submitted" / student / week / f"{topic_of(week)}.ipynb"
    results = notebook.parent / "results"
    results.mkdir(exist_ok=True)
    options = ("-a", course / "otter.zip", "-o", results, "--no-logo")
    if started(course, BIN / "otter", "run", notebook, *options).wait() != 0:
        raise RuntimeError(f"otter run failed; {course / 'benchmark.log'} says why")


def _file(topic: str, test: ExamCell) -> str:
    return _TEST_FILE.format(topic=topic, test=test)
