"""Eigenvalues of Hermitian matrices, pairs and bands, against differences."""

import numpy as np
import pytest
import scipy.linalg
from orders import drawing, thorough
from truth import check, check_single

from diffops import grad, hessianv, jvp
from diffops.scipy import linalg

array = drawing(52)
KINDS = pytest.mark.parametrize("kind", [float, complex])
LOWER = pytest.mark.parametrize("lower", [True, False])


def matrix(shape, kind=float):
    """Return matrices with triangles that do not match, of eigenvalues apart."""
    return array(shape, kind) / 6 + np.diag(2.0 * np.arange(1, shape[-1] + 1))


def positive(shape, kind=float):
    return array(shape, kind) / 15 + 2 * np.eye(shape[-1])


SUBSETS = [{}, {"subset_by_index": (1, 2)}, {"subset_by_value": (1.0, 5.0)}]


@KINDS
@LOWER
@pytest.mark.parametrize("subset", SUBSETS, ids=str)
def test_one_matrix(subset, lower, kind):
    def f(a):
        w, v = linalg.eigh(a, lower=lower, **subset)
        return w, np.abs(v) ** 2, (v * w[..., None, :]) @ np.conj(v.T)

    check(f, matrix((4, 4), kind))
    check(lambda a: linalg.eigvalsh(a, lower=lower, **subset), matrix((4, 4), kind))


@KINDS
@LOWER
@pytest.mark.parametrize("type", [1, 2, 3])
def test_two_matrices(type, lower, kind):
    def f(a, b):
        w, v = linalg.eigh(a, b, lower=lower, type=type)
        return w, np.abs(v) ** 2, (v * w) @ np.conj(v.T)

    a, b = matrix((3, 3), kind), positive((3, 3), kind)
    check(f, a, b)
    check(
        lambda a, b: linalg.eigvalsh(
            a, b, lower=lower, type=type, subset_by_index=(0, 1)
        ),
        a,
        b,
    )


def test_all_orders():
    thorough(linalg.eigvalsh, matrix((3, 3)))
    thorough(lambda a: linalg.eigh(a)[1] ** 2, matrix((3, 3)))
    thorough(linalg.eigvalsh, matrix((3, 3)), positive((3, 3)))
    check(linalg.eigvalsh, matrix((2, 3, 3)), positive((2, 3, 3)))
    check_single(linalg.eigvalsh, matrix((3, 3)))


@pytest.mark.parametrize("options", [{}, *SUBSETS[1:], {"driver": "evd"}], ids=str)
@pytest.mark.parametrize("pair", [False, True])
def test_values_and_vectors_are_scipys(pair, options):
    args = (matrix((4, 4)), positive((4, 4))) if pair else (matrix((4, 4)),)
    options = {} if pair and "driver" in options else options
    kept = []

    def f(a):
        kept.extend(linalg.eigh(a, *args[1:], **options))
        return a

    jvp(f, args[:1], args[:1])
    for found, wanted in zip(kept, scipy.linalg.eigh(*args, **options), strict=True):
        np.testing.assert_allclose(found.primal, wanted, atol=1e-13)


def test_slope_of_a_value():
    """dλ = vᴴ (dA − λ dB) v, where vᴴ B v = 1."""
    a, b = matrix((3, 3)), positive((3, 3))
    a, b = a + a.T, b + b.T
    w, v = scipy.linalg.eigh(a, b)
    da, db = array((3, 3)), array((3, 3))
    da, db = da + da.T, db + db.T
    change = jvp(linalg.eigvalsh, (a, b), (da, db))[1]
    wanted = np.einsum("ij,ik,kj->j", v, da, v) - w * np.einsum("ij,ik,kj->j", v, db, v)
    np.testing.assert_allclose(change, wanted, atol=1e-13)


@pytest.mark.parametrize("driver", [None, "ev", "evd", "evr", "evx"])
def test_smooth_functions_of_equal_values(driver):
    v = array((3, 3))
    v = v + v.T
    for a in (np.eye(3), np.diag([1.0, 2.0, 1.0])):
        product = hessianv(lambda a: np.sum(linalg.eigvalsh(a, driver=driver) ** 3))(
            a, v
        )
        wanted = 3 * (a @ v + v @ a) * (2 * np.tri(3) - np.eye(3))
        np.testing.assert_allclose(product, wanted, atol=1e-12)


CHOICES = [
    {},
    {"select": "i", "select_range": (0, 1)},
    {"select": "v", "select_range": (1.0, 5.0)},
]


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_tridiagonal(choice):
    d, e = 2.0 * np.arange(1, 5) + array(4) / 5, array(3) / 2

    def f(d, e):
        w, v = linalg.eigh_tridiagonal(d, e, **choice)
        return w, v**2

    thorough(f, d, e)
    check(lambda d, e: linalg.eigvalsh_tridiagonal(d, e, **choice), d, e)
    check(lambda d, e: linalg.eigh_tridiagonal(d, e, True, **choice), d, e)


@KINDS
@LOWER
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_banded(choice, lower, kind):
    for width in (0, 1, 2):
        band = array((width + 1, 4), kind) / 4
        band[0 if lower else -1] += 2.0 * np.arange(1, 5)

        def f(band):
            w, v = linalg.eig_banded(band, lower, **choice)
            return w, np.abs(v) ** 2

        check(f, band)
        check(lambda band: linalg.eigvals_banded(band, lower, **choice), band)


def test_only_one_triangle_is_read():
    slope = grad(lambda a: linalg.eigvalsh(a)[0])(matrix((3, 3)))
    np.testing.assert_array_equal(np.triu(slope, 1), 0)
    slope = grad(lambda a: linalg.eigvalsh(a, lower=False)[0])(matrix((3, 3)))
    np.testing.assert_array_equal(np.tril(slope, -1), 0)
