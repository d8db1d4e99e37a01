"""Docstrings as Markdown: doctests become code, names of diffops become links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import griffe

_DOCS = Path(__file__).parent.parent
_SHOWN = re.compile(r"^::: (diffops\.[\w.]+)$", re.MULTILINE)
_DOCTEST = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(``.+?``|`[^`\n]+`)", re.DOTALL)
_PAGE = re.compile(r"\bdocs/(\w+)\.md")
_STARS = re.compile(r"(?<![\w*])\*(?=args|primals|kwargs)")


def shown() -> dict[str, dict[str, str]]:
    """Return what the reference shows: page, name, and where the name is found."""
    pages = sorted((_DOCS / "api").glob("*.md"))
    return {
        page.stem: {
            path.rpartition(".")[2]: path
            for path in _SHOWN.findall(page.read_text(encoding="utf-8"))
        }
        for page in pages
    }


class Docstrings(griffe.Extension):
    """Rewrites the docstring of everything that is read."""

    def __init__(self) -> None:
        pages = shown()
        self.solvers = pages.pop("optimize")
        self.names: dict[str, str] = {}
        for page in set(pages) - {"modules"}:
            self.names.update(pages[page])

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for each object that is read."""
        if obj.docstring:
            names = self.names
            if obj.path.startswith("diffops.optimize"):
                names = {**names, **self.solvers}
            elif obj.path.startswith(("diffops.numerical", "diffops.symbolic")):
                names = {}  # they speak of their own
            obj.docstring.value = as_markdown(obj.docstring.value, names)


def as_markdown(docstring: str, names: dict[str, str]) -> str:
    """Return a docstring of this house as Markdown."""
    parts, end = [], 0
    for match in _DOCTEST.finditer(docstring):
        parts += [_prose(docstring[end : match.start()], names), _fenced(match[0])]
        end = match.end()
    return "".join([*parts, _prose(docstring[end:], names)])


def _link(match: re.Match[str]) -> str:
    page = (_DOCS / f"{match[1]}.md").read_text(encoding="utf-8")
    title = page.partition("\n")[0].removeprefix("# ")
    return f"[{title}](../{match[1]}.md)"


def _fenced(doctest: str) -> str:
    doctest = re.sub(r"  # doctest: .*", "", doctest)
    return f"```pycon\n{doctest.rstrip()}\n```\n"


def _prose(text: str, names: dict[str, str]) -> str:
    pieces = _CODE.split(text)
    for i, piece in enumerate(pieces):
        if i % 2 == 0:
            linked = _PAGE.sub(_link, piece)
            pieces[i] = _STARS.sub(r"\\*", linked)
        elif piece.strip("`") in names:
            pieces[i] = f"[{piece}][{names[piece.strip('`')]}]"
    return "".join(pieces)
