"""What the pages in docs/ show runs as it stands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "docs").glob("*.md"))
}


@pytest.mark.parametrize(
    "name", [name for name, page in PAGES.items() if "```python" in page]
)
def test_python_blocks_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some pages save pictures
    if "sympy" in PAGES[name]:
        pytest.importorskip("sympy", reason="SymPy is not installed")
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGES[name], re.DOTALL):
        exec(compile(block, name, "exec"), names)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGES[name]):
        assert (ROOT / "docs" / target).exists(), target


def test_programs_that_pages_name_exist():
    for name, page in PAGES.items():
        for path in re.findall(r"(benchmarks/\w+\.py)", page):
            assert (ROOT / path).exists(), (name, path)
