"""Complete and raw QR decompositions against differences of NumPy's own."""

import numpy as np
import pytest
from orders import check_batch, check_orders
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad

array = sampler(10)
SHAPES = [(2, 1), (4, 2), (5, 2), (2, 3, 2), (2, 1, 4, 2), (0, 3, 2), (3, 0)]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_complete(shape, kind):
    a = array(shape, kind)
    check(lambda a: np.linalg.qr(a, mode="complete").Q, a)
    check(lambda a: np.linalg.qr(a, mode="complete").R, a)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", [*SHAPES, (1, 1), (3, 3), (2, 4)], ids=str)
def test_raw(shape, kind):
    a = array(shape, kind)
    check(lambda a: np.linalg.qr(a, mode="raw")[0], a)
    check(lambda a: np.linalg.qr(a, mode="raw")[1], a)


@pytest.mark.parametrize("kind", [float, complex])
def test_all_orders(kind):
    a = array((4, 2), kind)
    for mode in ("complete", "raw"):
        check_orders(lambda a, mode=mode: tuple(np.linalg.qr(a, mode=mode)), a)
        check_batch(lambda a, mode=mode: tuple(np.linalg.qr(a, mode=mode)), a)


def test_single_precision():
    check_single(lambda a: np.linalg.qr(a, mode="complete").Q, array((3, 2)))
    check_single(lambda a: np.linalg.qr(a, mode="raw")[1], array((3, 2)))


@pytest.mark.parametrize("mode", ["complete", "raw"])
def test_jumps_are_refused(mode):
    with pytest.raises(NoDerivativeError, match=r"reduced"):
        grad(lambda a: np.sum(np.linalg.qr(a, mode=mode)[0]))(np.eye(3)[:, :2])
