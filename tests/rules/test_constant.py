"""Functions without a derivative see plain values, under vmap batched ones."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad, vmap
from diffops.rules._constant import Constant, deep_strip


def test_it_strips_every_differentiation():
    seen = []

    def spy(x, scale=1.0):
        seen.append((type(x), type(scale)))
        return x * scale

    rule = Constant(spy)
    found = grad(grad(lambda x: rule(x, scale=x) * x * x * x))(2.0)
    assert found == 2.0 * 2.0 * 6.0 * 2.0
    assert seen == [(float, float)] * len(seen)
    assert repr(rule) == "<constant spy>"


def test_it_strips_containers():
    grad(lambda x: deep_strip([x, (x, 1)])[1][0] * x)(3.0)
    assert grad(lambda x: float(deep_strip([x, (x, 1)])[1][0]) * x)(3.0) == 3.0


def test_a_ufunc_broadcasts_and_other_functions_are_looped_over():
    assert Constant(np.floor).batch is not None
    rule = Constant(lambda x: np.floor(x).sum())
    found = vmap(rule)(np.array([[1.5, 2.5], [3.5, 4.5]]))
    np.testing.assert_array_equal(found, [3.0, 7.0])


def test_under_a_batch_inside_a_differentiation():
    slope = grad(lambda x: np.sum(vmap(lambda t: np.floor(t) * t)(x)))
    np.testing.assert_array_equal(slope(np.array([1.5, -2.5])), [1.0, -3.0])
    with pytest.raises(TypeError):
        Constant(np.floor)("text")
