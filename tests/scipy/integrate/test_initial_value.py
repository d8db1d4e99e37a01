"""``solve_ivp``: derivatives against closed forms and solutions of tight tolerance."""

import functools
import itertools

import numpy as np
import pytest
import scipy.integrate
from problems import RATES, START, all_orders, error_of, hunting, reacting

from diffops import (
    ConvergenceError,
    NoDerivativeError,
    diff,
    diff2,
    diffn,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    laplacian,
    sparse_jacobian,
    vmap,
)
from diffops.scipy.integrate import RK45, solve_ivp

METHODS = ["RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA"]


def solution(p, y0, **options):
    return solve_ivp(lambda t, y: hunting(t, y, p), (0, 10), y0, **options).y[:, -1]


@functools.cache
def hunting_truth():
    """Solve the variational equations, written out, to a tight tolerance."""

    def augmented(t, z):
        y, s = z[:2], z[2:].reshape(2, 6)
        p = RATES
        a = [[p[0] - p[1] * y[1], -p[1] * y[0]], [p[3] * y[1], p[3] * y[0] - p[2]]]
        both = y[0] * y[1]
        b = [[y[0], -both, 0, 0, 0, 0], [0, 0, -y[1], both, 0, 0]]
        return np.concatenate([hunting(t, y, p), (np.array(a) @ s + b).ravel()])

    first = np.concatenate([START, np.eye(2, 6, 4).ravel()])
    end = scipy.integrate.solve_ivp(
        augmented, (0, 10), first, "DOP853", rtol=1e-13, atol=1e-13
    ).y[:, -1]
    return end[:2], end[2:].reshape(2, 6)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize(
    ("method", "rtol"),
    [*itertools.product(METHODS, [1e-3]), ("RK45", 1e-6), ("LSODA", 1e-6)],
)
def test_derivatives_are_as_accurate_as_the_solution(method, rtol, mode):
    """Their errors are below that of the solution, or below ten times rtol.

    The solution of a method that happens to be better than it was asked for is no
    measure.
    """
    options = {"method": method, "rtol": rtol, "atol": 1e-3 * rtol}
    matrix = jacobian(solution, argnums=(0, 1), mode=mode)
    by_rates, by_start = matrix(RATES, START, **options)
    value, truth = hunting_truth()
    allowed = max(error_of(solution(RATES, START, **options), value), 10 * rtol)
    assert error_of(by_rates, truth[:, :4]) < allowed
    assert error_of(by_start, truth[:, 4:]) < allowed


@pytest.mark.parametrize("method", METHODS)
def test_all_orders(method):
    rtol = 1e-4 if method == "RK23" else 1e-6

    def f(k):
        decay = lambda t, y: -k * y  # noqa: E731
        options = {"method": method, "rtol": rtol, "atol": 1e-8}
        return solve_ivp(decay, (0, 1.5), [2.0], **options).y[0, -1]

    truth = [2 * (-1.5) ** n * np.exp(-1.05) for n in range(4)]
    mixes = ["F", "R", "FF", "FR", "RF", "RR", "FRF", "RFR"]
    all_orders(f, 0.7, truth, (10 * rtol,) * 3, mixes)


def test_oscillator():
    def f(w, y0):
        turning = lambda t, y: np.stack([w * y[1], -w * y[0]])  # noqa: E731
        options = {"method": "DOP853", "rtol": 1e-9, "atol": 1e-9}
        return solve_ivp(turning, (0, 3), y0, **options).y[0, -1]

    def truth(w, y0):
        return y0[0] * np.cos(3 * w) + y0[1] * np.sin(3 * w)

    y0 = np.array([1.0, 0.5])
    for order in (grad, lambda f: grad(diff(f)), lambda f: diff(diff(f))):
        found, wanted = (
            order(lambda w: f(w, y0))(1.2),
            order(lambda w: truth(w, y0))(1.2),
        )
        assert found == pytest.approx(wanted, rel=1e-7)
    mixed = lambda z: f(z[0], z[1:])  # noqa: E731
    closed = lambda z: truth(z[0], z[1:])  # noqa: E731
    z = np.array([1.2, *y0])
    np.testing.assert_allclose(hessian(mixed)(z), hessian(closed)(z), atol=1e-6)
    assert laplacian(mixed)(z) == pytest.approx(laplacian(closed)(z), rel=1e-6)


