"""Short innermost loops of arithmetic and sums become vectors."""

import numpy as np
import pytest
from natively import array_text, natively_of_arrays

from diffops.jit.arrays.buffers import Buffer, Gather, View
from diffops.jit.arrays.nest import Nest
from diffops.jit.arrays.nodes import Each, Reduce
from diffops.jit.arrays.short_loops import DEFINITIONS, HINT
from diffops.jit.numbers.functions import code_of
from diffops.native import codes

X = View(Buffer(80), (4, 10), (20, 1))


def each(code, operand=X):
    """Return an operation on an operand, and a row."""
    row = View(Buffer(10), (4, 10), (0, 1))
    return Each(code, [operand, row][: code.arity], (4, 10), 0)


ADD = each(codes.ADD)


def told(*nodes, shape=(4, 10)):
    """Tell whether something is said of the innermost loop of nodes."""
    return HINT in Nest(shape, list(nodes)).text("f")


def test_what_is_told():
    assert told(ADD)
    assert told(ADD, each(codes.SQRT))
    assert not told(each(code_of(np.sin, exact=False)))
    assert not told(each(codes.ADD, Gather(X.buffer, X)))
    assert not told(each(codes.ADD, View(X.buffer, (4, 10), (30, 3))))
    for n in (7, 32, 1000):
        view = View(Buffer(8 * n), (4, n), (2 * n, 1))
        assert not told(Each(codes.SQUARE, [view], (4, n), 0), shape=(4, n))
    rows, columns = View(Buffer(4), (4, 1), (1, 1)), View(Buffer(10), (1, 10), (10, 1))
    assert told(ADD, Reduce("add", ADD, (4, 10), (1,), 0, rows))
    assert not told(ADD, Reduce("maximum", ADD, (4, 10), (1,), 0, rows))
    assert not told(ADD, Reduce("add", ADD, (4, 10), (0,), 0, columns))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n", [7, 8, 10, 31])
def test_rows(n, dtype):
    random = np.random.default_rng(n)
    x, row = random.random((40, n)).astype(dtype), random.random(n).astype(dtype)

    def f(x, row):
        y = (x - row) * 2 + x
        return y, np.sum(y * y, 1), np.max(x - row, 1)

    found = natively_of_arrays(f, x, row)(x, row)
    for a, b in zip(found, f(x, row), strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=40 * np.finfo(dtype).eps)


def test_modules_define_what_is_told_once():
    text = array_text(
        lambda x, y: (x - y, np.sum(x * y, 1)), np.ones((9, 10)), np.ones(10)
    )
    assert HINT in text
    assert all(text.count(line) == 1 for line in DEFINITIONS)
    plain = array_text(lambda x: x * 2, np.ones((9, 10)))  # one long loop
    assert "llvm.loop" not in plain
