"""Tables of lines, primal on the left and derivative on the right: as text, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from diffops.look.notation import as_html, padded, shortened, width

#: Formulas and values that are wider than this end in …
_WIDEST = 56

_COLUMNS = "   "


class Line(NamedTuple):
    """``name = formula = numbers = value``, of which any may be empty, and a note."""

    name: str
    formula: str
    numbers: str
    value: str
    note: str = ""

    @property
    def rest(self) -> str:
        """What follows the formula: the numbers in it, its value; nothing twice."""
        parts = dict.fromkeys((self.numbers, self.value))
        return " = ".join(
            shortened(part, _WIDEST) for part in parts if part and part != self.formula
        )

    @property
    def sign(self) -> str:
        """The equals sign, which decisions and gaps do not have."""
        return " = " if self.name.strip("⋮") else "   "


class Gap(NamedTuple):
    """So many steps that are not shown."""

    size: int

    def line(self) -> Line:
        """Return the line that stands for them."""
        return Line("⋮", f"({self.size} more steps)", "", "")


class Band(NamedTuple):
    """Lines of both columns that belong side by side."""

    left: list[Line]
    right: list[Line]


def around_the_middle(steps: Sequence[Any], most: int) -> Iterator[Any]:
    """Yield the steps; where there are too many, a gap in place of those amid."""
    if len(steps) <= most:
        yield from steps
        return
    first = (most + 1) // 2
    last = most - first
    yield from steps[:first]
    yield Gap(len(steps) - most)
    yield from steps[len(steps) - last :]


class Table:
    """One column of lines, or two; ``titles`` stand above, ``notes`` below."""

    def __init__(
        self, titles: Sequence[str], bands: Sequence[Band], notes: Sequence[str] = ()
    ) -> None:
        self.titles = titles
        self.bands = bands
        self.notes = notes

    def text(self) -> str:
        """Return the table as text in aligned columns."""
        sides = list(zip(*map(_levelled, self.bands), strict=True))
        columns = [_aligned([line for side in part for line in side]) for part in sides]
        if len(self.titles) == 1:
            return "\n".join([*columns[0], *self.notes])
        widest = max(map(width, [self.titles[0], *columns[0]]))
        rows = [tuple(self.titles), *zip(columns[0], columns[1], strict=True)]
        lines = [f"{padded(a, widest)}{_COLUMNS}{b}".rstrip() for a, b in rows]
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        """Return the table as HTML, in the colours of what surrounds it."""
        span = ' colspan="4"'
        head = "".join(f"<th{span}>{as_html(title)}</th>" for title in self.titles)
        rows = [f"<tr>{head}</tr>"]
        for band in self.bands:
            left, right = _levelled(band)
            for i, (a, b) in enumerate(zip(left, right, strict=True)):
                sides = [_cells(a)]
                if len(self.titles) > 1:
                    sides.append(_cells(b))
                first = ' class="first"' if not i else ""
                rows.append(f"<tr{first}>{''.join(sides)}</tr>")
        notes = "".join(f"<p>{as_html(note)}</p>" for note in self.notes)
        body = "\n".join(rows)
        return (
            f'<div class="diffops-look">{_STYLE}<table>\n{body}\n</table>{notes}</div>'
        )


_EMPTY = Line("", "", "", "")


def _levelled(band: Band) -> tuple[list[Line], list[Line]]:
    """Return both sides of a band with equally many lines."""
    count = max(map(len, band))
    left, right = ([*side, *[_EMPTY] * (count - len(side))] for side in band)
    return left, right


def _aligned(lines: Sequence[Line]) -> list[str]:
    """Return lines as text, with names, formulas and values below each other."""
    names = max((width(line.name) for line in lines), default=0)
    equations = [line for line in lines if line.rest]
    formulas = max(
        (width(shortened(line.formula, _WIDEST)) for line in equations), default=0
    )
    texts = [_text(line, names, formulas) for line in lines]
    noted = max(
        (width(t) for t, x in zip(texts, lines, strict=True) if x.note), default=0
    )
    return [
        f"{padded(text, noted)}  {line.note}" if line.note else text.rstrip()
        for text, line in zip(texts, lines, strict=True)
    ]


def _text(line: Line, names: int, formulas: int) -> str:
    if not line.formula:
        return ""
    formula = shortened(line.formula, _WIDEST)
    text = padded(line.name, names) + line.sign + formula
    if not line.rest:
        return text
    return f"{padded(text, names + 3 + formulas)} = {line.rest}"


def _cells(line: Line) -> str:
    if not line.formula:
        return "<td></td>" * 4
    name, formula = as_html(line.name), as_html(line.sign.lstrip() + line.formula)
    if line.rest:
        cells = f"<td>{name}</td><td>{formula}</td><td>= {as_html(line.rest)}</td>"
    else:
        cells = f'<td>{name}</td><td colspan="2">{formula}</td>'
    return f'{cells}<td class="note">{as_html(line.note)}</td>'


_STYLE = """<style>
.diffops-look { overflow-x: auto; }
.diffops-look table { border-collapse: collapse; border: none; color: inherit; }
.diffops-look th { text-align: left; padding: 2px 8px 6px 8px; font-weight: 600; }
.diffops-look td, .diffops-look tr { background: none; border: none; }
.diffops-look td { text-align: left; padding: 1px 8px; white-space: nowrap;
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.diffops-look tr.first td { border-top: 1px solid rgba(128, 128, 128, 0.25); }
.diffops-look td.note { opacity: 0.6; padding-right: 24px; }
.diffops-look sub { font-size: 75%; line-height: 0; }
</style>"""
