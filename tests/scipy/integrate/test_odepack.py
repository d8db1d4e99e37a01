"""``odeint``: its own order of arguments, tolerances and failures."""

import numpy as np
import pytest
import scipy.integrate
from problems import all_orders

from diffops import ConvergenceError, grad, jacobian, jit, jvp, vmap
from diffops.scipy.integrate import odeint

TIMES = np.array([0.0, 0.4, 1.0, 2.0])


def test_oscillator():
    turning = lambda y, t: np.stack([y[1], -y[0]])  # noqa: E731
    for mode in ("forward", "reverse"):
        matrix = jacobian(lambda y0: odeint(turning, y0, TIMES), mode=mode)
        c, s = np.cos(TIMES), np.sin(TIMES)
        wanted = np.moveaxis(np.array([[c, s], [-s, c]]), -1, 0)
        np.testing.assert_allclose(matrix(np.array([1.0, 0.0])), wanted, atol=1e-6)


def test_all_orders():
    f = lambda k: odeint(lambda y, t: -k * y, 2.0, [0.0, 1.5])[-1, 0]  # noqa: E731
    truth = [2 * (-1.5) ** n * np.exp(-1.05) for n in range(4)]
    all_orders(f, 0.7, truth, (1e-6,) * 3, mixes=["F", "R", "T", "FR", "RF", "RRF"])


def test_args_times_and_their_order():
    def f(k, t):
        return odeint(lambda y, t, k: -k * t * y, [2.0], t, args=(k,))[:, 0]

    value = 2 * np.exp(-0.35 * TIMES**2)
    slopes = jacobian(f)(0.7, TIMES)
    np.testing.assert_allclose(slopes, -(TIMES**2) / 2 * value, atol=1e-6)
    moved = jacobian(f, argnums=1)(0.7, TIMES)
    np.testing.assert_allclose(np.diag(moved), -0.7 * TIMES * value, atol=1e-6)
    first = lambda k: odeint(lambda t, y, k: -k * y, [2.0], TIMES, (k,), tfirst=True)  # noqa: E731
    one = jacobian(first)(0.7)[:, 0]
    np.testing.assert_allclose(one, -2 * TIMES * np.exp(-0.7 * TIMES), atol=1e-6)
    single = lambda k: odeint(lambda y, t, k: -k * y, 2.0, TIMES, k)[-1, 0]  # noqa: E731
    assert grad(single)(0.7) == pytest.approx(-4 * np.exp(-1.4), rel=1e-6)


def test_options():
    def f(k):
        slopes = lambda y, t: [[-k]]  # noqa: E731
        field = lambda y, t: -k * y  # noqa: E731
        limits = {"rtol": 1e-9, "atol": 1e-9, "hmax": 0.2, "h0": 1e-3}
        y, info = odeint(field, 2.0, TIMES, Dfun=slopes, full_output=True, **limits)
        assert info["message"] == "Integration successful."
        return y[-1, 0]

    assert grad(f)(0.7) == pytest.approx(-4 * np.exp(-1.4), rel=1e-7)


def test_values_are_scipys():
    field = lambda y, t: -0.7 * y + t  # noqa: E731
    plain = scipy.integrate.odeint(field, [2.0, 1.0], TIMES)
    np.testing.assert_array_equal(odeint(field, [2.0, 1.0], TIMES), plain)
    f = lambda a: odeint(lambda y, t: a * field(y, t), [2.0, 1.0], TIMES)  # noqa: E731
    np.testing.assert_array_equal(jvp(f, (1.0,), (1.0,))[0], plain)
    beside = lambda a: a * odeint(field, [2.0, 1.0], TIMES)[-1, 0]  # noqa: E731
    assert grad(beside)(3.0) == plain[-1, 0]


def test_backwards_and_one_time():
    back = lambda k: odeint(lambda y, t: -k * y, 2.0, TIMES[::-1])[-1, 0]  # noqa: E731
    assert grad(back)(0.7) == pytest.approx(4 * np.exp(1.4), rel=1e-6)
    start = lambda a: odeint(lambda y, t: -y, a, [1.0])[-1, 0]  # noqa: E731
    assert grad(start)(2.0) == 1.0


def test_jit_and_batches():
    f = lambda k: odeint(lambda y, t: -k * y, 2.0, [0.0, 1.0])[-1, 0]  # noqa: E731
    fast = jit(grad(f))
    for k in (1.0, 2.0):
        assert fast(k) == pytest.approx(-2 * np.exp(-k), rel=1e-6)
    found = vmap(grad(f))(np.array([1.0, 2.0]))
    np.testing.assert_allclose(found, -2 * np.exp(-np.array([1.0, 2.0])), rtol=1e-6)


def test_failures_have_no_derivative():
    blowing = lambda k: odeint(lambda y, t: k * y * y, 1.0, [0.0, 2.0], mxstep=50)  # noqa: E731
    warned = pytest.warns(scipy.integrate.ODEintWarning, match="Excess work")
    refused = pytest.raises(ConvergenceError, match="odeint failed: Excess work")
    with warned, refused:
        grad(lambda k: blowing(k)[-1, 0])(1.0)
    with pytest.warns(scipy.integrate.ODEintWarning, match="Excess work"):
        grad(lambda a: a * np.size(blowing(1.0)))(1.0)
