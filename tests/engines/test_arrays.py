"""What the backward pass may keep, overwrite, and add into."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad
from diffops.engines.arrays import (
    Patch,
    add_at,
    add_into,
    is_owned,
    is_plain,
    is_sole,
    is_view,
    may_repeat,
    shares_memory,
    times,
    unshared,
    whole,
)
from diffops.engines.creating import repeated


class Owner:
    array = None


def sole(owner):
    """Ask outside of an assert, which would hold another reference itself."""
    return is_sole(owner.array)


def test_arrays_that_only_one_name_refers_to():
    owner = Owner()
    owner.array = np.ones(3)
    assert sole(owner)
    other = owner.array
    assert not sole(owner)
    del other
    assert sole(owner)
    owner.array = owner.array[1:]
    assert not sole(owner)
    cell = [np.ones(3)]
    assert is_owned(cell)
    other = cell[0]
    assert not is_owned(cell)
    assert cell[0] is other


def test_plain_values_and_views():
    array = np.ones((2, 3))
    for value in (array, np.float32(1), 1.0, 2, 1j):
        assert is_plain(value)
    assert not is_plain([1.0])
    assert not is_view(array)
    assert is_view(array[0])
    assert not is_view(3.0)
    assert shares_memory(array, array[:, 1:])
    assert not shares_memory(array, array.copy().reshape(3, 2))
    assert not np.shares_memory(unshared(array), array)
    seen = []
    grad(lambda x: (seen.append(is_plain(x)), x @ x)[1])(np.ones(2))
    assert seen == [False]


@pytest.mark.parametrize(
    ("key", "repeats"),
    [
        (1, False),
        (slice(None), False),
        ((Ellipsis, 0), False),
        (np.array([True, False, True]), False),
        ([0, 0], True),
        (np.array([0, 2, 0]), True),
        ((np.array([1, 1]),), True),
    ],
)
def test_adding_at_an_index(key, repeats):
    assert may_repeat(key) == repeats
    total = np.zeros(3)
    value = np.arange(1.0, 1 + np.size(total[key])).reshape(np.shape(total[key]))
    add_at(total, key, value)
    wanted = np.zeros(3)
    np.add.at(wanted, key, value)
    np.testing.assert_array_equal(total, wanted)


def scatter(cotangent, key, shape):
    array = np.zeros(shape)
    np.add.at(array, key, cotangent)
    return array


def test_adding_cotangents():
    """In place where the sum is ours alone; nobody else's array changes."""
    theirs = np.ones(3)
    cell = ["place", theirs]
    add_into(cell, np.full(3, 2.0))
    np.testing.assert_array_equal(theirs, np.ones(3))
    np.testing.assert_array_equal(cell[1], np.full(3, 3.0))
    address = cell[1].ctypes.data
    add_into(cell, np.ones(3))
    assert cell[1].ctypes.data == address
    add_into(cell, Patch(np.array([10.0, 20.0]), [0, 0], (3,), scatter))
    np.testing.assert_array_equal(cell[1], [34.0, 4.0, 4.0])
    view = cell[1][:]
    add_into(cell, Patch(1.0, 2, (3,), scatter))
    np.testing.assert_array_equal(cell[1], [34.0, 4.0, 5.0])
    np.testing.assert_array_equal(view, [34.0, 4.0, 4.0])


def test_adding_cotangents_of_another_dtype():
    cell = [np.ones(3, np.float32) * 1]
    add_into(cell, np.full(3, 1e-12))
    assert cell[0].dtype == np.float64
    np.testing.assert_array_equal(cell[0], np.full(3, 1 + 1e-12))


def test_patches():
    patch = Patch(np.array([1.0, 2.0]), slice(1, None), (3,), scatter)
    np.testing.assert_array_equal(whole(patch), [0.0, 1.0, 2.0])
    assert whole(3.0) == 3.0


@pytest.mark.parametrize("last", [False, True])
def test_products_overwrite_nothing_that_somebody_else_holds(last):
    g, factor = np.full(3, 3.0), np.full(3, 2.0)
    held = [g, factor]
    np.testing.assert_array_equal(times(g, factor, last), np.full(3, 6.0))
    np.testing.assert_array_equal(times(5.0, factor, last), np.full(3, 10.0))
    np.testing.assert_array_equal(held, [np.full(3, 3.0), np.full(3, 2.0)])
    views = np.full(3, 3.0)[:], np.full(3, 2.0)[:]
    bases = [view.base for view in views]
    np.testing.assert_array_equal(times(*views, last), np.full(3, 6.0))
    np.testing.assert_array_equal(bases, [np.full(3, 3.0), np.full(3, 2.0)])


def test_products_in_the_memory_of_what_nobody_needs_any_more():
    g, factor = np.full(3, 3.0), np.full(3, 2.0)
    kept, address = [g], factor.ctypes.data
    found = times(g, factor, False)
    assert found.ctypes.data == address
    np.testing.assert_array_equal(found, np.full(3, 6.0))
    np.testing.assert_array_equal(kept[0], np.full(3, 3.0))
    g, factor = np.full(3, 3.0), np.full(3, 2.0)
    kept, address = [factor], g.ctypes.data
    found = times(g, factor, True)
    assert found.ctypes.data == address
    np.testing.assert_array_equal(kept[0], np.full(3, 2.0))


@pytest.mark.parametrize("number", [1.0, 2.0, np.nan])
def test_products_with_a_repeated_number(number):
    factor = np.array([3.0, -0.0, np.inf])
    with np.errstate(all="ignore"):
        wanted = number * factor
        held = [factor]
        found = times(repeated(number, (3,)), factor, True)
        np.testing.assert_array_equal(found, wanted)
        assert found is not factor
        del held, found
        address = factor.ctypes.data
        found = times(repeated(number, (3,)), factor, True)
    np.testing.assert_array_equal(found, wanted)
    assert found.ctypes.data == address


def test_products_of_another_dtype_are_new():
    single, double = np.ones(3, np.float32), np.full(3, 2.0)
    assert times(single, double, True).dtype == np.float64
    np.testing.assert_array_equal(double, np.full(3, 2.0))
    assert single.dtype == np.float32


@pytest.mark.parametrize(
    "window",
    [
        lambda c: np.broadcast_to(c, (3, 3)),
        lambda c: np.broadcast_to(c, (40, 3)),
        lambda c: np.lib.stride_tricks.sliding_window_view(c, 3),
    ],
)
def test_a_window_that_cannot_be_written_may_still_change(window):
    """The array behind a read-only view is the user's to write into."""

    def f(x):
        c = np.array([1.0, 2.0, 3.0])
        view = window(c)
        y = np.sum(view @ x) + np.sum(view / x)
        c[:] = 0.0
        return y

    x, c = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    rows = len(window(c))
    np.testing.assert_allclose(grad(f)(x), rows * (c - c / x**2))


def test_the_first_entry_of_nothing_is_an_index_error():
    def f(x):
        try:
            return x[0]
        except IndexError:
            return np.sum(x)

    assert grad(f)(np.array([])).shape == (0,)
