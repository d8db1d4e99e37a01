"""NumPy's and SciPy's elementwise functions on symbols, beside their own values."""

import numpy as np
import pytest
import scipy.special

import diffops
from diffops import symbolic
from diffops.symbolic._ufuncs import as_number, choose, names, rule_of

pytest.importorskip("sympy", reason="SymPy is not installed")

#: Points inside each function's domain.
INSIDE = {"arccosh": 1.7, "acosh": 1.7}
TWO = [
    "add subtract multiply divide floor_divide remainder power float_power logaddexp",
    "logaddexp2 arctan2 hypot maximum minimum fmax fmin",
]
ONE = sorted(
    name
    for name in names()
    if getattr(np, name).nin == 1 and name not in ("logical_not", "invert")
)
COMPARISONS = ["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"]


def check(f, x):
    """Compare value and slope; the value is the truth that NumPy or SciPy computes."""
    value, slope = symbolic.fdiff(f)(x)
    np.testing.assert_allclose(value, f(x), rtol=1e-13)
    np.testing.assert_allclose(slope, diffops.diff(f)(x), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ONE)
def test_of_one_argument(name):
    function = getattr(np, name)
    for x in (INSIDE.get(name, 0.37),):
        check(lambda x: function(x) * x, x)
    if name in ("absolute", "sign", "fabs", "cbrt", "trunc", "floor", "ceil", "exp"):
        check(lambda x: function(x) * x, -1.3)


@pytest.mark.parametrize("name", " ".join(TWO).split())
def test_of_two_arguments(name):
    function = getattr(np, name)
    check(lambda x: function(x, 1.7 - x), 0.6)
    check(lambda x: function(2.2 * x, x), 0.6)


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name):
    function = getattr(np, name)

    def f(x):
        return np.where(function(x, 0.5), x**2, np.sin(x))

    for x in (0.2, 0.5, 0.7):
        check(f, x)


def test_logic():
    def f(x):
        inside = np.logical_and(x > 0, x < 1) | (x > 2)
        return np.where(~inside, x**3, np.where(np.logical_xor(x > 0.5, inside), 1, x))

    for x in (-0.5, 0.2, 0.7, 1.5, 2.5):
        check(f, x)
        check(lambda x: x * f(x) * (x > 0.1), x)


@pytest.mark.parametrize(
    ("name", "x"),
    [
        ("erf", 0.3),
        ("erfc", 0.3),
        ("gamma", 2.3),
        ("gammaln", 2.3),
        ("digamma", 2.3),
        ("psi", 2.3),
        ("expit", 0.3),
        ("logit", 0.3),
    ],
)
def test_of_scipy(name, x):
    function = getattr(scipy.special, name)
    check(lambda x: function(x) * x, x)


def test_of_scipy_with_two_arguments():
    check(lambda x: scipy.special.jv(1, x), 0.7)
    check(lambda x: scipy.special.iv(0, x) * scipy.special.kv(1, x), 0.7)
    check(lambda x: scipy.special.beta(x, 2.0), 0.7)
    check(lambda x: scipy.special.xlogy(x, x), 0.7)


def test_whole_powers_stay_whole():
    assert str(symbolic.diff(lambda x: x**3.0).expression) == "3*x**2"


def test_unknown_functions():
    assert rule_of(np.spacing) is None
    assert rule_of(scipy.special.airy) is None
    assert rule_of(np.frompyfunc(abs, 1, 1)) is None


def test_truth_as_a_number():
    import sympy

    x = sympy.Symbol("x", real=True)
    assert as_number(x) is x
    assert as_number(x > 0).subs(x, 2) == 1
    assert choose(sympy.Integer(0), x, 2 * x) == 2 * x
