"""``quad``: derivatives of integrals against closed forms and mpmath."""

import warnings

import mpmath
import numpy as np
import pytest
import scipy.integrate
from problems import all_orders, mp_derivatives

from diffops import (
    NoDerivativeError,
    check_grads,
    diff,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    laplacian,
    linearize,
    sparse_hessian,
    taylor,
    vmap,
)
from diffops.scipy.integrate import quad


def test_elliptic_integral():
    def f(m):
        return quad(lambda t: 1 / np.sqrt(1 - m * np.sin(t) ** 2), 0, np.pi / 2)[0]

    all_orders(f, 0.3, mp_derivatives(mpmath.ellipk, 0.3))


def test_gamma_function_by_args():
    def f(s):
        return quad(lambda t, s: t ** (s - 1) * np.exp(-t), 0, np.inf, args=(s,))[0]

    all_orders(f, 2.5, mp_derivatives(mpmath.gamma, 2.5))
    one = lambda s: quad(lambda t, s: t**s, 0, 1, args=s)[0]  # noqa: E731
    assert grad(one)(2.0) == pytest.approx(-1 / 9, rel=1e-10)


def test_limits_and_closures_together():
    def f(b):
        return quad(lambda t: np.exp(-t * t * b), -b, b * b)[0]

    def truth(b):
        return mpmath.quad(lambda t: mpmath.exp(-t * t * b), [-b, b * b])

    all_orders(f, 1.2, mp_derivatives(truth, 1.2))


def test_limits_that_meet():
    """Of length zero the integral is zero, and its derivatives are not."""
    f = lambda b: quad(lambda t: np.exp(3 * t), 1.0, b)[0]  # noqa: E731
    e = np.exp(3.0)
    all_orders(f, 1.0, [0.0, e, 3 * e, 9 * e], (1e-12,) * 3)


def test_infinite_limits():
    f = lambda a: quad(lambda t: np.exp(-t * t), a, np.inf)[0]  # noqa: E731
    assert grad(f)(0.5) == pytest.approx(-np.exp(-0.25), rel=1e-13)
    g = lambda k: quad(lambda t: np.exp(-k * t * t), -np.inf, np.inf)[0]  # noqa: E731
    assert diff(g)(2.0) == pytest.approx(-0.25 * np.sqrt(np.pi / 2), rel=1e-8)
    far = lambda b: quad(lambda t: np.exp(-t), 0.0, b)[0]  # noqa: E731
    assert grad(far)(np.inf) == 0.0


def test_derivatives_are_integrated_on_their_own():
    """Where the integrand is zero, its derivative may want many more places."""
    place, width = 0.3, 0.03

    def f(a):
        return quad(lambda t: a * np.exp(-(((t - place) / width) ** 2)), 0, 1)[0]

    wanted = width * np.sqrt(np.pi)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for derivative in (grad, diff):
            assert derivative(f)(0.0) == pytest.approx(wanted, rel=1e-7)


def test_gradients_by_arrays_and_what_was_made_of_them():
    w = np.array([0.3, 0.7, 1.1])

    def f(w):
        v = np.exp(w)  # made before the integral, of what it closes over
        return w[0] * quad(lambda t: np.exp(-(v @ np.array([t, t * t, 1.0]))), 0, 1)[0]

    check_grads(f, (w,), order=2)
    np.testing.assert_allclose(hessian(f)(w), hessian(f)(w).T, rtol=1e-7)
    assert laplacian(f)(w) == pytest.approx(np.trace(hessian(f)(w)), rel=1e-7)
    np.testing.assert_allclose(linearize(f, w)[1](w), grad(f)(w) @ w, rtol=1e-9)
    series = taylor(f, w, 3, w)
    third = lambda t: f(w + t * w)  # noqa: E731
    assert 6 * series[3] == pytest.approx(grad(grad(diff(third)))(0.0), rel=1e-7)


