"""Indexing and writing as functions."""

from __future__ import annotations

import numpy as np

from diffops.index import getitem, update


def test_getitem():
    array = np.arange(6.0).reshape(2, 3)
    for key in (0, (1, 2), slice(1), (..., None), [1, 0], array > 2):
        np.testing.assert_array_equal(getitem(array, key), array[key])


def test_update_leaves_the_array_alone_unless_it_may_be_reused():
    array = np.zeros(3)
    new = update(array, 5.0, slice(1, None))
    np.testing.assert_array_equal(new, [0, 5, 5])
    np.testing.assert_array_equal(array, [0, 0, 0])
    assert update(array, 7.0, 0, reuse=True) is array
    np.testing.assert_array_equal(array, [7, 0, 0])


def test_update_keeps_the_order_and_takes_arrays_without_axes():
    array = np.asfortranarray(np.zeros((2, 3)))
    assert update(array, 1.0, 0).flags.f_contiguous
    assert update(np.float64(2), 3.0, ()) == 3.0
    assert update(np.array(2.0), 3.0, ...) == 3.0
