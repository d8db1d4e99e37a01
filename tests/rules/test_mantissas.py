"""frexp: the mantissa has a derivative, the exponent is a constant."""

import numpy as np
from truth import check

from diffops import grad, jvp

X = np.array([0.7, -3.2, 1e-300, 0.0, -np.inf])


def test_values_are_numpys():
    found = []

    def f(x):
        m, e = np.frexp(x)
        assert type(e) is np.ndarray
        found.append(e)
        return m

    y, _ = jvp(f, (X,), (X,))
    m, e = np.frexp(X)
    np.testing.assert_array_equal(y, m)
    np.testing.assert_array_equal(found[0], e)
    assert found[0].dtype == e.dtype


def test_slope_of_the_mantissa():
    check(lambda x: np.frexp(x)[0] ** 2, X[:2])
    np.testing.assert_array_equal(
        grad(lambda x: np.sum(np.frexp(x)[0]))(np.array([0.7, -3.2, 40.0])),
        [1.0, 0.25, 2.0**-6],
    )
    assert grad(lambda x: np.frexp(x)[0])(np.float32(6.0)).dtype == np.float32
