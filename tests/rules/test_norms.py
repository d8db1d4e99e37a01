"""Norms against differences of NumPy's own, and at their kinks."""

import numpy as np
import pytest
from truth import check, check_single

from diffops import NoDerivativeError, grad, hessian, jvp, vjp

RNG = np.random.default_rng(6)


def array(shape, kind=float):
    """Return entries whose sizes are apart from zero and from each other: no kinks."""
    count = int(np.prod(shape, dtype=int))
    size = RNG.permutation(1.0 + np.arange(count) + np.arange(count) ** 2 / 10)
    x = np.reshape(RNG.choice([-1.0, 1.0], size=count) * size, shape)
    return x + 1j * RNG.uniform(0.1, 0.5, size=shape) if kind is complex else x


NORMS = [
    ((4,), {}),
    ((2, 3), {}),
    ((2, 3, 2), {}),
    ((2, 3), {"keepdims": True}),
    *[((4,), {"ord": p}) for p in (None, 2, 1, 3, 2.5, 0.5, -1, 0, np.inf, -np.inf)],
    *[((2, 3), {"ord": p, "axis": 0}) for p in (None, 2, 1, 3, np.inf, -np.inf, 0)],
    ((2, 3), {"axis": 1, "keepdims": True}),
    ((2, 3), {"axis": (-1,)}),
    ((2, 3), {"axis": -1, "ord": 3, "keepdims": True}),
    *[((3, 2), {"ord": p}) for p in ("fro", "f", "nuc", 2, -2, 1, -1, np.inf, -np.inf)],
    *[
        ((2, 3, 4), {"ord": p, "axis": axes, "keepdims": keep})
        for p in (None, "fro", "nuc", 2, 1, np.inf, -1)
        for axes, keep in [((0, 2), False), ((-1, 0), True)]
    ],
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("case", NORMS, ids=str)
def test_norm(case, kind):
    shape, options = case
    check(lambda x: np.linalg.norm(x, **options), array(shape, kind))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, (0, 2), (2, 0), (0, 1, 2)])
@pytest.mark.parametrize("p", [2, 1, 3])
def test_vector_norm(p, axis, keepdims, kind):
    check(
        lambda x: np.linalg.vector_norm(x, ord=p, axis=axis, keepdims=keepdims),
        array((2, 3, 2), kind),
    )


@pytest.mark.parametrize("p", ["fro", "nuc", 2, 1])
def test_matrix_norm(p):
    for keepdims in (False, True):
        check(
            lambda x, k=keepdims: np.linalg.matrix_norm(x, ord=p, keepdims=k),
            array((2, 3, 2)),
        )


def test_order_may_vary_for_vectors():
    x = array((3,))
    check(lambda p: np.linalg.norm(x * p, ord=p), 2.0)
    check(lambda p: np.linalg.vector_norm(x * p, ord=p), 1.0)
    with pytest.raises(NoDerivativeError, match="order"):
        grad(lambda p: np.linalg.norm(np.eye(2) * p, ord=p))(2.0)


@pytest.mark.parametrize("p", [None, 2, -2, 1, "fro", np.inf])
def test_cond(p):
    check(lambda x: np.linalg.cond(x, p), array((3, 3)) + 3 * np.eye(3))
    check(lambda x: np.linalg.cond(x, p), array((2, 2, 2)) + 3 * np.eye(2))


def test_single_precision():
    for shape, options in NORMS:
        if options.get("ord") != 0:
            check_single(lambda x, o=options: np.linalg.norm(x, **o), array(shape))


@pytest.mark.parametrize(
    "options", [{}, {"ord": 3}, {"ord": 1.5}, {"ord": 1}, {"axis": 0}, {"ord": np.inf}]
)
def test_zero_vector(options):
    zero = np.zeros(3)
    assert np.all(grad(lambda x: np.linalg.norm(x, **options))(zero) == 0)
    assert jvp(lambda x: np.linalg.norm(x, **options), (zero,), (np.ones(3),))[1] == 0


@pytest.mark.parametrize("options", [{}, {"ord": 2}, {"ord": "nuc"}, {"ord": np.inf}])
def test_zero_matrix(options):
    assert np.all(grad(lambda x: np.linalg.norm(x, **options))(np.zeros((2, 3))) == 0)


SQUARES = [
    lambda n: n**2,
    lambda n: n**2.0,
    lambda n: n * n,
    np.square,
    lambda n: np.power(n, 2),
    lambda n: np.multiply(n, n),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("number", range(len(SQUARES)))
def test_square_is_smooth_at_zero(number, kind):
    square = SQUARES[number]
    check(lambda x: square(np.linalg.norm(x)), np.zeros(3, kind))
    check(lambda x: square(np.linalg.norm(x, axis=0)), np.zeros((3, 2), kind))
    check(lambda x: square(np.linalg.norm(x, axis=1)), np.eye(3, 2).astype(kind))
    check(lambda x: square(np.linalg.norm(x)) * 0.5 + np.sum(x), np.zeros((2, 2), kind))


def test_curvature_of_the_square_at_zero():
    def f(x):
        return np.linalg.norm(x) ** 2

    def along(t):
        return jvp(f, (t * np.ones(3),), (np.ones(3),))[1]

    np.testing.assert_array_equal(hessian(f)(np.zeros(3)), 2 * np.eye(3))
    assert jvp(along, (0.0,), (1.0,))[1] == 6.0


def test_norms_that_are_zero_are_values_like_others():
    def f(x):
        n = np.linalg.norm(x, axis=1)
        n[0] = 5.0 * x[0, 0]
        m = np.linalg.norm(x[1])
        return np.sum(n * n) + m**3 + 2**m + m * n[0] + (m + 1) ** 2 + -m / 2

    g = grad(f)(np.zeros((2, 2)))
    np.testing.assert_array_equal(g, np.zeros((2, 2)))


def test_zero_rows_among_others():
    x = array((3, 2))
    x[1] = 0
    back = vjp(lambda x: np.linalg.norm(x, axis=1), x)[1](np.ones(3))[0]
    np.testing.assert_allclose(
        back[[0, 2]], x[[0, 2]] / np.linalg.norm(x[[0, 2]], axis=1, keepdims=True)
    )
    assert np.all(back[1] == 0)


def test_empty():
    for options in ({}, {"ord": 1}, {"ord": np.inf}, {"ord": 3}):
        y, pull = vjp(lambda x, o=options: np.linalg.norm(x, **o), np.zeros(0))
        assert y == 0
        assert pull(1.0)[0].shape == (0,)


def test_extreme_entries():
    x = np.array([3e-320, 4e-320])
    assert np.all(np.isfinite(grad(np.linalg.norm)(1e180 * x)))


def test_closed_forms():
    x = array(4)
    n = np.linalg.norm(x)
    np.testing.assert_allclose(grad(np.linalg.norm)(x), x / n)
    expected = (np.eye(4) - np.outer(x, x) / n**2) / n
    np.testing.assert_allclose(hessian(np.linalg.norm)(x), expected, atol=1e-14)


def test_errors():
    for call in (
        lambda x: np.linalg.norm(x, "fro", axis=0),
        lambda x: np.linalg.norm(x, 3),
        lambda x: np.linalg.norm(x[None], 2),
        lambda x: np.linalg.norm(x, axis=(0, 0)),
    ):
        with pytest.raises(ValueError):
            grad(call)(np.ones((2, 2)))
