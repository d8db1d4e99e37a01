"""Sylvester's and Lyapunov's equations against differences of SciPy's solutions."""

import numpy as np
import pytest
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad
from diffops.scipy import linalg

array = drawing(43)
KINDS = pytest.mark.parametrize("kind", [float, complex])


def regular(shape, kind=float):
    return array(shape, kind) / 3 + 2 * np.eye(shape[-1])


@KINDS
def test_sylvester(kind):
    f = linalg.solve_sylvester
    thorough(f, regular((3, 3), kind), regular((2, 2), kind), array((3, 2), kind))
    check(f, regular((2, 3, 3), kind), regular((2, 2), kind), array((3, 2), kind))


@KINDS
def test_continuous(kind):
    for f in (linalg.solve_continuous_lyapunov, linalg.solve_lyapunov):
        thorough(f, regular((3, 3), kind), array((3, 3), kind))
    check(f, regular((2, 3, 3), kind), array((2, 3, 3), kind))


@KINDS
@pytest.mark.parametrize("method", [None, "direct", "bilinear"])
def test_discrete(method, kind):
    def f(a, q):
        return linalg.solve_discrete_lyapunov(a, q, method)

    thorough(f, regular((3, 3), kind) / 4, array((3, 3), kind))


def test_precision():
    check_single(
        linalg.solve_sylvester, regular((3, 3)), regular((2, 2)), array((3, 2))
    )


def test_one_by_one():
    """x = q / (a + b), and x = q / (1 − a²)."""

    def sylvester(t):
        return linalg.solve_sylvester(t[:1, None], t[1:2, None], t[2:, None])[0, 0]

    slopes = [-3 / 9, -3 / 9, 1 / 3]
    np.testing.assert_allclose(grad(sylvester)(np.array([1.0, 2.0, 3.0])), slopes)

    def discrete(t):
        return linalg.solve_discrete_lyapunov(t[:1, None], t[1:, None])[0, 0]

    wanted = [2 * 0.5 * 3 / 0.75**2, 1 / 0.75]
    np.testing.assert_allclose(grad(discrete)(np.array([0.5, 3.0])), wanted)
