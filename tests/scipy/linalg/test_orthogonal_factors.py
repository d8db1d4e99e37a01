"""QR, RQ, polar factors and Procrustes' problem against differences of SciPy's."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, jvp
from diffops.scipy import linalg

array = drawing(49)
KINDS = pytest.mark.parametrize("kind", [float, complex])
SHAPES = pytest.mark.parametrize(
    "shape", [(3, 3), (4, 2), (2, 4), (2, 3, 2), (1, 1)], ids=str
)


def matrix(shape, kind=float):
    """Return matrices of full rank, whose factors keep their signs nearby."""
    return array(shape, kind) / 3 + 2 * np.eye(*shape[-2:])


@KINDS
@SHAPES
@pytest.mark.parametrize("pivoting", [False, True])
def test_qr(shape, pivoting, kind):
    def f(a, mode):
        found = linalg.qr(a, mode=mode, pivoting=pivoting)
        return found[:-1] if pivoting else found

    scale = np.arange(1.0, shape[-1] + 1)  # so that the order of columns is clear
    a = matrix(shape, kind) * scale
    for mode in ("economic", "r", "full"):
        check(lambda a, mode=mode: f(a, mode), a)
    if len(shape) == 2:  # SciPy fails for stacks
        check(lambda a: (*f(a, "raw")[0], f(a, "raw")[1]), a)


@KINDS
@SHAPES
def test_rq(shape, kind):
    a = np.flip(matrix(shape, kind), (-2, -1))
    for mode in ("economic", "r", "full"):
        check(lambda a, mode=mode: linalg.rq(a, mode=mode), a)


def test_qr_and_rq_in_all_orders():
    for shape in ((3, 3), (4, 2)):
        thorough(lambda a: linalg.qr(a, mode="economic"), matrix(shape))
    thorough(lambda a: linalg.rq(a, mode="economic"), matrix((2, 4))[:, ::-1])
    check_single(lambda a: linalg.qr(a, mode="economic")[1], matrix((3, 3)))


def test_order_of_columns():
    a = matrix((3, 3)) * [1.0, 3.0, 2.0]
    kept = []

    def f(a):
        kept.extend(linalg.qr(a, pivoting=True))
        return a

    jvp(f, (a,), (a,))
    q, r, order = scipy.linalg.qr(a, pivoting=True)
    np.testing.assert_array_equal(kept[2], order)
    np.testing.assert_allclose(kept[0].primal, q, atol=1e-14)
    np.testing.assert_allclose(kept[1].primal, r, atol=1e-14)


def test_unknown_modes():
    for f in (linalg.qr, linalg.rq):
        with pytest.raises(ValueError, match="Mode"):
            grad(lambda a, f=f: f(a, mode="odd")[0][0, 0])(np.eye(2))


def test_the_whole_q_in_all_orders():
    thorough(linalg.qr, matrix((3, 2)))
    thorough(linalg.rq, matrix((2, 3))[:, ::-1])


@KINDS
@SHAPES
@pytest.mark.parametrize("side", ["right", "left"])
def test_polar(shape, side, kind):
    check(lambda a: linalg.polar(a, side), matrix(shape, kind))


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
def test_polar_in_all_orders(shape):
    thorough(linalg.polar, matrix(shape))


def test_polar_factor_of_a_turn():
    """At a multiple of a rotation all singular values are equal."""
    turn = lambda t: np.stack(  # noqa: E731
        [np.cos(t), -np.sin(t), np.sin(t), np.cos(t)]
    ).reshape(2, 2)
    slope = jvp(lambda t: linalg.polar(3 * turn(t))[0], (0.3,), (1.0,))[1]
    np.testing.assert_allclose(slope, turn(0.3 + np.pi / 2), atol=1e-14)
    trace = lambda t: np.trace(linalg.polar(t * turn(0.3))[1])  # noqa: E731
    np.testing.assert_allclose(grad(trace)(3.0), 2.0)


@KINDS
def test_procrustes(kind):
    a, b = matrix((4, 3), kind), matrix((4, 3), kind)
    thorough(linalg.orthogonal_procrustes, a, b)
    with pytest.raises(ValueError, match="shapes"):
        grad(lambda a: linalg.orthogonal_procrustes(a, b)[1])(a[:3])
