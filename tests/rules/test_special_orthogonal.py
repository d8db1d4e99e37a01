"""Orthogonal polynomials of low, high and broken degree, and Legendre functions."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special

from diffops import NoDerivativeError, diff, grad

POLYNOMIALS = {
    "eval_legendre": mp.legendre,
    "eval_sh_legendre": lambda n, x: mp.legendre(n, 2 * x - 1),
    "eval_chebyt": mp.chebyt,
    "eval_chebyu": mp.chebyu,
    "eval_chebyc": lambda n, x: 2 * mp.chebyt(n, x / 2),
    "eval_chebys": lambda n, x: mp.chebyu(n, x / 2),
    "eval_sh_chebyt": lambda n, x: mp.chebyt(n, 2 * x - 1),
    "eval_sh_chebyu": lambda n, x: mp.chebyu(n, 2 * x - 1),
    "eval_laguerre": lambda n, x: mp.laguerre(n, 0, x),
    "eval_hermite": mp.hermite,
    "eval_hermitenorm": lambda n, x: (
        mp.hermite(n, x / mp.sqrt(2)) / mp.mpf(2) ** (mp.mpf(n) / 2)
    ),
}
PARAMETERS = {
    "eval_jacobi": ((0.5, 1.5), lambda n, x: mp.jacobi(n, 0.5, 1.5, x)),
    "eval_gegenbauer": ((0.7,), lambda n, x: mp.gegenbauer(n, mp.mpf(0.7), x)),
    "eval_genlaguerre": ((0.7,), lambda n, x: mp.laguerre(n, mp.mpf(0.7), x)),
    "eval_sh_jacobi": (
        (2.5, 1.5),
        lambda n, x: (
            mp.jacobi(n, 1, 0.5, 2 * x - 1) / mp.binomial(2 * n + mp.mpf(1.5), n)
        ),
    ),
}
ALL = {name: ((), truth) for name, truth in POLYNOMIALS.items()} | PARAMETERS


@pytest.mark.parametrize("name", ALL)
def test_whole_degrees(name):
    parameters, truth = ALL[name]
    f = getattr(special, name)
    for n in (2, 5):
        agree(
            lambda x, n=n: f(n, *parameters, x),
            lambda x, n=n: truth(n, x),
            -0.3,
            0.45,
            1.7,
            digits=25,
            first=1e-11,
        )


@pytest.mark.parametrize("name", ALL)
def test_low_degrees_end(name):
    """Of degree n, the derivative of order n + 1 is 0, and that of order n is not."""
    parameters, _ = ALL[name]
    f = getattr(special, name)
    for n in (0, 1, 2):
        derivative = lambda x, n=n: f(n, *parameters, x)  # noqa: E731
        for _ in range(n):
            derivative = diff(derivative)
        assert derivative(0.3) != 0
        assert diff(derivative)(0.3) == 0
        assert grad(derivative)(0.3) == 0


@pytest.mark.parametrize("name", [n for n in ALL if "hermite" not in n])
def test_broken_degrees(name):
    parameters, truth = ALL[name]
    f = getattr(special, name)
    agree(
        lambda x: f(2.5, *parameters, x),
        lambda x: truth(mp.mpf(2.5), x),
        0.3,
        0.8,
        digits=25,
        first=1e-10,
    )


def test_the_ends_of_the_interval():
    assert diff(lambda x: special.eval_legendre(3, x))(1.0) == 6
    assert diff(diff(lambda x: special.eval_legendre(3, x)))(-1.0) == -15
    assert diff(lambda x: special.eval_chebyt(4, x))(1.0) == 16


def test_degrees_and_parameters_are_refused():
    for name, (parameters, _) in ALL.items():
        f = getattr(special, name)
        for i in range(len(parameters) + 1):
            args = [2.0, *parameters, 0.3]

            def g(t, f=f, i=i, args=args):
                return f(*args[:i], t, *args[i + 1 :])

            with pytest.raises(NoDerivativeError, match=name):
                grad(g)(2.0)


def test_polynomials_as_scipy_builds_them():
    p = special.legendre(3)
    assert grad(p)(0.5) == pytest.approx(0.375)
    assert grad(special.jacobi(2, 0.5, 1.5))(0.3) == pytest.approx(
        float(mp.diff(lambda x: mp.jacobi(2, 0.5, 1.5, x), 0.3))
    )


@pytest.mark.parametrize(
    ("m", "v"), [(0, 3.0), (2, 3.0), (-2, 3.0), (1, 2.5), (0, -2.5)]
)
def test_legendre_functions(m, v):
    agree(
        lambda x: special.lpmv(m, v, x),
        lambda x: mp.re(mp.legenp(mp.mpf(v), m, x)),
        -0.5,
        0.9,
        digits=15,
        first=1e-9,
        second=1e-8,
    )


def test_legendre_functions_at_the_ends():
    assert diff(lambda x: special.lpmv(0, 3, x))(1.0) == 6
    assert diff(lambda x: special.lpmv(2, 3, x))(1.0) == pytest.approx(-30)
    assert diff(lambda x: special.lpmv(2, 1, x))(0.3) == 0
    x = np.array([-1.0, 1.0])
    assert not np.isfinite(diff(lambda t: special.lpmv(1, 2, t * x))(1.0)).any()
