"""Squares of roots that are 0: smooth, though the roots have a kink."""

import numpy as np
import pytest

from diffops import diff2, hessian


@pytest.mark.parametrize(
    ("f", "wanted"),
    [
        (lambda x: np.sum(np.abs(x) ** 2), 2 * np.eye(3)),
        (lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2), 6 * np.eye(3)),
        (lambda x: np.hypot(x[0], x[1]) ** 2, np.diag([2.0, 2.0, 0.0])),
        (lambda x: np.linalg.norm(x) ** 2, 2 * np.eye(3)),
        (lambda x: np.std(x) ** 2, (np.eye(3) - 1 / 3) * 2 / 3),
    ],
)
@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_squares_of_kinks_are_smooth(f, wanted, mode):
    np.testing.assert_allclose(hessian(f, mode=mode)(np.zeros(3)), wanted, atol=1e-14)


def test_the_square_of_an_absolute_number():
    assert diff2(lambda x: abs(x) ** 2)(0.0) == 2.0
    assert diff2(lambda x: np.square(np.abs(x)))(0.0) == 2.0
