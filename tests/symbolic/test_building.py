"""Derivatives of expressions put together, and the shapes that they want."""

import numpy as np
import pytest

from diffops import symbolic
from diffops.symbolic._building import order

pytest.importorskip("sympy", reason="SymPy is not installed")


def test_orders():
    assert order(np.int64(3)) == 3
    with pytest.raises(TypeError, match="the order comes first"):
        symbolic.diffn(np.sin, 2)
    with pytest.raises(ValueError, match="at least 0"):
        symbolic.diffn(-1, np.sin)


def test_shapes_that_do_not_fit():
    x = np.ones(2)
    with pytest.raises(TypeError, match="with respect to a number"):
        symbolic.diff(np.sin)(x)
    for operator in (symbolic.grad, symbolic.hessian, symbolic.laplacian):
        with pytest.raises(TypeError, match=r"one number, .* shape \(2,\)"):
            operator(np.sin)(x)
    with pytest.raises(ValueError, match=r"curl wants .* shape \(3,\)"):
        symbolic.curl(np.sin)(x)
    with pytest.raises(ValueError, match="div wants"):
        symbolic.div(np.sum)(x)


def test_no_entries():
    x = np.zeros(0)
    assert symbolic.grad(np.sum)(x).shape == (0,)
    assert symbolic.hessian(np.sum)(x).shape == (0, 0)
    assert symbolic.laplacian(np.sum)(x) == 0
