"""What all traces share: they print, show themselves in notebooks, save pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diffops.look.notation import SPEC
from diffops.look.table import Table

if TYPE_CHECKING:
    from diffops.look.picture import Picture


class Shown:
    """A trace: ``table(spec)`` and ``picture(spec)`` say what is shown of it."""

    def table(self, spec: str = SPEC, most: int = 60) -> Table:
        """Return the lines as a table, with numbers by a format spec."""
        raise NotImplementedError

    def picture(self, spec: str = SPEC, most: int = 60) -> Picture:
        """Return the computational graph, which shows itself in notebooks.

        Of more steps than ``most``, the first and the last are drawn.
        """
        raise NotImplementedError

    def svg(self) -> str:
        """Return the computational graph as the text of an SVG file."""
        return self.picture().svg

    def save(self, path: str | Path) -> None:
        """Write the graph to a file ``.svg``, or the table to a file ``.html``."""
        kind = Path(path).suffix.lower()
        if kind not in (".svg", ".html"):
            raise ValueError(
                f"save writes .svg (the graph) or .html, not {str(path)!r}"
            )
        text = self.svg() if kind == ".svg" else _page(self.table().html())
        Path(path).write_text(text, encoding="utf-8")

    def __str__(self) -> str:
        return self.table().text()

    def __format__(self, spec: str) -> str:
        return self.table(spec or SPEC).text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.table().html()


def _page(body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="color-scheme" content="light dark"><title>diffops</title></head>\n'
        f"<body>{body}</body></html>\n"
    )
