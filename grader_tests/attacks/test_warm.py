"""Every attack fails under ``gradus autograde``, in sandboxes that go on serving."""

from __future__ import annotations

import pytest

from grader_tests.attacks.catalogue import ATTACKS
from grader_tests.attacks.classes import assert_fails, each, everyone
from grader_tests.attacks.course import ToyCourse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """What becomes of the class."""
    return ToyCourse(tmp_path_factory.mktemp("warm"), "gradus", everyone()).grade()


@each(ATTACKS)
def test_attack_fails(attack, warm):
    assert_fails(attack, warm)
