"""Numbers in regular steps, and the powers of a vector."""

import numpy as np
import pytest
from truth import check, entries

from diffops import grad, jvp

CASES = {
    "arange": (lambda x: np.arange(x[0], 7, x[1], like=x), np.array([0.2, 1.3])),
    "arange stop": (lambda x: x * np.arange(x[0], like=x), np.array([3.5])),
    "linspace": (lambda x, y: np.linspace(x, y, 7), 0.5, 2.5),
    "linspace open": (lambda x: np.linspace(x, 3, 5, endpoint=False), 0.5),
    "linspace step": (lambda x, y: np.linspace(x, y, 4, retstep=True), 0.5, 2.0),
    "linspace arrays": (
        lambda x, y: np.linspace(x, y, 4, axis=1),
        entries(3),
        entries(2, 1),
    ),
    "linspace of one": (lambda x, y: np.linspace(x, y, 1), 0.5, 2.5),
    "linspace of none": (lambda x, y: np.linspace(x, y, 0), 0.5, 2.5),
    "logspace": (lambda x, y: np.logspace(x, y, 5), -0.5, 0.8),
    "logspace base": (lambda x, y: np.logspace(x, 2.0, 4, base=y), 0.5, 2.5),
    "logspace bases": (
        lambda y: np.logspace(0, 2.0, 4, base=y, axis=-1),
        entries(2) + 1,
    ),
    "geomspace": (lambda x, y: np.geomspace(x, y, 5), 0.5, 8.0),
    "geomspace down": (lambda x: np.geomspace(-1.0, x, 4, endpoint=False), -9.0),
    "geomspace arrays": (
        lambda x, y: np.geomspace(x, y, 3, axis=-1),
        entries(2, 1),
        entries(3),
    ),
    "geomspace complex": (lambda x: np.geomspace(1, x * 2j, 4).imag, 1.5),
    "vander": (np.vander, entries(3)),
    "vander at 0": (lambda x: np.vander(x, 4, increasing=True), np.array([0.0, -2.0])),
    "vander wide": (lambda x: np.vander(x, 1), entries(2)),
    "vander of none": (lambda x: np.vander(x, 0) * np.sum(x), entries(2)),
    "float32": (
        lambda x: np.linspace(x, np.geomspace(x, x * x, 3), 4),
        entries(3, dtype=np.float32),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_powers_of_single_numbers_are_double_as_in_numpy():
    x = np.float32([1, 2])
    y, _ = jvp(np.vander, (x,), (x,))
    assert y.dtype == np.vander(x).dtype == np.float64


def test_how_many_steps_there_are_is_constant():
    y, change = jvp(lambda x: np.arange(0.0, x, like=x), (3.0,), (1.0,))
    np.testing.assert_array_equal(y, [0, 1, 2])
    np.testing.assert_array_equal(change, [0, 0, 0])


def test_errors_are_numpys():
    with pytest.raises(ValueError, match="cannot include zero"):
        grad(lambda x: np.sum(np.geomspace(x, 0.0)))(1.0)
    with pytest.raises(ValueError, match="one-dimensional"):
        grad(lambda x: np.sum(np.vander(x)))(entries(2, 2))
