"""Authoring files: a right one becomes a notebook, a wrong one is refused with file and line."""

from __future__ import annotations

import pytest

from gradus.course.authoring import read_authoring, source_notebook
from gradus.errors import GradusError

PROSE = '# %% [markdown] lang="es"\n# Hola\n\n# %% [markdown] lang="en"\n# Hello\n\n'
TRIPLET = """\
# %% exercise="{name}"
def {name}(z):
    ### BEGIN SOLUTION
    return z + 1
    ### END SOLUTION


# %% test="{name}"
assert {name}(1) == 2

# %% hidden="{name}" points=2.5
assert {name}(2) == 3

"""
WEEK = PROSE + "".join(TRIPLET.format(name=name) for name in "abcdefgh")


def _read(folder, text):
    path = folder / "01_toy.py"
    path.write_text(text, encoding="utf-8")
    return read_authoring(path)


@pytest.mark.parametrize(("language", "text"), [("es", "Hola"), ("en", "Hello")])
def test_the_notebook_speaks_the_chosen_language(tmp_path, language, text):
    notebook = source_notebook(_read(tmp_path, WEEK), language)

    assert [cell.source for cell in notebook.cells if cell.cell_type == "markdown"] == [text]


def test_the_code_is_the_same_in_both_languages(tmp_path):
    cells = _read(tmp_path, WEEK)

    spanish, english = (
        [cell for cell in source_notebook(cells, language).cells if cell.cell_type == "code"]
        for language in ("es", "en")
    )

    assert spanish == english


def test_a_hidden_test_is_hidden_whole(tmp_path):
    notebook = source_notebook(_read(tmp_path, WEEK), "es")

    lines = notebook.cells[3].source.splitlines()

    assert lines[1] == "### BEGIN HIDDEN TESTS"
    assert lines[-1] == "### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('# %% [markdown] lang="en"\n# Hello\n\n', "", "line 1: its English twin"),
        ('# %% [markdown] lang="es"\n# Hola\n\n', "", "line 1: its Spanish twin"),
        ("# Hello", "#", "line 4: the cell is empty"),
        ('[markdown] lang="es"', "[markdown]", "line 1: a prose cell is declared"),
        ('# %% exercise="a"', '# %% exercise="z"', "line 7: the exercise needs test"),
        ('# %% exercise="b"', '# %% exercise="a"', "line 20: the id 'a' is taken by line 7"),
        ('# %% exercise="a"', "# %% exercise", "line 7: declare one role"),
        ('# %% exercise="a"', '# %% exercise="a" bonus=1', "line 7: unknown words .* bonus"),
        ('# %% test="a"\nassert a(1) == 2\n\n', "", "line 7: the exercise needs test"),
        ('hidden="a" points=2.5', 'hidden="a"', "line 17: a hidden test needs points"),
        ('hidden="a" points=2.5', 'hidden="a" points=-1', "line 17: points is a positive number"),
        ('hidden="h" points=2.5', 'hidden="h" points=2', "line 108: the points sum to 19.5"),
        ('hidden="a" points=2.5', 'hidden="a" points=9', "line 17: a graded cell is worth"),
        ("    ### END SOLUTION\n", "", "line 7: close every solution region"),
        ("    return z + 1", "    return z +", "line 10: this is not Python"),
        ("assert a(1) == 2", "import gradus.exam", "line 14: students have no gradus"),
        ("assert a(1) == 2", "### BEGIN HIDDEN TESTS", "line 14: .* does not belong"),
        ("def a(z):", "if True:", "line 7: the exercise binds no name"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path, old, new, message):
    assert old in WEEK

    with pytest.raises(GradusError, match=rf"01_toy\.py, {message}"):
        _read(tmp_path, WEEK.replace(old, new, 1))


def test_text_before_the_first_cell_is_refused(tmp_path):
    with pytest.raises(GradusError, match="line 1: text stands before the first cell"):
        _read(tmp_path, "x = 1\n\n" + WEEK)