def test_integrands_that_branch():
    """What is read at some places alone is followed there."""

    def f(w):
        return quad(lambda t: w[0] * t if t < 0.5 else w[1] ** 2, 0, 1, points=[0.5])[0]

    np.testing.assert_allclose(grad(f)(np.array([1.0, 3.0])), [0.125, 3.0], rtol=1e-9)


def test_integrals_in_integrands():
    def f(a):
        inner = lambda y: quad(lambda x: np.exp(a * x * y), 0, 1)[0]  # noqa: E731
        return quad(inner, 0, 1)[0]

    def truth(a):
        return mpmath.quad(lambda x, y: mpmath.exp(a * x * y), [0, 1], [0, 1])

    wanted = [float(mpmath.diff(truth, 0.7, n)) for n in (1, 2)]
    assert grad(f)(0.7) == pytest.approx(wanted[0], rel=1e-8)
    assert grad(diff(f))(0.7) == pytest.approx(wanted[1], rel=1e-8)


@pytest.mark.parametrize(
    ("options", "weight"),
    [
        ({"weight": "cos", "wvar": 2.0}, lambda x: mpmath.cos(2 * x)),
        ({"weight": "sin", "wvar": 2.0}, lambda x: mpmath.sin(2 * x)),
        ({"points": [0.4]}, lambda x: 1),
        ({"limit": 90, "epsabs": 1e-11, "full_output": 1}, lambda x: 1),
    ],
)
def test_options(options, weight):
    def f(b):
        return quad(lambda t: np.exp(-b * t), 0, b, **options)[0]

    def truth(b):
        return mpmath.quad(lambda t: mpmath.exp(-b * t) * weight(t), [0, b])

    for derivative in (grad, diff):
        wanted = float(mpmath.diff(truth, 1.3))
        assert derivative(f)(1.3) == pytest.approx(wanted, rel=1e-9)


def test_weights_in_fixed_limits():
    for options, weight in (
        ({"weight": "alg", "wvar": (0.5, 0.5)}, lambda x: (x * (1 - x)) ** 0.5),
        ({"weight": "alg-loga", "wvar": (0, 0)}, mpmath.log),
    ):
        f = lambda k, o=options: quad(lambda t: np.exp(k * t), 0, 1, **o)[0]  # noqa: E731
        truth = lambda k, w=weight: mpmath.quad(  # noqa: E731
            lambda t: w(t) * mpmath.exp(k * t), [0, 1]
        )
        assert grad(f)(0.4) == pytest.approx(float(mpmath.diff(truth, 0.4)), rel=1e-8)
    pole = lambda k: quad(lambda t: k * t, -1, 1, weight="cauchy", wvar=0.0)[0]  # noqa: E731
    assert grad(pole)(1.0) == pytest.approx(2.0, rel=1e-10)
    inside = lambda b: quad(lambda t: t, -1, b, weight="cauchy", wvar=0.0)[0]  # noqa: E731
    assert grad(inside)(1.0) == pytest.approx(1.0, rel=1e-10)


def test_complex_integrands():
    f = lambda b: quad(lambda t: np.exp(1j * b * t), 0, b, complex_func=True)[0]  # noqa: E731
    truth = lambda b: (np.exp(1j * b * b) - 1) / (1j * b)  # noqa: E731
    found, wanted = jvp(f, (1.2,), (1.0,)), jvp(truth, (1.2,), (1.0,))
    np.testing.assert_allclose(found, wanted, rtol=1e-10)
    slope = grad(lambda b: f(b).imag)(1.2)
    assert slope == pytest.approx(wanted[1].imag, rel=1e-10)
    with pytest.raises(TypeError, match="real number"):
        grad(lambda b: quad(lambda t: b * 1j * t, 0, 1)[0])(1.0)