@pytest.mark.parametrize("derivative", [grad, diff])
def test_solutions_at_rest(derivative):
    """Where nothing moves steps are long; the derivatives want shorter ones."""

    def forced(a):
        field = lambda t, y: np.stack([a * np.sin(20 * t)])  # noqa: E731
        return solve_ivp(field, (0, 3), [0.0], rtol=1e-6, atol=1e-9).y[0, -1]

    assert derivative(forced)(0.0) == pytest.approx((1 - np.cos(60)) / 20, rel=1e-4)

    def pendulum(angle):
        field = lambda t, y: np.stack([y[1], -25 * np.sin(y[0])])  # noqa: E731
        start = np.stack([angle, 0 * angle])
        return solve_ivp(field, (0, 10), start, rtol=1e-6, atol=1e-9).y[0, -1]

    assert derivative(pendulum)(0.0) == pytest.approx(np.cos(50), rel=1e-4)


@pytest.mark.parametrize("derivative", [grad, diff])
@pytest.mark.parametrize("method", ["Radau", "LSODA"])
def test_stiff_problems(method, derivative):
    """A fast component that follows a slow one: y → cos, with a rate of 10⁴."""

    def f(a):
        field = lambda t, y: -1e4 * (y - a * np.cos(t)) - a * np.sin(t)  # noqa: E731
        options = {"method": method, "rtol": 1e-6, "atol": 1e-8}
        return solve_ivp(field, (0, 2), [1.7], **options).y[0, -1]

    assert derivative(f)(1.3) == pytest.approx(np.cos(2.0), rel=1e-5)


@pytest.mark.slow
def test_robertson():
    k = np.array([0.04, 1e4, 3e7])
    options = {"method": "Radau", "rtol": 1e-6, "atol": [1e-9, 1e-13, 1e-9]}

    def f(k):
        reaction = lambda t, y: reacting(t, y, k)  # noqa: E731
        return solve_ivp(reaction, (0, 1), [1.0, 0.0, 0.0], **options).y[:, -1]

    def plain(k):
        tight = options | {"rtol": 1e-12, "atol": 1e-17}
        reaction = lambda t, y: reacting(t, y, k)  # noqa: E731
        start = [1.0, 0.0, 0.0]
        return scipy.integrate.solve_ivp(reaction, (0, 1), start, **tight).y[:, -1]

    found = jacobian(f, mode="reverse")(k)
    for i in range(3):
        step = np.eye(3)[i] * k * 1e-3
        change = (plain(k + step) - plain(k - step)) / 2e-3
        np.testing.assert_allclose(found[:, i] * k[i], change, rtol=1e-4)


def test_both_ends_of_the_interval():
    truth = lambda s, e: 2 * np.exp((s * s - e * e) / 2)  # noqa: E731

    def f(s, e):
        field = lambda t, y: -t * y  # noqa: E731
        return solve_ivp(field, (s, e), [2.0], rtol=1e-9, atol=1e-11).y[0, -1]

    orders = [grad, diff, diff2, lambda f: grad(grad(f)), lambda f: diffn(3, f)]
    for order in orders:
        for end in (
            lambda f: lambda t: f(t, 2.0),
            lambda f: lambda t: f(0.2, t),
            lambda f: lambda t: f(t, 2 - t),
        ):
            wanted = order(end(truth))(0.6)
            assert order(end(f))(0.6) == pytest.approx(wanted, rel=1e-7)


def test_backwards():
    def f(k):
        field = lambda t, y: -k * y  # noqa: E731
        return solve_ivp(field, (1.0, 0.0), [2.0], rtol=1e-8, atol=1e-9).y[0, -1]

    assert grad(f)(0.7) == pytest.approx(2 * np.exp(0.7), rel=1e-7)


