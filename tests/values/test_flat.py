"""``x.flat``: reads are copies, writes go through, in both modes."""

import numpy as np
import pytest

from diffops import grad, jvp

X = np.arange(1.0, 5.0).reshape(2, 2)


def reads_are_copies(x):
    y = x * 1.0
    z = y.flat[:]
    z[...] = 0.0
    return np.sum(y * y)


def writes_go_through(x):
    y = x.T * 1.0
    y.flat[1] = x[0, 0] * 3
    y.T.flat[[0, 3]] = x[1]
    return np.sum(y * y * X)


def entries(x):
    return sum(e**2 for e in x.flat) + x.flat.copy() @ x.flat[::-1] + len(x.flat)


def as_an_operand(x):
    return np.sum(x.flat * np.arange(4.0)) + np.asarray(x.flat)[2] ** 2


@pytest.mark.parametrize(
    "f", [reads_are_copies, writes_go_through, entries, as_an_operand]
)
def test_programs(f):
    units = np.eye(4).reshape(4, 2, 2)
    wanted = [(f(X + 1e-4 * u) - f(X - 1e-4 * u)) / 2e-4 for u in units]
    np.testing.assert_allclose(grad(f)(X).ravel(), wanted, rtol=1e-8)
    found = [jvp(f, (X,), (u,)) for u in units]
    np.testing.assert_allclose([change for _, change in found], wanted, rtol=1e-8)
    assert all(value == f(X) for value, _ in found)
