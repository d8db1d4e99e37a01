"""Functions of programs: long ones are several, and pass numbers through memory."""

import random

import numpy as np
import pytest
from natively import natively, source_text

from diffops import grad
from diffops.native.interface import MISMATCH


def straight(count, seed):
    """Return a random program of so many operations, without loops."""
    choices = random.Random(seed)
    plan = [
        (choices.randrange(4), choices.random(), choices.random()) for _ in range(count)
    ]

    def f(x):
        values = [x[i] for i in range(len(x))]
        for kind, i, j in plan:
            a = values[-1 - int(i * min(len(values), 500))]
            b = values[-1 - int(j * min(len(values), 30))]
            values.append((a + b, a - b, a * b * 0.5, a / (b * b + 1.5))[kind])
        return values[-1] + values[-2] * values[0]

    return f


@pytest.mark.parametrize("count", [50, 700, 4000])
def test_straight_programs(count):
    f = straight(count, count)
    x = np.random.default_rng(0).random(8)
    native = natively(f, x)
    for _ in range(3):
        x = np.random.default_rng(count).random(8)
        assert native(x) == f(x)
    text = source_text(f, x).text
    assert (text.count("define internal i1 @part") > 1) == (count == 4000)


def test_the_gradient_of_a_long_straight_program():
    f = straight(900, 3)
    x = np.random.default_rng(0).random(8)
    np.testing.assert_allclose(natively(grad(f), x)(x), grad(f)(x), rtol=1e-13)


def test_long_outputs_are_written_by_loops():
    f = lambda x: (np.concatenate([x[::-1] * 2, [1.0, x[0]]]), x * 0)  # noqa: E731
    native = natively(f, np.ones(60))
    x = np.random.default_rng(0).random(60)
    for found, wanted in zip(native(x), f(x), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert source_text(f, x).text.count("phi i64") >= 2


def test_guards_of_all_parts_count():
    inner = straight(2500, 5)

    def f(x):
        a = inner(x) if x[0] > 0 else x[0]
        return a * inner(x[::-1]) if x[1] > 0 else a

    x = np.random.default_rng(0).random(8)
    native = natively(f, x)
    assert native(x) == f(x)
    for place in (0, 1):
        y = x.copy()
        y[place] = -1
        assert native(y) is MISMATCH
