"""LU decompositions against differences of SciPy's, and solutions by them."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, jvp
from diffops.scipy import linalg

array = drawing(47)
KINDS = pytest.mark.parametrize("kind", [float, complex])
SHAPES = pytest.mark.parametrize(
    "shape", [(3, 3), (4, 3), (3, 5), (2, 3, 2), (1, 1)], ids=str
)


def matrix(shape, kind=float):
    """Return matrices whose rows are exchanged, and remain so in the neighbourhood."""
    return array(shape, kind) / 3 + 3 * np.roll(np.eye(*shape[-2:]), 1, axis=0)


@KINDS
@SHAPES
def test_factors(shape, kind):
    a = matrix(shape, kind)
    check(lambda a: linalg.lu(a)[1:], a)
    check(lambda a: linalg.lu(a, permute_l=True), a)
    check(lambda a: linalg.lu_factor(a)[0], a)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4)])
def test_factors_in_all_orders(shape):
    thorough(lambda a: linalg.lu(a)[1:], matrix(shape))


@SHAPES
@pytest.mark.parametrize("name", ["lu", "lu_factor"])
def test_values_are_scipys(name, shape):
    a = array(shape)
    for options in ({}, {"p_indices": True}) if name == "lu" else ({},):
        wanted = getattr(scipy.linalg, name)(a, **options)
        kept = []

        def f(a, options=options, kept=kept):
            kept += getattr(linalg, name)(a, **options)
            return a

        jvp(f, (a,), (a,))
        for found, plain in zip(kept, wanted, strict=True):
            found = getattr(found, "primal", found)
            np.testing.assert_array_equal(found, plain)
            assert found.dtype.kind == plain.dtype.kind


@KINDS
@pytest.mark.parametrize("trans", [0, 1, 2])
@pytest.mark.parametrize("shape", [(3,), (3, 2)])
def test_solutions(shape, trans, kind):
    def f(a, b):
        return linalg.lu_solve(linalg.lu_factor(a), b, trans)

    check(f, matrix((3, 3), kind), array(shape, kind))


def test_solutions_in_all_orders():
    def f(a, b):
        return linalg.lu_solve(linalg.lu_factor(a), b)

    a = matrix((3, 3))
    thorough(f, a, array((3, 2)))
    check(f, np.stack([a, np.flip(a, 0)]), array((2, 3, 2)))


def test_closed_form():
    """Of [[a, b], [c, d]] with |a| > |c|: l = c/a, u = d − b c/a."""
    a = np.array([[4.0, 1.0], [2.0, 3.0]])
    slope = grad(lambda a: linalg.lu(a)[1][1, 0])(a)
    np.testing.assert_allclose(slope, [[-2 / 16, 0], [1 / 4, 0]])
    slope = grad(lambda a: linalg.lu(a)[2][1, 1])(a)
    np.testing.assert_allclose(slope, [[2 / 16, -2 / 4], [-1 / 4, 1]])


def test_precision():
    check_single(lambda a: linalg.lu(a)[1], matrix((3, 3)))
