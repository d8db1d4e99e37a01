"""Rules read for Python floats: the same formulas, and NumPy's bits."""

import numpy as np
import pytest

from diffops.primitive import table
from diffops.values.floats import (
    EXACT,
    giving_floats,
    is_constant_like,
    read_for_floats,
)

POINTS = np.random.default_rng(4).uniform(0, 50, 500).tolist()


@pytest.mark.parametrize("name", EXACT)
def test_math_has_the_bits_of_numpy(name):
    ours, theirs = EXACT[name], getattr(np, name)
    assert [ours(x) for x in POINTS] == [float(theirs(x)) for x in POINTS]


@pytest.mark.parametrize("function", [np.sin, np.cos, np.exp, np.sqrt, np.arctan])
def test_a_partial_read_for_floats_has_the_same_value(function):
    rule = table[function]
    (partial,) = getattr(rule, "inline", rule).partials
    reading = read_for_floats(partial)
    for x in POINTS[:50]:
        y = float(function(x))
        assert reading(y, x) == partial(np.float64(y), np.float64(x))


def test_closures_are_left_alone():
    factor = 3.0

    def partial(y, x):
        return factor * x

    assert read_for_floats(partial) is partial


def test_giving_floats():
    give = giving_floats(np.arctan2)
    assert type(give(1.0, 2.0)) is float
    assert giving_floats(1) == 1


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (2.0, True),
        (2, True),
        (np.ones(3), True),
        (np.float64(2), False),
        (np.ones(3, np.float32), False),
        (np.ones((3, 1)), False),
        (True, False),
        (1j, False),
    ],
)
def test_constants_that_leave_shape_and_dtype(other, wanted):
    assert is_constant_like(other, np.zeros(3)) is wanted
