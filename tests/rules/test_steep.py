"""Functions of infinite slope: regular points, ends of the domain, squares there."""

import mpmath
import numpy as np
import pytest
from truth import check, check_single

from diffops import diffn, grad, hessian, jacobian, jvp

FUNCTIONS = {
    "sqrt": (np.sqrt, [0.5, 2.0]),
    "cbrt": (np.cbrt, [0.5, -2.0]),
    "arcsin": (np.arcsin, [0.5, -0.2]),
    "arccos": (np.arccos, [0.5, -0.2]),
    "arccosh": (np.arccosh, [1.5, 2.0]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_regular_points(name):
    f, x = FUNCTIONS[name]
    check(f, np.array(x))
    check(f, x[0])
    check_single(f, np.array(x))
    if name != "cbrt":
        check(f, np.array([0.3 + 0.2j, 0.5 - 0.4j]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_ends_of_the_domain_beside_regular_entries():
    ends = {np.sqrt: 0.0, np.arcsin: -1.0, np.arccos: 1.0, np.arccosh: 1.0}
    for f, end in ends.items():
        x = np.array([end, 0.5 if f is not np.arccosh else 2.0])
        slopes = grad(lambda x, f=f: np.sum(f(x)))(x)
        assert np.isinf(slopes[0])
        assert slopes[1] == grad(f)(x[1])
        there = f(end)
        squares = jacobian(lambda x, f=f, c=there: (f(x) - c) ** 2)(x)
        assert abs(squares[0, 0]) == {np.sqrt: 1.0}.get(f, 2.0)
        assert squares[0, 1] == squares[1, 0] == 0.0


@pytest.mark.parametrize(
    ("f", "exact", "x"),
    [
        (lambda x: np.arccos(x) ** 2, lambda x: mpmath.acos(x) ** 2, 1.0),
        (lambda x: (np.pi - np.arccos(x)) ** 2, lambda x: mpmath.acos(-x) ** 2, -1.0),
        (lambda x: (np.pi / 2 - np.arcsin(x)) ** 2, lambda x: mpmath.acos(x) ** 2, 1.0),
        (lambda x: np.arccosh(x) ** 2, lambda x: mpmath.acosh(x) ** 2, 1.0),
        (lambda x: np.cosh(np.sqrt(x)), lambda x: mpmath.cosh(mpmath.sqrt(x)), 0.0),
        (lambda x: np.sinc(np.sqrt(x)), lambda x: mpmath.sincpi(mpmath.sqrt(x)), 0.0),
    ],
)
def test_even_functions_at_the_end_against_mpmath(f, exact, x):
    mpmath.mp.dps = 40
    wanted = mpmath.taylor(lambda t: mpmath.re(exact(t)), x, 3, direction=0, h=1e-8)
    for n in (1, 2, 3):
        derivative = float(wanted[n] * mpmath.factorial(n))
        assert diffn(n, f)(x) == pytest.approx(derivative, rel=1e-6)


def test_distance_on_the_sphere():
    """Its square is smooth where the points meet, with twice the metric as Hessian."""
    pole = np.array([0.0, 0.0, 1.0])

    def square(t):
        x = pole + np.stack([t[0], t[1], 0.0])
        return np.arccos(x @ pole / np.sqrt(x @ x)) ** 2

    np.testing.assert_array_equal(grad(square)(np.zeros(2)), [0.0, 0.0])
    np.testing.assert_allclose(hessian(square)(np.zeros(2)), 2 * np.eye(2), atol=1e-12)


def test_roots_of_numbers_keep_their_types():
    for x in (0.0, np.float64(0.0), np.float32(0.0), np.longdouble(0.0)):
        y, change = jvp(lambda x: np.sqrt(x) ** 2, (x,), (type(x)(1.0),))
        assert np.result_type(y) == np.result_type(change) == np.result_type(x)
        assert change == 1.0
