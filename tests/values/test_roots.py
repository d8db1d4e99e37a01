"""Norms that are 0: their square keeps all its derivatives, however it is written."""

import numpy as np
import pytest
from gradients import check

from diffops import grad, hessian, jacobian

ZEROS = np.zeros(3)
ROWS = np.array([[0.0, 0.0], [3.0, 4.0]])
SQUARES = {
    "n ** 2": lambda n: n**2,
    "n ** 2.0": lambda n: n**2.0,
    "n * n": lambda n: n * n,
    "square": np.square,
    "power": lambda n: np.power(n, 2),
    "multiply": lambda n: np.multiply(n, n),
}


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_square_of_a_norm_at_0(square):
    def f(x):
        return square(np.linalg.norm(x))

    np.testing.assert_array_equal(grad(f)(ZEROS), ZEROS)
    np.testing.assert_array_equal(hessian(f)(ZEROS), 2 * np.eye(3))
    np.testing.assert_array_equal(jacobian(grad(f))(ZEROS), 2 * np.eye(3))


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_squares_of_norms_of_rows(square):
    def f(x):
        return np.sum(square(np.linalg.norm(x, axis=1)) * [1.0, 2.0])

    weights = np.array([[1.0, 1.0], [2.0, 2.0]])
    np.testing.assert_allclose(grad(f)(ROWS), 2 * weights * ROWS)
    wanted = np.diag(2 * weights.ravel()).reshape(2, 2, 2, 2)
    np.testing.assert_allclose(hessian(f)(ROWS), wanted, atol=1e-15)


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_squares_are_arrays_of_their_own(square):
    def program(x):
        norms = np.linalg.norm(x * np.array([[0.0], [1.0]]), axis=1)
        first = square(norms)
        first[0] = x[1, 0] ** 3
        second = square(norms)
        return first[0] * x[1, 1] + second[0] + second[1]

    check(program, ROWS + 0.1)


def test_norms_that_are_written_into_forget():
    def program(x):
        norms = np.linalg.norm(x * np.array([[0.0], [1.0]]), axis=1)
        norms[0] = x[0, 1]
        scaled = np.linalg.norm(x * np.array([[0.0], [1.0]]), axis=1)
        scaled *= x[0, 0]
        return np.sum(norms**2) + np.sum(scaled * scaled) + np.sum(norms**3)

    check(program, ROWS + 0.1)
