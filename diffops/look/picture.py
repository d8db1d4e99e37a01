"""The computational graph as a picture: SVG, written without other programs.

All nodes are filled and all edges a medium grey, so that it is readable on light and on
dark backgrounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diffops.jit.program import Guard
from diffops.look.drawing import Box, drawn
from diffops.look.notation import SPEC, short, shortened
from diffops.look.table import Gap, around_the_middle

if TYPE_CHECKING:
    from diffops.look.wengert import WengertList

#: Labels are at most so many letters wide; results up to so many take one line.
_WIDEST, _SHORT = 36, 24


class Picture:
    """A computational graph: ``svg`` is the text of an SVG file."""

    def __init__(self, boxes: Sequence[Box], edges: Sequence[tuple[int, int]]) -> None:
        self.boxes = boxes
        self.edges = edges
        self.svg = drawn(boxes, edges)

    def save(self, path: str | Path) -> None:
        """Write the picture to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg


class _Graph:
    """Boxes and edges, under construction; ``maker`` tells which box makes a slot."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.edges: list[tuple[int, int]] = []
        self.maker: dict[int, int] = {}

    def add(
        self, kind: str, lines: Sequence[str], accent: str, title: str, reads: Any = ()
    ) -> int:
        """Add a box below those that it reads."""
        here = len(self.boxes)
        cut = [shortened(line, _WIDEST) for line in lines if line]
        self.boxes.append(Box(kind, cut, shortened(accent, _WIDEST), title))
        self.edges += [
            (maker, here)
            for maker in dict.fromkeys(self.maker.get(slot, -1) for slot in reads)
            if maker >= 0
        ]
        return here


def picture_of(
    wengert: WengertList,
    spec: str = SPEC,
    most: int = 60,
    accent: Callable[[int], str] = lambda slot: "",
) -> Picture:
    """Draw a Wengert list; ``accent`` returns one more line for a slot, or nothing."""
    graph = _Graph()
    program = wengert.program
    for told, slot in zip(wengert.inputs, program.inputs, strict=True):
        lines = [f"{told.name} = {told.formula}", short(told.value, spec)]
        title = f"{lines[0]} = {lines[1]}"
        graph.maker[slot] = graph.add("input", lines, accent(slot), title)
    shown = list(around_the_middle(program.steps, most))
    used = {
        slot for step in shown if not isinstance(step, Gap) for slot in _reads(step)
    }
    used.update(program.outputs)
    for line, slot in zip(wengert.constant_lines(spec), _arrays(wengert), strict=True):
        if slot in used:
            title = f"{line.name} = {line.value}"
            graph.maker[slot] = graph.add(
                "constant", (line.name, line.value), "", title
            )
    for step in shown:
        if isinstance(step, Gap):
            first = shown.index(step)
            _add_gap(graph, program.steps[first : first + step.size])
        else:
            _add_step(graph, wengert, step, spec, accent)
    for line, slot in zip(wengert.output_lines(spec), program.outputs, strict=True):
        text = f"{line.name} = {line.value}"
        lines = [text] if len(text) <= _SHORT else [line.name, line.value]
        graph.add("output", lines, "", text, [slot])
    return Picture(graph.boxes, graph.edges)


def _reads(step: Any) -> Sequence[int]:
    return (step.slot,) if isinstance(step, Guard) else step.reads()


def _arrays(wengert: WengertList) -> list[int]:
    return [slot for slot in wengert.program.constants if slot in wengert.names]


def _add_step(
    graph: _Graph, wengert: WengertList, step: Any, spec: str, accent: Any
) -> None:
    lines = wengert.step_lines(step, spec)
    where = f" ({lines[0].note})" if lines[0].note else ""
    if isinstance(step, Guard):
        title = lines[0].formula + where
        graph.add("decision", (lines[0].formula,), "", title, _reads(step))
        return
    told = wengert.told(step)
    formula = f"{told.name} = {told.formula}"  # type: ignore[union-attr]
    values = ", ".join(line.value for line in lines)
    accents = ", ".join(filter(None, map(accent, step.outputs)))
    title = f"{formula} = {values}{where}"
    here = graph.add("step", (formula, values), accents, title, _reads(step))
    graph.maker |= dict.fromkeys(step.outputs, here)


def _add_gap(graph: _Graph, steps: Sequence[Any]) -> None:
    """Add one box for many steps."""
    made = {slot for step in steps for slot in getattr(step, "outputs", ())}
    reads = [slot for step in steps for slot in _reads(step) if slot not in made]
    text = f"⋮ {len(steps)} more steps"
    here = graph.add("gap", (text,), "", text, reads)
    graph.maker |= dict.fromkeys(made, here)
