"""What the backward pass holds on to, and how many copies that takes."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays
from wrapped_arrays import WrappedArray

from diffops import grad
from diffops.engines.keeping import keep


@pytest.mark.parametrize("size", [3, 1000])
def test_keeping_a_copy_of_what_the_user_may_change(size):
    array = np.arange(float(size))
    kept = keep(array)
    array[0] = -1.0
    assert kept[0] == 0.0
    assert keep(array)[0] == -1.0
    assert keep(array)[-1] == size - 1
    again = keep(array)
    array[:] = np.nan
    assert again[0] == -1.0
    array.flags.writeable = False
    assert keep(array) is array
    np.testing.assert_array_equal(keep([1, 2]), [1, 2])
    assert np.arange(3.0)[keep([])].shape == (0,)
    assert keep(3.0) == 3.0


def test_kept_copies_tell_arrays_apart():
    """Arrays that take another's place in memory are not taken for it."""
    for k in range(50):
        array = np.full(1000, float(k))
        kept = keep(array)
        assert kept[0] == k
        del array
    a = np.zeros(1000)
    assert keep(a).dtype == np.float64
    a = a.view(np.int64)
    assert keep(a).dtype == np.int64


LIBRARIES = {
    "NumPy": np.array,
    "device": strict_arrays.asarray,
    "wrapped": lambda x: WrappedArray(np.array(x)),
}


@pytest.mark.parametrize("make", LIBRARIES.values(), ids=LIBRARIES)
def test_a_constant_that_is_written_into_after_its_use(make):
    x, c = make([0.5, -1.0]), make([3.0, 4.0])

    def f(x):
        y = np.sum(x * c)
        c[...] = 0.0 * c
        return y

    found = grad(f)(x)
    assert [float(np.sum(found[i] == w)) for i, w in enumerate([3.0, 4.0])] == [1, 1]


@pytest.mark.parametrize("size", [1000, 2**18])
def test_large_constants_of_a_device_are_held_once(size):
    c = strict_arrays.asarray(np.ones(size))
    with strict_arrays.counting() as counts:
        kept = [keep(c) for _ in range(5)]
    large = size > 2**17
    assert len(set(map(id, kept))) == (1 if large else 5)
    assert counts.transfers == (4 if large else 0)
    c[0] = 7.0
    assert float(keep(c)[0]) == 7.0
    assert float(kept[0][0]) == 1.0
