"""What docs/jit.md says is so."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path

import numpy as np
import pytest

from diffops import jit

PAGE = (Path(__file__).parents[2] / "docs" / "jit.md").read_text(encoding="utf-8")


def test_blocks_run():
    """They are one program, and what is printed is what the page shows."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n".join(blocks), "page", "exec"), {})
    places = re.compile(r" \([^()]*:\d+\)")
    assert places.sub("", printed.getvalue()) == places.sub("", shown)


SAME = {  # expression in x: how many guards
    "1.0 if x > 0 else x": 1,
    "x if x in (1.0, 2.0) else -x": 2,
    "max(x, 1.0)": 1,
    "x * int(x)": 1,
    "x * round(x)": 1,
    "x * math.floor(x)": 1,
    "x * TABLE[int(x)]": 1,
    "x * float(x)": 1,
    "x * math.sin(x)": 1,
    "{2.5: x}[x]": 2,
    "x * len(f'{x:.2f}')": 1,
    "2.0 / x": 1,
    "2.0 % x": 1,
    "np.where(x > 0, x, 1.0)": 0,
    "x * (x > 1)": 0,
    "np.stack([x, 1.0])[np.argmax(np.stack([x, 1.0]))]": 0,
    "np.sort(np.stack([x, 1.0]))": 0,
    "np.sum(np.stack([x, 1.0])[np.stack([x, 1.0]) > 0])": 1,
}


@pytest.mark.parametrize("expression", SAME)
def test_the_table_of_guards(expression):
    import math

    names = {"np": np, "math": math, "TABLE": [1.0, 2.0, 3.0]}
    f = eval(f"lambda x: {expression}", names)
    assert len(jit(f).program(2.5).guards) == SAME[expression]
    jitted = jit(f)
    for _ in range(3):
        np.testing.assert_equal(jitted(2.5), f(2.5))


def test_the_table_of_signatures():
    def f(a, b=1):
        return a * 2

    calls = [
        ((1.0,), {}),
        ((np.float64(1),), {}),
        ((np.ones(2),), {}),
        ((np.ones(3),), {}),
        ((np.ones((2, 2)),), {}),
        ((np.ones((2, 2)).T,), {}),
        ((np.ones((4, 4))[::2, ::2],), {}),
        ((np.ones(2, np.float32),), {}),
        ((np.arange(2),), {}),
        ((1.0, 2), {}),
        ((1.0, 3), {}),
        ((1.0, True), {}),
        ((1.0, None), {}),
        ((1.0, "b"), {}),
        ((1.0, np.sum), {}),
        ((), {"a": 1.0}),
        ((1.0, (2.0,)), {}),
        ((1.0, [2.0]), {}),
        ((1.0, {"x": 2.0, "y": 3.0}), {}),
        ((1.0, {"y": 2.0, "x": 3.0}), {}),
    ]
    jitted = jit(f)
    for args, kwargs in calls * 3:
        np.testing.assert_array_equal(jitted(*args, **kwargs), f(*args, **kwargs))
    # The transpose of a matrix of ones is laid out as Fortran does.
    assert len(jitted._ways) == len(calls)
    assert all(len(ways.paths) == 1 for ways in jitted._ways.values())
    for other in ({1, 2}, np.array(["a"])):
        assert jitted(1.0, other) == 2.0
    assert len(jitted._ways) == len(calls)


def test_side_effects():
    seen = []
    jitted = jit(lambda x: (seen.append(type(x).__name__), x * 2)[1])
    for _ in range(5):
        jitted(1.0)
    assert seen == ["float", "RecordedFloat", "float"]


def test_errstate_inside_has_no_effect_later():
    def f(x):
        with np.errstate(divide="raise"):
            return 1 / x

    jitted = jit(f)
    for _ in range(2):
        jitted(np.float64(2.0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert jitted(np.float64(0.0)) == np.inf
