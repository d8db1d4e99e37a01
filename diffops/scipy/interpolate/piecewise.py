"""Piecewise polynomials: tracked coefficients, breakpoints and places."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original, special

from diffops.errors import at_user_line
from diffops.primitive import adopt, parts_of, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse
from diffops.tags import strip

NAMES = "scipy.interpolate."


class Curve:
    """What curves and interpolants share: they are SciPy's own where all is plain.

    ``tracked`` holds the tracked parts, or None. SciPy's code computes with plain ones,
    which lie beside them, or in a ``twin`` where it reads the same attributes.
    """

    tracked: Any = None
    twin: Any = None

    def is_plain(self, *values: Any) -> bool:
        """Tell whether SciPy can do it."""
        return self.tracked is None and not tracked_in(values)

    def refuse(self, what: str, *values: Any, advice: str = "") -> None:
        """Raise if the curve, or one of these values, is tracked."""
        if not self.is_plain(*values):
            refuse(
                [*values, *parts_of(self.tracked)],
                f"{NAMES}{type(self).__name__} of a tracked value has no derivative "
                f"rule with {what}{at_user_line()}; "
                + (advice or "use its values and derivatives"),
            )


def part(number: int, name: str) -> tuple[property, property]:
    """Return a part of a curve as users see it, and as SciPy's own code does.

    The latter would drop derivatives, so it cannot see tracked parts.
    """
    place = f"_plain_{name}"

    def seen(self: Any) -> Any:
        return getattr(self, place) if self.tracked is None else self.tracked[number]

    def hidden(self: Any) -> Any:
        self.refuse("a function of SciPy's own")
        return getattr(self, place)

    def keep(self: Any, value: Any) -> None:
        setattr(self, place, np.asarray(value))

    return property(seen, keep, doc=f"The {name}."), property(hidden, keep)


def wrapped(x: Any, low: Any, high: Any) -> Any:
    """Return places, moved by whole periods into the first one."""
    return low + np.remainder(x - low, high - low)


def placed(y: Any, ndim: int, axis: int) -> Any:
    """Move the axes of the places to where the axis of interpolation was."""
    if axis == 0:
        return y
    sources = tuple(range(ndim))
    return np.moveaxis(y, sources, tuple(axis + i for i in sources))


def column(x: Any, y: Any) -> Any:
    """Give a vector as many axes as y has, so that it goes along the first."""
    return np.reshape(x, shape_of(x)[:1] + (1,) * (np.ndim(y) - 1))


class Piecewise(Curve):
    """The methods of piecewise polynomials; ``tracked`` is (c, x)."""

    def _keep(self, c: Any, x: Any) -> None:
        self.tracked = (c, x) if tracked_in([c, x]) else None

    c, _c = part(0, "coefficients")
    x, _x = part(1, "breakpoints")

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """Return the curve, or its derivative of some order, at any places."""
        if self.is_plain(x):
            return super().__call__(x, nu, extrapolate)  # type: ignore[misc]
        if extrapolate is None:
            extrapolate = self.extrapolate  # type: ignore[attr-defined]
        places = adopt(x)
        shape = shape_of(places)
        c, breaks = self.c, self.x
        places = np.reshape(places, (-1,)).astype(float)
        if extrapolate == "periodic":
            places, extrapolate = wrapped(places, breaks[0], breaks[-1]), True
        y = _evaluated(c, breaks, places, nu)
        if not extrapolate:
            ends = np.sort(strip(breaks)[[0, -1]])
            here = strip(places)
            outside = (here < ends[0]) | (here > ends[1])
            y = np.where(column(outside, y), np.nan, y)
        y = np.reshape(y, shape + shape_of(y)[1:])
        y = placed(y, len(shape), self.axis)  # type: ignore[attr-defined]
        return y[()] if shape_of(y) == () else y

    def _like(self, c: Any, extrapolate: Any) -> Any:
        """Return a curve of other coefficients between the same breakpoints."""
        x = self.x
        curve = type(self).construct_fast(  # type: ignore[attr-defined]
            strip(c),
            strip(x),
            extrapolate,
            self.axis,  # type: ignore[attr-defined]
        )
        curve._keep(c, x)
        return curve

    def derivative(self, nu: int = 1) -> Any:
        """Return the derivative of some order, a curve of the same kind."""
        if self.is_plain():
            return super().derivative(nu)  # type: ignore[misc]
        if nu < 0:
            return self.antiderivative(-nu)
        return self._like(_derived(self.c, nu), self.extrapolate)  # type: ignore[attr-defined]

    def antiderivative(self, nu: int = 1) -> Any:
        """Return the integral from the first breakpoint, nu times."""
        if self.is_plain():
            return super().antiderivative(nu)  # type: ignore[misc]
        if nu <= 0:
            return self.derivative(-nu)
        c = self.c
        for _ in range(nu):
            c = _integrated(c, self.x)
        periodic = self.extrapolate == "periodic"  # type: ignore[attr-defined]
        return self._like(c, False if periodic else self.extrapolate)  # type: ignore[attr-defined]

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """Return the integral between two limits."""
        if self.is_plain(a, b):
            return super().integrate(a, b, extrapolate)  # type: ignore[misc]
        if extrapolate is None:
            extrapolate = self.extrapolate  # type: ignore[attr-defined]
        c, x = _integrated(self.c, self.x), self.x
        low, high = strip(x[0]), strip(x[-1])
        inside = all(low <= strip(limit) <= high for limit in (a, b))
        if not extrapolate and not inside:
            return np.full(shape_of(c)[2:], np.nan, c.dtype)[()]

        def primitive(t: Any) -> Any:
            periods: Any = 0
            if extrapolate == "periodic":
                period = x[-1] - x[0]
                periods = np.floor(strip(t - x[0]) / strip(period))
                t = t - periods * period
            area = _evaluated(c, x, np.reshape(t, (1,)).astype(float), 0)[0]
            if np.any(periods):
                whole = _evaluated(c, x, np.reshape(x[-1], (1,)), 0)[0]
                area = area + periods * whole
            return area

        a, b = (adopt(limit) * 1.0 for limit in (a, b))
        return primitive(b) - primitive(a)

    def solve(self, *args: Any, **kwargs: Any) -> Any:
        """Find where the curve has a value; plain curves only."""
        self.refuse("solve()", *args, *kwargs.values())
        return super().solve(*args, **kwargs)  # type: ignore[misc]

    def roots(self, *args: Any, **kwargs: Any) -> Any:
        """Find where the curve vanishes; plain curves only."""
        self.refuse("roots()", *args, *kwargs.values())
        return super().roots(*args, **kwargs)  # type: ignore[misc]

    def extend(self, *args: Any, **kwargs: Any) -> Any:
        """Add breakpoints; plain curves only."""
        self.refuse("extend()", *args, *kwargs.values())
        return super().extend(*args, **kwargs)  # type: ignore[misc]


def _evaluated(c: Any, x: Any, places: Any, nu: int) -> Any:
    """Return polynomials at places, each in its interval, by Horner's scheme."""
    i = _intervals(strip(x), strip(places))
    c = _derived(c, nu)
    offset = column(places - x[i], c[0])
    total = c[0][i]
    for power in range(1, shape_of(c)[0]):
        total = total * offset + c[power][i]
    return total


