"""Hypergeometric functions in their parameters, against mpmath."""

import mpmath as mp
import numpy as np
import pytest
from multiprecision import agree
from scipy import special
from truth import check

from diffops import NoDerivativeError, diff, grad, vmap

CONFLUENT = [
    (1.3, 2.2, 0.5),
    (1.3, 2.2, -5.0),
    (1.3, 2.2, -40.0),
    (1.3, 2.2, 30.0),
    (0.4, 3.5, 0.0),
    (-2.0, 1.5, 0.7),  # a polynomial
    (-0.5, 0.3, -1.2),
]
GAUSS = [
    (1.3, 2.2, 0.7, 0.5),
    (1.3, 2.2, 0.7, -0.5),
    (1.3, 2.2, 0.7, -5.0),
    (1.3, 2.2, 0.7, 0.9),
    (0.5, 0.6, 2.1, 0.97),
    (0.5, 0.6, 2.1, 0.0),
    (-2.0, 1.0, 1.5, 0.3),
    (0.5, 0.6, 2.1, -20.0),
]


@pytest.mark.parametrize("point", CONFLUENT)
def test_confluent(point):
    agree(special.hyp1f1, mp.hyp1f1, point, first=1e-10, second=1e-8)


@pytest.mark.parametrize("point", GAUSS)
def test_gauss(point):
    agree(special.hyp2f1, mp.hyp2f1, point, first=1e-10, second=1e-8)


def test_arrays_broadcast():
    a, z = np.array([0.4, 1.3, 2.2]), np.array([[-3.0], [0.5]])
    check(special.hyp1f1, a, 1.7, z)
    check(special.hyp2f1, a, 0.6, 1.7, z / 4)
    members = vmap(diff(lambda a: special.hyp1f1(a, 1.7, 2.0)))(a)
    single = [diff(lambda a: special.hyp1f1(a, 1.7, 2.0))(x) for x in a]
    np.testing.assert_allclose(members, single, rtol=1e-14)


def test_beyond_the_reach_of_the_series():
    assert np.isnan(grad(lambda a: special.hyp2f1(a, 0.6, 2.1, 1.5))(0.5))
    with pytest.raises(NoDerivativeError, match=r"hyp2f1 .* 'a'.*converges"):
        grad(lambda a: special.hyp2f1(a, 0.6, 2.1, 1 - 1e-6))(0.5)
    with pytest.raises(NoDerivativeError, match=r"hyp1f1 .* 'b'.*real"):
        grad(lambda b: abs(special.hyp1f1(1.0, b, 1j)))(0.5)
