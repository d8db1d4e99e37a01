"""The product of vectors, matrices and stacks, and what it keeps of its operands."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import grad, hessian, jvp, vjp

array = sampler(1)
RANKS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((1, 2, 3), (4, 3, 2)),
    ((3,), (2, 4, 3, 2)),
    ((2, 4, 2, 3), (3,)),
    ((2, 0), (0, 3)),
    ((0, 2, 3), (3,)),
    ((3,), (0, 3, 2)),
    ((0, 3), (3, 2)),
]


@pytest.mark.parametrize("shapes", RANKS, ids=str)
def test_ranks(shapes):
    check(lambda a, b: a @ b, *(array(shape) for shape in shapes))
    check(lambda a, b: a @ b, *(array(shape, complex) for shape in shapes))
    check_single(np.matmul, *map(array, shapes))


@pytest.mark.parametrize("shapes", RANKS, ids=str)
def test_complex_beside_real(shapes):
    p, q = shapes
    check(np.matmul, array(p), array(q, complex))
    check(np.matmul, array(p, complex), array(q))


def test_mixed_dtypes_keep_those_of_the_arguments():
    a, b = np.float32(array((2, 3))), array((3,))
    back = vjp(np.matmul, a, b)[1](np.ones(2))
    assert [x.dtype for x in back] == [np.float32, np.float64]
    back = vjp(np.matmul, array((2, 3)), array((3,), complex))[1](np.ones(2) + 1j)
    assert [x.dtype for x in back] == [np.float64, np.complex128]
    x = np.float32(array(3))
    assert vjp(lambda x: np.float64(2) * (x @ x), x)[1](1.0)[0].dtype == np.float32


def test_closed_forms():
    a, x = array((4, 4)), array(4)
    np.testing.assert_allclose(grad(lambda x: x @ a @ x)(x), (a + a.T) @ x)
    np.testing.assert_allclose(hessian(lambda x: x @ a @ x)(x), a + a.T)
    ones = np.ones((4, 4))
    wanted = ones @ a.T + a.T @ ones
    np.testing.assert_allclose(grad(lambda a: np.sum(a @ a))(a), wanted)
    np.testing.assert_allclose(vjp(lambda a: a @ a, a)[1](ones)[0], wanted)


def test_results_of_vectors_are_numbers():
    x = array(3)
    assert isinstance(jvp(np.matmul, (x, x), (x, x))[1], float)


def test_constant_operand_may_change_afterwards():
    a, x = np.eye(2), np.ones(2)
    _, pull = vjp(lambda x: a @ x, x)
    a[:] = 7
    np.testing.assert_array_equal(pull(np.ones(2))[0], [1, 1])


def test_large_constants_may_change_between_uses():
    a = np.ones((40, 40))

    def f(x):
        y = a @ x
        z = a @ x
        a[0] = 3.0
        y = y + a @ x
        a[:] = 7.0
        return np.sum(y + z)

    expected = np.full(40, 3 * 39 + 5.0)
    np.testing.assert_array_equal(grad(f)(np.ones(40)), expected)


def test_constants_tracked_further_out_may_change_afterwards():
    def outer(t):
        a = t * np.ones((2, 2))

        def inner(x):
            y = a @ x
            a[0, 0] = 100.0
            return np.sum(y)

        return np.sum(grad(inner)(np.ones(2)))

    assert grad(outer)(3.0) == 4.0


def test_errors():
    x = array((2, 3))
    with pytest.raises(ValueError, match="core dimension"):
        grad(lambda x: np.sum(x @ x))(x)
