"""A right measurement counts as right also where another program interrupts it."""

from __future__ import annotations

import pytest

from grader_tests.classroom import ROOT
from gradus.course.gate.running import Paper, examine_papers
from gradus.grading.exam_sheet import ExamSheet

pytestmark = pytest.mark.slow

INTERRUPTED = """\
def throughput(step, m, repeats, sync):
    wait = sync or (lambda: None)
    step()
    wait()
    seconds = []
    for _ in range(repeats):
        time.sleep({between})
        start = time.perf_counter()
        time.sleep({before})
        step()
        time.sleep({amid})
        wait()
        time.sleep({after})
        seconds.append(time.perf_counter() - start)
    return m / np.median(seconds)
"""


@pytest.mark.parametrize("moment", ["between", "before", "amid", "after"])
def test_an_interruption_at_any_moment_costs_nothing(moment):
    exam = ExamSheet.read(ROOT / "source" / "06_sgd" / "sgd.ipynb")
    pauses = dict.fromkeys(("between", "before", "amid", "after"), 0.0) | {moment: 0.3}
    answers = (("throughput", INTERRUPTED.format(**pauses)),)

    (_, outcome), *_ = examine_papers(
        exam, [Paper(answers, ("throughput_hidden",))], [20.0], jobs=1
    )

    assert outcome.verdicts == {"throughput_hidden": None}
