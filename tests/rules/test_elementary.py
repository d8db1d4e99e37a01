"""Elementary functions at singular points, against limits and mpmath."""

import mpmath
import numpy as np
import pytest
from truth import check

from diffops import diff, grad, hessian, jvp, vjp

INF, NAN = np.inf, np.nan
MODES = pytest.mark.parametrize("D", [diff, grad])

#: A function, a point, and its first, second, … derivatives there.
POINTS = [
    (np.sqrt, 0.0, [INF]),
    (np.sqrt, 4.0, [0.25, -1 / 32, 3 / 256]),
    (np.log, 0.0, [INF]),
    (np.arcsin, 1.0, [INF]),
    (np.arccos, -1.0, [-INF]),
    (np.arctanh, 1.0, [INF]),
    (np.cbrt, 0.0, [INF]),
    (lambda x: np.hypot(x, 0.0), 0.0, [0.0]),
    (np.sinc, 0.0, [0.0, -(np.pi**2) / 3, 0.0, np.pi**4 / 5]),
    (lambda x: np.logaddexp(0.0, x), 800.0, [1.0, 0.0]),
    (lambda x: np.logaddexp(0.0, x), -800.0, [0.0, 0.0]),
    (lambda x: np.logaddexp(x, 0.5), 0.5, [0.5, 0.25, 0.0, -0.125]),
    (lambda x: np.logaddexp2(x, 0.5), 0.5, [0.5, 0.25 * np.log(2)]),
    (lambda x: (np.sqrt(x) - 1) ** 2, 1.0, [0.0, 0.5]),  # no zero for g == 0 alone
    (lambda x: np.where(x >= 0, x, np.sqrt(-x)), 1.0, [1.0, 0.0]),
    (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, [0.0, 0.0]),
    (lambda x: np.where(x > 0, np.log(x), 0.0), 0.0, [0.0, 0.0]),
    (lambda x: np.where(x != 0, 1 / x, 0.0), 0.0, [0.0, 0.0]),
    (lambda x: np.where(x < 1, np.arcsin(x), 0.0), 1.0, [0.0]),
]


@MODES
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("f", "x", "wanted"), POINTS)
def test_at_points(D, f, x, wanted):
    for derivative in wanted:
        f = D(f)
        np.testing.assert_allclose(f(x), derivative, rtol=1e-12, atol=1e-14)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("f", "x", "wanted"), POINTS)
def test_at_points_inside_an_array(f, x, wanted):
    """Strong zeros are decided per entry, beside a point where nothing happens."""
    point = np.array([x, x])
    found = grad(lambda x: np.sum(f(x)))(point)
    np.testing.assert_allclose(found, [wanted[0]] * 2, rtol=1e-12, atol=1e-14)
    _, found = jvp(f, (point,), (np.ones(2),))
    np.testing.assert_allclose(found, [wanted[0]] * 2, rtol=1e-12, atol=1e-14)


@MODES
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_overflow_is_never_turned_into_zero(D):
    found = D(lambda x: np.log1p(np.exp(x)))(800.0)
    assert np.isnan(found) or found == 1.0


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_logsumexp_with_infinities():
    def logsumexp(x):
        top = np.max(x)
        return top + np.log(np.sum(np.exp(x - top)))

    np.testing.assert_array_equal(grad(logsumexp)(np.array([-INF, 0.0])), [0, 1])
    np.testing.assert_array_equal(grad(np.logaddexp, (0, 1))(-INF, -INF), [0.5, 0.5])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_masked_nan_leaves_no_trace():
    found = grad(lambda x: np.sum(np.where(np.isnan(x), 0.0, np.log(x))))
    np.testing.assert_array_equal(found(np.array([NAN, 2.0])), [0.0, 0.5])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_arctan2_at_the_origin_is_undefined():
    assert np.isnan(grad(np.arctan2, (0, 1))(0.0, 0.0)).all()


@pytest.mark.parametrize(
    ("name", "x"),
    [("exp", 0.3), ("log", 0.7), ("sin", 2.0), ("tan", 1.1), ("tanh", 3.0)]
    + [("asinh", -2.0), ("acosh", 1.5), ("atanh", 0.5), ("asin", -0.4), ("atan", 5.0)]
    + [("log1p", 0.2), ("expm1", -0.3), ("sinc", 0.3), ("cbrt", 0.8), ("exp", -700.0)],
)
@MODES
def test_orders_against_mpmath(D, name, x):
    mpmath.mp.dps = 40
    exact = {"sinc": lambda t: mpmath.sincpi(t)}.get(name, getattr(mpmath, name, None))
    f = getattr(np, name.replace("a", "arc", 1) if name[:1] == "a" else name)
    for order in (1, 2, 3):
        f = D(f)
        wanted = float(mpmath.diff(exact, x, order))
        np.testing.assert_allclose(f(x), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    "f",
    [np.exp, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.log, np.sqrt]
    + [np.arcsin, np.arccos, np.arctan, np.arcsinh, np.arctanh, np.exp2, np.log2]
    + [np.log10, np.log1p, np.expm1, np.square, np.reciprocal],
)
def test_holomorphic_functions(f):
    check(f, np.array([0.3 + 0.2j, 0.5 - 0.4j]))


@pytest.mark.parametrize("f", [np.abs, np.angle, np.real, np.imag, np.conj])
def test_complex_functions_that_are_not_holomorphic(f):
    check(lambda z: f(z) ** 2, np.array([0.3 + 0.2j, 0.5 - 0.4j]))
    check(lambda z: f(z) ** 2, 0.6 - 0.8j)


def test_cotangents_of_complex_numbers_pair_without_conjugation():
    assert grad(lambda z: np.abs(z) ** 2)(1 + 2j) == pytest.approx(2 - 4j)
    _, pullback = vjp(lambda z: z * z, 1 + 2j)
    assert pullback(1j)[0] == pytest.approx(1j * (2 + 4j))


def test_hypot_has_the_right_hessian_of_its_square():
    found = hessian(lambda x: np.hypot(x[0], x[1]) ** 2)(np.array([0.6, 0.8]))
    np.testing.assert_allclose(found, 2 * np.eye(2), atol=1e-15)


@MODES
def test_extreme_arguments_neither_overflow_nor_cancel(D):
    assert D(lambda x: np.arctan2(x, 1e200))(1e200) == pytest.approx(0.5e-200)
    assert D(np.expm1)(-40.0) == pytest.approx(np.exp(-40.0), rel=1e-15)


@MODES
def test_arccosh_on_every_branch(D):
    for z in (0.5 + 0.5j, -0.5 + 0.5j, -0.5 - 0.5j):
        found = jvp(np.arccosh, (z,), (1.0 + 0j,))[1]
        assert found == pytest.approx(1 / (np.sqrt(z - 1) * np.sqrt(z + 1)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("outer", [diff, grad])
@pytest.mark.parametrize("inner", [diff, grad])
def test_strong_zeros_keep_to_second_order(outer, inner):
    def f(x):
        return np.where(x < 1, 1 / np.sqrt(1 - x), x**3)

    assert outer(inner(f))(2.0) == pytest.approx(12.0)
