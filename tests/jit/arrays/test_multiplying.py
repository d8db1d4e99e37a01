"""Products of stacks of matrices and contractions in native programs."""

import numpy as np
import pytest
from natively import array_plan, natively_of_arrays

from diffops import grad, hessianv
from diffops.jit.arrays.nodes import Product

RANDOM = np.random.default_rng(0)

SHAPES = [
    ((2, 3, 4), (2, 4, 5)),
    ((2, 3, 4), (4, 5)),
    ((2, 3, 4), (4,)),
    ((3, 4), (2, 4, 5)),
    ((4,), (2, 4, 5)),
    ((6, 1, 3, 4), (2, 4, 5)),
    ((1, 3, 4), (2, 4, 1)),
    ((2, 1, 4), (2, 4, 1)),
    ((2, 3, 1), (2, 1, 5)),
]


def same(found, wanted):
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_stacks_of_matrices(left, right):
    a, b = RANDOM.standard_normal(left), RANDOM.standard_normal(right)
    f = lambda a, b: a @ b  # noqa: E731
    same(natively_of_arrays(f, np.ones(left), np.ones(right))(a, b), a @ b)
    weights = RANDOM.standard_normal((a @ b).shape)
    slope = grad(lambda a, b: np.sum(np.sin(a @ b) * weights), (0, 1))
    native = natively_of_arrays(slope, np.ones(left), np.ones(right))
    for found, wanted in zip(native(a, b), slope(a, b), strict=True):
        same(found, wanted)


@pytest.mark.parametrize("order", [(1, 2, 0), (0, 2, 1), (2, 0, 1)])
def test_stacks_in_any_order_of_memory(order):
    a = RANDOM.standard_normal((3, 4, 5))

    def f(a):
        moved, every_other = a.transpose(order), a[::-1, ::2].transpose(order)
        turned = np.swapaxes(every_other, 1, 2)
        return moved @ np.swapaxes(moved, 1, 2), every_other @ turned

    for x, y in zip(natively_of_arrays(f, np.ones_like(a))(a), f(a), strict=True):
        same(x, y)


CONTRACTIONS = [
    ("ij,jk->ik", (3, 4), (4, 5)),
    ("ij,jk->ki", (3, 4), (4, 5)),
    ("ij,ij->i", (3, 4), (3, 4)),
    ("ij,ij->", (3, 4), (3, 4)),
    ("i,j->ij", (3,), (4,)),
    ("i,j->ji", (3,), (4,)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("kij,nkj->nki", (2, 3, 4), (5, 2, 4)),
    ("ijk,kjl->il", (2, 3, 4), (4, 3, 5)),
    ("ijk,k->ij", (2, 3, 4), (4,)),
    ("ij,k->i", (2, 3), (4,)),
    ("abij,cbj->caib", (2, 3, 4, 5), (6, 3, 5)),
    ("ij,kj->ik", (3, 1), (4, 1)),
]


@pytest.mark.parametrize(("subscripts", "left", "right"), CONTRACTIONS)
def test_contractions(subscripts, left, right):
    a, b = RANDOM.standard_normal(left), RANDOM.standard_normal(right)
    f = lambda a, b: np.einsum(subscripts, a * 2, b)  # noqa: E731
    same(natively_of_arrays(f, np.ones(left), np.ones(right))(a, b), f(a, b))
    loss = lambda a, b: np.sum(np.sin(np.einsum(subscripts, a, b)))  # noqa: E731
    slope = grad(loss, (0, 1))
    native = natively_of_arrays(slope, np.ones(left), np.ones(right))
    for found, wanted in zip(native(a, b), slope(a, b), strict=True):
        same(found, wanted)


def test_a_stack_times_one_matrix_is_one_product():
    x = np.ones((4, 3, 5))
    plan = array_plan(lambda x: (x * 2.0) @ np.arange(10.0).reshape(5, 2), x)
    (product,) = [node for node in plan.nodes if isinstance(node, Product)]
    assert product.left.shape == (12, 5)


def test_second_derivatives():
    x, v = RANDOM.standard_normal((2, 2, 3, 3))

    def f(x):
        return np.sum(np.tanh(x @ np.swapaxes(x, 1, 2)) @ x)

    same(natively_of_arrays(hessianv(f), x, v)(v, x), hessianv(f)(v, x))
