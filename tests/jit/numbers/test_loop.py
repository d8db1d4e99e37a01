"""Loops compute what the unrolled program did."""

import numpy as np
import pytest
from natively import natively, source_text

from diffops import grad
from diffops.jit.numbers.loop import literal
from diffops.native.interface import MISMATCH


def newton(a):
    x = a
    while abs(x * x - a) > 1e-12 * a:
        x = 0.5 * (x + a / x)
    return x


def mapped(x):
    weights = np.linspace(0, 1, 40)
    return np.stack([np.sin(x[39 - i]) * weights[i] for i in range(40)])


def backwards(x):
    states = [x[0]]
    for i in range(1, 40):
        states.append(states[-1] * 0.9 + x[i])
    total = 0.0
    for state in reversed(states):
        total = total * 0.5 + state * state
    return total


def delayed(x):
    a, b, c = x[0], x[1], x[2]
    for _ in range(60):
        a, b, c = b, c, a * 0.3 + b * 0.2 + np.cos(c)
    return a * b + c


def permuted(x):
    order = np.random.default_rng(0).permutation(40)
    s = 0.0
    for i in range(40):
        s = s * 0.7 + x[int(order[i])]
    return s


PROGRAMS = [
    mapped,
    backwards,
    delayed,
    permuted,
    *map(grad, (backwards, delayed, permuted)),
]


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("exact", [False, True])
def test_as_unrolled(f, exact):
    random = np.random.default_rng(0)
    native = natively(f, random.random(40), exact=exact)
    for _ in range(3):
        x = random.random(40)
        if exact:
            np.testing.assert_array_equal(native(x), f(x))
        np.testing.assert_allclose(native(x), f(x), rtol=1e-13)
    assert source_text(f, random.random(40)).length < 60


def test_guards_in_loops():
    def clipped(x):
        s = 0.0
        for i in range(40):
            s = s + (x[i] if x[i] > 0 else 0.0)
        return s

    native = natively(clipped, np.ones(40))
    assert native(np.full(40, 2.0)) == 80.0
    for place in (0, 1, 20, 39):
        x = np.ones(40)
        x[place] = -1
        assert native(x) is MISMATCH


def test_a_data_dependent_end():
    native = natively(newton, 2.0)
    assert native(2.0) == newton(2.0)
    assert native(2.1) == newton(2.1)
    assert native(1e8) is MISMATCH


def test_literals_are_exact():
    assert literal(1.0) == "0x3FF0000000000000"
    assert literal(-0.0) == "0x8000000000000000"
    assert literal(float("inf")) == "0x7FF0000000000000"
