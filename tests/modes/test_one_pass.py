"""Value and partials by a kernel, and what goes on where a partial is infinite."""

import numpy as np
import pytest

from diffops.modes.one_pass import in_one_pass
from diffops.primitive import table

X = np.linspace(0.1, 2, 20_000)


def test_value_and_partials():
    y, (d,) = in_one_pass(table[np.log], (X,), (0,))
    np.testing.assert_allclose(y, np.log(X), rtol=1e-15, atol=1e-16)
    np.testing.assert_array_equal(d, 1 / X)


def test_of_some_arguments():
    y, (d,) = in_one_pass(table[np.arctan2], (X, 2.0), (0,))
    np.testing.assert_allclose(y, np.arctan2(X, 2.0), rtol=1e-15)
    np.testing.assert_allclose(d, 2 / (4 + X * X), rtol=1e-14)
    assert in_one_pass(table[np.arctan2], (X, 2.0), (1,)) is None  # it is a number


@pytest.mark.parametrize("bad", [0.0, np.nan])
def test_infinite_partials_are_left_to_strong_products(bad):
    x = X.copy()
    x[7] = bad
    y, factors = in_one_pass(table[np.log], (x,), (0,))
    assert factors is None
    assert np.isnan(y[7]) if np.isnan(bad) else y[7] == -np.inf
    x[7] = np.inf
    _, (d,) = in_one_pass(table[np.sin], (x,), (0,))  # nothing is singular there
    assert np.isnan(d[7])


def test_there_may_be_no_kernel():
    assert in_one_pass(table[np.add], (X, X), (0, 1)) is None
    assert in_one_pass(table[np.sin], (X[:10],), (0,)) is None
