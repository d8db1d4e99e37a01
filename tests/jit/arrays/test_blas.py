"""Products by BLAS: all shapes and orders of memory."""

import subprocess
import sys

import numpy as np
import pytest
from natively import natively_of_arrays

SIZES = [(3, 4, 5), (1, 4, 5), (3, 1, 5), (3, 4, 1), (1, 1, 5), (1, 4, 1), (7, 1, 1)]


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize(
    "flipped", [(False, False), (True, False), (False, True), (True, True)]
)
def test_matrices(sizes, flipped):
    m, k, n = sizes
    random = np.random.default_rng(0)
    a = random.standard_normal((k, m) if flipped[0] else (m, k))
    b = random.standard_normal((n, k) if flipped[1] else (k, n))

    def f(a, b):
        a, b = (x.T if turn else x for x, turn in zip((a, b), flipped, strict=True))
        return a @ b, a @ b[:, 0], a[0] @ b, a[0] @ b[:, 0], np.sin(a) @ b

    native = natively_of_arrays(f, np.ones_like(a), np.ones_like(b))
    for found, wanted in zip(native(a, b), f(a, b), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)


def test_windows_with_gaps():
    f = lambda a: (a[::2, ::2] @ a[:3, ::3], a[1:4] @ a[:, 2], a[:, 1] @ a[:, 2])  # noqa: E731
    a = np.random.default_rng(0).standard_normal((6, 6))
    for found, wanted in zip(natively_of_arrays(f, a)(a), f(a), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-14)


def test_constants_in_either_order():
    c = np.random.default_rng(0).standard_normal((6, 4))
    for matrix in (c, np.asfortranarray(c), c[::2], c.astype(np.float32), c > 0):
        f = lambda x, matrix=matrix: matrix @ x  # noqa: E731
        x = np.random.default_rng(1).standard_normal(4)
        np.testing.assert_allclose(natively_of_arrays(f, x)(x), f(x), rtol=1e-13)


def test_blas_is_found_without_the_import_of_scipy_linalg():
    source = """
import sys
from diffops.jit.arrays.blas import address
first = address("dgemm")
assert first and "scipy.linalg" not in sys.modules
import scipy.linalg, scipy.linalg.cython_blas
assert scipy.linalg.cython_blas is sys.modules["scipy.linalg.cython_blas"]
address.cache_clear()
assert address("dgemm") == first
"""
    subprocess.run([sys.executable, "-c", source], check=True)
