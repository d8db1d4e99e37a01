"""What the pages in docs/ show runs as it stands, and prints what they say."""

import contextlib
import inspect
import io
import re
from pathlib import Path

import numpy as np
import pytest

import diffops
import diffops.optimize

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(DOCS)): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.rglob("*.md"))
}
BLOCK = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)


@pytest.mark.parametrize(
    "name", [name for name, page in PAGES.items() if "```python" in page]
)
def test_python_blocks_run(name, tmp_path, monkeypatch):
    """What stands right below a block, as text, is what the block prints."""
    monkeypatch.chdir(tmp_path)  # some pages save pictures
    page = PAGES[name]
    if "sympy" in page:
        pytest.importorskip("sympy", reason="SymPy is not installed")
    if "import dask" in PAGES[name]:
        pytest.importorskip("dask.array", reason="Dask is not installed")
    names = {}
    for code, told in BLOCK.findall(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "<page>", "exec"), names)
        if told:
            assert printed.getvalue() == told


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    prose = re.sub(r"```.*?```|`[^`\n]+`", "`", PAGES[name], flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", prose):
        assert (DOCS / name).parent.joinpath(target).exists(), target


def test_programs_that_pages_name_exist():
    for name, page in PAGES.items():
        for path in re.findall(r"(benchmarks/\w+\.py)", page):
            assert (ROOT / path).exists(), (name, path)


@pytest.mark.parametrize("module", [diffops, diffops.optimize])
def test_every_public_name_stands_in_the_reference_once(module):
    """By the last word of its path: some are shown from where they are defined."""
    mine = module.__name__ == "diffops.optimize"
    shown = [
        path.rpartition(".")[2]
        for name, page in PAGES.items()
        if name.startswith("api/") and name != "api/modules.md"
        if mine == (name == "api/optimize.md")
        for path in re.findall(r"^::: (diffops\.\S+)$", page, re.MULTILINE)
    ]
    public = {
        name
        for name, value in inspect.getmembers(module, callable)
        if not name.startswith("_")
    }
    assert sorted(shown) == sorted(public - {"value_and_grad"})  # stands at fgrad


ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|[^|]*\|$", re.MULTILINE)
SPECIAL_POINTS = ROW.findall(PAGES["special_points.md"])


@pytest.mark.parametrize(("expression", "value"), SPECIAL_POINTS)
def test_special_points(expression, value):
    """In the mode that the page shows, and where f is a curve in reverse mode too."""
    scope = {"inf": np.inf, "nan": np.nan}
    exec(BLOCK.findall(PAGES["special_points.md"])[0][0], scope)
    wanted = eval(value, scope)
    for shown in {expression, re.sub(r"^diff\(", "grad(", expression)}:
        with np.errstate(all="ignore"):
            found = eval(shown, scope)
        if isinstance(wanted, type):
            assert found == wanted
        else:
            np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-15)


def test_all_special_points_are_run():
    page = PAGES["special_points.md"]
    headers = page.count("| expression | value | |")
    assert len(SPECIAL_POINTS) == len(re.findall(r"^\|", page, re.M)) - 2 * headers


def test_all_translations_run():
    """The cells on the right of the tables of coming_from.md are Python."""
    page = PAGES["coming_from.md"]
    rows = re.findall(r"^\| .* \| (.*) \|$", page, re.MULTILINE)
    pytest.importorskip("sympy", reason="SymPy is not installed")
    scope = {"i": 0, "y": 1.0}
    exec(BLOCK.findall(page)[0][0], scope)
    for code in re.findall(r"`([^`]+)`", " ".join(rows)):
        if code not in {"if", "for", "while"}:
            exec(compile(code, "<page>", "exec"), scope)
    assert len(rows) == len(re.findall(r"^\|[^|-]", page, re.MULTILINE))
