"""Long programs: an unrolled loop is compiled as one turn of it."""

import re

import numpy as np
import pytest
from natively import array_text, natively_of_arrays

from diffops import grad, jit
from diffops.jit.arrays import plan_source
from diffops.jit.arrays.buffers import Buffer, View
from diffops.jit.arrays.plan_source import array_source
from diffops.jit.arrays.tabled import Table
from diffops.native.interface import MISMATCH

RANDOM = np.random.default_rng(0)
A = RANDOM.standard_normal((30, 8))
SIGNS = np.sign(RANDOM.standard_normal(30))
X = RANDOM.standard_normal(8)


def trained(strengths, steps):
    """Return a loss after gradient descent, whose gradient needs all steps."""
    loss = lambda w: np.sum(np.logaddexp(0, -SIGNS * (A @ w))) + strengths @ (w * w)  # noqa: E731
    w = np.zeros(8)
    for _ in range(steps):
        w = w - 0.02 * grad(loss)(w)
    return np.sum((A @ w - SIGNS) ** 2)


def conjugate_gradients(b, steps):
    """Solve (A'A + 1) x = b; between the vectors there are numbers."""
    x, r = np.zeros(8), b
    p, square = r, r @ r
    for _ in range(steps):
        q = A.T @ (A @ p) + p
        length = square / (p @ q)
        x, r = x + length * p, r - length * q
        square, before = r @ r, square
        p = r + square / before * p
    return np.sum(np.sin(x))


def normalised(x, steps):
    """Ask at each step whether to go on."""
    for _ in range(steps):
        if x @ x > 1:
            x = x / np.linalg.norm(x)
        x = x * 1.5 + 0.1 * np.sin(x)
    return x


CASES = [
    (lambda x: grad(trained)(x, 20)),
    (lambda x: (trained(x, 30), np.exp(x))),
    (lambda x: grad(conjugate_gradients)(x, 8)),
    (lambda x: (conjugate_gradients(x, 8) * 2, x)),
    (lambda x: normalised(x, 60)),
    (lambda x: grad(lambda x: np.sum(normalised(x, 20) ** 3))(x)),
]


@pytest.mark.parametrize("case", range(len(CASES)))
def test_as_in_eager_mode(case, monkeypatch):
    monkeypatch.setattr(plan_source, "_MOST_NODES", 60)
    f = CASES[case]
    assert "@diffops_table" in array_text(f, X)
    native = natively_of_arrays(f, X)
    for x in (X, X[::-1].copy(), 1.1 * X):
        found, wanted = native(x), f(x)
        if not isinstance(wanted, tuple):
            found, wanted = (found,), (wanted,)
        for a, b in zip(found, wanted, strict=True):
            assert np.shape(a) == np.shape(b)
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def test_guards():
    native = natively_of_arrays(lambda x: normalised(x, 60), X)
    assert native(X / 100) is MISMATCH
    np.testing.assert_allclose(native(2 * X), normalised(2 * X, 60), rtol=1e-12)


def test_more_steps_are_the_same_code():
    texts = [
        array_source(jit(grad(lambda x, n=n: trained(x, n))).program(X)).text
        for n in (20, 60)
    ]
    functions = [len(re.findall("define internal", text)) for text in texts]
    assert functions[0] == functions[1] < 30
    assert len(texts[1]) < 1.05 * len(texts[0])


def test_rows():
    table = Table(1, 1)
    table.call(
        "f", [View(Buffer(3, "%w16"), (), (), 2), View(Buffer(1, "%o0"), (), ())]
    )
    table.call("g", [View(Buffer(9, "@constant0"), (3,), (1,), 4)])
    table.call("f", [View(Buffer(3, "%i0"), (), ()), View(Buffer(3, "%w0"), (), ())])
    table.call("h", [View(Buffer(9, "%w8", "float"), (3,), (1,), 4)])
    wanted = [0, 0, 144, 2, 0, 1, 3, 32, 0, 1, 0, 0, 0, 2, 0, 80, -1]
    np.testing.assert_array_equal(table.array(), wanted)
