"""Polynomial functions against differences."""

import numpy as np
import pytest
from truth import check

P, Q, X = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.3]), np.array([0.3, -0.7])


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (np.polyval, (P, X)),
        (np.polyval, (P, np.float64(0.3))),
        (np.polyadd, (P, Q)),
        (np.polysub, (Q, P)),
        (np.polymul, (P, Q)),
        (lambda p: np.polyder(p * p), (P,)),
        (lambda p: np.polyder(p * p, 2), (P,)),
        (lambda p: np.polyint(p * p), (P,)),
        (lambda p, k: np.polyint(p * p, 2, k), (P, Q)),
    ],
)
def test_polynomials(f, args):
    check(f, *args)


def test_a_list_of_tracked_coefficients():
    check(lambda x: np.polyval([x[0], 2.0, x[1]], x[0] * x[1]), X)
