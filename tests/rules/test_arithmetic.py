"""Arithmetic at special points: powers, ties, quotients, remainders."""

import numpy as np
import pytest
from truth import check

from diffops import diff, grad, hessian, jvp

INF = np.inf
MODES = pytest.mark.parametrize("D", [diff, grad])

#: A function, a point, and its first, second, … derivatives there.
POINTS = [
    (abs, 0.0, [0.0, 0.0]),
    (np.abs, 0.0, [0.0, 0.0]),
    (lambda x: x**0.0, 0.0, [0.0, 0.0, 0.0]),
    (lambda x: x**2.0, 0.0, [0.0, 2.0, 0.0, 0.0]),
    (lambda x: x**2, 0.0, [0.0, 2.0, 0.0, 0.0]),
    (lambda x: x**3, -2.0, [12.0, -12.0, 6.0, 0.0]),
    (lambda x: x**3.0, -2.0, [12.0, -12.0, 6.0, 0.0]),
    (lambda x: x**-1, -2.0, [-0.25, -0.25, -0.375]),
    (lambda x: x**0.5, 0.0, [INF]),
    (lambda x: x**1.5, 0.0, [0.0, INF]),
    (lambda x: np.power(x, 2.0), 0.0, [0.0, 2.0, 0.0]),
    (lambda x: np.float_power(x, 2.0), 3.0, [6.0, 2.0, 0.0]),
    (lambda y: np.power(0.0, y), 2.0, [0.0, 0.0]),
    (lambda y: np.power(0.0, y), 0.0, [-INF]),
    (lambda y: 2.0**y, 0.0, [np.log(2), np.log(2) ** 2, np.log(2) ** 3]),
    (lambda x: x**x, 0.0, [-INF]),
    (lambda x: x**x, 1.0, [1.0, 2.0, 3.0, 8.0]),
    (lambda x: np.maximum(x, 0.0), 0.0, [0.5, 0.0]),
    (lambda x: np.maximum(x, x), 0.3, [1.0, 0.0]),
    (lambda x: np.maximum(x * x, x), 1.0, [1.5, 1.0]),
    (lambda x: np.minimum(x, 2.0), 1.0, [1.0, 0.0]),
    (lambda x: np.clip(x, 0.0, 1.0), 0.0, [0.5]),
    (lambda x: np.clip(x, 0.0, 1.0), 1.0, [0.5]),
    (lambda x: 1 / x, 0.5, [-4.0, 16.0, -96.0]),
    (lambda x: x % 1.0, 2.5, [1.0, 0.0]),
    (lambda x: 7.0 % x, 2.0, [-3.0, 0.0]),
    (lambda x: x // 1.0 + x, 2.5, [1.0, 0.0]),
    (lambda x: divmod(x, 2.0)[1], 5.0, [1.0]),
    (lambda x: np.modf(x)[0], 2.5, [1.0]),
    (lambda x: np.fmod(x, 2.0), -3.0, [1.0]),
    (lambda x: np.copysign(x, -1.0), 2.0, [-1.0]),
    (lambda x: np.ldexp(x, 3), 2.0, [8.0]),
    (lambda x: -(+x), 2.0, [-1.0]),
    (lambda x: np.heaviside(x, 0.5) * x, 2.0, [1.0]),
    (lambda y: np.heaviside(0.0, y * y), 0.5, [1.0, 2.0]),
    (lambda y: np.heaviside(3.0, y * y), 0.5, [0.0]),
    (lambda x: np.sign(x) * x * x, -2.0, [4.0, -2.0]),
]


@MODES
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("f", "x", "wanted"), POINTS)
def test_at_points(D, f, x, wanted):
    for derivative in wanted:
        f = D(f)
        np.testing.assert_allclose(f(x), derivative, rtol=1e-13, atol=1e-15)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("f", "x", "wanted"), POINTS)
def test_at_points_inside_an_array(f, x, wanted):
    point = np.array([x, x])
    found = grad(lambda x: np.sum(f(x)))(point)
    np.testing.assert_allclose(found, [wanted[0]] * 2, rtol=1e-13, atol=1e-15)
    _, found = jvp(f, (point,), (np.ones(2),))
    np.testing.assert_allclose(found, [wanted[0]] * 2, rtol=1e-13, atol=1e-15)


@MODES
def test_division_by_zero_is_infinite_as_in_numpy(D):
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert D(lambda x: 1 / x)(0.0) == -INF


def test_mixed_second_derivative_of_a_power():
    """∂²(aᵇ)/∂a∂b at b = 0 is 1/a, though ∂(aᵇ)/∂a vanishes there."""
    found = hessian(lambda x: x[0] ** x[1])(np.array([2.0, 0.0]))
    wanted = [[0.0, 0.5], [0.5, np.log(2) ** 2]]
    np.testing.assert_allclose(found, wanted, atol=1e-15)


@pytest.mark.parametrize(
    "f",
    [np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power]
    + [np.arctan2, np.hypot, np.logaddexp, np.logaddexp2, np.maximum, np.fmin],
)
@pytest.mark.parametrize(
    "shapes", [((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2,)), ((1, 1), (2,))]
)
def test_broadcasting(f, shapes):
    rng = np.random.default_rng(1)
    a, b = rng.uniform(1, 2, shapes[0]), rng.uniform(2.5, 4, shapes[1])
    check(f, a, b)


def test_complex_arithmetic_with_a_real_operand():
    x, z = np.array([0.5, 1.5]), np.array([0.3 + 1j, 2 - 1j])
    for f in (np.add, np.subtract, np.multiply, np.divide, np.power):
        check(f, x, z)
        check(f, z, x)


def test_overflow_of_python_floats_is_infinite_as_in_numpy():
    with pytest.warns(RuntimeWarning):
        assert grad(lambda x: x**3)(1e200) == INF
