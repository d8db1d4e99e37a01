"""Integrals of samples: sums of values with weights that depend on their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original, special

from diffops.primitive import adopt
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import mirrors
from diffops.tags import strip


def _rows(y: Any, axis: int) -> Any:
    return np.moveaxis(adopt(y), axis, -1)


def _steps(y: Any, x: Any, dx: Any, axis: int) -> Any:
    """Return the distances of the samples, which broadcast against the rows of y."""
    if x is None:
        if np.ndim(dx) == 0:
            return dx
        return np.broadcast_to(_rows(dx, axis), shape_of(y[..., 1:]))
    x = adopt(x)
    if np.ndim(x) != 1:
        x = np.moveaxis(x, axis, -1)
    if shape_of(x)[-1] != shape_of(y)[-1]:
        raise ValueError("If given, length of x along axis must be the same as y.")
    return np.diff(x)


@mirrors(original.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Integrate samples along an axis by trapezoids, as `scipy.integrate.trapezoid`."""
    rows = _rows(y, axis)
    steps = _steps(rows, x, dx, axis)
    return np.sum(steps * (rows[..., 1:] + rows[..., :-1]) / 2.0, axis=-1)


@mirrors(original.cumulative_trapezoid)
def cumulative_trapezoid(
    y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None
) -> Any:
    """Integrate samples up to each of them by trapezoids."""
    if initial is not None and np.any(initial):
        raise ValueError("`initial` must be `None` or `0`.")
    rows = _rows(y, axis)
    steps = _steps(rows, x, dx, axis)
    sums = np.cumsum(steps * (rows[..., 1:] + rows[..., :-1]) / 2.0, axis=-1)
    return _begun(sums, initial, axis)


def _begun(sums: Any, initial: Any, axis: int) -> Any:
    """Put the integral up to the first sample before the others."""
    if initial is not None:
        initial = _rows(initial, axis) if np.ndim(initial) else initial
        first = np.broadcast_to(initial, (*shape_of(sums)[:-1], 1))
        sums = np.concatenate([first, sums], axis=-1)
    return np.moveaxis(sums, -1, axis)


def _both_steps(steps: Any, size: int) -> tuple[Any, Any]:
    """Return the steps before and after each inner sample."""
    if np.ndim(steps) == 0:
        return steps, steps
    return steps[..., : size - 2], steps[..., 1 : size - 1]


@mirrors(original.simpson)
def simpson(y: Any, x: Any = None, *, dx: Any = 1.0, axis: int = -1) -> Any:
    """Integrate samples along an axis by parabolas, as `scipy.integrate.simpson`.

    Where the number of intervals is odd, the last one is integrated under the parabola
    through the last three samples (Cartwright, *Simpson's rule cumulative integration
    with MS Excel and irregularly-spaced data*, 2017). Differentiable in y, x and dx.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> x = np.linspace(0.0, 1.0, 5)
    >>> area = lambda t: integrate.simpson(np.exp(t * x), x=x)
    >>> round(grad(area)(0.0), 6)  # ∫ x
    0.5
    """
    rows = _rows(y, axis)
    size = shape_of(rows)[-1]
    steps = _steps(rows, x, dx, axis)
    if size == 2:
        return np.sum(0.5 * steps * (rows[..., 1:] + rows[..., :-1]), axis=-1)
    even = size - (size % 2 == 0)
    first, second = _both_steps(steps, size)
    if np.ndim(steps):
        first, second = first[..., : even - 2 : 2], second[..., : even - 2 : 2]
    start, middle, end = (rows[..., k : even - 2 + k : 2] for k in (0, 1, 2))
    both = first + second
    area = np.sum(
        both
        / 6.0
        * (
            start * (2.0 - _ratio(second, first))
            + middle * _ratio(both * both, first * second)
            + end * (2.0 - _ratio(first, second))
        ),
        axis=-1,
    )
    if even == size:
        return area
    first, second = (h[..., -1] if np.ndim(h) else h for h in _both_steps(steps, size))
    both = first + second
    last = _ratio(second * (2 * second + 3 * first), 6 * both)
    inner = _ratio(second * (second + 3 * first), 6 * first)
    outer = _ratio(second**3, 6 * first * both)
    return area + rows[..., -1] * last + rows[..., -2] * inner - rows[..., -3] * outer


