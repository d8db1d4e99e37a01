"""`numpy.polynomial.polynomial`: what NumPy asks us about, the lowest power first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import polynomial

from diffops.primitive import adopt, implements
from diffops.rules._fitting import shape_of


def _evaluate(x: Any, c: Any, apart: bool) -> Any:
    """Evaluate the polynomials in the first axis of c, by Horner's scheme.

    ``apart`` lets x have axes of its own, after those of the coefficients.
    """
    if apart:
        c = np.reshape(c, shape_of(c) + (1,) * len(shape_of(x)))
    y = c[-1] + 0 * x
    for i in range(shape_of(c)[0] - 2, -1, -1):
        y = y * x + c[i]
    return y


@implements(polynomial.polyval2d)
def polyval2d(x: Any, y: Any, c: Any) -> Any:
    """Evaluate polynomials in two variables at points."""
    x, y = adopt(x), adopt(y)
    if shape_of(x) != shape_of(y):
        raise ValueError("x, y are incompatible")
    return _evaluate(y, _evaluate(x, adopt(c), True), False)


def polyvalnd(pts: Any, c: Any) -> Any:
    """Evaluate polynomials in as many variables as there are coordinates of points."""
    first, *others = map(adopt, pts)
    if any(shape_of(x) != shape_of(first) for x in others):
        raise ValueError("arrays are incompatible")
    c = adopt(c)
    missing = 1 + len(others) - len(shape_of(c))
    y = _evaluate(first, np.reshape(c, shape_of(c) + (1,) * missing), True)
    for x in others:
        y = _evaluate(x, y, False)
    return y


if hasattr(polynomial, "polyvalnd"):  # from NumPy 2.5 on
    implements(polynomial.polyvalnd)(polyvalnd)


@implements(polynomial.polygrid2d)
def polygrid2d(x: Any, y: Any, c: Any) -> Any:
    """Evaluate polynomials in two variables on the grid that x and y span."""
    return _evaluate(adopt(y), _evaluate(adopt(x), adopt(c), True), True)
