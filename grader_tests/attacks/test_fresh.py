"""Every attack fails under ``nbgrader autograde``, each submission in a sandbox of its own."""

from __future__ import annotations

import pytest

from grader_tests.attacks.catalogue import ATTACKS
from grader_tests.attacks.classes import assert_fails, each, everyone
from grader_tests.attacks.course import ToyCourse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """What becomes of the class."""
    return ToyCourse(tmp_path_factory.mktemp("fresh"), "nbgrader", everyone()).grade()


@each(ATTACKS)
def test_attack_fails(attack, fresh):
    assert_fails(attack, fresh)
