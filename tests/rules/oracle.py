"""Derivatives of plain NumPy functions by differences in extended precision.

`check` compares diffops with them: value, forward, reverse, and both second orders.
"""

import numpy as np

from diffops import jvp, vjp


def _flat(y):
    """Return one vector of the entries of an array, a number, or a list of them."""
    parts = y if isinstance(y, (list, tuple)) else [y]
    return np.concatenate([np.ravel(part) for part in parts])


def _direction(seed, args):
    random = np.random.default_rng(seed)
    return tuple(
        random.uniform(0.5, 1.5, np.shape(arg)).astype(np.result_type(arg))
        for arg in args
    )


def _along(f, args, *directions, step):
    """Return f's derivative along one direction, or along two in turn.

    Central differences of two steps, combined so that the cubic error cancels.
    """
    if not directions:
        return f(*args)
    *rest, direction = directions

    def difference(size):
        up, down = (
            [a + h * np.asarray(d) for a, d in zip(args, direction, strict=True)]
            for h in (size, -size)
        )
        change = _along(f, up, *rest, step=step) - _along(f, down, *rest, step=step)
        return change / (2 * size)

    return (4 * difference(step) - difference(2 * step)) / 3


def _close(found, wanted, dtype):
    tolerance = 2e-4 if dtype == np.float32 else 1e-8
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


def _same_kind(found, wanted):
    assert np.shape(found) == np.shape(wanted)
    assert np.result_type(found) == np.result_type(wanted)


def check(f, *args, precision=np.longdouble):
    """Compare the derivatives of f at real args with those of the plain function."""
    step = 1e-4 if precision is np.longdouble else 1e-3
    plain = f(*args)
    dtype = min((np.result_type(arg) for arg in args), key=lambda d: d.itemsize)
    u, v = _direction(1, args), _direction(2, args)
    extended = [np.asarray(arg, dtype=precision)[()] for arg in args]

    y, tangent = jvp(f, args, u)
    for part, change, wanted in zip(
        _each(y), _each(tangent), _each(plain), strict=True
    ):
        _same_kind(part, wanted)
        _same_kind(change, wanted)
        np.testing.assert_allclose(
            part, wanted, rtol=1e-6 if dtype == np.float32 else 1e-14, atol=1e-14
        )
    _close(
        _flat(tangent), _along(lambda *a: _flat(f(*a)), extended, u, step=step), dtype
    )

    weights = np.cos(np.arange(_flat(plain).size, dtype=np.float64))

    def scalar(*a):
        return np.sum(weights * np.sin(_flat(f(*a))))

    def gradient(*a):
        return vjp(scalar, *a)[1](1.0)

    def slope(*a):
        return sum(np.sum(g * d) for g, d in zip(gradient(*a), u, strict=True))

    g = gradient(*args)
    for cotangent, arg in zip(g, args, strict=True):
        _same_kind(cotangent, arg)
    _close(slope(*args), _along(scalar, extended, u, step=step), dtype)
    wanted = _along(scalar, extended, u, v, step=step)
    changes = jvp(gradient, args, v)[1]
    forward_over_reverse = sum(np.sum(c * d) for c, d in zip(changes, u, strict=True))
    reverse_over_reverse = sum(
        np.sum(c * d) for c, d in zip(vjp(slope, *args)[1](1.0), v, strict=True)
    )
    _close(forward_over_reverse, wanted, dtype)
    _close(reverse_over_reverse, wanted, dtype)


def _each(y):
    return y if isinstance(y, (list, tuple)) else [y]


def rng(*shape, dtype=np.float64):
    """Return an array of distinct entries away from zero."""
    random = np.random.default_rng(len(shape) + 7 * sum(shape))
    return random.uniform(0.3, 1.7, shape).astype(dtype)
