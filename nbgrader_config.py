"""nbgrader's configuration: everything comes from course.toml."""

from pathlib import Path

from gradus.course.nbgrader import configure

configure(get_config(), Path(__file__).parent)  # type: ignore[name-defined]  # noqa: F821
