"""What is computed twice, in the same way, is known to be the same."""

import numpy as np
import pytest

from diffops import grad, hessian

ZEROS = np.zeros(3)

SQUARES = {
    "of an entry": lambda x: sum(abs(x[i]) * abs(x[i]) for i in range(3)),
    "of a sum of entries": lambda x: sum(
        abs(2 * x[i] + x[0] - x[0]) * abs(2 * x[i] + x[0] - x[0]) / 4 for i in range(3)
    ),
    "of a norm": lambda x: np.linalg.norm(x - ZEROS) * np.linalg.norm(x - ZEROS),
    "of a norm of a product": lambda x: (
        np.linalg.norm(np.eye(3) @ x) * np.linalg.norm(np.eye(3) @ x)
    ),
    "of the root of a square": lambda x: np.sqrt(x @ x) * np.sqrt(x @ x),
    "of the root of a sum": lambda x: np.sqrt(np.sum(x**2)) * np.sqrt(np.sum(x**2)),
    "of stacked entries": lambda x: (
        np.linalg.norm(np.stack([x[0], x[1], x[2]]))
        * np.linalg.norm(np.stack([x[0], x[1], x[2]]))
    ),
}


@pytest.mark.parametrize("square", SQUARES.values(), ids=SQUARES)
def test_squares_of_what_is_computed_twice(square):
    np.testing.assert_allclose(hessian(square)(ZEROS), 2 * np.eye(3), atol=1e-14)
    found = hessian(square, mode="reverse")(ZEROS)
    np.testing.assert_allclose(found, 2 * np.eye(3), atol=1e-14)


PRODUCTS = {
    "of entries": lambda x: abs(x[0]) * abs(x[1]),
    "of multiples": lambda x: abs(2 * x[0]) * abs(3 * x[0]),
    "of norms": lambda x: np.linalg.norm(x[:2]) * np.linalg.norm(x[1:]),
    "of norms of products": lambda x: (
        np.linalg.norm(np.eye(3) @ x) * np.linalg.norm(np.diag([1.0, 2.0, 1.0]) @ x)
    ),
    "of a sum and a difference": lambda x: abs(x[0] + x[1]) * abs(x[0] - x[1]),
    "of different functions": lambda x: abs(np.sin(x[0])) * abs(np.tan(x[0])),
}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_products_of_what_differs_are_not_known(product):
    """Also where it happens to agree: only what is certain is taken for a square."""
    assert not grad(product)(ZEROS).any()
    found = hessian(product, mode="reverse")(ZEROS)
    wanted = {2: 12.0, 6: 2.0}.get(list(PRODUCTS.values()).index(product) + 1)
    assert np.isnan(found).any() or found[0, 0] == wanted


def test_long_histories_are_not_compared_in_full():
    """What takes long to know is not known."""

    def f(x, steps):
        def grown():
            y = x[0] + x[1]
            for _ in range(steps):
                y = y * 0.5 + y / 2
            return abs(y)

        return grown() * grown()

    assert np.all(np.isfinite(hessian(lambda x: f(x, 20))(np.zeros(2))))
    assert np.isnan(hessian(lambda x: f(x, 3000))(np.zeros(2))).all()