def _intervals(x: Any, places: Any) -> Any:
    """Return the number of the interval that each place belongs to."""
    if x[-1] < x[0]:
        x, places = -x, -places
    return np.clip(np.searchsorted(x, places, side="right") - 1, 0, len(x) - 2)


def _derived(c: Any, nu: int) -> Any:
    order = shape_of(c)[0]
    if nu == 0:
        return c
    if nu >= order:
        return np.zeros_like(c[:1])
    factors = special.poch(np.arange(order - nu, 0, -1), nu)
    return c[: order - nu] * column(factors, c)


def _integrated(c: Any, x: Any) -> Any:
    """Return the coefficients of the integral from the first breakpoint."""
    order = shape_of(c)[0]
    rising = c / column(np.arange(order, 0.0, -1), c)
    widths = column(np.diff(x), c[0])
    area = rising[0] * widths
    for power in range(1, order):
        area = (area + rising[power]) * widths
    before = np.concatenate([np.zeros_like(area[:1]), np.cumsum(area[:-1], axis=0)])
    return np.concatenate([rising, before[None]], axis=0)


class PPoly(Piecewise, original.PPoly):
    """Piecewise polynomials, as `scipy.interpolate.PPoly`.

    Differentiable in the coefficients c, the breakpoints x, and where it is called.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> c = np.array([[1.0, 2.0], [0.0, 1.0]])  # x below 1, 1 + 2 (x - 1) above
    >>> grad(interpolate.PPoly(c, [0, 1, 2]))(1.5)
    2.0
    """

    def __init__(self, c: Any, x: Any, extrapolate: Any = None, axis: int = 0) -> None:
        if not tracked_in([c, x]):
            super().__init__(c, x, extrapolate, axis)
            return
        c, x = adopt(c), adopt(x)
        super().__init__(strip(c), strip(x), extrapolate, axis)
        for _ in range(2 if self.axis else 0):
            c = np.moveaxis(c, self.axis + 1, 0)
        self._keep(c, x)
