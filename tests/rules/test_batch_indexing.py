"""Indices into batches: NumPy's placement of axes, and indices that differ."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from diffops import grad, vmap
from diffops.rules._batch_indexing import Layout

X = np.random.default_rng(4).normal(size=(3, 4, 5, 6))
INDICES = np.array([[0, 2, 2], [1, 0, 3], [3, 3, 1]])

#: An index array of two entries, of which every member has its own where it is batched.
OWN = object()
KEYS = [
    (OWN,),
    (OWN, 1),
    (1, OWN),
    (slice(None), OWN),
    (slice(1, None), OWN, slice(2)),
    (OWN, slice(None), OWN),
    (OWN, slice(None), 2),
    (2, slice(None), OWN),
    (slice(None), OWN, OWN),
    (Ellipsis, OWN),
    (OWN, Ellipsis, OWN),
    (None, OWN),
    (OWN, None, OWN),
    (None, slice(None), OWN, None),
    (OWN, np.array([[1], [0]])),
    (slice(None), np.array([0, 1, 1]), OWN),
    (np.array([True, False, True, True]), OWN),
    (slice(None), np.array([[0], [1]]), slice(None, None, 2)),
    (np.array([0, 1]), slice(None), np.array([1, 1])),
    (np.zeros((4, 5), bool) | (np.arange(5) == 2),),
    (1,),
    (-1, Ellipsis),
    (slice(None, None, -1),),
    (Ellipsis, None),
]
each_key = pytest.mark.parametrize("number", range(len(KEYS)))


def key_of(number, index):
    return tuple(index if part is OWN else part for part in KEYS[number])


@each_key
def test_reading(number):
    f = lambda x, i: x[key_of(number, i)]  # noqa: E731
    given = zip(X, INDICES, strict=True)
    np.testing.assert_array_equal(vmap(f)(X, INDICES), [f(*pair) for pair in given])
    np.testing.assert_array_equal(
        vmap(f, (0, None))(X, INDICES[0]), [f(x, INDICES[0]) for x in X]
    )
    if any(part is OWN for part in KEYS[number]):
        found = vmap(lambda i: grad(lambda t: np.sum(np.cos(f(t, i))))(X[0]))(INDICES)
        slope = lambda t, i: grad(lambda t: np.sum(np.cos(f(t, i))))(t)  # noqa: E731
        wanted = np.stack([slope(X[0], i) for i in INDICES])
        np.testing.assert_allclose(found, wanted, rtol=1e-14)


@each_key
@pytest.mark.parametrize("whole", [True, False])
def test_writing(number, whole):
    random = np.random.default_rng(number)
    shape = X[0][key_of(number, INDICES[0])].shape
    values = random.normal(size=(3, *(shape if whole else shape[1:])))

    def f(x, i, value):
        y = np.copy(x)
        y[key_of(number, i)] = value
        return y

    wanted = [f(*args) for args in zip(X, INDICES, values, strict=True)]
    np.testing.assert_array_equal(vmap(f)(X, INDICES, values), wanted)
    for axes in itertools.product([0, None], repeat=2):
        # The array is a copy that knows its batch, or one that only gets to know it.
        args = [
            a if axis == 0 else a[1]
            for a, axis in zip((X, INDICES, values), (*axes, 0), strict=True)
        ]
        members = [
            [a[k] if axis == 0 else a for a, axis in zip(args, (*axes, 0), strict=True)]
            for k in range(3)
        ]
        wanted = [f(*member) for member in members]
        g = lambda x, i, v: f(x + 0 * np.sum(v), i, v)  # noqa: E731
        np.testing.assert_array_equal(vmap(g, (*axes, 0))(*args), wanted)


def test_adding_at_repeated_indices():
    def f(x, i):
        y = np.zeros_like(x)
        np.add.at(y, i, x[:3] ** 2)
        return y

    rows = X[:, :, 0, 0]
    wanted = [f(x, i) for x, i in zip(rows, INDICES, strict=True)]
    np.testing.assert_allclose(vmap(f)(rows, INDICES), wanted)


def test_the_rank_of_what_is_read():
    assert Layout((0, slice(None)), 3, 2, True).shape_rank == 2
    assert Layout(np.array([0, 1]), 1, 2, True).shape_rank == 1
    assert Layout((Ellipsis, None), 2, 2, True).shape_rank == 3
