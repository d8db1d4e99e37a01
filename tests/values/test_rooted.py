"""Values that vanish like a root know their square, however it is written."""

import numpy as np
import pytest
from gradients import check

from diffops import diffn, fgrad, grad, hessian, jacobian, jvp, vmap
from diffops.values.rooted import Rooted, as_root, even_part

ZEROS = np.zeros(3)
ROWS = np.array([[0.0, 0.0], [3.0, 4.0]])
SQUARES = {
    "n ** 2": lambda n: n**2,
    "n ** 2.0": lambda n: n**2.0,
    "n * n": lambda n: n * n,
    "square": np.square,
    "power": lambda n: np.power(n, 2),
    "multiply": lambda n: np.multiply(n, n),
    "scaled": lambda n: (2 * n) ** 2 / 4,
    "halved": lambda n: (n / 2) * n * 2,
    "negative": lambda n: (-n) * (0 - n),
    "shared": lambda n: (3 * n) * (n + 0.0) / 3,
    "difference": lambda n: (2 * n - n) ** 2,
    "absolute": lambda n: abs(n) ** 2,
    "root of the square": lambda n: np.sqrt(n**2) ** 2,
    "hypot": lambda n: np.hypot(n, 0.0) ** 2,
    "cosh": lambda n: 2 * np.cosh(n) - 2 - n**4 / 12 - n**6 / 360,
    "in place": lambda n: in_place(n),
}


def in_place(n):
    n = np.copy(n) if np.ndim(n) else n
    n *= 2.0
    return n * n / 4


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_square_of_a_norm_at_0(square):
    def f(x):
        return square(np.linalg.norm(x))

    np.testing.assert_array_equal(grad(f)(ZEROS), ZEROS)
    np.testing.assert_allclose(hessian(f)(ZEROS), 2 * np.eye(3), atol=1e-14)
    np.testing.assert_allclose(jacobian(grad(f))(ZEROS), 2 * np.eye(3), atol=1e-14)
    np.testing.assert_allclose(diffn(2, lambda t: f(t * np.ones(3)))(0.0), 6.0)


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_squares_of_norms_of_rows(square):
    def f(x):
        n = np.linalg.norm(x / [[1.0], [10.0]], axis=1)
        return np.sum(square(n) * [1.0, 200.0])

    weights = np.array([[1.0, 1.0], [2.0, 2.0]])
    np.testing.assert_allclose(grad(f)(ROWS), 2 * weights * ROWS, rtol=1e-5)
    wanted = np.diag(2 * weights.ravel()).reshape(2, 2, 2, 2)
    np.testing.assert_allclose(hessian(f)(ROWS), wanted, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_squares_are_arrays_of_their_own(square):
    def program(x):
        norms = np.linalg.norm(x * np.array([[0.0], [0.1]]), axis=1)
        first = square(norms) + 0.0
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


def test_views_of_norms_write_through():
    def f(x):
        norms = np.linalg.norm(x, axis=1)
        part = norms[:1]
        part[0] = x[1, 0] ** 2
        return np.sum(norms**2)

    h = hessian(f)(ROWS)
    assert h[1, 0, 1, 0] == 12 * 9.0 + 2.0
    assert h[0, 0, 0, 0] == 0.0


def test_numbers_arrays_and_batches_of_them():
    points = np.array([[0.0, 0.0], [0.0, 3.0]])
    found = vmap(hessian(lambda x: (2 * np.linalg.norm(x)) ** 2))(points)
    np.testing.assert_allclose(found, [8 * np.eye(2)] * 2, atol=1e-13)
    found = hessian(lambda x: np.sum(vmap(np.linalg.norm)(x) ** 2))(points)
    np.testing.assert_allclose(found.reshape(4, 4), 2 * np.eye(4), atol=1e-13)


def test_the_newest_differentiation_may_see_a_factor_alone():
    def f(x):
        n = np.linalg.norm(x)
        return grad(lambda c: (c * n) ** 2)(3.0)  # 2 c n²

    np.testing.assert_allclose(hessian(f)(ZEROS), 12 * np.eye(3))


def test_a_first_derivative_remembers_nothing():
    seen = []
    grad(lambda x: (seen.append(np.abs(x)), np.sum(x))[1])(ZEROS)
    assert not isinstance(seen[0], Rooted)
    jvp(grad(lambda x: (seen.append(np.abs(x)), np.sum(x))[1]), (ZEROS,), (ZEROS,))
    assert isinstance(seen[1], Rooted)


def test_values_elsewhere_are_as_they_were():
    def f(x):
        assert as_root(x, lambda: x * x) is x
        assert even_part(x) is x
        return x**3

    assert grad(grad(f))(2.0) == 12.0


def test_ended_roots_are_constants():
    kept = []
    hessian(lambda x: (kept.append(np.linalg.norm(x)), np.sum(x))[1])(ZEROS)
    assert kept[0] ** 2 == 0.0
    assert grad(lambda t: t * kept[0] + t)(1.0) == 1.0


def test_what_an_inner_differentiation_returns_remembers():
    def f(x):
        n, _ = fgrad(np.linalg.norm)(x)
        return (n / 2) ** 2 + jvp(np.linalg.norm, (x,), (x,))[0] ** 2

    np.testing.assert_allclose(hessian(f)(ZEROS), 2.5 * np.eye(3))


@pytest.mark.parametrize("x", [np.float32(0), np.zeros(2, np.float32)])
def test_roots_in_single_precision_stay_single(x):
    y, change = jvp(lambda x: np.sqrt(np.square(x)) * 1.0, (x,), (x + 1,))
    assert y.dtype == change.dtype == np.float32