def test_times_of_evaluation():
    times = np.linspace(0.1, 1.9, 5)

    def f(t, k):
        field = lambda t, y: -k * t * y  # noqa: E731
        options = {"rtol": 1e-9, "atol": 1e-11}
        return solve_ivp(field, (0, 2), [2.0], t_eval=t, **options).y[0]

    value = 2 * np.exp(-(times**2) / 2)
    np.testing.assert_allclose(
        jacobian(f)(times, 1.0), np.diag(-times * value), 1e-6, 1e-9
    )
    slopes = jacobian(f, argnums=1)(times, 1.0)
    np.testing.assert_allclose(slopes, -(times**2) / 2 * value, rtol=1e-6)
    curvatures = hessian(lambda t: np.sum(f(t, 1.0)))(times)
    np.testing.assert_allclose(np.diag(curvatures), (times**2 - 1) * value, atol=1e-7)


def test_what_is_returned():
    def f(k, t_end):
        field = lambda t, y: -k * y  # noqa: E731
        return solve_ivp(field, (0, t_end), [2.0, 1.0], dense_output=True)

    plain = scipy.integrate.solve_ivp(
        lambda t, y: -0.7 * y, (0, 1), [2.0, 1.0], dense_output=True
    )
    y, change = jvp(lambda k: f(k, 1.0).y, (0.7,), (1.0,))
    np.testing.assert_array_equal(y, plain.y)
    np.testing.assert_allclose(change, -plain.t * plain.y, rtol=0.01)
    t, change = jvp(lambda e: f(0.7, e).t, (1.0,), (1.0,))
    np.testing.assert_array_equal(t, plain.t)
    np.testing.assert_array_equal(change, np.eye(1, len(t), len(t) - 1)[0])
    sol, change = jvp(lambda k: f(k, 1.0).sol(0.3), (0.7,), (1.0,))
    np.testing.assert_array_equal(sol, plain.sol(0.3))
    np.testing.assert_allclose(change, -0.3 * sol, rtol=0.01)
    result = f(0.7, 1.0)
    assert result.sol(0.3).tolist() == plain.sol(0.3).tolist()


def test_plain_problems_are_scipys():
    def f(a):
        result = solve_ivp(
            lambda t, y: -y, (0, 1), [1.0], events=lambda t, y: y[0] - 0.5
        )
        return a * result.t_events[0][0]

    assert grad(f)(2.0) == pytest.approx(np.log(2.0), rel=1e-3)


def test_vectorized_fields_args_and_jacobians():
    def f(k, **options):
        field = lambda t, y, k: np.stack([-k * y[0], y[0] - y[1]])  # noqa: E731
        tight = {"rtol": 1e-8, "atol": 1e-10} | options
        return solve_ivp(field, (0, 1), [1.0, 0.0], args=(k,), **tight).y[0, -1]

    slope = lambda t, y, k: np.stack([np.stack([-k, 0.0]), [1.0, -1.0]])  # noqa: E731
    for options in (
        {},
        {"vectorized": True},
        {"method": "Radau", "jac": slope},
        {"method": "BDF", "jac": np.array([[-0.7, 0.0], [1.0, -1.0]])},
        {"method": RK45},
        {"method": scipy.integrate.DOP853},
        {"method": scipy.integrate.LSODA, "max_step": 0.1},
    ):
        assert grad(lambda k, o=options: f(k, **o))(0.7) == pytest.approx(
            -np.exp(-0.7), rel=1e-6
        )


def test_many_unknowns():
    """Heat in a rod: its modes decay at rates that are known."""
    size = 20
    wave = np.sin(np.pi * np.arange(1, size + 1) / (size + 1))
    rate = 2 - 2 * np.cos(np.pi / (size + 1))

    def f(k, method):
        def field(t, y):
            padded = np.concatenate([[0.0], y, [0.0]])
            return k * (padded[2:] - 2 * y + padded[:-2])

        options = {"method": method, "rtol": 1e-7, "atol": 1e-9}
        end = solve_ivp(field, (0, 20), wave, **options).y[:, -1]
        return end @ wave

    power = wave @ wave
    wanted = -20 * rate * power * np.exp(-20 * rate * 0.8)
    for method in ("RK45", "Radau"):
        for derivative in (grad, diff):
            found = derivative(lambda k, m=method: f(k, m))(0.8)
            assert found == pytest.approx(wanted, rel=1e-5)


