"""Constants made where the values are that they meet."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays
from strict_arrays import StrictArray

from diffops import grad
from diffops.engines.creating import counted, eye, given, repeated, tri, zeros

LIKES = {
    "number": 1.0,
    "NumPy": np.ones(2),
    "device": strict_arrays.asarray([1.0, 2.0]),
}


@pytest.mark.parametrize("like", LIKES.values(), ids=LIKES)
def test_constants_are_those_of_numpy_in_the_library_of_another_value(like):
    made = {
        "counted": (counted(3, like), np.arange(3)),
        "eye": (eye(3, like, np.float32, k=1), np.eye(3, k=1, dtype=np.float32)),
        "tri": (tri(2, like, 3, -1, bool), np.tri(2, 3, -1, bool)),
        "given": (given([0.5, 2.0], like), np.array([0.5, 2.0])),
        "zeros": (zeros((2, 1), like), np.zeros((2, 1))),
    }
    kind = StrictArray if isinstance(like, StrictArray) else np.ndarray
    for found, wanted in made.values():
        assert type(found) is kind
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(strict_arrays.asnumpy(found), wanted)


def test_a_tracked_value_stands_for_what_it_tracks():
    seen = []
    grad(lambda x: seen.append(eye(2, x)) or np.sum(x))(LIKES["device"])
    assert type(seen[0]) is StrictArray


def test_zeros_and_repeated_numbers():
    like = np.ones(2, np.float32)
    assert zeros((2, 3), like).dtype == np.float32
    assert zeros((), np.float32(1)).shape == ()
    assert zeros((2,), 1.0).dtype == np.float64
    shown = repeated(2.5, (2, 3))
    np.testing.assert_array_equal(shown, np.full((2, 3), 2.5))
    assert not shown.flags.writeable
    assert repeated(np.float32(1), (4,)).dtype == np.float32
    assert repeated(1.0, (0, 3)).shape == (0, 3)
