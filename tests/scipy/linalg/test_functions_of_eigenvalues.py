"""funm with functions of one's own, against the functions that have names."""

import numpy as np
import pytest
import scipy.linalg
from orders import check_orders, drawing
from truth import check

from diffops import NoDerivativeError, grad
from diffops.scipy import linalg

array = drawing(46)


@pytest.mark.parametrize("kind", [float, complex])
def test_own_functions(kind):
    a = array((3, 3), kind) / 2
    check(lambda a: linalg.funm(a, lambda w: np.sin(w) * w), a)
    check(lambda a: linalg.funm(a, lambda w: w**3 - 2 * w), a)
    check_orders(lambda a: linalg.funm(a, lambda w: np.exp(w / 2)), a)


def test_the_exponential():
    a = array((3, 3)) / 2
    weights = array((3, 3))
    found = grad(lambda a: np.sum(weights * linalg.funm(a, np.exp)))(a)
    wanted = scipy.linalg.expm_frechet(a.T, weights, compute_expm=False)
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


def test_a_root_of_negative_eigenvalues():
    a = -np.diag([1.0, 2.0, 4.0])
    slope = grad(lambda a: np.sum(np.imag(linalg.funm(a, np.sqrt))))(a)
    np.testing.assert_allclose(np.diag(slope), -0.5 / np.sqrt([1.0, 2.0, 4.0]))


def test_refusals():
    with pytest.raises(NoDerivativeError, match="eigenvalues are equal"):
        grad(lambda a: linalg.funm(a, np.exp)[0, 0])(np.eye(2))
    with pytest.raises(NoDerivativeError, match="disp"):
        grad(lambda a: linalg.funm(a, np.exp, disp=False)[0][0, 0])(np.eye(2))
