"""Series of products, quotients, roots and linear equations: against polynomials."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from numpy.polynomial import polynomial

from diffops import taylor
from diffops.primitive import table
from diffops.rules._fitting import strong_product

ORDER = 20

#: Coefficients of two polynomials: in binary, so that no product of them is rounded.
P = [0.75, -1.5, 0.5, 2.0]
Q = [1.25, 0.25, -1.0]


def p(t):
    return polynomial.polyval(t, P)


def q(t):
    return polynomial.polyval(t, Q)


def padded(coefficients):
    return np.pad(np.asarray(coefficients, float), (0, ORDER))[: ORDER + 1]


def quotient(numerator, denominator):
    """Divide power series, in exact fractions."""
    a = [Fraction(c) for c in padded(numerator)]
    b = [Fraction(c) for c in padded(denominator)]
    y = []
    for k in range(ORDER + 1):
        y.append((a[k] - sum(b[j] * y[k - j] for j in range(1, k + 1))) / b[0])
    return [float(c) for c in y]


EXACT = {
    "multiply": (lambda t: p(t) * q(t), polynomial.polymul(P, Q)),
    "multiply by itself": (lambda t: p(t) * p(t), polynomial.polymul(P, P)),
    "square": (lambda t: np.square(p(t)), polynomial.polymul(P, P)),
    "add": (lambda t: p(t) + q(t), polynomial.polyadd(P, Q)),
    "subtract": (lambda t: p(t) - q(t), polynomial.polysub(P, Q)),
    "subtract the longer": (lambda t: q(t) - p(t), polynomial.polysub(Q, P)),
    "subtract from 2": (lambda t: 2 - p(t), polynomial.polysub([2], P)),
    "powers": (lambda t: p(t) ** 5, polynomial.polypow(P, 5)),
    "np.power": (lambda t: np.power(q(t), 7), polynomial.polypow(Q, 7)),
    "first power": (lambda t: p(t) ** 1, P),
    "no power": (lambda t: p(t) ** 0, [1.0]),
    "strongly": (lambda t: table[strong_product](p(t), q(t)), polynomial.polymul(P, Q)),
}


@pytest.mark.parametrize("name", EXACT)
def test_polynomials(name):
    f, wanted = EXACT[name]
    found = taylor(f, 0.0, ORDER)
    np.testing.assert_array_equal(found, padded(wanted))
    array = taylor(f, np.zeros(3), ORDER)
    np.testing.assert_array_equal(array, np.repeat(padded(wanted)[:, None], 3, axis=1))


QUOTIENTS = {
    "divide": (lambda t: p(t) / q(t), P, Q),
    "divide a constant": (lambda t: 3 / q(t), [3.0], Q),
    "divide by a constant": (lambda t: p(t) / 0.375, P, [0.375]),
    "reciprocal": (lambda t: np.reciprocal(q(t)), [1.0], Q),
    "-1": (lambda t: q(t) ** -1, [1.0], Q),
}


@pytest.mark.parametrize("name", QUOTIENTS)
def test_quotients(name):
    f, a, b = QUOTIENTS[name]
    wanted = quotient(a, b)
    np.testing.assert_allclose(taylor(f, 0.0, ORDER), wanted, rtol=1e-13)
    array = taylor(f, np.zeros((1, 2)), ORDER)
    twice = np.reshape(np.repeat(wanted, 2), (-1, 1, 2))
    np.testing.assert_allclose(array, twice, rtol=1e-13)


def test_roots():
    with mpmath.workdps(40):
        root = mpmath.taylor(lambda t: mpmath.sqrt(0.75 - 1.5 * t + 0.5 * t**2), 0, 12)
    wanted = [float(c) for c in root]

    def f(t):
        return np.sqrt(0.75 - 1.5 * t + 0.5 * t**2)

    np.testing.assert_allclose(taylor(f, 0.0, 12), wanted, rtol=1e-12)
    seventh = taylor(f, np.zeros(2), 12)[7]
    np.testing.assert_allclose(seventh, [wanted[7]] * 2, rtol=1e-12)


def test_degrees_of_polynomials_end():
    """Beyond its degree a polynomial has no coefficient at all, not even a 0."""
    seen = []

    def f(t):
        y = (t * t + 1) ** 3 * t - t / 4
        seen.append(len(y.carry))
        return y

    found = taylor(f, 2.0, 50)
    assert seen == [8]
    np.testing.assert_array_equal(found[8:], 0.0)
    assert found[7] == 1.0


@pytest.mark.parametrize("n", [2, 3, 6, 30])
def test_whole_powers_at_zero(n):
    for zero in (0.0, np.zeros(2), np.float32(0)):
        found = np.array(taylor(lambda x, n=n: x**n, zero, n + 2))
        wanted = np.zeros_like(found)
        wanted[n] = 1
        np.testing.assert_array_equal(found, wanted)
    found = taylor(lambda x: x**n, -2.0, n)
    wanted = [comb(n, k) * (-2.0) ** (n - k) for k in range(n + 1)]
    np.testing.assert_allclose(found, wanted, rtol=1e-15)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_singular_points_alone_and_beside_others():
    cases = [
        (np.sqrt, [0, np.inf, -np.inf, np.inf, -np.inf]),
        (lambda x: 1 / x, [np.inf, -np.inf, np.inf, -np.inf, np.inf]),
        (lambda x: x / x, [np.nan] * 5),
    ]
    for f, wanted in cases:
        found = taylor(f, np.array([0.0, 0.5]), 4)
        np.testing.assert_array_equal([c[0] for c in found], wanted)
        alone = taylor(f, 0.5, 4)
        np.testing.assert_allclose([c[1] for c in found], alone, rtol=1e-14)
        if f is not cases[1][0]:  # where Python's own division raises
            np.testing.assert_array_equal(taylor(f, np.float64(0), 4), wanted)


def matrix(t):
    """Return a matrix whose entries are polynomials of t."""
    rows = [[3 + t, t * t], [0.5 - t, 2 + t * t * t]]
    return np.stack([np.stack(row) for row in rows])


def truth(function):
    """Return the coefficients of a function of the matrix, by mpmath."""

    def entry(i, j):
        def f(t):
            m = mpmath.matrix([[3 + t, t * t], [0.5 - t, 2 + t * t * t]])
            return function(m, t)[i, j]

        with mpmath.workdps(40):
            return [float(c) for c in mpmath.taylor(f, 0.25, 8)]

    return entry


def test_inverses():
    found = np.array(taylor(lambda t: np.linalg.inv(matrix(t)), 0.25, 8))
    entry = truth(lambda m, t: m**-1)
    for i in range(2):
        for j in range(2):
            np.testing.assert_allclose(found[:, i, j], entry(i, j), rtol=1e-12)


@pytest.mark.parametrize("varying", ["matrix", "right side", "both"])
def test_linear_equations(varying):
    fixed = np.array([[3.0, 1.0], [0.5, 2.0]])

    def f(t):
        a = fixed if varying == "right side" else matrix(t)
        b = np.ones(2) if varying == "matrix" else np.stack([t, 1 - t])
        return np.linalg.solve(a, b)

    def exact(m, t):
        a = mpmath.matrix(fixed.tolist()) if varying == "right side" else m
        b = [1, 1] if varying == "matrix" else [t, 1 - t]
        return mpmath.lu_solve(a, mpmath.matrix(b))

    found = np.array(taylor(f, 0.25, 8))
    entry = truth(exact)
    for i in range(2):
        np.testing.assert_allclose(found[:, i], entry(i, 0), rtol=1e-11, atol=1e-15)


def test_products_of_matrices():
    def f(t):
        a = matrix(t)
        chain = np.einsum("ij,jk,k,l->il", a, a, a[0], np.ones(2))
        return a @ a @ a[0], chain[:, 1]

    by_product, by_sum = zip(*taylor(f, 0.25, 8), strict=True)
    np.testing.assert_allclose(by_product, by_sum, rtol=1e-13, atol=1e-13)
    m = matrix(0.25)
    np.testing.assert_allclose(by_product[0], m @ m @ m[0], rtol=1e-14)
    exact = truth(lambda m, t: m * m * m[0, :].T)
    for i in range(2):
        coefficients = np.array(by_product)[:, i]
        np.testing.assert_allclose(coefficients, exact(i, 0), rtol=1e-11, atol=1e-15)


def test_written_entries_and_what_is_made_beside():
    def f(t):
        y = np.zeros(3, like=t)
        y[0] = t * t
        y[1:] = np.stack([t, y[0] * t])
        y[1] *= 2.0
        return y

    found = np.array(taylor(f, 1.0, 4))
    wanted = [[1, 2, 1], [2, 2, 3], [1, 0, 3], [0, 0, 1], [0, 0, 0]]
    np.testing.assert_array_equal(found, wanted)
