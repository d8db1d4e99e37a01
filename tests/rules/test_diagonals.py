"""Diagonals and triangles."""

import numpy as np
import pytest
from truth import check, entries

from diffops import grad, vjp

CASES = {
    "diag": (np.diag, entries(3)),
    "diag above": (lambda x: np.diag(x, 2), entries(3)),
    "diag below": (lambda x: np.diag(x, -1), entries(3)),
    "diag of matrix": (lambda x: np.diag(x, 1), entries(3, 4)),
    "diag beyond": (lambda x: np.diag(x, 7), entries(3, 4)),
    "diagonal": (np.diagonal, entries(3, 4)),
    "diagonal wide": (lambda x: np.diagonal(x, 1), entries(2, 4)),
    "diagonal tall": (lambda x: np.diagonal(x, -2), entries(4, 3)),
    "diagonal axes": (lambda x: np.diagonal(x, 1, -1, 0), entries(3, 2, 3)),
    "method": (lambda x: x.diagonal(offset=-1), entries(3, 3)),
    "linalg.diagonal": (lambda x: np.linalg.diagonal(x, offset=1), entries(2, 3, 4)),
    "trace": (np.trace, entries(3, 4)),
    "trace of planes": (lambda x: np.trace(x, 1, 1, 2), entries(2, 3, 4)),
    "trace dtype": (lambda x: np.trace(x, dtype=np.longdouble), entries(3, 3)),
    "linalg.trace": (lambda x: np.linalg.trace(x, offset=-1), entries(2, 3, 4)),
    "diagflat": (lambda x: np.diagflat(x, 1), entries(2, 2)),
    "diagflat number": (np.diagflat, 1.5),
    "tril": (np.tril, entries(3, 4)),
    "tril below": (lambda x: np.tril(x, -1), entries(2, 3, 3)),
    "tril vector": (np.tril, entries(3)),
    "triu": (lambda x: np.triu(x, k=1), entries(4, 3)),
    "triu vector": (np.triu, entries(3)),
    "indices": (
        lambda x: x[np.tril_indices_from(x)] + x[np.triu_indices_from(x)],
        entries(3, 3),
    ),
    "float32": (
        lambda x: np.tril(x) + np.diag(np.diag(x)),
        entries(3, 3, dtype=np.float32),
    ),
    "empty": (lambda x: np.trace(x) + np.diagonal(x), entries(0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_diagonal_sees_writes_into_its_matrix():
    def f(x):
        y = x * 1.0
        seen = np.diagonal(y)
        y[0, 0] = x[1, 0] ** 2
        return seen * 1.0

    check(f, entries(2, 2))


def test_complex_trace_and_triangles():
    z = entries(2, 2) * (1 + 2j)
    for f, wanted in ((np.trace, np.eye(2)), (lambda z: np.sum(np.tril(z)), np.tri(2))):
        (cotangent,) = vjp(f, z)[1](1 - 1j)
        np.testing.assert_array_equal(cotangent, wanted * (1 - 1j))


def test_triangles_drop_what_is_not_finite():
    x = np.array([[1.0, 0.0], [2.0, 3.0]])
    g = grad(lambda x: np.sum(np.tril(np.sqrt(x))))(x)
    np.testing.assert_allclose(g, [[0.5, 0.0], [0.5 / np.sqrt(2), 0.5 / np.sqrt(3)]])


def test_errors_are_numpys():
    with pytest.raises(ValueError, match="1- or 2-d"):
        grad(lambda x: np.sum(np.diag(x)))(entries(2, 2, 2))
