"""Roots, fixed points, minima and linear systems, and their derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diffops import (
    ConvergenceError,
    argmin,
    check_grads,
    diff,
    fixed_point,
    grad,
    hessian,
    jit,
    jvp,
    linear_solve,
    root,
    stop_gradient,
    vmap,
)

RANDOM = np.random.default_rng(8)
A = np.array([[3.0, 1.0], [0.5, 2.0]])
B = np.array([1.0, 2.0])


def square_root(a):
    return root(lambda x: x**2 - a, 1.0)


@pytest.mark.parametrize(
    ("operator", "order"),
    [
        (grad, 1),
        (diff, 1),
        (lambda f: grad(grad(f)), 2),
        (lambda f: diff(grad(f)), 2),
        (lambda f: grad(diff(f)), 2),
        (lambda f: diff(diff(diff(f))), 3),
        (lambda f: grad(diff(grad(f))), 3),
        (lambda f: diff(diff(diff(diff(f)))), 4),
    ],
)
def test_derivatives_of_every_order(operator, order):
    wanted = math.prod(0.5 - k for k in range(order)) * 4.0 ** (0.5 - order)
    assert operator(square_root)(4.0) == pytest.approx(wanted, rel=1e-13)


def test_parameters_come_as_arguments_or_through_closures():
    def by_argument(a, b):
        return np.sum(root(lambda x, a, b: a @ x + 0.1 * x**3 - b, np.zeros(2), a, b))

    def by_closure(a, b):
        return np.sum(root(lambda x: a @ x + 0.1 * x**3 - b, np.zeros(2)))

    for f in (by_argument, by_closure):
        check_grads(f, (A, B), order=2)
    np.testing.assert_allclose(
        hessian(by_argument, 1)(A, B), hessian(by_closure, 1)(A, B), rtol=1e-12
    )


def test_the_start_does_not_matter():
    assert grad(lambda x0: root(lambda x: x**2 - 4.0, x0))(1.0) == 0.0
    assert grad(lambda t: root(lambda x: x**2 - t * 4.0, t))(1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("linear", ["auto", "dense", "gmres"])
def test_linear_systems(linear):
    def ours(a, b):
        return np.sum(linear_solve(a, b, linear=linear) ** 2)

    def numpys(a, b):
        return np.sum(np.linalg.solve(a, b) ** 2)

    found = linear_solve(A, B, linear=linear)
    np.testing.assert_allclose(found, np.linalg.solve(A, B), atol=1e-15)
    for found, wanted in zip(
        grad(ours, (0, 1))(A, B), grad(numpys, (0, 1))(A, B), strict=True
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(
        hessian(ours, 1)(A, B), hessian(numpys, 1)(A, B), rtol=1e-9, atol=1e-14
    )
    third = lambda f: diff(  # noqa: E731
        lambda t: grad(lambda s: grad(lambda u: f(A * u, B * u**2))(s))(t)
    )(1.3)
    assert third(ours) == pytest.approx(third(numpys), rel=1e-9)


def test_linear_systems_of_functions_and_containers():
    def multiply(x, s):
        return {"a": s * x["a"] + x["b"][0], "b": 2 * x["b"]}

    def f(s):
        b = {"a": 1.0, "b": np.array([2.0, 4.0])}
        x = linear_solve(lambda x: multiply(x, s), b)
        return x["a"] + x["b"][1]

    assert f(5.0) == pytest.approx(2.0)
    assert grad(f)(5.0) == pytest.approx(0.0, abs=1e-14)
    symmetric = A + A.T
    found = linear_solve(lambda x: symmetric @ x, B, linear="cg")
    np.testing.assert_allclose(found, np.linalg.solve(symmetric, B), rtol=1e-9)


def test_fixed_points():
    def f(a):
        return fixed_point(lambda x: np.cos(a * x), 1.0)

    x = f(1.0)
    assert x == pytest.approx(np.cos(x), abs=1e-9)
    wanted = -x * np.sin(x) / (1 + np.sin(x))
    assert grad(f)(1.0) == pytest.approx(wanted, rel=1e-8)
    assert jvp(f, (1.0,), (1.0,))[1] == pytest.approx(wanted, rel=1e-8)
    check_grads(f, (1.0,), order=2)
    matrix = 0.1 * RANDOM.normal(size=(3, 3))
    affine = lambda m, b: np.sum(fixed_point(lambda x: m @ x + b, np.zeros(3)) ** 2)  # noqa: E731
    direct = lambda m, b: np.sum(np.linalg.solve(np.eye(3) - m, b) ** 2)  # noqa: E731
    b = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(
        grad(affine)(matrix, b), grad(direct)(matrix, b), rtol=1e-7
    )


def test_hypergradients_of_ridge_regression():
    data = RANDOM.normal(size=(30, 4))
    target = data @ np.arange(4.0) + 0.1

    def loss(w, log):
        return np.sum((data @ w - target) ** 2) + np.exp(log) * w @ w

    def implicit(log):
        return np.sum((argmin(loss, np.zeros(4), log) - 1) ** 2)

    def exact(log):
        w = np.linalg.solve(data.T @ data + np.exp(log) * np.eye(4), data.T @ target)
        return np.sum((w - 1) ** 2)

    def unrolled(log):
        w = np.zeros(4)
        for _ in range(400):
            w = w - 0.01 * grad(loss)(w, log)
        return np.sum((w - 1) ** 2)

    assert grad(implicit)(0.3) == pytest.approx(grad(exact)(0.3), rel=1e-9)
    assert grad(grad(implicit))(0.3) == pytest.approx(grad(grad(exact))(0.3), rel=1e-9)
    assert grad(implicit)(0.3) == pytest.approx(grad(unrolled)(0.3), rel=1e-6)


def test_minima_of_containers():
    def f(w, c):
        return (w["a"] - c) ** 2 + np.sum((w["b"] - 2 * c) ** 2) + w["a"] ** 4

    start = {"a": 0.0, "b": np.zeros(2)}
    found = argmin(f, start, 1.0)
    assert set(found) == {"a", "b"}
    np.testing.assert_allclose(found["b"], [2.0, 2.0])
    slope = grad(lambda c: np.sum(argmin(f, start, c)["b"]))(1.0)
    assert slope == pytest.approx(4.0)


def test_solvers_of_the_users_own():
    scipy_optimize = pytest.importorskip("scipy.optimize")

    def f(a, solver):
        return root(lambda x: x**2 - a, 1.0, solver=solver)

    def newton(g, x0):
        x = x0
        for _ in range(60):
            x = x - g(x) / grad(lambda t: np.sum(g(t)))(x)
        return stop_gradient(x)

    for solver in (scipy_optimize.root, newton):
        assert grad(f)(4.0, solver) == pytest.approx(0.25)
    slopes = lambda g: lambda x: stop_gradient(grad(g)(x))  # noqa: E731
    minimise = lambda g, x0: scipy_optimize.minimize(g, x0, jac=slopes(g))  # noqa: E731
    found = grad(lambda a: argmin(lambda x: (x - a) ** 2, 0.0, solver=minimise))(4.0)
    assert found == pytest.approx(1.0)


def test_batches_and_recordings():
    values = np.array([1.0, 4.0, 9.0])
    np.testing.assert_allclose(vmap(square_root)(values), [1.0, 2.0, 3.0])
    slopes = vmap(grad(square_root))(values)
    np.testing.assert_allclose(slopes, 0.5 / np.sqrt(values))
    jitted = jit(grad(square_root))
    for a in (4.0, 4.0, 9.0, 4.0):
        assert jitted(a) == pytest.approx(0.5 / np.sqrt(a))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: root(lambda x: x**2 + 1, 1.0), ConvergenceError, "did not converge"),
        (
            lambda: grad(lambda a: root(lambda x: (x - a) ** 2, 1.0))(1.0),
            ConvergenceError,
            "singular",
        ),
        (
            lambda: fixed_point(lambda x: 2 * x + 1, 1.0),
            ConvergenceError,
            "may not contract",
        ),
        (
            lambda: root(
                lambda x: np.concatenate([x, x]), B, solver=lambda f, x0: 0.0 * x0
            ),
            ValueError,
            "as many equations as unknowns",
        ),
        (
            lambda: argmin(lambda x: x**2, 1.0, solver=lambda f, x0: x0),
            ConvergenceError,
            "argmin did not converge",
        ),
        (lambda: root(lambda x: x, 1.0, solver=lambda f, x: None), TypeError, "None"),
        (lambda: root(lambda x: x, 1.0, solver=lambda f, x: "a"), TypeError, "'a'"),
        (
            lambda: root(lambda x: x, B, solver=lambda f, x: np.ones(3)),
            TypeError,
            "vector of the 2 unknowns",
        ),
        (lambda: root(lambda x: None, 1.0), ValueError, "0 numbers for 1"),
        (lambda: root(lambda x: x[0], B), ValueError, "1 numbers for 2"),
        (lambda: fixed_point(lambda x: x[0], B), ValueError, "1 numbers for 2"),
        (lambda: argmin(lambda x: x**2, B), TypeError, "one real number.*shape"),
        (
            lambda: argmin(lambda x: None, B),
            TypeError,
            "one real number, .* 0 v",
        ),
        (lambda: argmin(lambda x: 1j * x, 1.0), TypeError, "one real number"),
        (lambda: linear_solve(A * 0, B), ConvergenceError, "singular"),
        (lambda: linear_solve(A, B, linear="lu"), ValueError, "linear must be"),
    ],
)
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_solvers_that_return_a_number():
    assert root(lambda x: x**2 - 2, 1.0, solver=lambda f, x: 2**0.5) == 2**0.5


SINGULAR = {
    "double root": lambda a: root(lambda x: (x - a) ** 2, 1.0 + 0 * stop_gradient(a)),
    "square root of 0": lambda a: root(lambda x: x**2 - (a - 1), 1.0),
    "cube root of 0": lambda a: root(lambda x: x**3 - (a - 1), 1.0),
    "flat minimum": lambda a: argmin(lambda x: (x - a) ** 4, 0.0),
    "flat in one direction": lambda a: argmin(
        lambda x: (x[0] - a) ** 2 + (x[1] - 1) ** 4, np.zeros(2)
    )[0],
    "zero row, without a matrix": lambda a: root(
        lambda x: np.stack([x[0] - a, x[1] ** 3]), np.array([1.0, 0.0]), linear="gmres"
    )[0],
    "consistent system, without a matrix": lambda a: linear_solve(
        np.ones((2, 2)), np.stack([a, a]), linear="gmres"
    )[0],
    "indefinite system": lambda a: linear_solve(
        np.diag([1.0, -1.0]), np.stack([a, a]), linear="cg"
    )[0],
    "touching": lambda a: fixed_point(lambda x: x - (x - a) ** 2, 1.0),
}


@pytest.mark.parametrize("name", SINGULAR)
def test_singular_solutions_have_no_derivative(name):
    """Even where a solver stops close enough for a finite, wrong number."""
    for operator in (grad, diff, lambda f: grad(grad(f))):
        with pytest.raises(ConvergenceError, match="singular"):
            operator(SINGULAR[name])(1.0)


def test_badly_scaled_is_not_singular():
    f = lambda a: root(lambda x: np.stack([1e-9 * (x[0] - a), x[1] - 1e9 * a]), B)  # noqa: E731
    np.testing.assert_allclose(diff(f)(2.0), [1.0, 1e9], rtol=1e-12)
    close = lambda a: root(lambda x: x**2 - a, 1.0)  # noqa: E731
    assert grad(close)(1e-12) == pytest.approx(0.5e6)


def test_solutions_inside_solutions():
    def roots(a):  # x² = y, y³ = a x
        return root(lambda x: x**2 - root(lambda y: y**3 - a * x, 1.0), 1.5)

    def minima(a):  # y = a x / 2
        inner = lambda x: argmin(lambda y: (y - a * x) ** 2 + y**2, 0.0)  # noqa: E731
        return argmin(lambda x: (x - 1) ** 2 + inner(x) ** 2, 0.0)

    for f, wanted in ((roots, lambda a: a**0.2), (minima, lambda a: 4 / (4 + a**2))):
        assert f(2.0) == pytest.approx(wanted(2.0), rel=1e-12)
        for operator in (grad, lambda f: diff(grad(f))):
            found, exact = operator(f)(2.0), operator(wanted)(2.0)
            assert found == pytest.approx(exact, rel=1e-10)
    program = jit(grad(roots))
    for a in (2.0, 2.0, 3.0):
        assert program(a) == pytest.approx(0.2 * a**-0.8, rel=1e-10)


def test_hypergradients_of_a_network_agree_with_unrolled_ones():
    data = RANDOM.normal(size=(12, 2))
    target = np.sin(data[:, 0])

    def network(w, x):
        return np.tanh(x @ w["in"]) @ w["out"]

    def loss(w, log):
        size = np.sum(w["in"] ** 2) + np.sum(w["out"] ** 2)
        return np.mean((network(w, data) - target) ** 2) + np.exp(log) * size

    start = {"in": 0.5 * RANDOM.normal(size=(2, 3)), "out": 0.5 * np.ones(3)}

    def descend(w, log, steps, rate):
        for _ in range(steps):
            g = grad(loss)(w, log)
            w = {k: w[k] - rate * g[k] for k in w}
        return w

    trained = argmin(loss, start, -2.0)

    def outer(w):
        return np.mean((network(w, data + 0.1) - target) ** 2)

    implicit = grad(lambda log: outer(argmin(loss, trained, log)))(-2.0)
    unrolled = grad(lambda log: outer(descend(trained, log, 300, 0.5)))(-2.0)
    assert implicit == pytest.approx(unrolled, rel=1e-5)


def test_results_have_the_precision_of_the_start():
    f = lambda x, a: x**2 - a  # noqa: E731
    single = np.float32([4.0, 9.0])
    found = root(f, np.ones(2, np.float32), single)
    assert found.dtype == np.float32 and type(root(f, 1, 4.0)) is np.float64
    assert type(root(f, np.float32(1), 4.0)) is np.float32
    slope = grad(lambda a: np.sum(root(f, np.ones(2, np.float32), a)))(single)
    assert slope.dtype == np.float32
    np.testing.assert_allclose(slope, 0.5 / np.sqrt(single), rtol=1e-6)


def test_reverse_mode_through_a_batch_of_solutions():
    values = np.array([1.0, 4.0])
    roots = lambda v: np.sum(vmap(square_root)(v))  # noqa: E731
    np.testing.assert_allclose(grad(roots)(values), [0.5, 0.25])
    np.testing.assert_allclose(grad(roots)(np.array([4.0, 4.0])), [0.25, 0.25])
    solved = lambda a: np.sum(linear_solve(lambda v: v * a, np.ones(2)))  # noqa: E731
    slopes = grad(lambda v: np.sum(vmap(solved)(v)))(values)
    np.testing.assert_allclose(slopes, -2 / values**2)


def test_no_unknowns():
    assert root(lambda x: x**2 - 2, np.zeros(0)).shape == (0,)


@pytest.mark.parametrize(
    "call",
    [
        lambda: linear_solve(A * (1 + 1j), B),
        lambda: root(lambda z: z**2 - 4j, 1.0),
        lambda: root(lambda z: z**2 + 1, 1j),
    ],
)
def test_complex_equations_are_refused(call):
    with pytest.raises(TypeError, match="real numbers"):
        call()
