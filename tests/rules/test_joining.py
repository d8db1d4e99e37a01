"""Joining and splitting."""

import time

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad, gradv, hessianv, jvp, vjp

CASES = {
    "concatenate": (lambda x, y: np.concatenate([x, y]), entries(2, 3), entries(1, 3)),
    "concatenate axis": (
        lambda x, y: np.concatenate((x, np.ones((2, 2)), y), axis=-1),
        entries(2, 3),
        entries(2, 1),
    ),
    "concatenate flat": (
        lambda x, y: np.concatenate([x, [[y[0]], [1]]], axis=None),
        entries(2, 2),
        entries(3),
    ),
    "concat": (lambda x: np.concat([x, x[:1], [2, 3]]), entries(3)),
    "concatenate one array": (lambda x: np.concatenate(x * 1), entries(2, 3)),
    "concatenate lists": (lambda x: np.concatenate([x, [x[0] * x[1], 2]]), entries(3)),
    "stack": (lambda x, y: np.stack([x, y, x]), entries(2, 3), entries(2, 3)),
    "stack axis": (
        lambda x, y: np.stack([x, y], axis=-2),
        entries(2, 3),
        entries(2, 3),
    ),
    "stack numbers": (lambda x: np.stack([x[0], 1.0, x[1] * x[0]]), entries(2)),
    "stack an array": (lambda x: np.stack(x * 1), entries(2, 3)),
    "stack 0-d": (lambda x, y: np.stack([x, y]), np.array(1.5), 2.5),
    "vstack": (lambda x, y: np.vstack([x, y]), entries(3), entries(2, 3)),
    "hstack": (lambda x, y: np.hstack([x, y]), entries(2, 3), entries(2, 1)),
    "hstack mixed": (lambda x, y: np.hstack([x, y, 1.0]), entries(3), 1.5),
    "hstack numbers": (lambda x, y: np.hstack([x, y, x]), 0.5, 1.5),
    "dstack": (lambda x, y: np.dstack([x, y]), entries(2, 3), entries(2, 3, 2)),
    "column_stack": (lambda x, y: np.column_stack([x, y]), entries(3), entries(3, 2)),
    "block": (
        lambda x, y: np.block([[x, y], [y.T, 2.0], [np.ones((1, 3))]]),
        entries(2, 2),
        entries(2, 1),
    ),
    "block of one": (np.block, entries(2)),
    "block deep": (
        lambda x, y: np.block([[[x], [y]], [[y], [x]]]),
        entries(2),
        entries(2),
    ),
    "append": (lambda x, y: np.append(x, y), entries(2, 2), entries(3)),
    "append axis": (lambda x, y: np.append(x, y, axis=1), entries(2, 2), entries(2, 1)),
    "split": (lambda x: np.split(x, 3, axis=1), entries(2, 6)),
    "split places": (lambda x: np.split(x, [1, 4, 9]), entries(5)),
    "array_split": (lambda x: np.array_split(x, 3), entries(7, 2)),
    "hsplit": (lambda x: np.hsplit(x, 2), entries(4)),
    "vsplit": (lambda x: np.vsplit(x, [1]), entries(3, 2)),
    "dsplit": (lambda x: np.dsplit(x, 2), entries(1, 2, 4)),
    "resize": (lambda x: np.resize(x, (3, 3)), entries(2, 2)),
    "resize smaller": (lambda x: np.resize(x, 2), entries(2, 2)),
    "dtype": (lambda x: np.stack([x, x], dtype=np.longdouble), entries(2)),
    "float32": (
        lambda x: np.hstack(np.split(np.insert(np.stack([x, x]), 1, x[:2], 1), 2, 1)),
        entries(3, dtype=np.float32),
    ),
    "float32 numbers": (
        lambda x: np.stack([x[0], x[1] * x[0]]),
        entries(2, dtype=np.float32),
    ),
    "mixed dtypes": (
        lambda x, y: np.concatenate([x, y]),
        entries(2, dtype=np.float32),
        entries(2),
    ),
    "empty": (lambda x, y: np.concatenate([x, y]), entries(0, 2), entries(1, 2)),
    "resize empty": (lambda x: np.resize(x, (2, 2)), entries(0)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_complex_beside_real():
    def f(x, z):
        return np.concatenate([x, z]) * 1j

    x, z = entries(2), entries(2) * (1 + 2j)
    y, tangent = jvp(f, (x, z), (x, 1j * z))
    np.testing.assert_array_equal(tangent, np.concatenate([1j * x, -z]))
    a, b = vjp(f, x, z)[1](y)
    np.testing.assert_array_equal(a, np.real(1j * y[:2]))
    np.testing.assert_array_equal(b, 1j * y[2:])
    numbers = vjp(lambda x, z: np.stack([x, z, 1.0]), 0.5, 1j)[1](y[:3] + y[1:])
    assert numbers == (np.real(y[0] + y[1]), y[1] + y[2])


def test_lists_of_numbers_become_arrays():
    def f(x):
        return np.dot([[x[0], 1.0, 2.0], [x[1] * x[0], x[2], 0.0]], x)

    check(f, entries(3))


def test_splits_are_views():
    def f(x):
        y = x * 1.0
        np.split(y, 2)[1][0] = x[0] ** 2
        return y

    check(f, entries(4))


def _numbers(n):
    x = entries(n)
    g = grad(lambda x: np.sum(np.stack([e * e for e in x]) ** 2))(x)
    np.testing.assert_allclose(g, 4 * x**3)


def _arrays(n):
    g = grad(lambda x: np.sum(np.concatenate([x] * n)))(entries(2))
    np.testing.assert_array_equal(g, [n, n])


@pytest.mark.parametrize("join", [_numbers, _arrays])
def test_joining_many_takes_linear_time(join):
    def seconds(n):
        times = []
        for _ in range(4):
            start = time.perf_counter()
            join(n)
            times.append(time.perf_counter() - start)
        return min(times)

    assert seconds(8000) < 32 * seconds(1000)  # a quadratic one takes 64 times as long


def test_numbers_of_nested_differentiations():
    def f(x):
        return gradv(lambda y: np.sum(np.stack([y * x, x, y * y]) ** 2))(x, 1.0)

    # d/dy of (yx)² + x² + y⁴ at y = x is 6x³
    assert grad(f)(2.0) == 72.0
    h = hessianv(lambda x: np.sum(np.stack([x[0] * x[1], 1.0, x[1]]) ** 3))
    x, v = entries(2), np.array([1.0, -2.0])
    a, b = x
    hessian = np.array([[6 * a * b**3, 9 * (a * b) ** 2], [9 * (a * b) ** 2, 0]])
    hessian[1, 1] = 6 * a**3 * b + 6 * b
    np.testing.assert_allclose(h(x, v), hessian @ v)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.insert(np.ones(3), x[0], 1.0),
        lambda x: np.delete(x, x[0]),
        lambda x: np.split(x, [x[0]])[0],
    ],
)
def test_tracked_places_are_refused(f):
    with pytest.raises(NoDerivativeError):
        grad(lambda x: np.sum(f(x)))(np.array([1.0, 2.0]))


def test_errors_are_numpys():
    for f in (
        lambda x: np.concatenate([x[0], x[1]]),
        lambda x: np.concatenate([x, np.ones((2, 2))]),
        lambda x: np.stack([x, x[1:]]),
        lambda x: np.split(x, 2),
        lambda x: np.vsplit(x, 1),
        lambda x: np.dsplit(x, 1),
    ):
        with pytest.raises(ValueError, match=r"."):
            grad(lambda x, f=f: np.sum(f(x)[0]))(entries(3))