def test_complex_states():
    def f(w):
        field = lambda t, y: 1j * w * y  # noqa: E731
        return solve_ivp(field, (0, 1), [1 + 0j], rtol=1e-9, atol=1e-9).y[0, -1]

    _, change = jvp(f, (1.3,), (1.0,))
    np.testing.assert_allclose(change, 1j * np.exp(1.3j), rtol=1e-7)
    assert grad(lambda w: f(w).real)(1.3) == pytest.approx(-np.sin(1.3), rel=1e-7)


def test_jit_and_batches():
    def f(k):
        field = lambda t, y: -k * y  # noqa: E731
        return solve_ivp(field, (0, 2), [2.0], rtol=1e-6, atol=1e-8).y[0, -1]

    fast = jit(grad(f))
    for k in (1.0, 2.0, 1.0):
        assert fast(k) == pytest.approx(grad(f)(k), rel=1e-14)
    many = np.array([1.0, 2.0])
    np.testing.assert_allclose(vmap(f)(many), [f(k) for k in many])
    np.testing.assert_allclose(vmap(grad(f))(many), [grad(f)(k) for k in many])
    total = lambda m: np.sum(vmap(f)(m))  # noqa: E731
    np.testing.assert_allclose(grad(total)(many), [grad(f)(k) for k in many])


def test_an_interval_of_length_zero():
    f = lambda a: solve_ivp(lambda t, y: -y, (1, 1), np.stack([a, 2 * a])).y[1, -1]  # noqa: E731
    assert grad(f)(3.0) == 2.0
    move = lambda b: solve_ivp(lambda t, y: -3 * y, (1, b), [2.0]).y[0, -1]  # noqa: E731
    assert grad(move)(1.0) == pytest.approx(-6.0, rel=1e-12)


@pytest.mark.parametrize("derivative", [grad, diff])
def test_failures_have_no_derivative(derivative):
    f = lambda k: solve_ivp(lambda t, y: k * y * y, (0, 2), [2.0]).y[0, -1]  # noqa: E731
    with pytest.raises(ConvergenceError, match=r"solve_ivp failed: .*test_initial"):
        derivative(f)(1.0)


def test_what_is_refused():
    def f(k):
        event = lambda t, y: y[0] - 1  # noqa: E731
        return solve_ivp(lambda t, y: -k * y, (0, 2), [2.0], events=event).t_events[0][
            0
        ]

    with pytest.raises(
        NoDerivativeError, match=r"scipy\.integrate\.solve_ivp .*events"
    ):
        grad(f)(1.0)
    decay = lambda w: solve_ivp(lambda t, y: -w * y, (0, 1), np.ones(2)).y[:, -1]  # noqa: E731
    with pytest.raises(NoDerivativeError, match="sparsity"):
        sparse_jacobian(decay)(np.ones(2))


@pytest.mark.parametrize("outer", [grad, diff])
@pytest.mark.parametrize("inner", [grad, diff])
def test_perturbations_are_not_confused(outer, inner):
    def f(x):
        def end(y):
            field = lambda t, u: -x * y * u  # noqa: E731
            tight = {"method": "DOP853", "rtol": 1e-9, "atol": 1e-9}
            return solve_ivp(field, (0, 1), [1.0], **tight).y[0, -1]

        return x * inner(end)(1.0)  # - x² exp(-x)

    wanted = (0.7**2 - 2 * 0.7) * np.exp(-0.7)
    assert outer(f)(0.7) == pytest.approx(wanted, rel=1e-6)


def test_a_slope_that_is_nan_at_the_start():
    def end(k):
        fun = lambda t, y: np.sqrt(y - k)  # noqa: E731
        return solve_ivp(fun, (0.0, 2.0), [1.0]).y[0, -1]

    with (
        np.errstate(invalid="ignore"),
        pytest.raises(ConvergenceError, match="no solution can begin at t = 0"),
    ):
        grad(end)(2.0)
