"""docs/reference.md: what the docstrings say, with formulas that GitHub renders."""

from __future__ import annotations

import pytest

from gradus import documentation
from gradus.catalogue import reference_of, topics


def test_a_page_out_of_step_is_noticed_and_made_anew(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()

    assert documentation.main(["--check"]) == 1
    assert "python -m gradus.documentation" in capsys.readouterr().out
    documentation.main([])
    assert documentation.main(["--check"]) == 0


@pytest.mark.parametrize("topic", topics())
def test_every_public_name_is_on_the_page(topic):
    names = [name for name, _, _ in documentation._definitions(reference_of(topic))]

    for name in names:
        assert f"### `{name}" in documentation.page()
    assert names


def test_a_docstring_becomes_markdown():
    docstring = """Sum $a + b$, see :func:`~gradus.x`.

Parameters
----------
a, b : arrays ``(n,)``,
    finite.

Returns
-------
Array (n,).
"""

    assert documentation.markdown(docstring) == (
        "Sum $a + b$, see `gradus.x`.\n\n**Parameters**\n\n- `a, b`: arrays `(n,)`,\n    finite."
        "\n\n**Returns**\n\nArray (n,)."
    )
