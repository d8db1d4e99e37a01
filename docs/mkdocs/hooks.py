"""What the site has besides the pages in docs/, and mathematics without scripts.

Notebooks, the tables of benchmarks and the changelog lie where they belong in the
repository, and become pages here.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parent))
import notebooks

ROOT = Path(__file__).parent.parent.parent
BENCHMARKS = ROOT / "benchmarks" / "README.md"

_MATHS = re.compile(
    r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL
)
_LETTER = re.compile(r"\\mathbb ?(\w)")
_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?:)([^)\s]+)\)")
_LINKS = (
    (r"(notebooks|benchmarks)/README\.md", r"\1/index.md"),
    (r"notebooks/(\w+)\.ipynb", r"notebooks/\1.md"),
)


def on_config(config: Any) -> Any:
    """Fill in the parts of the navigation that go by what there is.

    Pages that the navigation does not name go before the last of the guide.
    """
    pages = sorted(path.name for path in Path(config.docs_dir).glob("*.md"))
    for entry in config.nav:
        if "Guide" in entry:
            more = [page for page in pages if page not in str(config.nav)]
            entry["Guide"][-1:-1] = more
        if "Notebooks" in entry:
            entry["Notebooks"] = [address for address, _ in notebooks.pages()]
        if "Numbers" in entry and BENCHMARKS.exists():
            entry["Numbers"].append("benchmarks/index.md")
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made of other files."""
    for address, content in [*notebooks.pages(), *notebooks.pictures()]:
        files.append(File.generated(config, address, content=content))
    changes = str(ROOT / "CHANGELOG.md")
    files.append(File.generated(config, "changelog.md", abs_src_path=changes))
    if BENCHMARKS.exists():
        page = notebooks.linked(BENCHMARKS.read_text(encoding="utf-8"))
        files.append(File.generated(config, "benchmarks/index.md", content=page))
        for picture in _PICTURE.findall(page):
            path = str(BENCHMARKS.parent / picture)
            address = f"benchmarks/{picture}"
            files.append(File.generated(config, address, abs_src_path=path))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Let links that are right in the repository be right on the site."""
    for target, page in _LINKS:
        markdown = re.sub(rf"\]\(\.\./{target}\)", f"]({page})", markdown)
    return markdown


def on_page_content(content: str, **_: Any) -> str:
    """Write formulas as MathML, which browsers draw by themselves."""
    return _MATHS.sub(_mathml, content)


def _mathml(match: re.Match[str]) -> str:
    display = "block" if match[1] == "div" else "inline"
    formula = _LETTER.sub(r"\\mathbb{\1}", html.unescape(match[2]))
    return convert(formula, display=display)
