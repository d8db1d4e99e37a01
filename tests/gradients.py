"""Gradients of programs in both modes, beside differences of the plain program."""

from __future__ import annotations

import numpy as np
import pytest

from diffops import grad, jvp


def forward(f):
    """Return the gradient by one forward pass per entry."""

    def gradient(x):
        units = np.eye(x.size).reshape(x.size, *x.shape)
        slopes = [jvp(f, (x,), (unit,))[1] for unit in units]
        return np.array(slopes).reshape(x.shape)

    return gradient


#: A test under this mark gets the gradient of each mode as ``gradient``.
modes = pytest.mark.parametrize("gradient", [forward, grad], ids=["forward", "reverse"])

#: Where programs are differentiated, unless they ask for another point.
POINT = np.array([1.3, 0.7, -0.4, 2.1])


def differences(f, x):
    """Return the gradient of a plain program: central differences, error h⁴."""

    def difference(h):
        units = np.eye(x.size).reshape(x.size, *x.shape)
        pairs = [f(x + h * unit) - f(x - h * unit) for unit in units]
        return np.array(pairs, dtype=float).reshape(x.shape) / (2 * h)

    return (4 * difference(5e-4) - difference(1e-3)) / 3


def check(f, x=POINT):
    """Compare value and gradient of a program, in both modes, with the plain one."""
    value, wanted = f(x.copy()), differences(f, x)
    limit = 1e-9 * (1 + np.max(np.abs(wanted), initial=0.0))
    for gradient in (forward, grad):
        np.testing.assert_allclose(gradient(f)(x), wanted, rtol=0.0, atol=limit)
    found, _ = jvp(f, (x,), (x,))
    np.testing.assert_allclose(found, value, rtol=1e-14)
