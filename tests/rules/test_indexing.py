"""Indexing, writing, taking and putting, against NumPy's own scatter."""

import numpy as np
import pytest
from truth import check

from diffops import NoDerivativeError, grad, jacobian, jvp, vjp

RNG = np.random.default_rng(5)
A = RNG.normal(size=(3, 4))
V = RNG.normal(size=5)

KEYS = [
    1,
    -1,
    (0, 2),
    (-1, -2),
    slice(None, None, -1),
    (slice(1, None), 1),
    (Ellipsis, 0),
    None,
    (None, slice(0, 2), None, 1),
    [0, 0, 2],
    (slice(None), [3, 3, 0]),
    ([0, 2, 2], [1, 1, 3]),
    (np.array([[0], [2]]), np.array([1, 1])),
    ([0, 1], None, slice(1, 3)),
    np.array([True, False, True]),
    (slice(None), np.array([True, False, True, True])),
    A > 0,
    (),
    Ellipsis,
    slice(0, 0),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_reading(key):
    check(lambda x: x[key] ** 2, A)


@pytest.mark.parametrize("key", [(), ..., None, (None, ...), True], ids=str)
def test_reading_an_array_without_axes(key):
    x = np.array(1.5)
    check(lambda x: x[key] ** 2, x)
    np.testing.assert_array_equal(
        jvp(lambda x: x[key], (x,), (2.0,))[1], 2 * x[key] / x
    )


def test_a_number_is_a_cotangent_of_an_array_without_axes():
    def slope(x):
        return vjp(lambda x: x[...] ** 2, x)[1](1.0)[0]

    assert vjp(slope, np.array(1.5))[1](1.0)[0] == 2.0


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_cotangents_add_up_where_entries_repeat(key):
    weights = RNG.normal(size=A[key].shape)
    wanted = np.zeros_like(A)
    np.add.at(wanted, key, weights)
    found = grad(lambda x: np.sum(weights * x[key]))(A)
    np.testing.assert_allclose(found, wanted, atol=1e-15)


UNIQUE = [key for key in KEYS if not isinstance(key, list)][:9] + KEYS[14:]


@pytest.mark.parametrize("key", UNIQUE, ids=str)
def test_writing(key):
    values = RNG.normal(size=A[key].shape)

    def written(x, v):
        y = x + 0 * np.sum(v)  # depends on both, so that either may be written
        y[key] = v * v
        return y * y

    check(written, A, values)
    check(written, A, np.float64(1.5))


def test_a_written_entry_that_repeats_keeps_the_last():
    def f(x):
        y = np.zeros_like(x)
        y[[1, 1]] = x[:2]
        return y

    assert jacobian(f)(V)[1].tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "options",
    [{}, {"axis": 0}, {"axis": -1}, {"mode": "wrap"}, {"axis": 1, "mode": "clip"}],
)
def test_take(options):
    indices = [[0, 2], [2, 1]] if "mode" not in options else [[0, 9], [-7, 1]]
    check(lambda x: np.take(x, indices, **options) ** 2, A)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_take_along_axis(axis):
    order = np.argsort(A, axis=axis)
    check(lambda x: np.take_along_axis(x, order, axis) ** 2, A)


def _copy_of(write):
    def f(x, v):
        y = x + 0 * np.sum(v)  # depends on both, so that either may be written
        write(y, v * v)
        return y * y

    return f


@pytest.mark.parametrize(
    ("write", "values"),
    [
        (lambda y, v: np.put(y, [0, 5, 7], v), V[:3]),
        (lambda y, v: y.put([1, 2], v), np.float64(0.7)),
        (lambda y, v: np.copyto(y, v), V[:4]),
        (lambda y, v: np.copyto(y, v, where=A > 0), V[:4]),
        (lambda y, v: np.putmask(y, A > 0, v), V),
        (lambda y, v: np.place(y, A > 0, v), V),
        (lambda y, v: np.fill_diagonal(y, v), np.float64(0.7)),
        (lambda y, v: np.put_along_axis(y, np.array([[1], [0], [3]]), v, 1), V[:1]),
    ],
)
def test_putting(write, values):
    check(_copy_of(write), A, values)


def test_writing_complex_values_into_a_real_array_is_refused():
    def f(x):
        x[0] = 1j * x[1]
        return np.sum(x)

    with pytest.raises(NoDerivativeError, match="complex"):
        grad(f)(V)
