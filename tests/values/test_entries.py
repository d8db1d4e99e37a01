"""Entries that have roots take them along where they move, and are summed."""

import numpy as np
import pytest
import strict_arrays

from diffops import grad, hessian, jvp

ZEROS = np.zeros((2, 3))

#: Ways to move the entries of |x|: squares of all of them sum to that of x.
MOVES = {
    "reshape": lambda r: r.reshape(3, 2),
    "ravel": np.ravel,
    "transpose": lambda r: r.T,
    "flip": np.flip,
    "roll": lambda r: np.roll(r, 1),
    "newaxis": lambda r: r[:, None],
    "rows": lambda r: np.stack([r[1], r[0]]),
    "numbers": lambda r: np.stack([r[i, j] for i in range(2) for j in range(3)]),
    "a list": lambda r: np.array([r[i, j] for i in range(2) for j in range(3)]),
    "concatenate": lambda r: np.concatenate([r[0], r[1]]),
    "split": lambda r: np.concatenate(np.split(r, 3, axis=1), axis=1),
    "fancy": lambda r: r[[1, 0]],
    "mask": lambda r: r[np.ones((2, 3), bool)],
    "take": lambda r: np.take(r, range(6)),
    "sort": np.sort,
    "pad": lambda r: np.pad(r, 1),
    "where": lambda r: np.where([True, False, True], r, -r),
    "diag": lambda r: np.diag(r.ravel()),
    "diagonal": lambda r: np.diagonal(np.diag(r.ravel())),
    "tile": lambda r: np.tile(r, 2)[:, :3],
    "repeat": lambda r: np.repeat(r, 2, axis=1)[:, ::2],
    "broadcast": lambda r: np.broadcast_to(r, (2, 2, 3))[0],
    "copy": np.copy,
    "iteration": lambda r: np.stack(list(r)),
}


@pytest.mark.parametrize(
    "square", [lambda r: r * r, lambda r: r**2, lambda r: r * -2 * r]
)
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_roots_move_with_their_entries(move, square):
    factor = -2.0 if np.sum(square(np.ones(1))) < 0 else 1.0

    def f(x):
        return np.sum(square(move(np.abs(x))))

    found = hessian(f)(ZEROS).reshape(6, 6)
    np.testing.assert_allclose(found, 2 * factor * np.eye(6))


def test_the_same_entry_read_twice():
    def f(x):
        r = np.abs(x)
        return r[0] * r[0] + r[1] * np.abs(x)[1] + r[-1] * r[-1] + r[:1] @ r[:1]

    np.testing.assert_allclose(hessian(f)(np.zeros(3)), np.diag([4.0, 2.0, 2.0]))


PRODUCTS = {
    "@": lambda r: r @ r,
    "dot": lambda r: np.dot(r, 2 * r) / 2,
    "vdot": lambda r: np.vdot(r, r),
    "inner": lambda r: np.inner(r, r),
    "einsum": lambda r: np.einsum("i,i->", r, r),
    "three": lambda r: np.einsum("i,i,i->", r, r, np.ones(3)),
    "norm": lambda r: np.linalg.norm(r) ** 2,
    "sum": lambda r: np.sum(r * r),
    "sum of one": lambda r: sum(np.sum(r[i : i + 1]) ** 2 for i in range(3)),
    "mean": lambda r: 3 * np.mean(r**2),
    "cumulative": lambda r: np.cumsum(r**2)[-1],
}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_sums_of_squares(product):
    found = hessian(lambda x: product(np.abs(x)))(np.zeros(3))
    np.testing.assert_allclose(found, 2 * np.eye(3))


@pytest.mark.parametrize("product", [PRODUCTS["@"], PRODUCTS["einsum"]])
def test_sums_of_squares_of_steep_roots(product):
    def f(x):
        return product(np.sqrt(x))

    np.testing.assert_array_equal(grad(f)(np.zeros(3)), np.ones(3))
    assert jvp(f, (np.zeros(3),), (np.arange(3.0),))[1] == 3.0
    np.testing.assert_array_equal(hessian(f)(np.zeros(3)), np.zeros((3, 3)))


@pytest.mark.parametrize(
    "total",
    [
        np.sum,
        lambda r: np.ones(3) @ r,
        lambda r: np.einsum("i->", r),
        lambda r: np.convolve(r, [1.0, 2.0])[1],
        lambda r: np.cumsum(r)[-1],
    ],
)
def test_squares_of_sums_are_not_known(total):
    def f(x):
        return total(np.abs(x)) ** 2

    assert not grad(f)(np.zeros(3)).any()
    assert np.isnan(hessian(f)(np.zeros(3))).any()
    assert not hessian(lambda x: total(np.abs(x)))(np.zeros(3)).any()


def test_products_of_different_entries_are_not_known():
    found = hessian(lambda x: np.abs(x) @ np.abs(x[::-1]))(np.zeros(2))
    assert np.isnan(found).any()
    found = hessian(lambda x: np.sum(np.abs(x) @ np.abs(x)))(np.zeros((2, 2)))
    assert np.isnan(found).any()


@pytest.mark.parametrize("root", [np.sqrt, lambda x: np.hypot(x, 0.0), np.abs])
def test_roots_beside_numbers_on_a_device(root):
    """The zeros in the place of a number are numbers too, not arrays of NumPy's."""
    f = lambda x: np.sum(np.where(x > 0, root(x), 0.0) + root(x) * 2)  # noqa: E731
    x = np.array([1.0, 4.0, 0.0])
    with np.errstate(all="ignore"):
        found = grad(f)(strict_arrays.asarray(x)).get()
        np.testing.assert_array_equal(found, grad(f)(x))
        safe = grad(lambda x: np.sum(np.where(x > 0, root(x), 0.0)))
        np.testing.assert_array_equal(safe(strict_arrays.asarray(x)).get(), safe(x))
