"""Inverses by the equations that they solve."""

import numpy as np
from orders import check_batch, check_orders
from truth import check

from diffops import grad, jvp
from diffops.scipy.stats.inverse_distributions import inverse

# F(z, a) = 1 − exp(−a z), whose inverse is −log(1 − q) / a.
RISING = inverse(
    lambda q, a: -np.log1p(-q) / a,
    lambda z, a: a * np.exp(-a * z),
    lambda z, a: -np.expm1(-a * z),
    1,
)
FALLING = inverse(
    lambda q, a: -np.log(q) / a,
    lambda z, a: a * np.exp(-a * z),
    lambda z, a: np.exp(-a * z),
    -1,
)
Q, A = np.array([[0.2], [0.7]]), np.array([0.5, 1.0, 2.0])


def test_quantiles():
    for f in (RISING, FALLING):
        check(f, Q, A)
        check_orders(f, Q, A)
        check_batch(f, Q, A)


def test_only_what_varies_is_asked_for():
    """The derivative of F in a shape is not needed where the shape is constant."""

    def refusing(z, a):
        raise AssertionError

    f = inverse(lambda q, a: 2 * q, lambda z, a: 0.5 + 0 * z, refusing, 1)
    assert grad(lambda q: f(q, 1.0))(0.3) == 2.0
    assert jvp(lambda q: f(q, 1.0), (0.3,), (1.0,))[1] == 2.0


def test_where_the_density_vanishes_the_slope_is_infinite():
    slope = grad(lambda q: RISING(q, 1.0))
    with np.errstate(divide="ignore"):
        assert slope(1.0) == np.inf
