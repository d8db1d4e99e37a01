"""What all differentiable optimisers share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from diffops import grad, optimize
from diffops.optimize._method import Loss, zeros
from diffops.optimize._packing import Packing

PACKING = Packing({"a": 1.0, "b": np.ones(2)})


def loss(w, c):
    return c * w["a"] ** 3 + np.sum(w["b"] ** 2) * w["a"]


def test_the_loss_of_a_vector():
    at = Loss(loss, PACKING, (2.0,))
    w = np.array([1.0, 2.0, 3.0])
    assert at.value(w) == 15.0
    np.testing.assert_allclose(at.gradient(w), [6 + 13, 4.0, 6.0])
    value, slope = at.both(w)
    assert value == 15.0
    np.testing.assert_array_equal(slope, at.gradient(w))
    matrix = [[12.0, 4.0, 6.0], [4.0, 2.0, 0.0], [6.0, 0.0, 2.0]]
    np.testing.assert_allclose(at.hessian(w), matrix)
    np.testing.assert_allclose(at.product(w, w), matrix @ w)


def test_methods_of_the_users_own():
    """A frozen dataclass with a direction will do."""

    @dataclass(frozen=True)
    class SignDescent(optimize.Method):
        rate: float
        clip: object = None

        def direction(self, loss, w, slope, state, t):
            return -np.sign(slope), ()

    end = lambda rate: optimize.descend(  # noqa: E731
        lambda w: w**2, 1.0, SignDescent(rate), 4
    )
    assert end(0.125) == 0.5
    assert grad(end)(0.125) == -4.0
    with pytest.raises(NotImplementedError):
        optimize.Method().direction(None, None, None, (), 0)
    np.testing.assert_array_equal(zeros(np.ones(2)), [0.0, 0.0])


def test_a_loss_of_many_numbers():
    def many(w):
        return w

    method = optimize.GradientDescent(0.1)
    with pytest.raises(TypeError, match=r"descend wants .* but many returned an array"):
        optimize.descend(many, np.ones(2), method, 1)
