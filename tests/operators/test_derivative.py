"""Derivatives of functions of one number, of every order."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scenarios import CURVES, assert_equal, curves

from diffops import diff, diff2, diffn, fdiff, fdiff2, fdiffn, ffdiff2, ffdiffn

#: The curves, with each order of theirs that is known in closed form.
KNOWN = [
    pytest.param(curve, n, id=f"{name}-{n}")
    for name, curve in CURVES.items()
    for n in range(len(curve.orders))
]


@curves
def test_first_derivatives(curve):
    value, slope, *_ = curve.orders
    assert_equal(diff(curve.f)(curve.x), slope)
    assert_equal(fdiff(curve.f)(curve.x), (value, slope))


@pytest.mark.parametrize("name", [name for name in CURVES if name != "newton"])
def test_second_derivatives(name):
    curve = CURVES[name]
    value, slope, bend, *_ = curve.orders
    assert_equal(diff2(curve.f)(curve.x), bend)
    assert_equal(fdiff2(curve.f)(curve.x), (value, bend))
    assert_equal(ffdiff2(curve.f)(curve.x), (value, slope, bend))


@pytest.mark.parametrize(("curve", "n"), KNOWN)
def test_derivatives_of_order_n(curve, n):
    orders = curve.orders[: n + 1]
    assert_equal(diffn(n, curve.f)(curve.x), orders[n], rtol=1e-12)
    assert_equal(fdiffn(n, curve.f)(curve.x), (orders[0], orders[n]), rtol=1e-12)
    assert_equal(ffdiffn(n, curve.f)(curve.x), tuple(orders), rtol=1e-12)


def test_diffn_and_diff2_are_nested_diffs():
    f, x = CURVES["tanh"].f, 0.3
    assert diffn(0, f)(x) == f(x)
    assert diffn(1, f)(x) == diff(f)(x)
    assert diffn(2, f)(x) == diff2(f)(x) == diffn(np.int64(2), f)(x)
    assert_equal(diff2(f)(x), diff(diff(f))(x), rtol=1e-15)
    assert_equal(diffn(3, f)(x), diff(diff2(f))(x), rtol=1e-15)
    assert_equal(diffn(5, f)(x), diffn(2, diffn(3, f))(x), rtol=1e-13)


def truth(g, x, orders):
    with mpmath.workdps(80):
        found = mpmath.taylor(g, mpmath.mpf(x), max(orders))
        return [float(found[n] * mpmath.factorial(n)) for n in orders]


#: Functions with derivatives of every order, and how many digits are lost in them.
SMOOTH = {
    "sin(exp(x)) x": (
        lambda x: np.sin(np.exp(x)) * x,
        lambda x: mpmath.sin(mpmath.exp(x)) * x,
        0.3,
        1e-12,
    ),
    "1 / (1 + 25 x²)": (
        lambda x: 1 / (1 + 25 * x * x),
        lambda x: 1 / (1 + 25 * x * x),
        0.1,
        1e-12,
    ),
    "exp(−x²)": (
        lambda x: np.exp(-(x**2)),
        lambda x: mpmath.exp(-(x**2)),
        0.3,
        1e-12,
    ),
    "x^x log(x)": (
        lambda x: x**x * np.log(x),
        lambda x: x**x * mpmath.log(x),
        1.7,
        1e-11,
    ),
    "tan(sqrt(x))": (
        lambda x: np.tan(np.sqrt(x)),
        lambda x: mpmath.tan(mpmath.sqrt(x)),
        0.8,
        1e-11,
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_of_high_order(name):
    f, g, x, rtol = SMOOTH[name]
    orders = [3, 10, 20]
    for n, wanted in zip(orders, truth(g, x, orders), strict=True):
        assert diffn(n, f)(x) == pytest.approx(wanted, rel=rtol)
    every = ffdiffn(20, f)(np.float64(x))
    assert_equal(every, tuple(truth(g, x, range(21))), rtol=10 * rtol)


def test_coefficients_that_would_vanish_in_rounding():
    """1 / n! does beyond the 170th order, in single precision beyond the 35th."""
    assert diffn(180, np.exp)(1.0) == pytest.approx(np.e, rel=1e-12)
    assert diffn(181, np.sin)(0.5) == pytest.approx(np.cos(0.5), rel=1e-12)
    single = np.float32(0.5)
    found = diffn(40, np.sin)(single)
    assert (found.dtype, found) == (np.float32, pytest.approx(np.sin(0.5), rel=1e-5))
    # What is too large to be represented is infinite, not an error.
    assert diffn(200, lambda x: 1 / x)(1.0) == np.inf


def test_derivatives_of_arrays_of_high_order():
    """Of a number; the results are arrays, also views and read-only ones."""
    a = np.array([1.0, -2.0, 0.5])
    found = ffdiffn(12, lambda x: np.exp(a * x))(0.3)
    for n, derivative in enumerate(found):
        assert_equal(derivative, a**n * np.exp(0.3 * a), rtol=1e-13)
        derivative[...] = 0.0
    found = diffn(3, lambda x: np.broadcast_to(x**3, (2, 2)))(1.0)
    assert_equal(found, np.full((2, 2), 6.0))
    found[0, 0] = 0.0


def test_function_valued_functions():
    """The derivative of each function is taken when it is called."""
    family = diffn(3, lambda x: lambda y: np.sin(x * y))
    assert_equal(family(0.5)(2.0), -8 * np.cos(1.0), rtol=1e-14)
    values = ffdiffn(2, lambda x: {"f": lambda y: y * x**3, "x": x**2})(2.0)
    value, slope, bend = values["f"](10.0)
    assert (value, slope, bend) == (80.0, 120.0, 120.0)
    assert values["x"] == (4.0, 4.0, 2.0)
    # The operator of Manzyuk et al.: its derivative is the derivative's operator.
    shift = diffn(2, lambda u: lambda f: lambda x: f(x + u))(0.0)
    assert_equal(shift(lambda x: np.exp(2 * x))(1.0), 4 * np.exp(2), rtol=1e-15)
    twice = shift(shift(lambda x: np.exp(2 * x)))(1.0)
    assert_equal(twice, 16 * np.exp(2), rtol=1e-15)


KINDS = [3, 3.0, np.float64(3), np.float32(3), np.int32(3), np.array(3.0), np.array(3)]


@pytest.mark.parametrize("x", KINDS, ids=lambda x: f"{type(x).__name__}-{x!r}")
def test_kinds_of_numbers(x):
    found = diff(lambda x: x**2 + 1 / x)(x)
    np.testing.assert_allclose(found, 6 - 1 / 9, rtol=1e-6)
    assert np.shape(found) == ()
    single = getattr(x, "dtype", None) == np.float32
    assert np.result_type(found) == (np.float32 if single else np.float64)


def test_complex_numbers():
    z = 0.5 + 1.0j
    np.testing.assert_allclose(diff(np.exp)(z), np.exp(z), rtol=1e-15)
    np.testing.assert_allclose(diff2(lambda z: z**3)(z), 6 * z, rtol=1e-15)
    # Along the real axis, where the function is not holomorphic.
    np.testing.assert_allclose(diff(lambda z: abs(z) ** 2)(z), 2 * z.real, rtol=1e-15)
    np.testing.assert_allclose(diff(np.conj)(z), 1.0, rtol=1e-15)


def test_several_arguments():
    def f(x, y, scale=1.0):
        return scale * x**3 * y**2

    assert diff(f)(2.0, 3.0) == 108.0
    assert diff(f, 1)(2.0, 3.0) == 48.0
    assert diff(f, -1)(2.0, 3.0, scale=2.0) == 96.0
    assert diff(f, (0, 1))(2.0, 3.0) == (108.0, 48.0)
    assert diff(f, "scale")(2.0, 3.0, scale=5.0) == 72.0
    assert diff(f, ("y", "scale"))(2.0, 3.0, scale=1.0) == (48.0, 72.0)
    # Each one's own second derivative: 6 x y² and 2 x³
    assert diff2(f, (0, 1))(2.0, 3.0) == (108.0, 16.0)
    assert ffdiffn(2, f, (0, 1))(2.0, 3.0) == (72.0, (108.0, 48.0), (108.0, 16.0))


def test_containers():
    def f(p):
        return {"product": p["a"] * p["b"][0], "square": [p["a"] ** 2]}

    value, slope = fdiff(f)({"a": 2.0, "b": (3.0,)})
    assert value == {"product": 6.0, "square": [4.0]}
    # One derivative of the result per number that varies.
    assert slope == {
        "a": {"product": 3.0, "square": [4.0]},
        "b": ({"product": 2.0, "square": [0.0]},),
    }


def test_auxiliary_values():
    def f(x):
        return x**3, {"double": 2 * x, "name": "cube"}

    aux = {"double": 4.0, "name": "cube"}
    assert diff(f, has_aux=True)(2.0) == (12.0, aux)
    assert fdiff(f, has_aux=True)(2.0) == ((8.0, aux), 12.0)
    assert diff2(f, has_aux=True)(2.0) == (12.0, aux)
    assert ffdiff2(f, has_aux=True)(2.0) == ((8.0, aux), 12.0, 12.0)
    assert ffdiffn(3, f, has_aux=True)(2.0) == ((8.0, aux), 12.0, 12.0, 6.0)
    assert diffn(0, f, has_aux=True)(2.0) == (8.0, aux)


def test_f_is_called_once_whatever_the_order():
    calls = []

    def f(x):
        calls.append(None)
        return np.sin(x)

    for operator in (diff, fdiff, diff2, ffdiff2, lambda f: ffdiffn(4, f)):
        calls.clear()
        operator(f)(0.5)
        assert len(calls) == 1


def test_errors():
    with pytest.raises(TypeError, match=r"shape \(2,\).*grad, jacobian or jvp"):
        diff(np.sin)(np.ones(2))
    with pytest.raises(ValueError, match="order -1"):
        diffn(-1, np.sin)
    with pytest.raises(TypeError, match=r"order comes first: diffn\(n, f\)"):
        diffn(np.sin, 2)
    with pytest.raises(TypeError, match="order comes first"):
        diffn(1.5, np.sin)
    with pytest.raises(ValueError, match="order -2"):
        ffdiffn(-2, np.sin)
    with pytest.raises(TypeError, match=r"function, not a float.*diff\(f\)\(x\)"):
        diff(3.0)
    with pytest.raises(TypeError, match="shape"):
        ffdiffn(2, np.sin)(np.ones(1))
