"""Integrals over several variables, one inside the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scipy import integrate as original

from diffops.primitive import tracked_in
from diffops.rules._constant import deep_strip
from diffops.scipy.integrate.quadrature import quad
from diffops.tags import strip

Function = Callable[..., Any]


class _Plain:
    """A function of which the plain values are taken, and whether some were tracked."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.tracked = False

    def __call__(self, *args: Any) -> Any:
        value = self.function(*args)
        if tracked_in([value]):
            self.tracked = True
            return deep_strip(value)
        return value


def nquad(
    func: Function,
    ranges: Sequence[Any],
    args: Any = None,
    opts: Any = None,
    full_output: bool = False,
) -> Any:
    """Integrate over several variables, as `scipy.integrate.nquad`: (y, abserr).

    Differentiable in limits, args, and whatever func and the ranges close over: each
    integral is `diffops.scipy.integrate.quad` of the one inside it.

    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> volume = lambda a: integrate.nquad(lambda x, y: a * x * y, [(0, a), (0, 1)])[0]
    >>> round(grad(volume)(2.0), 6)  # of a³ / 4
    3.0
    """
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    limits = [_Plain(_function(r)) for r in ranges]
    plain = _Plain(func)
    options = [_function(o) for o in (opts if isinstance(opts, list) else [])]
    if not isinstance(opts, list):
        options = [_function(opts or {})] * len(limits)
    result = original.nquad(
        plain, limits, deep_strip(args), options, full_output=full_output
    )
    if not (tracked_in(args) or plain.tracked or any(r.tracked for r in limits)):
        return result

    def integral(depth: int, outer: tuple[Any, ...]) -> Any:
        low, high = limits[depth].function(*outer, *args)
        chosen = dict(options[depth](*outer, *args))
        if "points" in chosen:
            inside = strip(low), strip(high)
            chosen["points"] = [
                x for x in chosen["points"] if inside[0] <= x <= inside[1]
            ]
        if depth == 0:
            return quad(lambda x: func(x, *outer, *args), low, high, **chosen)[0]
        inner = depth - 1
        return quad(lambda x: integral(inner, (x, *outer)), low, high, **chosen)[0]

    y = integral(len(limits) - 1, ())
    return y + (result[0] - strip(y)), *result[1:]


def _function(value: Any) -> Function:
    return value if callable(value) else lambda *_: value


def dblquad(
    func: Function,
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:
    """Integrate func(y, x) over x, and y between two curves, as SciPy does."""
    low, high = _function(gfun), _function(hfun)
    ranges = [lambda x, *_: (low(x), high(x)), lambda *_: (a, b)]
    return nquad(func, ranges, args, {"epsabs": epsabs, "epsrel": epsrel})


def tplquad(
    func: Function,
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    qfun: Any,
    rfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:
    """Integrate func(z, y, x) over x, y and z between two surfaces, as SciPy does."""
    low, high, bottom, top = map(_function, (gfun, hfun, qfun, rfun))
    ranges = [
        lambda y, x, *_: (bottom(x, y), top(x, y)),
        lambda x, *_: (low(x), high(x)),
        lambda *_: (a, b),
    ]
    return nquad(func, ranges, args, {"epsabs": epsabs, "epsrel": epsrel})
