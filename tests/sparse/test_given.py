"""Patterns that users give."""

import numpy as np
import pytest
import scipy.sparse as sp

from diffops.sparse._given import checked_pattern

DENSE = np.array([[True, False, True], [False, False, True]])

FORMS = {
    "dense": DENSE,
    "list": DENSE.tolist(),
    "ints": DENSE.astype(int),
    "floats": DENSE.astype(float),
    "csr": sp.csr_array(DENSE),
    "csc of floats": sp.csc_array(DENSE.astype(float)),
    "coo with duplicates": sp.coo_array(
        (np.ones(4), ([0, 0, 0, 1], [2, 0, 2, 2])), shape=(2, 3)
    ),
    "lil": sp.lil_array(DENSE),
    "matrix": sp.csr_matrix(DENSE),
    "stored zeros": sp.csr_array((np.zeros(3), ([0, 0, 1], [2, 0, 2])), shape=(2, 3)),
}


@pytest.mark.parametrize("given", FORMS.values(), ids=FORMS)
def test_forms(given):
    pattern = checked_pattern(given, symmetric=False)
    assert pattern.format == "csr" and pattern.dtype == bool
    assert np.array_equal(pattern.toarray(), DENSE)
    assert pattern.has_canonical_format


def test_words():
    assert checked_pattern(None, False) is None
    assert checked_pattern("local", True) == "local"
    with pytest.raises(ValueError, match="None or \"local\", not 'global'"):
        checked_pattern("global", False)


@pytest.mark.parametrize("given", [np.ones(3), np.ones((1, 2, 2)), 1.0, [True, False]])
def test_no_matrix(given):
    with pytest.raises(ValueError, match="a sparsity pattern is a matrix"):
        checked_pattern(given, False)


@pytest.mark.parametrize(
    "given",
    [
        np.array([[0, -1]]),
        np.array([[0.5, 1.0]]),
        sp.csr_array([[0, 2]]),
        np.array([[np.nan, 1]]),
        np.array([["a", "b"]]),
        np.array([[1j, 0]]),
    ],
)
def test_values_that_are_no_booleans(given):
    with pytest.raises(ValueError, match="pass S != 0"):
        checked_pattern(given, False)


def test_one_triangle_is_enough_for_a_symmetric_matrix():
    lower = np.tril(np.ones((3, 3), dtype=bool))
    for given in (lower, lower.T, lower | lower.T, sp.coo_array(lower)):
        assert checked_pattern(given, symmetric=True).toarray().all()
    with pytest.raises(ValueError, match="square"):
        checked_pattern(DENSE, symmetric=True)


def test_the_users_array_stays_as_it_is():
    given = sp.coo_array((np.ones(2), ([0, 0], [1, 1])), shape=(2, 2))
    checked_pattern(given, True)
    assert given.nnz == 2 and given.dtype == float
