"""Counts and indices: returned as they are, refused when tracked."""

import numpy as np
import pytest

from diffops import NoDerivativeError, grad
from diffops.rules._arguments import whole


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
