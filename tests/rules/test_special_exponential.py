"""Exponential integrals, Spence's, Lambert's and Wright's functions, and the like."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree, parts
from scipy import special

from diffops import NoDerivativeError, diff, grad

DEGREE = mp.pi / 180

ELEMENTARY = {
    "expm1": (mp.expm1, (-2.0, 1e-9, 3.0)),
    "log1p": (mp.log1p, (-0.5, 3.0)),
    "exp2": (lambda x: 2**x, (0.5,)),
    "exp10": (lambda x: 10**x, (0.5,)),
    "cbrt": (mp.cbrt, (0.5, 8.0)),
    "cosm1": (lambda x: mp.cos(x) - 1, (0.0, 0.5)),
    "cosdg": (lambda x: mp.cos(x * DEGREE), (30.0,)),
    "sindg": (lambda x: mp.sin(x * DEGREE), (30.0,)),
    "tandg": (lambda x: mp.tan(x * DEGREE), (30.0,)),
    "cotdg": (lambda x: mp.cot(x * DEGREE), (30.0,)),
    "expi": (mp.ei, (-2.0, 0.3, 40.0)),
    "exp1": (mp.e1, (1e-5, 0.3, 100.0)),
    "spence": (
        lambda z: mp.re(mp.polylog(2, 1 - z)),
        (1e-5, 0.3, 0.69, 0.71, 1 + 1e-9, 1.29, 1.31, 5.0, 100.0),
    ),
    "wrightomega": (lambda z: mp.lambertw(mp.exp(z)), (-300.0, 0.0, 1.0, 50.0, 700.0)),
}


@pytest.mark.parametrize("name", ELEMENTARY)
def test_functions_of_one_number(name):
    truth, points = ELEMENTARY[name]
    agree(getattr(special, name), truth, *points)


def test_angles():
    agree(
        special.radian,
        lambda d, m, s: (d + m / 60 + s / 3600) * DEGREE,
        (1.0, 2.0, 3.0),
    )


@pytest.mark.parametrize("i", [0, 1])
def test_sine_and_cosine_integrals(i):
    points = 1e-6, 0.49, 0.51, 3.0, 50.0
    agree(lambda x: special.sici(x)[i], (mp.si, mp.ci)[i], *points)
    agree(lambda x: special.shichi(x)[i], (mp.shi, mp.chi)[i], *points)
    assert diff(lambda x: special.sici(x)[i])(np.inf) == 0


def test_sine_integrals_at_zero():
    for f, sign in ((special.sici, -1), (special.shichi, 1)):
        g = lambda x, f=f: f(x)[0]  # noqa: E731
        assert diff(g)(0.0) == 1
        assert diff(diff(g))(0.0) == 0
        assert diff(diff(diff(g)))(0.0) == pytest.approx(sign / 3, rel=1e-15)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_exponential_integrals_of_order_n(n):
    agree(lambda x: special.expn(n, x), lambda x: mp.expint(n, x), 1e-3, 0.5, 50.0)


def test_exponential_integrals_at_zero_and_in_the_order():
    assert diff(lambda x: special.expn(2, x))(0.0) == -np.inf
    assert diff(lambda x: special.expn(3, x))(0.0) == -1
    with pytest.raises(NoDerivativeError, match=r"expn .* 'n'"):
        grad(lambda n: special.expn(n, 1.0))(2.0)


@pytest.mark.parametrize("k", [0, -1, 1, 2])
def test_lamberts_function(k):
    points = (-0.3, 0.3, 5.0, 1e6) if k < 1 else (0.3, 5.0)
    for f, truth in parts(
        lambda x: special.lambertw(x, k), lambda x: mp.lambertw(x, k)
    ):
        agree(f, truth, *points)


def test_lamberts_function_where_it_is_zero_or_branches():
    assert diff(lambda x: np.real(special.lambertw(x)))(0.0) == 1
    found = diff(special.lambertw)(0.5 + 1j)
    w = special.lambertw(0.5 + 1j)
    assert found == pytest.approx(w / ((0.5 + 1j) * (1 + w)), rel=1e-14)


def test_infinity():
    assert diff(special.wrightomega)(np.inf) == 1
    assert diff(special.exp1)(np.inf) == 0


@pytest.mark.parametrize("name", ["expi", "exp1", "spence", "wrightomega", "expm1"])
def test_complex_arguments(name):
    f = getattr(special, name)
    across = diff(lambda x: f(x + 0.6j))(1.3)
    upward = diff(lambda y: f(1.3 + 1j * y))(0.6)
    np.testing.assert_allclose(upward, 1j * across, rtol=1e-12)
