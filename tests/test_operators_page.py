"""The tables of docs/operators.md: shapes, modes, calls of f and work are so."""

import math
import re
import types
from pathlib import Path

import numpy as np
import pytest

import diffops
from diffops.tags import Tracked

PAGE = (Path(__file__).parent.parent / "docs" / "operators.md").read_text("utf-8")

POINT = np.array([0.3, 0.7, -0.4])
PAIR = (lambda x: np.sin(x[1:]) * x[:-1], POINT, 2)
#: What each section says f is: an example, its x, and m.
SECTIONS = {
    "Functions of one number": (lambda t: np.exp(t) * t, 0.5, 1),
    "Scalar functions of many numbers": (lambda x: np.sin(x) @ x[::-1], POINT, 1),
    "Functions of many numbers into many": PAIR,
    "Vector fields": (lambda x: np.sin(x) * x[::-1], POINT, 3),
    "Functions of anything": PAIR,
}
#: What a tracked value is called in the mode that it belongs to.
MODES = {
    "Dual": "forward",
    "Node": "reverse",
    "Jet": "Taylor",
    "Batched": "batch",
    "Pattern": "sparsity",
    "Recorded": "record",
}

CELLS = r"\| `([^`]+)`[^|]*\| [^|]+\|([^|]*)\|([^|]*)\| (\d) \|([^|]*)\|"
ROW = re.compile(f"^{CELLS}$", re.MULTILINE)
PUBLIC = {name: getattr(diffops, name) for name in diffops.__all__}
ROWS = [
    (section, *(cell.strip(" `") for cell in row))
    for section in SECTIONS
    for row in ROW.findall(PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0])
]


def mode_of(value):
    """Return the modes that a value is tracked by, the outermost first."""
    modes = []
    while isinstance(value, Tracked):
        kind = type(value).__name__
        modes.insert(0, next(mode for word, mode in MODES.items() if word in kind))
        value = getattr(value, "primal", None)
    return " over ".join(modes) or "plain"


def shape_of(value):
    if isinstance(value, tuple):
        return tuple(map(shape_of, value))
    return () if callable(value) else value.shape if hasattr(value, "shape") else ()


each_row = pytest.mark.parametrize(
    ("section", "expression", "shape", "mode", "calls", "work"),
    [pytest.param(*row, id=row[1]) for row in ROWS],
)


@each_row
def test_shape_mode_and_calls(section, expression, shape, mode, calls, work):
    function, x, m = SECTIONS[section]
    seen = []

    def f(x):
        seen.append(mode_of(x))
        return function(x)

    vectors = {"v": np.cos(x), "u": np.ones(m), "batch": np.ones((5, 3))}
    result = eval(expression, {**PUBLIC, **vectors, "f": f, "x": x})
    assert seen[-1] == mode
    assert len(seen) == int(calls)
    if shape:
        assert shape_of(result) == eval(shape, {"n": 3, "m": m, "k": 5})


def numbers_computed(f, x):
    """Count them in the program that jit records."""
    program = diffops.jit(f).program(x)
    outputs = [output for step in program.operations for output in step.outputs]
    shapes = [re.findall(r"\d+(?=[,\]])", program.kinds[output]) for output in outputs]
    return sum(math.prod(map(int, shape)) for shape in shapes)


@each_row
def test_work(section, expression, shape, mode, calls, work):
    """What they compute, in units of what f does: as the page says, to a quarter."""
    if not work:
        return
    n = 3 if "curl" in expression else 40
    x = 0.5 if "one number" in section else np.linspace(0.1, 1.0, n)

    def f(x):
        y = np.exp(np.sin(x) * (np.roll(x, 1) if np.ndim(x) else x)) / (1 + x**2)
        return np.sum(y) if "Scalar" in section else y

    vectors = {"v": np.cos(x), "u": np.cos(x)}

    def derivative(x):
        return eval(expression, {**PUBLIC, **vectors, "f": f, "x": x})

    count = numbers_computed(derivative, x) / numbers_computed(f, x)
    factor, _, per_input = work.partition(" ")
    assert count == pytest.approx(float(factor) * (n if per_input else 1), rel=0.25)


def test_all_sections_have_rows():
    assert {row[0] for row in ROWS} == set(SECTIONS)
    assert len(ROWS) == len(re.findall(r"\| \d \|[^|]*\|$", PAGE, re.MULTILINE))


def test_every_operator_is_there():
    named = set(re.findall(r"\b\w+\b", "".join(re.findall(r"`[^`\n]+`", PAGE))))
    public = {
        name
        for name in diffops.__all__
        for value in [getattr(diffops, name)]
        if isinstance(value, types.FunctionType)
        or (isinstance(value, type) and not issubclass(value, Exception))
    }
    assert public <= named
