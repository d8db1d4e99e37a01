"""Expressions as text: precedence, signs, bare functions, indices."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import trace
from diffops.look.expression import Call, Name, Number
from diffops.look.printing import written

A, B = Name(0), Name(1)


def text(node, names=("a", "b")):
    return written(node, lambda slot: names[slot])


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (Call("power", (A, Number(2))), "a²"),
        (Call("power", (A, Number(0.5))), "a ** 0.5"),
        (Call("power", (Call("add", (A, B)), B)), "(a + b) ** b"),
        (Call("power", (Call("power", (A, B)), Number(3))), "(a ** b)³"),
        (Call("multiply", (Call("negative", (A,)), B)), "−a × b"),
        (Call("multiply", (A, Number(-1))), "a × (−1)"),
        (Call("multiply", (A, Number(1 + 2j))), "a × (1+2j)"),
        (Call("negative", (Call("add", (A, B)),)), "−(a + b)"),
        (Call("negative", (Number(-2),)), "−(−2)"),
        (Call("sin", (A,)), "sin a"),
        (Call("sin", (Call("sin", (A,)),)), "sin(sin a)"),
        (Call("sin", (Number(-1),)), "sin(−1)"),
        (Call("multiply", (Call("sin", (A,)), B)), "sin a × b"),
        (Call("square", (Call("sin", (A,)),)), "(sin a)²"),
        (Call("absolute", (Call("add", (A, B)),)), "|a + b|"),
        (Call("transpose", (A,)), "aᵀ"),
        (Call("greater_equal", (A, Number(0))), "a ≥ 0"),
        (Call("getitem", (A,), (("key", 0),)), "a[0]"),
        (Call("getitem", (A,), (("key", (slice(1, None), None)),)), "a[1:, None]"),
        (Call("getitem", (A,), (("key", slice(None, -1, 2)),)), "a[:−1:2]"),
        (Call("getitem", (A,), (("key", (Ellipsis, B)),)), "a[..., b]"),
        (Call("update", (A, B), (("key", 0),)), "a with [0] = b"),
        (Call("sum", (A,), (("axis", (0,)),)), "sum(a, axis=(0,))"),
        (Call("sort", (A,), (("kind", "stable"),)), "sort(a, kind='stable')"),
        (Call("f", (A, B), (), 1), "f(a, b)[1]"),
        (Call("take", (A,), (("order", np.arange(2)),)), "take(a, order=int64[2])"),
        (
            Call("apply", (A,), (("f", np.sin), ("w", [1, 2]))),
            "apply(a, f=sin, w=[1, 2])",
        ),
    ],
)
def test_texts(node, wanted):
    assert text(node) == wanted


def test_negative_numbers_in_the_place_of_names():
    assert text(Call("subtract", (A, B)), ("−1", "−2")) == "−1 − (−2)"
    assert text(Call("power", (A, Number(2))), ("−1", "")) == "(−1)²"
    assert text(Call("multiply", (A, B)), ("−1+2j", "2")) == "(−1+2j) × 2"


def test_formulas_compute_what_they_say():
    """Python agrees, for formulas that it can read."""
    found = trace(lambda a, b: (a - b) * (a / (b - 3.0)) - -a + (a * b) / a)(2.0, 5.0)
    values = {step.name: step.value for step in (*found.inputs, *found.steps)}
    for step in found.steps:
        read = step.formula.translate(str.maketrans("−×", "-*"))
        for name in sorted(values, key=len, reverse=True):
            read = read.replace(name, f"({values[name]!r})")
        assert eval(read, {"np": np}) == step.value
