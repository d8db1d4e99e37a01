"""Series of elementary functions by hand: against mpmath, to the twentieth order."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy import special

from diffops import diffn, grad, laplacian, taylor

ORDER = 20

#: Functions with a recurrence of their own: NumPy's, mpmath's, and a point.
FUNCTIONS = {
    "exp": (np.exp, mpmath.exp, 0.4),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x, 0.4),
    "expm1": (np.expm1, mpmath.expm1, -30.0),
    "sin": (np.sin, mpmath.sin, 0.7),
    "cos": (np.cos, mpmath.cos, 0.7),
    "sinh": (np.sinh, mpmath.sinh, -0.7),
    "cosh": (np.cosh, mpmath.cosh, -0.7),
    "tan": (np.tan, mpmath.tan, 0.9),
    "tanh": (np.tanh, mpmath.tanh, 0.9),
    "log": (np.log, mpmath.log, 1.6),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), 1.6),
    "log10": (np.log10, mpmath.log10, 1.6),
    "log1p": (np.log1p, mpmath.log1p, 1e-9),
    "arctan": (np.arctan, mpmath.atan, 0.6),
    "arctanh": (np.arctanh, mpmath.atanh, 0.4),
    "arcsin": (np.arcsin, mpmath.asin, 0.4),
    "arccos": (np.arccos, mpmath.acos, -0.4),
    "arcsinh": (np.arcsinh, mpmath.asinh, 0.6),
    "logistic": (special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), 0.7),
    "logistic of 40": (special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), 40.0),
    "x**1.5": (lambda x: x**1.5, lambda x: x**1.5, 1.3),
    "x**-2": (lambda x: x**-2, lambda x: x**-2, -1.3),
    "2**x": (lambda x: 2.0**x, lambda x: mpmath.mpf(2) ** x, 0.4),
    "x**x": (lambda x: x**x, lambda x: x**x, 1.3),
    "float_power": (lambda x: np.float_power(x, -0.5), lambda x: x**-0.5, 1.3),
}


def path(x):
    """Return a function of t that moves away from x along a parabola."""
    return lambda t: x + t * (1 - t / 4)


def truth(g, x):
    with mpmath.workdps(60):
        curve = path(mpmath.mpf(x))
        exact = mpmath.taylor(lambda t: g(curve(t)), 0, ORDER)
        return np.array([float(c) for c in exact])


def assert_close(found, wanted, rtol=1e-12):
    scale = np.maximum(np.abs(wanted), 1e-2 * np.max(np.abs(wanted)))
    assert np.max(np.abs(np.subtract(found, wanted)) / scale) < rtol


@pytest.mark.parametrize("name", FUNCTIONS)
def test_coefficients_along_a_parabola(name):
    f, g, x = FUNCTIONS[name]
    assert_close(taylor(lambda t: f(path(x)(t)), 0.0, ORDER), truth(g, x))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_coefficients_of_arrays_are_those_of_their_entries(name):
    f, _, x = FUNCTIONS[name]
    points = x * np.array([[1.0, 1.03], [0.97, 1.01]])
    found = taylor(f, points, 6)
    for index in np.ndindex(points.shape):
        wanted = taylor(f, points[index], 6)
        np.testing.assert_allclose([c[index] for c in found], wanted, rtol=1e-13)


HOLOMORPHIC = {
    name: case
    for name, case in FUNCTIONS.items()
    if name not in ("arccos", "exp2", "log2", "log10", "expm1", "log1p", "x**x")
    and not name.startswith("logistic")  # of real numbers alone
}


@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_complex_numbers(name):
    f, g, x = HOLOMORPHIC[name]
    with mpmath.workdps(40):
        wanted = [complex(c) for c in mpmath.taylor(g, mpmath.mpc(x, 0.2), 8)]
    assert_close(taylor(f, x + 0.2j, 8), wanted)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_single_precision_lasts(name):
    f, _, x = FUNCTIONS[name]
    x = np.float32(x)
    number, array = taylor(f, x, 5), taylor(f, np.stack([x, x]), 5)
    for c, cs in zip(number, array, strict=True):
        dtype = f(x).dtype
        assert c.dtype == cs.dtype == dtype
        np.testing.assert_allclose(cs, [c, c], rtol=1e-6)
    wanted = taylor(f, float(x), 5)
    np.testing.assert_allclose(number, wanted, rtol=2e-5, atol=1e-6)


#: At these points a derivative is infinite, or a recurrence would divide by 0.
SINGULAR = {
    "log at 0": (np.log, 0.0, [-np.inf, np.inf, -np.inf, np.inf]),
    "x**0.5 at 0": (lambda x: x**0.5, 0.0, [0, np.inf, -np.inf, np.inf]),
    "x**1.5 at 0": (lambda x: x**1.5, 0.0, [0, 0, np.inf, -np.inf]),
    "x**3.0 at 0": (lambda x: np.power(x, 3.0), 0.0, [0, 0, 0, 1, 0, 0]),
    "arcsin at 1": (np.arcsin, 1.0, [np.pi / 2, np.inf, np.inf, np.inf]),
    "log at -1": (np.log, -1.0, [np.nan, -1, -1 / 2, -1 / 3]),
}


@pytest.mark.parametrize("name", SINGULAR)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_singular_points_alone_and_beside_others(name):
    f, x, wanted = SINGULAR[name]
    n = len(wanted) - 1
    np.testing.assert_allclose(taylor(f, x, n), wanted, rtol=1e-14, atol=0)
    found = taylor(f, np.array([x, 0.5]), n)
    np.testing.assert_allclose([c[0] for c in found], wanted, rtol=1e-14, atol=0)
    np.testing.assert_allclose([c[1] for c in found], taylor(f, 0.5, n), rtol=1e-12)


def test_powers_of_several_exponents_at_zero():
    exponents = np.array([0.0, 1.0, 2.0, 3.0])
    found = taylor(lambda x: np.power(x, exponents), 0.0, 4)
    np.testing.assert_array_equal(found, np.eye(5, 4))


def test_a_constant_base_of_any_sign():
    """Of a negative base only whole powers are real: their slope is not."""
    with np.errstate(invalid="ignore"):
        found = taylor(lambda x: (-2.0) ** x, 3.0, 2)
    np.testing.assert_array_equal(found, [-8.0, np.nan, np.nan])


@pytest.mark.parametrize("base", [np.int8(3), np.array([3, 5], np.uint8), 3])
def test_whole_numbers_as_bases(base):
    """NumPy takes the logarithm of small integers in half precision."""
    for x in (0.7, np.float64(0.7), np.full(2, 0.7)):
        found = taylor(lambda x: base**x, x, 3)
        log = np.log(np.asarray(base, float))
        for k, c in enumerate(found):
            wanted = np.asarray(base, float) ** x * log**k / math.factorial(k)
            np.testing.assert_allclose(c, wanted, rtol=1e-14)


def test_masked_singularities_stay_masked():
    x = np.array([-1.0, 0.0, 4.0])

    def safe(x, f):
        positive = x > 0
        return np.where(positive, f(np.where(positive, x, 1.0)), 0.0)

    def bare(x, f):
        with np.errstate(all="ignore"):
            return np.where(x > 0, f(x), 0.0)

    for f in (np.sqrt, np.log, lambda x: x**-1.5, lambda x: x**1.5):
        found, wanted = taylor(lambda x, f=f: bare(x, f), x, 4), taylor(f, 4.0, 4)
        for c, w in zip(found, wanted, strict=True):
            np.testing.assert_allclose(c, [0.0, 0.0, w], rtol=1e-13)
        np.testing.assert_array_equal(found, taylor(lambda x, f=f: safe(x, f), x, 4))


def test_strong_zeros_of_roots_under_a_mask():
    """What does not vary stays 0 under a root, though its slope there is infinite."""
    x = np.array([-1.0, 4.0])
    found = taylor(lambda x: np.sqrt(np.where(x > 0, x, 0.0)), x, 3)
    np.testing.assert_allclose(found, [[0, 2], [0, 1 / 4], [0, -1 / 64], [0, 1 / 512]])


#: Functions of which a mask hides the far side of 1, where they are not real.
HIDDEN = {
    "sqrt": lambda x: np.sqrt(1 - x),
    "one over sqrt": lambda x: 1 / np.sqrt(1 - x),
    "quotient": lambda x: x / (1 - x),
    "reciprocal": lambda x: np.reciprocal(1 - x),
    "log": lambda x: np.log(1 - x),
    "log1p": lambda x: np.log1p(-x),
    "power": lambda x: np.power(1 - x, -1.5),
    "varying power": lambda x: np.power(1 - x, 1 - x),
    "arcsin": np.arcsin,
    "arctanh": np.arctanh,
    "arctan2": lambda x: np.arctan2(1 - x, 1 - x),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("x", [1.0, 2.0])
@pytest.mark.parametrize("name", HIDDEN)
def test_masks_inside_other_differentiations(name, x):
    """A cotangent of 0 must not meet an infinite coefficient, nor one that is NaN."""

    def f(x):
        return np.where(x < 1, HIDDEN[name](x), x**3)

    assert grad(diffn(2, f))(x) == pytest.approx(6, rel=1e-14)
    assert diffn(2, grad(f))(x) == pytest.approx(6, rel=1e-14)
    assert grad(lambda x: taylor(grad(f), x, 2)[1])(x) == pytest.approx(6, rel=1e-14)
    assert laplacian(lambda x: np.sum(f(x)))(np.array([x])) == pytest.approx(6 * x)
