"""Drawing: boxes and edges as SVG, in rows from top to bottom."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from typing import NamedTuple

from diffops.look.layers import Layers
from diffops.look.notation import width
from diffops.look.placing import places


class Box(NamedTuple):
    """A node: its lines of text, one in the colour of derivatives, and a tooltip."""

    kind: str
    lines: Sequence[str]
    accent: str
    title: str


class Rectangle(NamedTuple):
    """Where a box lies: its middle, its upper edge, and its size."""

    x: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


#: Fill, border, corner and dashes of each kind of box.
_LOOKS = {
    "input": ("#dbeafe", "#3b82f6", 14, ""),
    "constant": ("#e5e7eb", "#9ca3af", 4, "4 3"),
    "step": ("#f8fafc", "#64748b", 6, ""),
    "decision": ("#fef3c7", "#d97706", 4, "4 3"),
    "gap": ("#e5e7eb", "#9ca3af", 14, "4 3"),
    "output": ("#dcfce7", "#16a34a", 14, ""),
}
_EDGE, _TEXT, _VALUE, _ACCENT = "#7d8899", "#0f172a", "#475569", "#b4235a"

_FONT = "Verdana, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
_SIZE, _LINE, _PAD = 13.0, 18.0, 10.0
_APART, _BETWEEN, _MARGIN = 26.0, 40.0, 14.0
_ARROW = 7.0

#: Widths of letters in Verdana and DejaVu Sans, which are wide, in parts of the size.
_WIDTHS = {
    **dict.fromkeys("ijlI.,:;|'! ", 0.37),
    **dict.fromkeys("ft()[]r/-₋₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ", 0.46),
    **dict.fromkeys("mwMW@%", 1.0),
    **dict.fromkeys("+=<>×−≤≥≠…⋮", 0.84),
}
_LETTER = 0.66


def text_width(text: str) -> float:
    """Return how wide a text is at most, in the fonts that are asked for."""
    return _SIZE * sum(_WIDTHS.get(letter, _LETTER) * width(letter) for letter in text)


class Drawing:
    """Where everything lies: ``boxes`` by node, ``curves`` by edge, and the size.

    A curve is a list of points: the first, then three for every further one, as Bézier
    curves take them.
    """

    def __init__(self, boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> None:
        sizes = [_size(box) for box in boxes]
        self.layers = layers = Layers(len(boxes), edges)
        self._x = places(layers, [wide for wide, _ in sizes], _APART)
        tops, bottoms = self._rows(sizes)
        self.boxes = [
            Rectangle(
                self._x[node] + _MARGIN,
                (tops[layers.row[node]] + bottoms[layers.row[node]] - high) / 2,
                wide,
                high,
            )
            for node, (wide, high) in enumerate(sizes)
        ]
        self.curves = {
            edge: self._curve(path, tops, bottoms)
            for edge, path in layers.paths.items()
        }
        right = [box.x + box.width / 2 for box in self.boxes]
        right += [x for curve in self.curves.values() for x, _ in curve]
        self.width = max(right, default=0.0) + _MARGIN
        self.height = max(bottoms, default=0.0) + _MARGIN

    def _rows(self, sizes: Sequence[tuple[float, float]]) -> tuple[list[float], ...]:
        """Return where each row begins and ends; wide gaps are higher."""
        layers = self.layers
        tops: list[float] = []
        bottoms: list[float] = []
        y = _MARGIN
        for row in layers.rows:
            tops.append(y)
            heights = [sizes[node][1] for node in row if node < layers.count]
            bottoms.append(y + max(heights, default=0.0))
            shifts = [
                abs(self._x[node] - self._x[other])
                for node in row
                for other in layers.below[node]
            ]
            y = bottoms[-1] + _BETWEEN + min(0.1 * max(shifts, default=0.0), 60.0)
        return tops, bottoms

    def _curve(
        self, path: Sequence[int], tops: Sequence[float], bottoms: Sequence[float]
    ) -> list[tuple[float, float]]:
        row = self.layers.row
        x, y = self._x[path[0]] + _MARGIN, self.boxes[path[0]].bottom
        points = [(x, y)]
        for before, node in itertools.pairwise(path):
            leave, arrive = bottoms[row[before]], tops[row[node]]
            end = node < self.layers.count
            to = self._port(before, node) if end else self._x[node] + _MARGIN
            middle = (leave + arrive) / 2
            points += _straight(x, y, leave)
            points += [(x, middle), (to, middle), (to, arrive)]
            x, y = to, arrive
            if end:
                points += _straight(x, y, self.boxes[node].top)
        return points

    def _port(self, before: int, node: int) -> float:
        """Return where an edge enters a box: straight down, or beside the others."""
        box = self.boxes[node]
        sources = sorted(self.layers.above[node], key=lambda other: self._x[other])
        above = self._x[before] + _MARGIN
        if len(sources) == 1 and abs(above - box.x) < box.width / 2 - 14:
            return above
        step = min(22.0, (box.width - 16) / max(len(sources), 1))
        return box.x + (sources.index(before) - (len(sources) - 1) / 2) * step


def _straight(x: float, start: float, stop: float) -> list[tuple[float, float]]:
    return [(x, start), (x, stop), (x, stop)] if stop > start else []


def _size(box: Box) -> tuple[float, float]:
    texts = [*box.lines, box.accent] if box.accent else box.lines
    wide = max(map(text_width, texts)) + 2 * _PAD
    return max(wide, 44.0), len(texts) * _LINE + _PAD


def drawn(boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> str:
    """Return a graph as the text of an SVG file."""
    drawing = Drawing(boxes, edges)
    wide, high = _number(drawing.width), _number(drawing.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" font-family="{_FONT}" '
        f'font-size="{_number(_SIZE)}">',
        "<title>Computational graph</title>",
        *map(_edge, drawing.curves.values()),
        *map(_node, boxes, drawing.boxes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _edge(points: Sequence[tuple[float, float]]) -> str:
    x, y = points[-1]
    line = [*points[:-1], (x, y - _ARROW)]
    texts = [f"{_number(x)} {_number(y)}" for x, y in line]
    path = f"M{texts[0]}C{' '.join(texts[1:])}"
    half = _ARROW / 2
    head = f"M{_number(x - half)} {_number(y - _ARROW)}h{_number(_ARROW)}"
    head += f"L{_number(x)} {_number(y)}z"
    return (
        f'<path d="{path}" fill="none" stroke="{_EDGE}" stroke-width="1.4"/>'
        f'<path d="{head}" fill="{_EDGE}"/>'
    )


def _node(box: Box, at: Rectangle) -> str:
    fill, border, corner, dashes = _LOOKS[box.kind]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    parts = [
        f"<g><title>{html.escape(box.title)}</title>",
        f'<rect x="{_number(at.x - at.width / 2)}" y="{_number(at.top)}" '
        f'width="{_number(at.width)}" height="{_number(at.height)}" rx="{corner}" '
        f'fill="{fill}" stroke="{border}" stroke-width="1.2"{dashed}/>',
    ]
    colours = [_TEXT, *[_VALUE] * (len(box.lines) - 1), _ACCENT]
    texts = [*box.lines, box.accent] if box.accent else box.lines
    for i, text in enumerate(texts):
        colour = _ACCENT if text is box.accent else colours[i]
        y = at.top + _PAD / 2 + (i + 0.72) * _LINE
        parts.append(
            f'<text x="{_number(at.x)}" y="{_number(y)}" text-anchor="middle" '
            f'fill="{colour}">{html.escape(text)}</text>'
        )
    return "\n".join([*parts, "</g>"])


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
