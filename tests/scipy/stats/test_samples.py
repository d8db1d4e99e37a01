"""What statistics of samples share."""

import numpy as np
import pytest

from diffops.scipy.stats.samples import mean, reduced, sample, size, weighted


def test_samples_are_floats_along_one_axis():
    x, axis = sample("f", [[1, 2], [3, 4]], None, "propagate")
    assert x.dtype == float and axis == 0
    np.testing.assert_array_equal(x, [1, 2, 3, 4])
    x, axis = sample("f", np.ones((2, 3), np.float32), -1, "omit")
    assert x.dtype == np.float32 and axis == -1
    with pytest.raises(ValueError, match="nan"):
        sample("f", [1.0, np.nan], 0, "raise")


def test_size_and_mean():
    x = np.arange(24.0).reshape(2, 3, 4)
    assert size(x, 1) == 3 and size(x, (0, -1)) == 8
    np.testing.assert_array_equal(mean(x, (0, 2)), x.mean((0, 2), keepdims=True))
    weights = weighted(np.ones((3, 1)), x, flat=False)
    np.testing.assert_allclose(mean(x, 1, weights), mean(x, 1))
    assert weighted(None, x, flat=True) is None


def test_shapes_left():
    x = np.ones((2, 3))
    assert reduced(mean(x, 1), 1, False, False, x).shape == (2,)
    assert reduced(mean(x, 1), 1, True, False, x).shape == (2, 1)
    flat = mean(x.ravel(), 0)
    assert reduced(flat, 0, True, True, x).shape == (1, 1)
    assert reduced(flat, 0, False, True, x).shape == ()
