"""One step of the Radau IIA method of fifth order, whose stages are implicit.

The stages solve an equation. On plain values Newton's method does; then it goes on with
tracked ones, from the plain solution and with the Jacobian there: each iteration makes
derivatives of one more order exact (Griewank & Faure 2002 on such piggy-backing). See
Hairer & Wanner, *Solving Ordinary Differential Equations II*, section IV.8.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.scipy.integrate.steps import Field, Step
from diffops.tags import strip

_ROOT = 6**0.5
#: Where the stages are, the last of them at the end of the step.
NODES = np.array([(4 - _ROOT) / 10, (4 + _ROOT) / 10, 1.0])
_POWERS = np.arange(1, 4)
#: The polynomials through 0 at the beginning: value 1 at one node, 0 at the others.
_CURVES = np.linalg.inv(NODES[:, None] ** _POWERS).T
#: The integrals up to each node of those of second degree.
_MATRIX = (NODES[:, None] ** _POWERS / _POWERS) @ np.linalg.inv(
    NODES[:, None] ** (_POWERS - 1)
)
_ERROR = np.array([-13 - 7 * _ROOT, -13 + 7 * _ROOT, -1]) / 3
_REAL = 3 + 3 ** (2 / 3) - 3 ** (1 / 3)  # the inverse of the matrix' real eigenvalue


class NotSolved(Exception):
    """Newton's method did not converge; a shorter step may help."""


def implicit_step(
    field: Field,
    slope: Callable[[float, Any], Any],
    t: float,
    y: Any,
    h: float,
    guess: Any,
    first: Any,
    orders: int,
) -> Step:
    """Take a step, whose derivatives are exact up to a number of orders.

    ``slope(t, y)`` is the plain Jacobian of the field, ``guess`` holds the plain
    solution at the three nodes as rows, and ``first`` is the slope at the beginning.

    Raises NotSolved where Newton's method does not converge.
    """
    start = strip(y)
    size = start.size
    places = [float(t + c * h) for c in NODES]
    plain, slopes = _solved(field, slope, places, start, h, guess)
    inverse = np.linalg.inv(np.eye(3 * size) - h * np.block(_blocks(slopes)))
    stages: Any = plain
    for _ in range(orders + 1):
        stages = stages - _correction(field, inverse, places, y, stages, h)
    filtering = np.linalg.inv(np.eye(size) * (_REAL / h) - slopes[0])
    error = filtering @ (first + (_ERROR / h) @ stages)
    terms = [stages[i] for i in range(3)]
    end = y + terms[-1]
    return Step(t, h, y, 1.0, terms, _weights, end, [error], None, implicit=True)


def _blocks(slopes: list[Any]) -> list[list[Any]]:
    return [[_MATRIX[i, j] * slopes[j] for j in range(3)] for i in range(3)]


def _correction(
    field: Field, inverse: Any, places: list[float], y: Any, stages: Any, h: float
) -> Any:
    """Return what Newton's method takes from the stages."""
    fields = np.stack([field(t, y + stages[i]) for i, t in enumerate(places)])
    excess = stages - h * (_MATRIX @ fields)
    return np.reshape(inverse @ np.reshape(excess, -1), excess.shape)


def _solved(
    field: Field,
    slope: Callable[[float, Any], Any],
    places: list[float],
    start: Any,
    h: float,
    guess: Any,
) -> tuple[Any, list[Any]]:
    """Return the plain changes to each stage, and the Jacobians there."""
    size = start.size
    stages = guess - start
    previous = np.inf
    for _ in range(12):
        slopes = [slope(t, start + stages[i]) for i, t in enumerate(places)]
        system = np.eye(3 * size) - h * np.block(_blocks(slopes))
        if not np.all(np.isfinite(system)):
            raise NotSolved
        inverse = np.linalg.inv(system)
        change = strip(_correction(field, inverse, places, start, stages, h))
        stages = stages - change
        error = float(np.max(np.abs(change), initial=0.0))
        scale = float(np.max(np.abs(stages + start), initial=0.0))
        # Quadratic convergence: what is left is below the rounding errors.
        if error <= 1e-9 * scale or (error >= 0.5 * previous and error < 1e-7 * scale):
            return stages, slopes
        if not np.isfinite(error):
            break
        previous = error
    raise NotSolved


def _weights(x: Any) -> Any:
    """Return the polynomials of collocation at a fraction of the step."""
    return [
        sum(float(c) * x ** int(n) for c, n in zip(row, _POWERS, strict=True))
        for row in _CURVES
    ]
