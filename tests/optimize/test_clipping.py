"""Clipped gradients."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import agrees_with_differences

from diffops import grad, jacobian, optimize

G = np.array([3.0, -4.0, 0.5])


def test_by_norm():
    clipped = optimize.ClipNorm(2.0)(G)
    np.testing.assert_allclose(clipped, G * 2.0 / np.linalg.norm(G))
    np.testing.assert_array_equal(optimize.ClipNorm(9.0)(G), G)
    zero = np.zeros(3)
    np.testing.assert_array_equal(optimize.ClipNorm(1.0)(zero), zero)
    np.testing.assert_array_equal(
        jacobian(lambda g: optimize.ClipNorm(1.0)(g))(zero), np.eye(3)
    )
    unit = G / np.linalg.norm(G)
    wanted = 2.0 / np.linalg.norm(G) * (np.eye(3) - np.outer(unit, unit))
    np.testing.assert_allclose(jacobian(optimize.ClipNorm(2.0))(G), wanted, atol=1e-15)


def test_by_entry():
    np.testing.assert_array_equal(optimize.ClipValue(1.0)(G), [1.0, -1.0, 0.5])
    slope = grad(lambda most: np.sum(optimize.ClipValue(most)(G) * G))(1.0)
    assert slope == pytest.approx(3.0 + 4.0)


@pytest.mark.parametrize("clip", [optimize.ClipNorm, optimize.ClipValue])
@pytest.mark.parametrize(
    "method",
    [optimize.GradientDescent, optimize.Momentum, optimize.Adam, optimize.AdaGrad],
)
def test_differences_of_the_whole_training(clip, method):
    bounded = lambda rate, most: method(rate, clip=clip(most))  # noqa: E731
    agrees_with_differences(bounded, [0.27, 0.45])
