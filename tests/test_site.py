"""What the site makes of docstrings, notebooks and formulas."""

import importlib
import re
import sys
from pathlib import Path

import pytest

MKDOCS = Path(__file__).parent.parent / "docs" / "mkdocs"


@pytest.fixture
def made(monkeypatch):
    """Import a file of the site by its name."""
    monkeypatch.syspath_prepend(MKDOCS)
    for name in ("docstrings", "notebooks", "hooks"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module


def test_docstrings_become_markdown(made):
    pytest.importorskip("griffe", reason="mkdocstrings is not installed")
    docstring = "f(*args), see `grad`.\n\n>>> grad(f)(1.0)\n2.0\n\nSee docs/jit.md."
    assert made("docstrings").as_markdown(docstring, {"grad": "diffops.grad"}) == (
        "f(\\*args), see [`grad`][diffops.grad].\n\n"
        "```pycon\n>>> grad(f)(1.0)\n2.0\n```\n\n\nSee [jit](../jit.md)."
    )


def test_names_that_docstrings_link_to_are_in_the_reference(made):
    pytest.importorskip("griffe", reason="mkdocstrings is not installed")
    names = made("docstrings").Docstrings().names
    assert names["grad"] == "diffops.grad"
    assert names["root"] == "diffops.root"  # not that of diffops.optimize


def test_every_notebook_is_a_page_with_its_pictures(made):
    notebooks = made("notebooks")
    pages, pictures = dict(notebooks.pages()), dict(notebooks.pictures())
    stems = [path.stem for path in notebooks.FOLDER.glob("*.ipynb")]
    assert set(pages) == {f"notebooks/{name}.md" for name in [*stems, "index"]}
    shown = {
        f"notebooks/{name}"
        for page in pages.values()
        for name in re.findall(r"!\[\]\((.*?)\)", page)
    }
    assert shown == set(pictures)
    assert pictures
    assert not any("](../docs/" in page for page in pages.values())


def test_links_from_notebooks_lead_to_pages_and_to_places_on_them(made):
    linked = made("notebooks").linked
    assert linked("[jit](../docs/jit.md)") == "[jit](../jit.md)"
    assert linked("[GPU](../docs/jit.md#what)") == "[GPU](../jit.md#what)"
    assert linked("[k](kmeans.ipynb#x), [a](execute.py)") == "[k](kmeans.md#x), a"
    assert (
        linked("[n](https://numpy.org/doc.md#x)") == "[n](https://numpy.org/doc.md#x)"
    )


def test_formulas_become_mathml(made):
    pytest.importorskip("mkdocs", reason="MkDocs is not installed")
    pytest.importorskip("latex2mathml", reason="latex2mathml is not installed")
    formula = r'<span class="arithmatex">\(\mathbb E[x^2] &lt; 1\)</span>'
    made_of_it = made("hooks").on_page_content(f"<p>{formula}</p>")
    assert made_of_it.startswith("<p><math")
    assert "&#x1D53C;" in made_of_it  # the letter E, with a double stroke
    assert "<msup>" in made_of_it
    assert "<mo>&#x0003C;</mo>" in made_of_it
