"""The rules that no kind makes have series that keep the degrees of polynomials."""

from __future__ import annotations

import numpy as np
import pytest

from diffops.modes.jet import Jets

X = np.arange(1.0, 5.0).reshape(2, 2)

#: Functions of x(t) = X + t by rules of this table, and their degrees in t.
DEGREES = {
    "where": (lambda x: np.where(X > 2, x, 0.0), 1),
    "getitem": (lambda x: x[::-1, 0], 1),
    "update": (lambda x: written(x), 1),
    "zeros": (np.zeros_like, 1),
    "concatenate": (lambda x: np.concatenate([x, X, 2 * x]), 1),
    "stack": (lambda x: np.stack([x, X]), 1),
    "collect": (lambda x: np.stack([x[0, 0], x[1, 1], 2.0]), 1),
    "rearrange": (lambda x: np.einsum("ii->i", x), 1),
    "matmul": (lambda x: x @ X @ x, 2),
    "contract": (lambda x: np.einsum("ij,jk,kl->il", x, x, x), 3),
}


def written(x):
    y = np.zeros_like(x)
    y[0] = x[1]
    return y


@pytest.mark.parametrize("name", DEGREES)
def test_degrees(name):
    f, degree = DEGREES[name]
    y = f(Jets(6).jet(X, np.ones_like(X)))
    assert len(y.carry) == degree + 1
    h = 0.5
    value = sum(c * h**k for k, c in enumerate(y.carry))
    np.testing.assert_allclose(value, f(X + h), rtol=1e-14)


def test_inverses_and_solutions_have_a_series_of_their_own():
    x = Jets(3).jet(X, np.eye(2))
    inverse = np.linalg.inv(X)
    wanted = [np.linalg.matrix_power(-inverse, k) @ inverse for k in range(4)]
    np.testing.assert_allclose(np.linalg.inv(x).carry, wanted, rtol=1e-13)
    solution = np.linalg.solve(x, np.ones(2))
    np.testing.assert_allclose(solution.carry, wanted @ np.ones(2), rtol=1e-13)
