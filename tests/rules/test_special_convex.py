"""Entropies, logit, Huber's losses and Box–Cox, also where their logarithms end."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import diff, grad, hessian
from diffops.rules.special_convex import cosine, log_of_ratio, ratio


def box_cox(x, power):
    return (x**power - 1) / power if power else mp.log(x)


def tukey(x, power):
    def gap(p):
        return (p**power - (1 - p) ** power) / power - x

    return mp.findroot(gap, float(special.tklmbda(float(x), float(power))))


def test_logistic_functions():
    agree(special.expit, lambda x: 1 / (1 + mp.exp(-x)), -50.0, 0.0, 3.0, 30.0)
    agree(special.log_expit, lambda x: -mp.log(1 + mp.exp(-x)), -50.0, 0.0, 30.0)
    agree(special.logit, lambda x: mp.log(x / (1 - x)), 0.1, 0.9, 1e-10)
    assert diff(special.expit)(-800.0) == diff(special.expit)(800.0) == 0
    assert diff(special.logit)(0.0) == diff(special.logit)(1.0) == np.inf


def test_logistic_functions_in_extended_precision():
    x = np.longdouble(0.3)
    slope = grad(lambda x: np.sum(special.expit(x)))(np.array([x, x]))
    assert slope.dtype == np.longdouble
    y = special.expit(x)
    np.testing.assert_array_equal(slope, y * special.expit(-x))


def test_entropies():
    agree(special.xlogy, lambda a, b: a * mp.log(b), (0.5, 2.0), (0.0, 2.0))
    agree(special.xlog1py, lambda a, b: a * mp.log(1 + b), (0.5, 2.0), (1.0, 1e-9))
    agree(special.entr, lambda x: -x * mp.log(x), 0.5, 3.0)
    agree(special.rel_entr, lambda a, b: a * mp.log(a / b), (0.5, 0.7), (3.0, 0.1))
    agree(
        special.kl_div,
        lambda a, b: a * mp.log(a / b) - a + b,
        (0.5, 0.7),
        (3.0, 0.1),
        (1.0, 1.0000001),
    )


def test_entropies_at_zero():
    assert diff(special.entr)(0.0) == np.inf
    assert grad(lambda b: special.xlogy(0.0, b))(0.0) == 0
    assert grad(lambda a: special.xlogy(a, 0.0))(0.0) == -np.inf
    assert grad(lambda b: special.xlog1py(0.0, b))(-1.0) == 0
    assert grad(lambda b: special.rel_entr(0.0, b))(0.5) == 0
    assert grad(lambda b: special.kl_div(0.0, b))(0.5) == 1
    np.testing.assert_array_equal(
        hessian(lambda v: special.xlogy(v[0], v[1]))(np.array([0.0, 2.0])),
        [[0, 0.5], [0.5, 0]],
    )


def test_the_entropy_of_a_distribution_with_zeros():
    """The weight of a zero is zero: it takes no part."""
    p = np.array([0.0, 0.5])
    slopes = grad(lambda p: np.sum(np.where(p > 0, special.entr(p), 0.0)))(p)
    np.testing.assert_allclose(slopes, [0, np.log(2) - 1], rtol=1e-15)


def test_a_ratio_that_overflows_has_a_logarithm():
    assert log_of_ratio(1e-200, 1e200) == pytest.approx(-400 * np.log(10), rel=1e-15)
    slope = grad(lambda a: special.rel_entr(a, 1e200))(1e-200)
    assert slope == pytest.approx(1 - 400 * np.log(10), rel=1e-15)


def test_nothing_over_nothing():
    assert ratio(0.0, 0.0) == 0
    assert grad(lambda a: ratio(a, 2.0))(0.0) == 0.5
    assert cosine(0.0, 0.0) == 0


def test_hubers_losses():
    def huber(delta, r):
        return r * r / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2)

    def smooth(delta, r):
        return delta**2 * (mp.sqrt(1 + (r / delta) ** 2) - 1)

    agree(special.huber, huber, (1.0, 0.5), (1.0, -0.5), (1.0, -3.0))
    agree(
        special.pseudo_huber,
        smooth,
        (1.0, -0.5),
        (1e-3, -3.0),
        (1.0, 2e-5),
        (2.0, 0.0),
        digits=60,
    )
    assert grad(lambda d: special.pseudo_huber(d, 2.0))(0.0) == 2
    assert grad(lambda r: special.pseudo_huber(0.0, r))(0.0) == 0


def test_powers_as_box_and_cox_have_them():
    points = (0.5, 2.0), (3.0, -1.2), (2.0, 1e-7), (10.0, 0.5)
    agree(special.boxcox, box_cox, *points, digits=50)
    agree(
        special.boxcox1p,
        lambda x, p: box_cox(1 + x, p),
        *points,
        (1e-10, 0.5),
        digits=50,
    )
    inverse = (0.5, 2.0), (-0.3, -1.2), (0.2, 1e-6), (2.0, 0.4)
    agree(special.inv_boxcox, lambda y, p: (1 + p * y) ** (1 / p), *inverse, digits=50)
    agree(
        special.inv_boxcox1p,
        lambda y, p: (1 + p * y) ** (1 / p) - 1,
        *inverse,
        digits=50,
    )
    agree(special.powm1, lambda x, y: x**y - 1, (0.5, 2.0), (2.0, 0.0), (1.001, 3.0))


def test_powers_of_exponent_zero_and_of_zero():
    log = np.log(2)
    assert diff(lambda p: special.boxcox(2.0, p))(0.0) == pytest.approx(log**2 / 2)
    assert diff(lambda p: special.boxcox(0.0, p))(0.5) == pytest.approx(4)
    slope = diff(lambda p: special.inv_boxcox(0.3, p))(0.0)
    assert slope == pytest.approx(-np.exp(0.3) * 0.045)
    assert grad(lambda x: special.powm1(x, 0.0))(0.0) == 0


def test_the_relative_exponential():
    def exprel(x):
        return (mp.exp(x) - 1) / x if x else mp.mpf(1)

    agree(special.exprel, exprel, -700.0, -1.5, -0.9, 1e-8, 0.99, 1.01, 5.0, 700.0)
    assert diff(special.exprel)(0.0) == 0.5
    assert diff(diff(special.exprel))(0.0) == pytest.approx(1 / 3, rel=1e-15)
    assert diff(special.exprel)(-np.inf) == 0


def test_tukeys_distribution():
    points = (0.5, 0.3), (-0.5, -1.2), (1.5, -0.5), (0.3, 1.5)
    agree(special.tklmbda, tukey, *points, digits=50, first=1e-9, second=1e-8)
    assert grad(lambda x: special.tklmbda(x, 0.5))(3.0) == 0  # beyond its support