def test_values_are_scipys():
    def f(k):
        return quad(lambda t: np.exp(-k * t) * np.sqrt(t), 0, 2, full_output=1)

    wanted = scipy.integrate.quad(lambda t: np.exp(-1.3 * t) * np.sqrt(t), 0, 2)
    plain = f(1.3)
    assert plain[:2] == wanted
    assert jvp(lambda k: f(k)[0], (1.3,), (1.0,))[0] == wanted[0]
    _, aux = grad(lambda k: (f(k)[0], f(k)[1]), has_aux=True)(1.3)
    assert aux == wanted[1]


def test_jit_and_batches():
    w = np.array([0.3, 0.7])
    f = lambda w: quad(lambda t: np.exp(-w[0] * t) * w[1], 0, w[1])[0]  # noqa: E731
    fast = jit(grad(f))
    for v in (w, 2 * w, w):
        np.testing.assert_allclose(fast(v), grad(f)(v), rtol=1e-14)
    many = np.stack([w, 2 * w, 3 * w])
    np.testing.assert_allclose(vmap(f)(many), [f(v) for v in many], rtol=1e-14)
    found = vmap(grad(f))(many)
    np.testing.assert_allclose(found, [grad(f)(v) for v in many], rtol=1e-14)
    total = lambda m: np.sum(vmap(f)(m))  # noqa: E731
    np.testing.assert_allclose(grad(total)(many), found, rtol=1e-14)
    both = jacobian(lambda w: np.stack([f(w), f(w) ** 2]))(w)
    np.testing.assert_allclose(both[1], 2 * f(w) * both[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda a: quad(lambda t: t, 0, 1, weight="cos", wvar=a)[0], "wvar"),
        (lambda a: quad(lambda t: 1 / np.sqrt(t - 1), a, 2.0)[0], "tracked limit, 1"),
        (lambda a: quad(lambda t: 1.0, 0, a, weight="alg", wvar=(0, 0))[0], "weight="),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_refused(call, match):
    with pytest.raises(NoDerivativeError, match=rf"scipy\.integrate\.quad .*{match}"):
        grad(call)(1.0)

    def swallowing(a):
        try:
            return call(a)
        except NoDerivativeError:
            return a * 0

    with pytest.raises(NoDerivativeError, match=match):
        grad(swallowing)(1.0)


def test_sparsity_is_refused():
    f = lambda w: w[0] ** 2 + quad(lambda t: w[1] * t, 0, 1)[0]  # noqa: E731
    with pytest.raises(NoDerivativeError, match="sparsity"):
        sparse_hessian(f)(np.ones(3))


def test_divergent_derivatives_warn():
    """The integral of t^(k-1) converges at k > 0, that of its derivative badly."""
    f = lambda k: quad(lambda t: np.sin(1 / t) * k + 0 * t, 0, 1)[0]  # noqa: E731
    with pytest.warns(scipy.integrate.IntegrationWarning):
        grad(f)(0.0)


@pytest.mark.parametrize("outer", [grad, diff])
@pytest.mark.parametrize("inner", [grad, diff])
def test_perturbations_are_not_confused(outer, inner):
    def f(x):
        slope = inner(lambda y: quad(lambda t: t * (x + y), 0, 1)[0])(1.0)
        return x * slope  # x / 2

    def g(x):
        slope = inner(lambda y: quad(lambda t: t * x * y, 0, y)[0])(2.0)
        return x * slope  # x² (3 y² / 2) at y = 2

    assert outer(f)(3.0) == pytest.approx(0.5, rel=1e-12)
    assert outer(g)(3.0) == pytest.approx(36.0, rel=1e-10)


def test_what_has_ended_is_a_constant():
    kept = []
    grad(lambda x: (kept.append(x), x)[1])(2.0)
    assert grad(lambda a: quad(lambda t: a * kept[0] * t, 0, 1)[0])(1.0) == 1.0


def test_an_integrand_that_returns_an_array():
    def area(k):
        return quad(lambda x: k * np.ones(2) * x, 0, 1)[0]

    with pytest.raises(TypeError, match=r"array of shape \(2,\).*quad_vec"):
        grad(area)(1.0)
