"""``quad_vec``: integrals of arrays."""

import numpy as np
import pytest
import scipy.integrate
from problems import all_orders

from diffops import (
    NoDerivativeError,
    diff,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    sparse_jacobian,
    vmap,
)
from diffops.modes.trace import sweep
from diffops.scipy.integrate import quad_vec, solution_gradients

W = np.array([0.5, 1.5])


def areas(w):
    return quad_vec(lambda x: np.stack([np.exp(-w[0] * x), np.sin(w[1] * x)]), 0, 2)[0]


def closed(w):
    return np.stack([(1 - np.exp(-2 * w[0])) / w[0], (1 - np.cos(2 * w[1])) / w[1]])


def test_closures():
    for mode in ("forward", "reverse"):
        wanted = jacobian(closed)(W)
        np.testing.assert_allclose(jacobian(areas, mode=mode)(W), wanted, rtol=1e-10)
    total = lambda f: lambda w: np.sum(f(w) ** 2)  # noqa: E731
    found, wanted = hessian(total(areas))(W), hessian(total(closed))(W)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


def test_all_orders_in_limits_and_closures():
    def f(b):
        return np.sum(quad_vec(lambda x: [np.exp(-x), np.sin(b * x)], 0, b)[0])

    def truth(b):
        return 1 - np.exp(-b) + (1 - np.cos(b * b)) / b

    def derivative(n):
        g = truth
        for _ in range(n):
            g = diff(g)
        return g(1.2)

    all_orders(f, 1.2, [derivative(n) for n in range(4)])


def test_args_infinite_limits_and_shapes():
    powers = np.array([[1.0, 2.0], [3.0, 4.0]])

    def f(p):
        return quad_vec(lambda x, p: x**p * np.exp(-x), 0, np.inf, args=(p,))[0]

    wanted = np.array([[1.0, 2.0], [6.0, 24.0]])  # factorials
    np.testing.assert_allclose(f(powers), wanted, rtol=1e-8)
    digamma = np.array([[0.42278434, 0.92278434], [1.25611767, 1.50611767]])
    slopes = jvp(f, (powers,), (np.ones((2, 2)),))[1]
    np.testing.assert_allclose(slopes, wanted * digamma, rtol=1e-7)
    gradient = grad(lambda p: np.sum(f(p)))(powers)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-8)


def test_numbers_and_complex_values():
    assert grad(lambda b: quad_vec(np.cos, 0.0, b)[0])(0.3) == pytest.approx(
        np.cos(0.3)
    )
    wave = lambda b: quad_vec(lambda x: np.exp(1j * b * x), 0, b)[0]  # noqa: E731
    truth = lambda b: (np.exp(1j * b * b) - 1) / (1j * b)  # noqa: E731
    np.testing.assert_allclose(
        jvp(wave, (1.2,), (1.0,)), jvp(truth, (1.2,), (1.0,)), rtol=1e-10
    )


def test_derivatives_are_integrated_on_their_own():
    def f(a):
        bump = lambda t: np.exp(-((t - 0.3) ** 2) * 1e6)  # noqa: E731
        return quad_vec(lambda t: np.stack([a * bump(t), a**2]), 0, 1)[0][0]

    for derivative in (grad, diff):
        wanted = 1e-3 * np.sqrt(np.pi)
        assert derivative(f)(0.0) == pytest.approx(wanted, rel=1e-7)


def test_values_are_scipys():
    wanted = scipy.integrate.quad_vec(lambda x: np.exp(-x * W), 0, 1, full_output=True)
    found = []

    def f(w):
        found.append(quad_vec(lambda x: np.exp(-x * w), 0, 1, full_output=True))
        return found[-1][0]

    value, _ = jvp(f, (W,), (W,))
    np.testing.assert_array_equal(value, wanted[0])
    assert found[0][1] == wanted[1] and found[0][2].neval == wanted[2].neval
    np.testing.assert_array_equal(f(W), wanted[0])


def test_jit_and_batches():
    fast = jit(jacobian(areas))
    for w in (W, 2 * W):
        np.testing.assert_allclose(fast(w), jacobian(areas)(w), rtol=1e-14)
    many = np.stack([W, 2 * W])
    found = vmap(jacobian(areas))(many)
    np.testing.assert_allclose(found, [jacobian(areas)(w) for w in many], rtol=1e-13)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_refused():
    f = lambda a: quad_vec(lambda x: a * x, 0, 1, workers=lambda g, x: [*map(g, x)])[0]  # noqa: E731
    with pytest.raises(NoDerivativeError, match="workers"):
        grad(f)(1.0)
    with pytest.raises(NoDerivativeError, match=r"quad_vec .* tracked limit"):
        grad(lambda b: quad_vec(lambda x: 1 / np.sqrt(1 - x), 0, b)[0])(1.0)
    with pytest.raises(NoDerivativeError, match="sparsity"):
        sparse_jacobian(areas)(W)


def test_a_sweep_back_is_as_long_as_a_call_whatever_came_before(monkeypatch):
    lengths = []

    def counting(rows, *rest):
        lengths.append(len(rows))
        return sweep(rows, *rest)

    monkeypatch.setattr(solution_gradients, "sweep", counting)

    def hard(w):
        return quad_vec(lambda x: w / np.sqrt(x), 0.0, 1.0, limit=20)[0]

    slopes = jacobian(hard)(W)
    assert np.allclose(slopes, 2 * np.eye(2), atol=1e-2)
    assert len(lengths) > 500
    assert max(lengths) == max(lengths[:10])
