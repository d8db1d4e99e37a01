"""Integrals over several variables, with limits that depend on them."""

import numpy as np
import pytest
import scipy.integrate

from diffops import diff, grad, hessian, jit, jvp
from diffops.scipy.integrate import dblquad, nquad, tplquad


def test_double_integrals():
    def f(r):  # the area of a quarter of a disc, times 2
        top = lambda x: np.sqrt(r * r - x * x)  # noqa: E731
        return dblquad(lambda y, x: 2.0, 0, 0.6 * r, 0, top)[0]

    share = 0.6 * 0.8 + np.arcsin(0.6)
    assert grad(f)(1.5) == pytest.approx(2 * 1.5 * share, rel=1e-7)
    assert diff(diff(f))(1.5) == pytest.approx(2 * share, rel=1e-6)


def test_closures_and_args():
    def f(w):
        body = lambda y, x, k: np.exp(-w[0] * x) * y**k  # noqa: E731
        return dblquad(body, 0, 1, 0, lambda x: 1.0, args=(w[1],))[0]

    def truth(w):
        return (1 - np.exp(-w[0])) / w[0] / (w[1] + 1)

    w = np.array([0.7, 1.5])
    np.testing.assert_allclose(grad(f)(w), grad(truth)(w), rtol=1e-8)
    np.testing.assert_allclose(hessian(f)(w), hessian(truth)(w), rtol=1e-7)


def test_triple_integrals():
    def f(a):
        body = lambda z, y, x: a * x * y * z  # noqa: E731
        return tplquad(body, 0, a, 0, 1, lambda x, y: 0.0, lambda x, y: x + y)[0]

    # ∫₀ᵃ∫₀¹ a x y (x + y)² / 2 dy dx
    truth = lambda a: a * (a**4 / 16 + 2 * a**3 / 18 + a**2 / 16)  # noqa: E731
    assert f(1.2) == pytest.approx(truth(1.2), rel=1e-9)
    assert grad(f)(1.2) == pytest.approx(grad(truth)(1.2), rel=1e-7)


def test_options_for_each_variable():
    def f(a, **options):
        body = lambda x, y: abs(x - 0.3) * np.exp(a * y)  # noqa: E731
        return nquad(body, [(0, 1), (0, a)], **options)

    options = {"opts": [{"points": [0.3, 7.0]}, {"epsabs": 1e-10}], "full_output": True}
    area = (0.3**2 + 0.7**2) / 2
    truth = lambda a: area * (np.exp(a * a) - 1) / a  # noqa: E731
    assert grad(lambda a: f(a, **options)[0])(0.8) == pytest.approx(
        grad(truth)(0.8), rel=1e-9
    )
    assert f(0.8, **options)[2]["neval"] > 0


def test_values_are_scipys():
    body = lambda x, y: np.exp(x * y)  # noqa: E731
    ranges = [lambda y: (0, 1 + y), (0, 1)]
    wanted = scipy.integrate.nquad(body, ranges)
    assert nquad(body, ranges) == wanted
    found = jvp(lambda a: nquad(lambda x, y: a * body(x, y), ranges)[0], (1.0,), (1.0,))
    assert found[0] == wanted[0]
    assert found[1] == pytest.approx(wanted[0], rel=1e-8)


def test_jit():
    f = lambda a: dblquad(lambda y, x: x * y**a, 0, 1, 0, 1)[0]  # noqa: E731
    fast = jit(grad(f))
    for a in (1.0, 2.0):
        assert fast(a) == pytest.approx(-0.5 / (a + 1) ** 2, rel=1e-8)
