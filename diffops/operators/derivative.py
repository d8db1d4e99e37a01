"""Derivatives of functions of one number: ``diff`` and its kin, of any order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from diffops.operators._combinator import Derivative, Result
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import one_like
from diffops.operators.taylor import checked_order, expand
from diffops.values.methods import shape_of as shape

F = Callable[..., Any]


def diff(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the derivative of a function of one number.

    ``diff(f)(x)`` = f′(x) = lim (f(x + h) − f(x)) / h as h → 0.

    x is a number; f(x) may be a number, an array or a container, whose shape and dtype
    the result has, or a function, whose derivative is a function. For complex x this is
    the derivative along the real axis, which is f′ where f is holomorphic.

    Raises TypeError where x is not a number. Forward mode: one call of f, at about
    three times its work.

    >>> from diffops import diff
    >>> diff(lambda x: x**3)(2.0)
    12.0
    """
    return Derivative(_diff, f, argnums, has_aux, n=1)


def fdiff(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), f′(x)) for a function of one number, in one pass.

    Shapes, errors and cost as for `diff`.

    >>> from diffops import fdiff
    >>> fdiff(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    return Derivative(_diff, f, argnums, has_aux, value=True, n=1)


def diff2(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the second derivative f″(x) of a function of one number.

    ``diff2(f)`` is ``diffn(2, f)``: shapes, errors and cost as for `diffn`.

    >>> from diffops import diff2
    >>> diff2(lambda x: x**3)(2.0)
    12.0
    """
    return Derivative(_diff, f, argnums, has_aux, n=2)


def fdiff2(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), f″(x)) for a function of one number, in one pass.

    Shapes, errors and cost as for `diffn`.

    >>> from diffops import fdiff2
    >>> fdiff2(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    return Derivative(_diff, f, argnums, has_aux, value=True, n=2)


def ffdiff2(f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return (f(x), f′(x), f″(x)) for a function of one number, in one pass.

    Shapes, errors and cost as for `diffn`.

    >>> from diffops import ffdiff2
    >>> ffdiff2(lambda x: x**4)(2.0)
    (16.0, 32.0, 48.0)
    """
    return Derivative(_diff_all, f, argnums, has_aux, value=True, n=2)


def diffn(n: int, f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the n-th derivative of a function of one number.

    ``diffn(n, f)(x)`` = f⁽ⁿ⁾(x); n = 0 gives f(x). Shapes and dtype as for `diff`.

    Raises ValueError for negative n, TypeError where x is not a number or n not an
    int. Taylor arithmetic: f is called once, and an operation of f costs O(n²).

    >>> from diffops import diffn
    >>> diffn(3, lambda x: x**5)(1.0)
    60.0
    """
    return Derivative(_diff, f, argnums, has_aux, n=_order(n))


def fdiffn(n: int, f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return the pair (f(x), f⁽ⁿ⁾(x)) for a function of one number, in one pass.

    Shapes, errors and cost as for `diffn`.

    >>> from diffops import fdiffn
    >>> fdiffn(3, lambda x: x**5)(1.0)
    (1.0, 60.0)
    """
    return Derivative(_diff, f, argnums, has_aux, value=True, n=_order(n))


def ffdiffn(n: int, f: F, argnums: Argnums = 0, has_aux: bool = False) -> Derivative:
    """Return (f(x), f′(x), …, f⁽ⁿ⁾(x)) for a function of one number, in one pass.

    Shapes, errors and cost as for `diffn`.

    >>> from diffops import ffdiffn
    >>> ffdiffn(3, lambda x: x**5)(1.0)
    (1.0, 5.0, 20.0, 60.0)
    """
    return Derivative(_diff_all, f, argnums, has_aux, value=True, n=_order(n))


def _order(n: int) -> int:
    return checked_order(
        n, f"the order comes first: diffn(n, f), with an int n, not {n!r}"
    )


def _diff(point: Point, has_aux: bool, n: int) -> Result:
    value, orders, aux = _towers(point, n, has_aux)
    return Result(value, (orders[-1],), aux)


def _diff_all(point: Point, has_aux: bool, n: int) -> Result:
    value, orders, aux = _towers(point, n, has_aux)
    return Result(value, tuple(orders[1:]), aux)


def _towers(point: Point, n: int, has_aux: bool) -> tuple[Any, list[Any], Any]:
    """Return f(x), its derivatives of orders 0…n with respect to each leaf, and aux."""
    for leaf in point.leaves:
        if shape(leaf) != ():
            raise TypeError(
                f"diff differentiates with respect to a number, but x has shape "
                f"{shape(leaf)}; use grad, jacobian or jvp"
            )
    towers = [_tower(point, i, n, has_aux) for i in range(len(point.leaves))]
    output = towers[0][1]
    orders = [
        point.rebuild([output.rebuild(tower[order]) for tower, _ in towers])
        for order in range(n + 1)
    ]
    return output.rebuild(towers[0][0][0]), orders, output.aux


def _tower(point: Point, i: int, n: int, has_aux: bool) -> tuple[list[Any], Any]:
    """Return the leaves of f(x) and of its first n derivatives in leaf i, and output.

    The k-th derivative is k! times the k-th Taylor coefficient. The direction is
    stretched by a power of two, such that no coefficient vanishes in rounding: those of
    exp would beyond the 170th, in single precision beyond the 35th.
    """
    stretch = 2 ** max(round(math.log2(max(n, 1) / math.e)), 0)
    direction: list[Any] = [None] * len(point.leaves)
    direction[i] = one_like(point.leaves[i]) * stretch
    output, towers = expand(point, direction, n, has_aux)
    factors = [math.factorial(k) / stretch**k for k in range(1, n + 1)]
    orders = [
        [tower[k] * factor for tower in towers]
        for k, factor in enumerate(factors, start=1)
    ]
    return [output.leaves, *orders], output
