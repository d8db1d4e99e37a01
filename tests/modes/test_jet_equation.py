"""Series that come from pushforwards: of users' rules, chains, several outputs."""

from __future__ import annotations

import math

import mpmath
import numpy as np
from numpy.polynomial.polynomial import polymul, polypow
from scipy import special

from diffops import diff, elementwise, taylor
from diffops.primitive import primitives


def nested(f, n):
    for _ in range(n):
        f = diff(f)
    return f


def assert_coefficients(f, x, n, rtol=1e-12, atol=1e-13):
    """Compare with nested forward mode."""
    found = taylor(f, x, n)
    for k in range(1, n + 1):
        wanted = np.asarray(nested(f, k)(x)) / math.factorial(k)
        np.testing.assert_allclose(found[k], wanted, rtol=rtol, atol=atol)


def test_rules_of_the_users_own():
    log_of_one_plus = elementwise(np.log1p, lambda y, x: np.exp(-y))
    found = taylor(log_of_one_plus, 0.5, 20)
    wanted = [math.log(1.5)] + [-((-1 / 1.5) ** k) / k for k in range(1, 21)]
    np.testing.assert_allclose(found, wanted, rtol=1e-13)
    product = elementwise(
        lambda a, b: a * b * b, lambda y, a, b: b * b, lambda y, a, b: 2 * a * b
    )
    array = np.array([1.0, 2.0])
    found = taylor(lambda t: product(t, 1 + t * array), 2.0, 6)
    wanted = [polymul([2, 1], polypow([1 + 2 * c, c], 2)) for c in array]
    np.testing.assert_allclose(np.array(found)[:4].T, wanted, rtol=1e-14)
    np.testing.assert_array_equal(np.array(found)[4:], 0.0)
    for primitive in (log_of_one_plus, product):
        primitives.remove(primitive)


def test_derivatives_of_each_other_are_solved_for_together():
    """Each pushforward runs once, however high the order."""
    runs = []

    def counted(name, sign, other):
        def partial(y, x):
            runs.append(name)
            return sign * other()(x)

        return partial

    sine = elementwise(np.sin, counted("sin", 1, lambda: cosine))
    cosine = elementwise(np.cos, counted("cos", -1, lambda: sine))
    found = taylor(sine, 0.5, 30)
    assert sorted(runs) == ["cos", "sin"]
    wanted = [np.sin(0.5 + k * np.pi / 2) / math.factorial(k) for k in range(31)]
    np.testing.assert_allclose(found, wanted, rtol=1e-13)
    for primitive in (sine, cosine):
        primitives.remove(primitive)


def test_chains_of_derivatives_go_deep():
    """Each derivative of log Γ is another function: no recursion goes through them."""
    n, x = 120, 2.5
    found = taylor(special.gammaln, x, n)
    with mpmath.workdps(30):
        for k in range(2, n + 1):
            wanted = (-1) ** k * mpmath.zeta(k, x) / k
            assert abs(found[k] - wanted) <= 1e-13 * abs(wanted)


def test_several_outputs():
    a, b = np.random.default_rng(1).normal(size=(2, 3, 3))

    def symmetric(t):
        return (a + a.T) + t * (b + b.T) + t * t * (a @ a.T)

    assert_coefficients(lambda t: np.linalg.slogdet(a + t * b)[1], 0.3, 4)
    assert_coefficients(lambda t: np.linalg.eigh(symmetric(t))[0], 0.3, 4, rtol=1e-9)
    assert_coefficients(lambda t: np.linalg.svd(a + t * b)[1], 0.3, 4, rtol=1e-9)
    c = a + 3 * np.eye(3)
    for i in (0, 1):
        part = lambda t, i=i: np.linalg.qr(c + t * b)[i]  # noqa: E731
        assert_coefficients(part, 0.3, 4, rtol=1e-9)


def test_eigenvalues_of_a_pencil_in_closed_form():
    """Those of [[1, t], [t, −1]] are ±√(1 + t²)."""
    fixed, moving = np.array([[1.0, 0.0], [0.0, -1.0]]), np.array([[0.0, 1], [1, 0]])
    found = taylor(lambda t: np.linalg.eigvalsh(fixed + t * moving), 0.0, 8)
    wanted = [1, 0, 1 / 2, 0, -1 / 8, 0, 1 / 16, 0, -5 / 128]
    np.testing.assert_allclose(np.array(found)[:, 1], wanted, atol=1e-14)
    np.testing.assert_allclose(np.array(found)[:, 0], np.negative(wanted), atol=1e-14)
