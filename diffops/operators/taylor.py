"""Taylor coefficients of a function along a direction, of every order at once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from diffops.modes.dual import Forward
from diffops.modes.jet import Jets
from diffops.modes.jet_values import PythonJet
from diffops.operators._passes import (
    FunctionValued,
    Output,
    run,
    settle,
    tangent_of,
    zeros_like,
)
from diffops.operators._point import Point
from diffops.operators._vectors import like_leaves, one_like, private
from diffops.tags import belongs, lower

F = Callable[..., Any]


def taylor(
    f: F, x: Any, n: int, v: Any = None, *, has_aux: bool = False
) -> tuple[Any, ...]:
    """Return the Taylor coefficients of t ↦ f(x + t v) at t = 0, up to degree n.

    ``taylor(f, x, n, v)`` = (c₀, …, cₙ), where f(x + t v) = c₀ + c₁ t + … + cₙ tⁿ +
    O(tⁿ⁺¹); each has the shape or container of f(x). So k! cₖ is the k-th derivative
    along v. Without v all entries of x move with t: the ordinary Taylor coefficients of
    a function of one number, and those of every entry of an elementwise function.
    With ``has_aux`` f returns (value, aux), and the result is ((c₀, …, cₙ), aux).

    Raises ValueError for negative n and where v does not have the shape of x, TypeError
    where n is not an int. Taylor arithmetic: f is called once, and an operation of f
    costs O(n²) of its kind (Griewank & Walther, Evaluating Derivatives, ch. 13).

    >>> import numpy as np
    >>> from diffops import taylor
    >>> taylor(lambda x: 1 / (1 - x), 0.0, 4)
    (1.0, 1.0, 1.0, 1.0, 1.0)
    >>> x, v = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    >>> taylor(lambda x: x[0] * x[1] ** 2, x, 3, v)  # (1 + t)(2 − t)²
    (np.float64(4.0), np.float64(0.0), np.float64(-3.0), np.float64(1.0))
    """
    if not callable(f):
        raise TypeError(f"taylor wants a function first, not a {type(f).__name__}")
    n = checked_order(n, f"taylor(f, x, n) wants an int n, not {n!r}")
    point = Point(f, 0, (x,), {})
    if v is None:
        direction = [one_like(leaf) for leaf in point.leaves]
    else:
        direction = like_leaves(v, point.leaves, "taylor")
    try:
        output, towers = expand(point, direction, n, has_aux)
    except FunctionValued:
        raise TypeError(
            "taylor: f returned a function, whose derivatives are taken by diffn"
        ) from None
    coefficients = tuple(
        output.rebuild([private(tower[k]) for tower in towers]) for k in range(n + 1)
    )
    return (coefficients, output.aux) if has_aux else coefficients


def checked_order(n: Any, message: str) -> int:
    """Return the order of a derivative as an int, or raise."""
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(message) from None
    if n < 0:
        raise ValueError(f"a derivative of order {n} does not exist; n must be ≥ 0")
    return int(n)


def expand(
    point: Point, direction: Sequence[Any], n: int, has_aux: bool
) -> tuple[Output, list[list[Any]]]:
    """Run f along a direction; return its output, and coefficients 0…n of each leaf.

    A leaf of the point whose direction is None does not vary.
    """
    level: Any = Forward() if n == 1 else Jets(n)
    track = level.dual if n == 1 else level.jet
    leaves = [
        leaf if n == 0 or change is None else track(leaf, change)
        for leaf, change in zip(point.leaves, direction, strict=True)
    ]
    output = run(level, point, leaves, has_aux)
    if n == 1:
        towers = [[tangent_of(leaf, level)] for leaf in output.leaves]
    else:
        orders = range(1, n + 1)
        towers = [
            [_coefficient(leaf, level, k) for k in orders] for leaf in output.leaves
        ]
    settle(output)
    return output, [
        [value, *tower] for value, tower in zip(output.leaves, towers, strict=True)
    ]


def _coefficient(leaf: Any, level: Jets, k: int) -> Any:
    """Return a coefficient of an output; numbers compute as Python floats."""
    found = leaf.carry.at(k) if belongs(leaf, level) else None
    if found is None:
        return zeros_like(leaf)
    if found.__class__ is float and not isinstance(leaf, PythonJet):
        return leaf.dtype.type(found)
    return lower(found)