def _ratio(a: Any, b: Any) -> Any:
    """Return a / b, and 0 where b is 0: samples may stand at the same place."""
    zero = strip(b) == 0
    return np.where(zero, 0.0, a / np.where(zero, 1.0, b))


@mirrors(original.cumulative_simpson)
def cumulative_simpson(
    y: Any, *, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None
) -> Any:
    """Integrate samples up to each of them by parabolas."""
    rows = _rows(y, axis)
    size = shape_of(rows)[-1]
    if size < 3:
        steps = _steps(rows, x, dx, axis)
        sums = np.cumsum(steps * (rows[..., 1:] + rows[..., :-1]) / 2.0, axis=-1)
        return _from(sums, initial, axis)
    steps = _steps(rows, x, dx, axis)
    if x is not None and np.any(strip(steps) <= 0):
        raise ValueError("Input x must be strictly increasing.")
    first, second = _both_steps(steps, size)
    start, middle, end = (rows[..., k : size - 2 + k] for k in (0, 1, 2))
    before = _under_parabola(start, middle, end, first, second)
    after = _under_parabola(end, middle, start, second, first)
    parts = [
        before[..., i] if i < size - 2 and i % 2 == 0 else after[..., i - 1]
        for i in range(size - 1)
    ]
    return _from(np.cumsum(np.stack(parts, axis=-1), axis=-1), initial, axis)


def _from(sums: Any, initial: Any, axis: int) -> Any:
    """Add a constant of integration to all sums, and put it before them."""
    if initial is None:
        return np.moveaxis(sums, -1, axis)
    start = _rows(initial, axis) if np.ndim(initial) else initial
    return _begun(sums + start, initial, axis)


def _under_parabola(a: Any, b: Any, c: Any, first: Any, second: Any) -> Any:
    """Integrate the parabola through three samples from the first to the second."""
    both = first + second
    share, bend = first / both, first * first / (second * both)
    return first / 6 * ((3 - share) * a + (3 + share + bend) * b - bend * c)


@mirrors(original.romb)
def romb(y: Any, dx: Any = 1.0, axis: int = -1, show: bool = False) -> Any:
    """Integrate 2ᵏ + 1 equally spaced samples by Romberg's extrapolation."""
    rows = _rows(y, axis)
    intervals = shape_of(rows)[-1] - 1
    if intervals < 1 or intervals & (intervals - 1):
        raise ValueError(
            "Number of samples must be one plus a non-negative power of 2."
        )
    ends = (rows[..., 0] + rows[..., -1]) / 2.0
    row = [ends * (intervals * dx)]
    step = intervals
    while step > 1:
        step //= 2
        inner = np.sum(rows[..., step:-1:step], axis=-1)
        following = [(ends + inner) * (step * dx)]
        for k, entry in enumerate(row):
            gain = (following[k] - entry) / (4 ** (k + 1) - 1)
            following.append(following[k] + gain)
        row = following
    return row[-1]


def fixed_quad(
    func: Callable[..., Any], a: Any, b: Any, args: Any = (), n: int = 5
) -> tuple[Any, None]:
    """Integrate a function by Gauss's rule of order n, as `scipy.integrate.fixed_quad`.

    func is called once, with all nodes. Differentiable in a, b, args, and in whatever
    func closes over.

    Raises ValueError for infinite limits.

    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> round(grad(lambda k: integrate.fixed_quad(lambda x: x**k, 0.0, 1.0)[0])(2.0), 4)
    -0.1111
    """
    nodes, weights = special.roots_legendre(n)
    if np.isinf(known(a)) or np.isinf(known(b)):
        raise ValueError("Gaussian quadrature is only available for finite limits.")
    y = (b - a) * (np.real(nodes) + 1) / 2.0 + a
    return (b - a) / 2.0 * np.sum(weights * adopt(func(y, *args)), axis=-1), None
