"""Hypergeometric functions in their last argument; others are refused in the rest."""

import mpmath as mp
import pytest
from multiprecision import agree
from scipy import special

from diffops import NoDerivativeError, grad

A, B, C = 1.3, 2.2, 0.7


def wright(a, b):
    def f(x):
        def term(k):
            return x**k / mp.factorial(k) / mp.gamma(a * k + b)

        return mp.nsum(term, [0, mp.inf])

    return f


CASES = {
    "hyp0f1": ((A,), lambda z: mp.hyp0f1(mp.mpf(A), z), (-5.0, 0.0, 3.0)),
    "hyp1f1": (
        (A, B),
        lambda z: mp.hyp1f1(mp.mpf(A), mp.mpf(B), z),
        (-40.0, -5.0, 0.0, 3.0),
    ),
    "hyp2f1": (
        (A, B, C),
        lambda z: mp.hyp2f1(mp.mpf(A), mp.mpf(B), mp.mpf(C), z),
        (-5.0, 0.0, 0.5, 0.95),
    ),
    "hyperu": ((A, B), lambda z: mp.hyperu(mp.mpf(A), mp.mpf(B), z), (0.5, 3.0, 40.0)),
    "wright_bessel": ((C, A), wright(mp.mpf(C), mp.mpf(A)), (0.5, 3.0)),
    "log_wright_bessel": (
        (C, A),
        lambda x: mp.log(wright(mp.mpf(C), mp.mpf(A))(x)),
        (0.5, 3.0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_last_argument(name):
    parameters, truth, points = CASES[name]
    f = getattr(special, name)
    agree(lambda z: f(*parameters, z), truth, *points, first=1e-11)


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("hyp1f1", "hyp2f1")])
def test_parameters_are_refused(name):
    parameters, _, _ = CASES[name]
    f = getattr(special, name)
    for i in range(len(parameters)):

        def g(t, i=i):
            return f(*parameters[:i], t, *parameters[i + 1 :], 0.5)

        with pytest.raises(NoDerivativeError, match=rf"scipy\.special\.{name} has no"):
            grad(g)(1.5)


def test_polynomials_end():
    """₂F₁(−2, 1; 1; z) = (1 − z)²."""
    bend = grad(grad(lambda z: special.hyp2f1(-2.0, 1.0, 1.0, z)))(0.3)
    assert bend == pytest.approx(2, rel=1e-14)
