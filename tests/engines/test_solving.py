"""Stacks of equations that broadcast, on a library whose own do not."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays

from diffops.engines.solving import solve

RANDOM = np.random.default_rng(5)
SHAPES = [
    ((3, 3), (3,)),
    ((3, 3), (3, 2)),
    ((2, 3, 3), (3,)),
    ((2, 3, 3), (3, 2)),
    ((3, 3), (2, 3, 4)),
    ((3, 3, 3), (3, 3)),  # three matrices and one, for CuPy three vectors
    ((2, 1, 3, 3), (4, 3, 1)),
]


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_solutions_fulfil_their_equations(a, b):
    a = RANDOM.normal(size=a) + 3 * np.eye(3)
    b = RANDOM.normal(size=b)
    x = solve(strict_arrays.asarray(a), strict_arrays.asarray(b)).get()
    found = (a @ x[..., None])[..., 0] if b.ndim == 1 else a @ x
    np.testing.assert_allclose(found, np.broadcast_to(b, found.shape), atol=1e-12)
    np.testing.assert_array_equal(solve(a, b).shape, x.shape)
