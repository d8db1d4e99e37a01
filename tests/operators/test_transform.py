"""The transformations under the operators: jvp, vjp, linearize, stop_gradient."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import assert_equal, fields

from diffops import diff, grad, hessian, jvp, linearize, stop_gradient, vjp


def vector(like, phase):
    n = np.size(like)
    return np.cos(np.arange(float(n)) + phase).reshape(np.shape(like))[()]


@fields
def test_pushforward_and_pullback(field):
    f, x = field.f, field.x
    v, u = vector(x, 0.3), vector(field.value, 1.1)
    forward = np.tensordot(field.jacobian, v, np.ndim(x))
    backward = np.tensordot(u, field.jacobian, np.ndim(u))
    assert_equal(jvp(f, (x,), (v,)), (field.value, forward))
    assert_equal(jvp(f, [x], [v]), (field.value, forward))
    y, pullback = vjp(f, x)
    assert_equal(y, field.value)
    assert_equal(pullback(u), (backward,))
    y, pushforward = linearize(f, x)
    assert_equal(y, field.value)
    assert_equal(pushforward(v), forward)
    assert_equal(pushforward(-2 * v), -2 * forward)


def test_several_primals_and_containers():
    def f(x, p):
        return {"product": x * p["a"], "sum": [np.sum(p["b"]) + x, p["b"] * p["a"]]}

    x, p = 2.0, {"a": 3.0, "b": np.array([1.0, -1.0])}
    dx, dp = 0.5, {"a": -1.0, "b": np.array([2.0, 4.0])}
    value = {"product": 6.0, "sum": [2.0, np.array([3.0, -3.0])]}
    change = {"product": -0.5, "sum": [6.5, np.array([5.0, 13.0])]}
    assert_equal(jvp(f, (x, p), (dx, dp)), (value, change))
    y, pushforward = linearize(f, x, p)
    assert_equal([y, pushforward(dx, dp)], [value, change])
    y, pullback = vjp(f, x, p)
    assert_equal(y, value)
    u = {"product": 1.0, "sum": [10.0, np.array([100.0, 1000.0])]}
    for_x, for_p = pullback(u)
    assert_equal(for_x, 13.0)
    assert_equal(for_p, {"a": 2.0 + 100 - 1000, "b": np.array([310.0, 3010.0])})


def test_linearize_calls_the_function_once():
    calls = []

    def f(x):
        calls.append(None)
        return np.sin(x) * x

    x = np.array([0.5, 1.0])
    _, pushforward = linearize(f, x)
    for v in np.eye(2):
        assert_equal(pushforward(v), (np.cos(x) * x + np.sin(x)) * v)
    _, pullback = vjp(f, x)
    for u in np.eye(2):
        assert_equal(pullback(u)[0], (np.cos(x) * x + np.sin(x)) * u)
    assert len(calls) == 2


def test_values_are_the_users_own():
    """What is returned can be written into, and pullbacks do not notice."""
    x = np.array([0.5, 1.0])
    y, pullback = vjp(np.exp, x)
    wanted = np.exp(x)
    y[:] = np.nan
    assert_equal(pullback(np.ones(2))[0], wanted)
    y, pushforward = linearize(np.exp, x)
    y[:] = np.nan
    assert_equal(pushforward(np.ones(2)), wanted)
    x[:] = 0.0
    assert_equal(pushforward(np.ones(2)), wanted)


def test_dtypes_of_tangents_and_cotangents():
    x = np.ones(2, np.float32)
    y, change = jvp(lambda x: x * 2, (x,), (np.ones(2),))
    assert y.dtype == change.dtype == np.float32
    _, pullback = vjp(lambda x: x * 2, x)
    assert pullback(np.ones(2))[0].dtype == np.float32
    assert pullback(np.ones(2, int))[0].dtype == np.float32
    _, pushforward = linearize(lambda x: x * 2, x)
    assert pushforward(np.ones(2)).dtype == np.float32
    y, pullback = vjp(lambda x: x.astype(np.float64) ** 2, x)
    assert y.dtype == np.float64
    assert pullback(np.ones(2))[0].dtype == np.float32


def test_single_numbers_have_single_tangents():
    x = np.float32(1.5)
    _, pushforward = linearize(lambda x: x * x, x)
    assert pushforward(x) == np.float32(4.5)
    assert type(pushforward(x)) is np.float32


def test_complex_cotangents_pair_without_conjugation():
    """u·Jv = Re(Σ u dy) = Re(Σ (Jᵀu) v), for real and complex parts alike."""
    z, v = np.array([1 + 2j, -0.5j]), np.array([0.25j, 1 - 1j])
    u = np.array([2.0 - 1j, 3j])
    for f in (np.exp, np.conj, lambda z: z * np.abs(z), lambda z: np.real(z) * 1j * z):
        _, change = jvp(f, (z,), (v,))
        step = 1e-6
        difference = (f(z + step * v) - f(z - step * v)) / (2 * step)
        np.testing.assert_allclose(change, difference, rtol=1e-8)
        (back,) = vjp(f, z)[1](u)
        np.testing.assert_allclose(
            np.sum(u * change).real, np.sum(back * v).real, rtol=1e-13
        )


def test_linear_functions_are_their_own_linearization():
    matrix = np.array([[1.0, 2.0], [3.0, 5.0], [-1.0, 0.5]])
    x, v, u = np.array([1.0, -1.0]), np.array([0.3, 0.7]), np.array([1.0, 2.0, 3.0])
    assert_equal(jvp(lambda x: matrix @ x, (x,), (v,))[1], matrix @ v)
    assert_equal(vjp(lambda x: matrix @ x, x)[1](u)[0], matrix.T @ u)
    assert_equal(linearize(lambda x: matrix @ x, x)[1](v), matrix @ v)
    # So its second derivative is zero.
    assert_equal(hessian(lambda x: np.sum(matrix @ x))(x), np.zeros((2, 2)))


def test_auxiliary_values():
    def f(x):
        return x**2, {"cube": x**3, "name": "f"}

    assert jvp(f, (2.0,), (1.0,), has_aux=True) == (
        4.0,
        4.0,
        {"cube": 8.0, "name": "f"},
    )
    y, pullback, aux = vjp(f, 2.0, has_aux=True)
    assert (y, pullback(1.0), aux) == (4.0, (4.0,), {"cube": 8.0, "name": "f"})


# stop_gradient


def test_stopped_values_are_constants():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert diff(lambda x: x * stop_gradient(x))(3.0) == 3.0
    x = np.array([1.0, 2.0])
    assert_equal(grad(lambda x: np.sum(stop_gradient(x * x) * x))(x), x * x)


def test_stopped_values_are_plain():
    seen = []

    def f(x):
        seen.append(stop_gradient({"x": x, "both": [x[0], (2 * x, "text")]}))
        seen.append(stop_gradient(np.array([x[0], 2.0])))
        return diff(lambda y: np.sum(stop_gradient(x * y)) * y)(2.0)

    x = np.array([1.0, 2.0])
    assert_equal(grad(f)(x), np.zeros(2))
    stopped, mixed = seen
    assert_equal(stopped["x"], x)
    assert type(stopped["x"]) is np.ndarray
    first, (double, text) = stopped["both"]
    assert type(first) is np.float64 and first == 1.0
    assert_equal(double, 2 * x)
    assert text == "text"
    assert mixed.dtype == np.float64
    assert_equal(mixed, np.array([1.0, 2.0]))


def test_stopped_values_stop_every_level():
    assert grad(lambda x: x * diff(lambda y: y * stop_gradient(x * y))(2.0))(3.0) == 6.0


def test_errors():
    x = np.ones(3)
    with pytest.raises(
        TypeError, match=r"primals in a tuple: jvp\(f, \(x,\), \(v,\)\)"
    ):
        jvp(np.sin, x, (x,))
    with pytest.raises(TypeError, match="tangents in a tuple"):
        jvp(np.sin, (x,), x)
    with pytest.raises(ValueError, match="1 primals but 2 tangents"):
        jvp(np.sin, (x,), (x, x))
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        jvp(np.sin, (x,), (np.ones(2),))
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        vjp(np.sin, x)[1](np.ones(2))
    with pytest.raises(ValueError, match=r"shape \(\).*shape \(3,\)"):
        linearize(np.sin, x)[1](1.0)
    with pytest.raises(ValueError, match=r"2 parts.*1"):
        vjp(np.sin, x)[1]([x, x])
    for transform in (lambda f: jvp(f, (1.0,), (1.0,)), lambda f: vjp(f, 1.0)):
        with pytest.raises(TypeError, match=r"f returned a function.*diff, grad"):
            transform(lambda x: lambda y: x * y)
        with pytest.raises(TypeError, match="wants a function first, not a float"):
            transform(3.0)
    with pytest.raises(TypeError, match="linearize wants a function first"):
        linearize(None, 1.0)
