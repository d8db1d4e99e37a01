"""numpy.emath: real where results can be, complex where they must."""

import cmath

import numpy as np
import pytest
from truth import check

from diffops import diff, jacobian, jvp

EMATH = np.emath
REAL, COMPLEX = np.array([0.3, 0.8]), np.array([0.3, -2.4, 3.1])
UNARY = {
    "sqrt": (lambda z: 0.5 / cmath.sqrt(z), -2.4),
    "log": (lambda z: 1 / z, -2.4),
    "log2": (lambda z: 1 / (z * np.log(2)), -2.4),
    "log10": (lambda z: 1 / (z * np.log(10)), -2.4),
    "arcsin": (lambda z: 1 / cmath.sqrt(1 - z * z), 3.1),
    "arccos": (lambda z: -1 / cmath.sqrt(1 - z * z), 3.1),
    "arctanh": (lambda z: 1 / (1 - z * z), 3.1),
}


@pytest.mark.parametrize("name", UNARY)
def test_real_and_complex_results(name):
    f = getattr(EMATH, name)
    for x in (REAL, COMPLEX, COMPLEX + 0.2j, *COMPLEX.tolist(), np.float32(COMPLEX)):
        check(f, x, order=1 if np.result_type(x) == np.float32 else 2)


@pytest.mark.parametrize("name", UNARY)
def test_slopes_outside_of_the_real_domain(name):
    slope, x = UNARY[name]
    found = jvp(getattr(EMATH, name), (x,), (1.0,))[1]
    # Above a cut NumPy puts real numbers: the sides of 1 − x² must be told apart.
    above = slope(complex(x, 1e-300)) if name != "arctanh" else slope(complex(x))
    np.testing.assert_allclose(found, above, rtol=1e-14)


def test_one_outside_makes_all_complex():
    def f(x):
        y = EMATH.sqrt(x)
        assert y.dtype == complex
        return np.abs(y)

    found = jacobian(f)(np.array([4.0, -9.0]))
    np.testing.assert_allclose(found, np.diag([0.25, -1 / 6]))


@pytest.mark.parametrize("base", [2.5, -2.5])
def test_logarithms_to_a_base(base):
    check(EMATH.logn, base, COMPLEX)
    check(EMATH.logn, base, REAL)


def test_powers():
    check(EMATH.power, COMPLEX, 2.5)
    check(EMATH.power, COMPLEX, COMPLEX)
    check(lambda x: EMATH.power(x, -2), REAL)
    check(lambda x: EMATH.power(x, [1, -2, 3]), COMPLEX)
    check(lambda p: EMATH.power(-2, p), 1.3)


def test_third_derivatives():
    third = diff(diff(diff(lambda x: np.real(EMATH.sqrt(x) * 1j))))
    x = -2.4
    # √x = i √−x, and so the function is −√−x.
    np.testing.assert_allclose(third(x), 3 / 8 * (-x) ** -2.5, rtol=1e-14)


def test_precision_is_numpys():
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        x = COMPLEX.astype(dtype)
        y, _ = jvp(EMATH.sqrt, (x,), (x,))
        assert y.dtype == EMATH.sqrt(x).dtype
