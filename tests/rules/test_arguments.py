"""Counts and indices: returned as they are, refused when tracked."""

import numpy as np
import pytest

from diffops import NoDerivativeError, grad
from diffops.rules._arguments import known, whole


@pytest.mark.parametrize("value", [3, -1, (1, 2), [0, 2], None, np.array([1, 2])])
def test_plain_values_stay(value):
    assert whole(value, "count") is value


@pytest.mark.parametrize(
    "contain",
    [
        lambda x: x,
        lambda x: x[0],
        lambda x: (1, x[0]),
        lambda x: [2, [x[1]]],
        lambda x: np.array([x[0], 2], dtype=object),
    ],
)
def test_tracked_ones_are_refused_by_name(contain):
    with pytest.raises(
        NoDerivativeError, match=r"the shift is tracked .*test_arguments"
    ):
        grad(lambda x: whole(contain(x), "the shift"))(np.ones(2))


def test_known_values_are_plain():
    x = np.ones(2)

    def f(y):
        assert type(known(y)) is np.ndarray
        assert type(known([y, (y[0], 2)])[1][0]) is np.float64
        assert known("auto") == "auto"
        return np.sum(y)

    grad(lambda x: grad(f)(x)[0] + np.sum(x))(x)
