"""Independent truth for rules: Richardson differences of the plain NumPy function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops import grad, hessianv, jvp, vjp

F = Callable[..., Any]

#: Three steps, and the weights under which their errors cancel up to the sixth order.
_STEPS = (1e-2, 5e-3, 2.5e-3)
_WEIGHTS = (1 / 45, -20 / 45, 64 / 45)


def slope(f: F, x: Any, v: Any) -> Any:
    """Return the derivative of the plain f at x along v."""
    return sum(
        weight * (np.asarray(f(x + h * v)) - np.asarray(f(x - h * v))) / (2 * h)
        for h, weight in zip(_STEPS, _WEIGHTS, strict=True)
    )


def bend(phi: F, x: Any, v: Any) -> Any:
    """Return the second derivative of the plain, number-valued phi at x along v."""
    return sum(
        weight * (phi(x + h * v) - 2 * phi(x) + phi(x - h * v)) / (h * h)
        for h, weight in zip(_STEPS, _WEIGHTS, strict=True)
    )


def units(x: Any) -> Any:
    """Return the unit vectors of the shape of x, one per entry."""
    return np.eye(np.size(x)).reshape((np.size(x), *np.shape(x)))


def check(f: F, x: Any, *, second: bool = True) -> None:
    """Check value, both modes, and both kinds of second order at a smooth point.

    A complex x is checked at first order: cotangents pair as Re(g dx).
    """
    rng = np.random.default_rng(7)
    x = np.asarray(x)[()]
    value = f(x)
    u = _like(rng, value)
    v = _like(rng, x)

    y, change = jvp(f, (x,), (v,))
    assert np.shape(y) == np.shape(value) and type(y) is type(_number(value))
    assert np.result_type(y) == np.result_type(value)
    np.testing.assert_allclose(y, value, rtol=1e-13, atol=1e-13)
    assert np.shape(change) == np.shape(value)
    np.testing.assert_allclose(change, slope(f, x, v), rtol=1e-8, atol=1e-9)

    def phi(x: Any) -> Any:
        return np.sum(np.real(u * f(x)))

    y, pullback = vjp(f, x)
    np.testing.assert_allclose(y, value, rtol=1e-13, atol=1e-13)
    (g,) = pullback(u)
    assert np.shape(g) == np.shape(x) and np.result_type(g) == np.result_type(x)
    want = np.array([slope(phi, x, e) for e in units(x)], dtype=float)
    if np.iscomplexobj(x):
        want = want - 1j * np.array([slope(phi, x, 1j * e) for e in units(x)])
        second = False
    np.testing.assert_allclose(np.ravel(g), want, rtol=1e-8, atol=1e-9)

    if second:
        w = np.real(v)
        pairs = [bend(phi, x, w + e) - bend(phi, x, w - e) for e in units(x)]
        want = np.array(pairs, dtype=float).reshape(np.shape(x)) / 4
        forward_over_reverse = hessianv(phi)(x, w)
        reverse_over_reverse = grad(lambda x: np.sum(grad(phi)(x) * w))(x)
        for found in (forward_over_reverse, reverse_over_reverse):
            np.testing.assert_allclose(found, want, rtol=1e-6, atol=1e-6)


def check_single(f: F, x: Any) -> None:
    """Check that single precision stays: value, tangent and cotangent."""
    x = np.asarray(x, dtype=np.float32)[()]
    value = f(x)
    y, change = jvp(f, (x,), (np.ones_like(x),))
    _, pullback = vjp(f, x)
    (g,) = pullback(np.ones_like(value)[()])
    assert y.dtype == change.dtype == value.dtype == np.float32
    assert g.dtype == np.float32 and g.shape == x.shape
    np.testing.assert_allclose(y, value, rtol=1e-6)


def _like(rng: Any, value: Any) -> Any:
    shape = np.shape(value)
    sample = rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)
    if np.iscomplexobj(value):
        sample = sample + 1j * rng.uniform(-1, 1, shape)
    return sample[()] if isinstance(sample, np.ndarray) else sample


def _number(value: Any) -> Any:
    """Return what a full reduction is here: a number, where NumPy has a 0-d array."""
    return value[()] if np.ndim(value) == 0 and hasattr(value, "dtype") else value
