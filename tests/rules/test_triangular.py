"""The QR decomposition against differences of NumPy's own."""

import numpy as np
import pytest
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad

array = sampler(9)
SHAPES = [(1, 1), (3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 1, 2, 3), (0, 2, 2), (2, 0)]


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_factors(shape, kind):
    a = array(shape, kind) + 3 * np.eye(*shape[-2:])
    check(lambda a: np.linalg.qr(a).Q, a)
    check(lambda a: np.linalg.qr(a).R, a)
    check(lambda a: np.linalg.qr(a, mode="r"), a)
    check(lambda a: np.sum(np.linalg.qr(a).Q) * np.linalg.qr(a).R, a)
    check_single(lambda a: np.linalg.qr(a).R, a.real)
    if shape[-2] <= shape[-1]:
        check(lambda a: np.linalg.qr(a, mode="complete").Q, a)


def test_result_is_numpys_namedtuple():
    def f(a):
        result = np.linalg.qr(a)
        assert type(result) is type(np.linalg.qr(np.eye(2)))
        return np.sum(result.R)

    grad(f)(np.eye(3)[:, :2])


def test_modes_without_a_rule():
    with pytest.raises(NoDerivativeError, match="reduced"):
        grad(lambda a: np.sum(np.linalg.qr(a, mode="full")[0]))(np.eye(3)[:, :2])
