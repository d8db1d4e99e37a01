"""Grids of coordinates."""

import numpy as np
import pytest
from truth import check, entries

from diffops import grad

CASES = {
    "meshgrid": (lambda x, y: np.meshgrid(x, y), entries(3), entries(2)),
    "meshgrid ij": (
        lambda x, y: np.meshgrid(x, y, 1.0, indexing="ij", sparse=True)[:2],
        entries(3),
        entries(2),
    ),
    "meshgrid of three": (lambda x, y: np.meshgrid(x, y, x), entries(3), entries(2)),
    "meshgrid views": (lambda x: np.meshgrid(x, x, x, copy=False), entries(2)),
    "ix_": (lambda x, y: np.ix_(x, y, x), entries(3), entries(2)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_errors_are_numpys():
    with pytest.raises(ValueError, match="indexing"):
        grad(lambda x: np.sum(np.meshgrid(x, indexing="ab")[0]))(entries(2))
