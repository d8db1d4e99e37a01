"""tensordot and einsum against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad, hessian, vjp

array = sampler(2)


TENSORDOT = [
    ((3,), (3,), 1),
    ((2, 3), (3, 2), 1),
    ((2, 3), (2, 3), 2),
    ((2, 3), (4,), 0),
    ((2, 3, 4), (4, 3, 5), ([1, 2], [1, 0])),
    ((2, 3, 4), (5, 2), (0, -1)),
    ((2, 3), (3,), ((1,), (0,))),
    ((0, 3), (3, 2), 1),
    ((2, 0), (0, 3), 1),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("case", TENSORDOT, ids=str)
def test_tensordot(case, kind):
    p, q, axes = case
    a, b = array(p, kind), array(q, kind)
    for function in (np.tensordot, np.linalg.tensordot):
        check(lambda a, b, f=function: f(a, b, axes=axes), a, b)


EINSUM = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,kj->ki", (2, 3), (4, 3)),
    ("i,i->", (3,), (3,)),
    ("i,i", (3,), (3,)),
    ("i,j->ij", (3,), (2,)),
    ("ij->ji", (2, 3)),
    ("ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("iij->j", (3, 3, 2)),
    ("iiji->ij", (2, 2, 3, 2)),
    ("ijji->", (2, 3, 3, 2)),
    ("ij,j->", (2, 3), (3,)),
    ("ij,k->k", (2, 3), (4,)),
    ("ii,ik->k", (3, 3), (3, 2)),
    ("ij,jk->ik", (2, 1), (3, 4)),
    ("ij,jk->ik", (2, 3), (1, 4)),
    ("ii,i->i", (1, 1), (3,)),
    ("...ij,...jk->...ik", (4, 2, 3), (3, 2)),
    ("...ij,...jk->...ik", (4, 1, 2, 3), (5, 3, 2)),
    ("...i,i->...", (2, 3), (3,)),
    ("...i,i", (2, 3), (3,)),
    ("i...i->...", (3, 2, 3)),
    ("...,...", (2, 1), (3,)),
    ("...->...", (2, 3)),
    (",i->i", (), (3,)),
    ("i,ij,j->", (2,), (2, 3), (3,)),
    ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)),
    ("ab, bc , cd,d -> a", (2, 2), (2, 3), (3, 2), (2,)),
    ("ij,jk->ik", (2, 0), (0, 3)),
    ("ij->j", (0, 3)),
]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("case", EINSUM, ids=str)
def test_einsum(case, kind):
    subscripts, *shapes = case
    check(lambda *xs: np.einsum(subscripts, *xs), *(array(p, kind) for p in shapes))


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal"])
@pytest.mark.parametrize("case", EINSUM, ids=str)
def test_optimize(case, optimize):
    subscripts, *shapes = case
    xs = [array(p) for p in shapes]
    check(lambda *xs: np.einsum(subscripts, *xs, optimize=optimize), *xs, order=1)


@pytest.mark.parametrize("case", EINSUM, ids=str)
def test_single_precision(case):
    subscripts, *shapes = case
    check_single(lambda *xs: np.einsum(subscripts, *xs), *map(array, shapes))


def test_large_operands():
    check(
        lambda *xs: np.einsum("ij,jk,k->i", *xs), *map(array, [(40, 40), (40, 20), 20])
    )


def test_explicit_path():
    def f(*xs):
        path, _ = np.einsum_path("ij,jk,kl->il", *xs)
        return np.einsum("ij,jk,kl->il", *xs, optimize=path)

    check(f, *(array(p) for p in [(2, 3), (3, 2), (2, 4)]))


@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]),
        lambda a, b: np.einsum(a, [7, 30], b, [30, 2]),
        lambda a, b: np.einsum(a, [..., 1], b, [1, 2], [..., 2]),
        lambda a, b: np.einsum(a @ b, [3, 3]),
    ],
)
def test_sublists(call):
    check(call, array((3, 3)), array((3, 3)))


def test_views_share_entries():
    def f(x):
        y = x * 1.0
        np.einsum("ii->i", y)[:] = 0.0
        return np.sum(y * y)

    x = array((3, 3))
    np.testing.assert_allclose(grad(f)(x), 2 * x * (1 - np.eye(3)))


def test_constants_may_change_afterwards():
    a = np.ones((2, 2))
    _, pull = vjp(lambda x: np.einsum("ij,j->i", a, x), np.ones(2))
    a[:] = 7
    np.testing.assert_array_equal(pull(np.ones(2))[0], [2, 2])


def test_closed_form():
    a, x = array((4, 4)), array(4)
    np.testing.assert_allclose(
        hessian(lambda x: np.einsum("i,ij,j", x, a, x))(x), a + a.T
    )


def test_dtype_is_applied():
    x = np.float32(array((2, 2)))
    y, pull = vjp(lambda x: np.einsum("ij->j", x, dtype=np.float64), x)
    assert y.dtype == np.float64
    assert pull(np.ones(2))[0].dtype == np.float32


def test_errors():
    x = array((2, 3))
    for call in (
        lambda x: np.einsum("ij,jk->ik", x),
        lambda x: np.einsum("ijk->ik", x),
        lambda x: np.einsum("...i->i", x),
        lambda x: np.einsum("ij,jk->ik", x, x),
        lambda x: np.tensordot(x, x, 1),
        lambda x: np.tensordot(x, x, ([0, 1], [0])),
    ):
        with pytest.raises(ValueError):
            grad(lambda x, call=call: np.sum(call(x)))(x)
    with pytest.raises((NoDerivativeError, TypeError)):
        grad(lambda x: np.sum(np.einsum("ij->j", x, where=x > 0)))(x)
