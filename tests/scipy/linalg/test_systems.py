"""Linear equations against differences of SciPy's solutions."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, vjp
from diffops.scipy import linalg

array = drawing(42)
KINDS = pytest.mark.parametrize("kind", [float, complex])
LOWER = pytest.mark.parametrize("lower", [True, False])


def regular(shape, kind=float):
    return array(shape, kind) + 5 * np.eye(shape[-1])


@KINDS
@pytest.mark.parametrize(
    ("p", "q"),
    [
        ((3, 3), (3,)),
        ((3, 3), (3, 2)),
        ((4, 3, 3), (3,)),
        ((4, 3, 3), (4, 3, 2)),
        ((3, 3), (2, 3, 1)),
        ((1, 1), (3,)),
        ((0, 0), (0,)),
    ],
)
def test_solve(p, q, kind):
    check(linalg.solve, regular(p, kind), array(q, kind))


def test_solve_in_all_orders():
    thorough(linalg.solve, regular((3, 3)), array((3, 2)))
    thorough(linalg.solve, regular((3, 3)), array(3))


@LOWER
@KINDS
@pytest.mark.parametrize(
    "assume_a",
    [
        "gen",
        "sym",
        "her",
        "pos",
        "lower triangular",
        "upper triangular",
        "diagonal",
        "tridiagonal",
        "banded",
    ],
)
def test_what_is_known_of_the_matrix(assume_a, kind, lower):
    a, b = regular((3, 3), kind), array((3, 2), kind)
    for right in (b, b[:, 0]):
        check(lambda a, b: linalg.solve(a, b, assume_a=assume_a, lower=lower), a, right)


@pytest.mark.parametrize("assume_a", ["gen", "lower triangular", "pos"])
def test_transposed(assume_a):
    def f(a, b):
        return linalg.solve(a, b, assume_a=assume_a, transposed=True)

    check(f, regular((3, 3)), array((3, 2)))


@LOWER
@KINDS
@pytest.mark.parametrize("unit", [True, False])
@pytest.mark.parametrize("trans", [0, 1, 2, "N", "T", "C"])
def test_triangles(trans, unit, kind, lower):
    def f(a, b):
        return linalg.solve_triangular(a, b, trans, lower, unit)

    check(f, regular((3, 3), kind), array((3, 2), kind))
    check(f, regular((3, 3), kind), array(3, kind))


def test_triangles_in_all_orders():
    thorough(linalg.solve_triangular, regular((3, 3)), array((3, 2)))
    check(linalg.solve_triangular, regular((2, 3, 3)), array((2, 3, 2)))


@LOWER
@KINDS
def test_cho_solve(kind, lower):
    def f(c, b):
        return linalg.cho_solve((c, lower), b)

    check(f, regular((3, 3), kind), array((3, 2), kind))
    check(f, regular((3, 3), kind), array(3, kind))


def test_cho_solve_is_the_inverse_of_the_product():
    c = np.tril(regular((3, 3)))
    b = array(3)
    pull = vjp(lambda b: linalg.cho_solve((c, True), b), b)[1]
    wanted = scipy.linalg.solve(c @ c.T, np.ones(3))
    np.testing.assert_allclose(pull(np.ones(3))[0], wanted, rtol=1e-12)


def test_mixed_kinds_and_precisions():
    check(linalg.solve, regular((3, 3)), array(3, complex))
    check(linalg.solve, regular((3, 3), complex), array(3))
    check_single(linalg.solve, regular((3, 3)), array((3, 2)))
    check_single(linalg.solve_triangular, regular((3, 3)), array((3, 2)))
    a = regular((3, 3)).astype(np.float32)
    to_a, to_b = vjp(linalg.solve, a, array(3))[1](np.ones(3))
    assert to_a.dtype == np.float32
    assert to_b.dtype == np.float64


def test_closed_forms():
    a, b = regular((3, 3)), array(3)
    to_a, to_b = vjp(linalg.solve, a, b)[1](np.ones(3))
    np.testing.assert_allclose(to_b, np.linalg.solve(a.T, np.ones(3)))
    np.testing.assert_allclose(to_a, -np.outer(to_b, np.linalg.solve(a, b)))
    unread = vjp(linalg.solve_triangular, a, b)[1](np.ones(3))[0]
    np.testing.assert_array_equal(np.tril(unread, -1), 0)


def test_lists_of_tracked_numbers():
    def f(x):
        return linalg.solve([[x, 1.0], [0.0, 2.0]], [1.0, x])[0]

    # (1 − x/2) / x
    np.testing.assert_allclose(grad(f)(4.0), -1 / 16)


def test_a_constant_matrix_may_change_afterwards():
    a = 2 * np.eye(2)
    pull = vjp(lambda b: linalg.solve(a, b), np.ones(2))[1]
    a[:] = 7
    np.testing.assert_allclose(pull(np.ones(2))[0], [0.5, 0.5])


def test_errors_are_scipys():
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda a: linalg.solve(0 * a, np.ones(2))[0])(np.eye(2))
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda a: linalg.solve_triangular(0 * a, np.ones(2))[0])(np.eye(2))
    with pytest.raises(ValueError):
        grad(lambda a: linalg.solve(a, np.ones(2), assume_a="odd")[0])(np.eye(2))
