"""Differences of neighbours in native programs."""

import numpy as np
import pytest
from natively import natively_of_arrays

from diffops import grad

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("n", "axis"), [(1, 0), (1, -1), (2, 1), (3, 0), (0, 1)])
def test_differences_have_the_bits_of_numpy(n, axis, dtype):
    x = RANDOM.uniform(-1, 1, (5, 6, 2)[: 2 + n % 2]).astype(dtype)
    weights = np.diff(RANDOM.uniform(-1, 1, x.shape).astype(dtype), n, axis)
    f = lambda x: np.diff(x, n, axis)  # noqa: E731
    found = natively_of_arrays(f, np.ones_like(x))(x)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, np.diff(x, n, axis))
    slope = grad(lambda x: np.sum(f(x) * weights))
    g = natively_of_arrays(slope, np.ones_like(x))(x)
    bound = 1e-13 if dtype == np.float64 else 1e-5
    for v in (x, RANDOM.uniform(-1, 1, x.shape)):  # the transpose of differences
        wanted = np.sum(np.diff(v, n, axis) * weights)
        np.testing.assert_allclose(np.sum(g * v), wanted, bound, 10 * bound)
