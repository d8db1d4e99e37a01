"""Cosine and sine transforms against SciPy's values, matrices and differences."""

import itertools

import numpy as np
import pytest
import scipy.fft
from truth import check, check_single, entries, sampler

from diffops import NoDerivativeError, grad, jacobian
from diffops.scipy import fft

array = sampler(11)
SINGLE = ["dct", "dst", "idct", "idst"]
SEVERAL = ["dctn", "dstn", "idctn", "idstn"]
NORMS = [None, "backward", "ortho", "forward"]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("type", [1, 2, 3, 4])
@pytest.mark.parametrize("name", SINGLE)
def test_the_jacobian_is_the_matrix_of_the_transform(name, type, mode):
    """Values are SciPy's own, of the unit vectors."""
    for n, norm, orthogonalize in itertools.product(
        (2, 3, 6), NORMS, (None, True, False)
    ):
        options = {"type": type, "norm": norm, "orthogonalize": orthogonalize}
        wanted = getattr(scipy.fft, name)(np.eye(n), axis=0, **options)

        def f(x, options=options):
            return getattr(fft, name)(x, **options)

        found = jacobian(f, mode=mode)(np.ones(n))
        np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("name", SINGLE)
def test_sizes_and_axes(name):
    mirror, original = getattr(fft, name), getattr(scipy.fft, name)
    x = entries(3, 4)
    for options in ({}, {"n": 3}, {"n": 6}, {"axis": 0}, {"axis": 0, "n": 2}):
        found = mirror(x, **options)
        np.testing.assert_array_equal(found, original(x, **options))
        check(lambda x, options=options: mirror(x, **options), x)
    check(mirror, array((4,), complex))
    check_single(mirror, x)


@pytest.mark.parametrize("name", SEVERAL)
def test_several_axes(name):
    mirror = getattr(fft, name)
    x = entries(2, 3, 4)
    for options in (
        {},
        {"axes": (0, 2)},
        {"s": (3, 3)},
        {"s": 5, "axes": 1},
        {"norm": "ortho", "axes": -1},
        {"type": 3, "norm": "forward"},
    ):
        check(lambda x, options=options: mirror(x, **options), x)


def test_half_precision_is_transformed_in_single():
    x = np.array([0.5, -1.0, 2.0], np.float16)
    assert grad(lambda x: np.sum(fft.dct(x) ** 2))(x).dtype == np.float16
    longer = np.array([0.5, -1.0, 2.0], np.longdouble)
    found = jacobian(fft.dct)(longer)
    assert found.dtype == np.longdouble
    k, n = np.ogrid[:3, :3]
    pi = 4 * np.arctan(np.longdouble(1))
    wanted = 2 * np.cos(pi * k * (2 * n + 1) / 6)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-17)


def test_errors_are_those_of_scipy():
    x = np.ones(3)
    for options in ({"type": 5}, {"norm": "loud"}):
        with pytest.raises(ValueError, match=r"type|norm"):
            scipy.fft.dct(x, **options)
        with pytest.raises(ValueError, match=r"type|norm"):
            grad(lambda x, options=options: np.sum(fft.dct(x, **options)))(x)
    with pytest.raises(ValueError, match="number of data points"):
        grad(lambda x: np.sum(fft.dct(x, type=1)))(np.ones(1))


def test_what_has_no_rule_says_its_name():
    with pytest.raises(NoDerivativeError, match=r"scipy\.fft\.fht"):
        grad(lambda x: np.sum(fft.fht(x, 0.1, 0.0)))(np.ones(4))
    np.testing.assert_array_equal(fft.next_fast_len(7), scipy.fft.next_fast_len(7))
