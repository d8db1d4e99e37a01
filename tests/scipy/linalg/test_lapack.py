"""What the rules share: dtypes, triangles, rules borrowed from NumPy's functions."""

import numpy as np
import pytest
import scipy.linalg

from diffops import grad, hessian, jvp
from diffops.rules import linalg as equations
from diffops.scipy.linalg._lapack import borrowing, lapack, plainly, rule, symmetric


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.longdouble, np.float64),
        (np.clongdouble, np.complex128),
        (int, np.float64),
        (bool, np.float64),
    ],
)
def test_dtypes(given, wanted):
    assert lapack(np.ones((2, 2), given)).dtype == wanted
    assert lapack(np.ones((2, 2), given).tolist()).dtype.kind == np.dtype(wanted).kind


def test_one_triangle_without_conjugation():
    a = np.arange(4.0).reshape(2, 2) * 1j
    np.testing.assert_array_equal(symmetric(a, True), [[0, 2j], [2j, 3j]])
    np.testing.assert_array_equal(symmetric(a, False), [[0, 1j], [1j, 3j]])


def test_a_borrowed_rule_has_the_value_of_its_function():
    inverse = borrowing(lambda a, scale: scipy.linalg.inv(a), equations.inv)
    a = np.array([[2.0, 1.0], [0.0, 4.0]])
    np.testing.assert_array_equal(inverse(a, scale=1), scipy.linalg.inv(a))
    slope = grad(lambda a: inverse(a, scale=1)[0, 0])(a)
    np.testing.assert_allclose(slope, [[-0.25, 0], [0.0625, 0]])


def test_tangents_have_the_dtype_of_the_value():
    double = rule(
        lambda x: (x * 2).astype(np.float32),
        lambda y, args, tangents: 2 * tangents[0],
        lambda g, y, x: 2 * g,
    )
    y, change = jvp(double, (np.ones(2),), (np.ones(2),))
    assert y.dtype == change.dtype == np.float32
    assert grad(lambda x: np.sum(double(x)))(np.ones(2)).dtype == np.float64


def test_what_runs_plainly_has_no_derivative():
    size = plainly(lambda a, scale: float(np.sum(a)) * scale)

    def f(a):
        found = size(a, scale=2.0)
        assert type(found) is float
        return found * a[0]

    np.testing.assert_array_equal(grad(f)(np.array([1.0, 2.0])), [6.0, 0.0])
    np.testing.assert_array_equal(hessian(f)(np.array([1.0, 2.0])), np.zeros((2, 2)))
