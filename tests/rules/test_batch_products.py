"""Products of whole batches: every pairing of ranks and of what is batched."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from diffops import vmap

RANDOM = np.random.default_rng(5)
SHAPES = {1: (4,), 2: (4, 4), 3: (2, 4, 4), 4: (3, 1, 4, 4)}


@pytest.mark.parametrize("left", SHAPES)
@pytest.mark.parametrize("right", SHAPES)
@pytest.mark.parametrize("axes", [(0, 0), (0, None), (None, 0)])
def test_matmul(left, right, axes):
    ranks = (left, right)
    args = [
        RANDOM.normal(size=(5, *SHAPES[n]) if axis == 0 else SHAPES[n])
        for n, axis in zip(ranks, axes, strict=True)
    ]
    members = [
        [a[k] if axis == 0 else a for a, axis in zip(args, axes, strict=True)]
        for k in range(5)
    ]
    found = vmap(np.matmul, axes)(*args)
    np.testing.assert_allclose(found, [np.matmul(*m) for m in members], rtol=1e-12)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(("n", "m"), [(7, 3), (3, 7), (4, 4), (6, 2), (5, 1)])
def test_convolve(n, m, mode):
    a, b = RANDOM.normal(size=(3, n)), RANDOM.normal(size=(3, m))
    for axes in ((0, 0), (0, None), (None, 0)):
        args = [x if axis == 0 else x[0] for x, axis in zip((a, b), axes, strict=True)]
        wanted = [
            np.convolve(*(x[k] if x.ndim == 2 else x for x in args), mode)
            for k in range(3)
        ]
        f = lambda p, q: np.convolve(p, q, mode)  # noqa: E731
        np.testing.assert_allclose(vmap(f, axes)(*args), wanted, atol=1e-14)


@pytest.mark.parametrize(
    "subscripts", ["ij,jk->ik", "ij,kj->", "ii,ij->j", "ij,jk->kij", "...i,ij->...j"]
)
def test_einsum(subscripts):
    a, b = RANDOM.normal(size=(3, 4, 4)), RANDOM.normal(size=(3, 4, 4))
    for axes in ((0, 0), (0, None), (None, 0)):
        args = [x if axis == 0 else x[0] for x, axis in zip((a, b), axes, strict=True)]
        wanted = [
            np.einsum(subscripts, *(x[k] if x.ndim == 3 else x for x in args))
            for k in range(3)
        ]
        found = vmap(lambda p, q: np.einsum(subscripts, p, q), axes)(*args)
        np.testing.assert_allclose(found, wanted, atol=1e-13)


@pytest.mark.parametrize("columns", [None, 1, 3])
def test_solve(columns):
    a = RANDOM.normal(size=(3, 4, 4)) + 4 * np.eye(4)
    b = RANDOM.normal(size=(3, 4) if columns is None else (3, 4, columns))
    for axes in itertools.product([0, None], repeat=2):
        if axes == (None, None):
            continue
        args = [x if axis == 0 else x[0] for x, axis in zip((a, b), axes, strict=True)]
        wanted = [
            np.linalg.solve(
                *(x[k] if axis == 0 else x for x, axis in zip(args, axes, strict=True))
            )
            for k in range(3)
        ]
        np.testing.assert_allclose(vmap(np.linalg.solve, axes)(*args), wanted)
