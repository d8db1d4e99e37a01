"""Sets: each distinct entry carries the derivative of the first that equals it."""

import numpy as np
import pytest
from truth import check

from diffops import NoDerivativeError, grad, jvp, vjp

X = np.array([2.0, -1.0, 2.0, 0.5, -1.0])
Y = np.array([0.5, 3.0, -1.0])
U = np.array([[1.7, 0.2], [0.9, -0.4]])


def assert_picks(f, x, *numbers):
    """Compare with the entries of those numbers; and the values with NumPy's."""
    wanted = np.eye(x.size)[list(numbers)]
    y, pullback = vjp(f, x)
    np.testing.assert_array_equal(y, f(x))
    columns = [jvp(f, (x,), (e.reshape(x.shape),))[1] for e in np.eye(x.size)]
    np.testing.assert_array_equal(np.transpose(columns), wanted)
    rows = [pullback(e)[0].ravel() for e in np.eye(len(numbers))]
    np.testing.assert_array_equal(rows, wanted)


def test_first_of_equal_entries():
    assert_picks(np.unique, X, 1, 3, 0)
    assert_picks(lambda x: np.unique(x, equal_nan=False), X, 1, 3, 0)
    assert_picks(lambda x: np.unique_all(x).values, X, 1, 3, 0)
    assert_picks(lambda x: np.unique_counts(x).values, X, 1, 3, 0)
    assert_picks(lambda x: np.unique_inverse(x).values, X, 1, 3, 0)
    order = {-1.0: 1, 0.5: 3, 2.0: 0}
    for f in (np.unique_values, lambda x: np.unique(x, sorted=False)):
        assert_picks(f, X, *(order[value] for value in f(X).tolist()))


def test_smooth_points():
    check(np.unique, U)
    check(lambda x: np.unique(x, axis=1), U)
    check(np.unique, U + 1j * U[::-1])
    check(lambda x: np.unique(np.tile(x, (2, 1)), axis=0, return_counts=True)[0], U)


def test_extras_are_plain():
    def f(x):
        y, *extras = np.unique(x, True, True, True)
        for found, wanted in zip(
            extras, np.unique(X, True, True, True)[1:], strict=True
        ):
            assert type(found) is np.ndarray
            np.testing.assert_array_equal(found, wanted)
        both = np.unique_all(x)
        assert type(both) is type(np.unique_all(X))
        assert type(both.counts) is np.ndarray
        return np.sum(y)

    grad(f)(X)


def test_missing_numbers():
    x = np.array([np.nan, 1.0, np.nan])
    assert_picks(np.unique, x, 1, 0)
    assert_picks(lambda x: np.unique(x, equal_nan=False), x, 1, 0, 0)


def test_sets_of_two():
    check(lambda x, y: np.union1d(x, y), U, Y + 4)
    check(lambda x, y: np.setxor1d(x, y), U, Y + 4)
    check(lambda x, y: np.setdiff1d(x, y), U, Y + 4)
    assert_picks(lambda x: np.setdiff1d(x, [2.0]), X, 1, 3)
    assert_picks(lambda x: np.setdiff1d(x, [2.0], assume_unique=True), X[1:], 0, 2, 0)
    assert_picks(lambda x: np.setxor1d(x, [2.0, -1.0]), X, 3)
    # Those that both have come from the first.
    np.testing.assert_array_equal(
        grad(lambda x, y: np.union1d(x, y) @ [1, 10, 100, 1000], (0, 1))(X, Y)[0],
        [100, 1, 0, 10, 0],
    )


def test_what_two_sets_share_is_refused():
    with pytest.raises(NoDerivativeError, match=r"intersect1d.*test_sets.*isin"):
        grad(lambda x: np.sum(np.intersect1d(x, Y)))(X)
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(x[np.isin(x, Y)] ** 2))(X), [0, -2, 0, 1, -2]
    )
