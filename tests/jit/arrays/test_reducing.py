"""What reductions begin with, and their steps."""

import pytest

from diffops.jit.arrays.reducing import START, step


@pytest.mark.parametrize("kind", START)
def test_steps_begin_with_what_changes_nothing(kind):
    text = step(kind, "%a", "%b", "%c", "float")
    assert text.startswith("%c = ")
    assert "double" not in text
    assert "f64" not in text
    operation = {"add": sum, "multiply": lambda xs: xs[0] * xs[1]}
    compute = operation.get(kind, max if kind == "maximum" else min)
    assert compute([START[kind], 3.0]) == 3.0
