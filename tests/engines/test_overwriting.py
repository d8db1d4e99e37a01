"""Of several values for one entry the last one stays, wherever the entries are."""

from __future__ import annotations

import numpy as np
import pytest
import strict_arrays

from diffops import grad, jvp
from diffops.engines.overwriting import staying, write

PLACES = {
    "none twice": [0, 2],
    "twice": [1, 0, 1, 1, 2, 0],
    "all one": [2, 2, 2],
    "in rows": ([0, 1, 0], [1, 1, 1]),
    "beside a slice": (slice(None), [0, 1, 0]),
}


def like_numpy(shape, key, value):
    wanted = np.zeros(shape)
    places = np.arange(wanted.size).reshape(shape)[key].ravel()
    for place, one in zip(places, value, strict=True):
        wanted.flat[place] = one
    return wanted


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("there", [False, True])
def test_writing_by_an_index_that_names_entries_twice(name, there):
    key = PLACES[name]
    shape = (2, 3) if isinstance(key, tuple) else (3,)
    places = np.arange(np.prod(shape)).reshape(shape)[key]
    value = 1.0 + np.arange(places.size)
    wanted = like_numpy(shape, key, value)
    array, put = strict_arrays.asarray(np.zeros(shape)), strict_arrays.asarray
    if there:
        parts = key if isinstance(key, tuple) else (key,)
        key = tuple(put(p) if isinstance(p, list) else p for p in parts)
    write(array, key, put(value.reshape(places.shape)))
    np.testing.assert_array_equal(array.get(), wanted)
    stay = staying(shape, key, array)
    last = [place not in places.flat[i + 1 :] for i, place in enumerate(places.flat)]
    if stay is None:
        assert all(last)
    else:
        np.testing.assert_array_equal(stay.get().ravel(), last)


def test_derivatives_of_entries_written_twice():
    def f(x):
        y = np.zeros_like(x)
        y[strict_arrays.asarray([0, 0, 1])] = x**2
        return np.sum(y * y)

    x = strict_arrays.asarray([1.0, 2.0, 3.0])
    # The first value is lost: f(x) = x₁⁴ + x₂⁴.
    np.testing.assert_array_equal(grad(f)(x).get(), [0.0, 32.0, 108.0])
    assert float(jvp(f, (x,), (np.ones_like(x),))[1]) == 140.0
