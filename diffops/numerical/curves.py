"""Differences of functions of one number: ``diff`` and its kin, of any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.numerical._extrapolation import Estimate
from diffops.numerical._quotient import Quotient, parts_of, rebuilt
from diffops.numerical._sampling import Samples
from diffops.numerical._stencils import along
from diffops.operators._point import Argnums
from diffops.operators.taylor import checked_order
from diffops.values.methods import shape_of as shape

F = Callable[..., Any]


def diff(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the derivative f′(x) of a function of one number, by differences.

    Arguments and result are those of `diffops.diff`. With ``error`` the call returns
    (result, estimate): how far the result may be off, likewise shaped.

    Two calls of f for each of 4 to 20 steps (about 10 in all for smooth f), and as many
    more where 0 < |x| < 1 and these are not enough. f must be smooth around x, and is
    taken to be as precise as its dtype: the estimate does not know of digits that f
    itself cancels, as 1 − cos(x) does near 0.

    >>> from diffops import numerical
    >>> slope, error = numerical.diff(lambda x: x**3, error=True)(2.0)
    >>> abs(slope - 12) <= error < 1e-11
    True
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, n=1)


def fdiff(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), f′(x)), by differences; see `diff`.

    >>> from diffops import numerical
    >>> value, slope = numerical.fdiff(lambda x: x**3)(2.0)
    >>> value, round(slope, 9)
    (8.0, 12.0)
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, value=True, n=1)


def diff2(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the second derivative f″(x), by differences; see `diffn`.

    >>> from diffops import numerical
    >>> round(numerical.diff2(lambda x: x**3)(2.0), 7)
    12.0
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, n=2)


def fdiff2(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), f″(x)), by differences; see `diffn`.

    >>> from diffops import numerical
    >>> value, bend = numerical.fdiff2(lambda x: x**3)(2.0)
    >>> value, round(bend, 7)
    (8.0, 12.0)
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, value=True, n=2)


def ffdiff2(
    f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return (f(x), f′(x), f″(x)), by differences; see `diffn`.

    >>> from diffops import numerical
    >>> [round(y, 7) for y in numerical.ffdiff2(lambda x: x**4)(2.0)]
    [16.0, 32.0, 48.0]
    """
    return Quotient(_diff_all, f, argnums, has_aux, error=error, value=True, n=2)


def diffn(
    n: int, f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the n-th derivative of a function of one number, by differences.

    ``diffn(n, f)(x)`` = f⁽ⁿ⁾(x) as in `diffops.diffn`; n = 0 gives f(x). n + 1 calls of
    f for each step, see `diff`. Each order costs digits: a step h loses n·log₁₀(1/h)
    of them, so high orders are rough, as the estimate of ``error`` says.

    Raises ValueError for negative n, TypeError where x is not a number.

    >>> from diffops import numerical
    >>> round(numerical.diffn(3, lambda x: x**5)(1.0), 6)
    60.0
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, n=_checked(n))


def fdiffn(
    n: int, f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return the pair (f(x), f⁽ⁿ⁾(x)), by differences; see `diffn`.

    >>> from diffops import numerical
    >>> [round(y, 6) for y in numerical.fdiffn(3, lambda x: x**5)(1.0)]
    [1.0, 60.0]
    """
    return Quotient(_diff, f, argnums, has_aux, error=error, value=True, n=_checked(n))


def ffdiffn(
    n: int, f: F, argnums: Argnums = 0, has_aux: bool = False, *, error: bool = False
) -> Quotient:
    """Return (f(x), f′(x), …, f⁽ⁿ⁾(x)), by differences; see `diffn`.

    >>> from diffops import numerical
    >>> [round(y, 6) for y in numerical.ffdiffn(3, lambda x: x**5)(1.0)]
    [1.0, 5.0, 20.0, 60.0]
    """
    return Quotient(
        _diff_all, f, argnums, has_aux, error=error, value=True, n=_checked(n)
    )


def _checked(n: int) -> int:
    return checked_order(
        n, f"the order comes first: diffn(n, f), with an int n, not {n!r}"
    )


def _diff(samples: Samples, n: int) -> list[Estimate]:
    return [_of_order(samples, n)]


def _diff_all(samples: Samples, n: int) -> list[Estimate]:
    return [_of_order(samples, k) for k in range(1, n + 1)]


def _of_order(samples: Samples, n: int) -> Estimate:
    """Return the n-th derivatives of the leaves of f(x), in each leaf of x."""
    point, output = samples.point, samples.output
    for leaf in point.leaves:
        if shape(leaf) != ():
            raise TypeError(
                f"diff differentiates with respect to a number, but x has shape "
                f"{shape(leaf)}; use grad or jacobian"
            )
    results = []
    for i in range(len(point.leaves)):
        direction = [float(i == j) for j in range(len(point.leaves))]
        parts = parts_of(along(samples, direction, n), output.leaves)
        results.append(rebuilt(output.rebuild, parts))
    return rebuilt(point.rebuild, results)
