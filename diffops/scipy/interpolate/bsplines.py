"""Splines as sums of B-splines, evaluated by de Boor's recurrence.

Each step of the recurrence mixes neighbouring coefficients, for all places at once (de
Boor, *A Practical Guide to Splines*, ch. X). So knots, coefficients and places may all
be tracked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy.interpolate.piecewise import Curve, column, part, placed, wrapped
from diffops.tags import strip


def intervals(t: Any, k: int, places: Any) -> Any:
    """Return the number ℓ with t[ℓ] ≤ x < t[ℓ + 1] of each place, or the nearest."""
    last = len(t) - k - 2
    return np.clip(np.searchsorted(t, places, side="right") - 1, k, last)


def de_boor(t: Any, c: Any, k: int, places: Any) -> Any:
    """Return the spline at places, a vector; the first axis of c numbers B-splines."""
    i = intervals(strip(t), k, strip(places))
    d = [c[i - k + j] for j in range(k + 1)]
    for r in range(1, k + 1):
        for j in range(k, r - 1, -1):
            low = t[i - k + j]
            share = column((places - low) / (t[i + 1 + j - r] - low), d[j])
            d[j] = (1.0 - share) * d[j - 1] + share * d[j]
    return d[k]


def basis(t: Any, k: int, places: Any) -> Any:
    """Return the values of the k + 1 B-splines that are not zero at each place."""
    i = intervals(strip(t), k, strip(places))
    values = [np.ones(shape_of(i))]
    for r in range(1, k + 1):
        terms: list[Any] = [0.0] * (r + 1)
        for j, value in enumerate(values):
            low, high = t[i - r + 1 + j], t[i + 1 + j]
            part = value / (high - low)
            terms[j] = terms[j] + (high - places) * part
            terms[j + 1] = terms[j + 1] + (places - low) * part
        values = terms
    return np.stack(values, axis=-1), i - k


def derived(t: Any, c: Any, k: int) -> tuple[Any, Any, int]:
    """Return the spline that is the derivative, its coefficients filled up with 0."""
    n = shape_of(t)[0] - k - 1
    if k == 0:
        return t, np.zeros_like(c), 0
    gaps = t[k + 1 : -1] - t[1:n]
    empty = strip(gaps) == 0
    slopes = k / np.where(empty, 1.0, gaps) * np.where(empty, 0.0, 1.0)
    new = np.diff(c[:n], axis=0) * column(slopes, c)
    return t[1:-1], _filled(new, k), k - 1


def integrated(t: Any, c: Any, k: int) -> tuple[Any, Any, int]:
    """Return the spline that is the integral from the first knot."""
    n = shape_of(t)[0] - k - 1
    weights = (t[k + 1 :] - t[:n]) / (k + 1)
    sums = np.cumsum(c[:n] * column(weights, c), axis=0)
    sums = np.concatenate([np.zeros_like(sums[:1]), sums], axis=0)
    # Beyond the last knot the integral of the last polynomial goes on.
    tail = np.repeat(sums[-1:], k + 1, axis=0)
    return (
        np.concatenate([t[:1], t, t[-1:]]),
        np.concatenate([sums, tail], axis=0),
        k + 1,
    )


def _filled(c: Any, count: int) -> Any:
    """Fill coefficients up with zeros: as many as SciPy has, like FITPACK."""
    if not count:
        return c
    return np.concatenate([c, np.zeros_like(np.repeat(c[:1], count, axis=0))], axis=0)


class BSpline(Curve, original.BSpline):
    """A spline, as `scipy.interpolate.BSpline`.

    Differentiable in the knots t, the coefficients c, and where it is called.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> t = np.array([0.0, 0.0, 1.0, 2.0, 2.0])
    >>> grad(interpolate.BSpline(t, [0.0, 3.0, 1.0], 1))(0.5)
    3.0
    """

    def __init__(
        self, t: Any, c: Any, k: int, extrapolate: Any = True, axis: int = 0
    ) -> None:
        if not tracked_in([t, c]):
            super().__init__(t, c, k, extrapolate, axis)
            return
        t, c = adopt(t), adopt(c)
        super().__init__(strip(t), strip(c), k, extrapolate, axis)
        self._keep(t, np.moveaxis(c, self.axis, 0))

    def _keep(self, t: Any, c: Any) -> None:
        self.tracked = (t, c) if tracked_in([t, c]) else None

    t, _t = part(0, "knots")
    c, _c = part(1, "coefficients")

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """Return the spline, or its derivative of some order, at any places."""
        if self.is_plain(x):
            return super().__call__(x, nu, extrapolate)
        if extrapolate is None:
            extrapolate = self.extrapolate
        places = adopt(x)
        shape = shape_of(places)
        places = np.reshape(places, (-1,)).astype(float)
        low, high = self._ends()
        if extrapolate == "periodic":
            places, extrapolate = wrapped(places, low, high), True
        y = self._at(places, nu)
        if not extrapolate:
            here = strip(places)
            outside = (here < strip(low)) | (here > strip(high))
            y = np.where(column(outside, y), np.nan, y)
        y = placed(np.reshape(y, shape + shape_of(y)[1:]), len(shape), self.axis)
        return y[()] if shape_of(y) == () else y

    def _ends(self) -> tuple[Any, Any]:
        """Return the ends of the interval that all B-splines cover."""
        t = self.t
        return t[self.k], t[shape_of(t)[0] - self.k - 1]

    def _at(self, places: Any, nu: int) -> Any:
        t, c, k = self.tck
        if nu > k:
            return np.zeros_like(de_boor(t, c, k, places))
        for _ in range(nu):
            t, c, k = derived(t, c, k)
        return de_boor(t, c, k, places)

    def _like(self, tck: tuple[Any, Any, int], extrapolate: Any) -> Any:
        t, c, k = tck
        curve = type(self).construct_fast(strip(t), strip(c), k, extrapolate, self.axis)
        curve._keep(t, c)
        return curve

    def derivative(self, nu: int = 1) -> Any:
        """Return the derivative of some order, a spline of lower degree."""
        if self.is_plain():
            return super().derivative(nu)
        if nu < 0:
            return self.antiderivative(-nu)
        tck = self.tck
        if nu > self.k:
            raise ValueError(f"Order of derivative (n = {nu}) must be <= k = {self.k}")
        for _ in range(nu):
            tck = derived(*tck)
        return self._like(tck, self.extrapolate)

    def antiderivative(self, nu: int = 1) -> Any:
        """Return the integral, nu times, a spline of higher degree."""
        if self.is_plain():
            return super().antiderivative(nu)
        if nu < 0:
            return self.derivative(-nu)
        tck = self.tck
        for _ in range(nu):
            tck = integrated(*tck)
        periodic = self.extrapolate == "periodic"
        return self._like(tck, False if periodic else self.extrapolate)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """Return the integral between two limits."""
        if self.is_plain(a, b):
            return super().integrate(a, b, extrapolate)
        if extrapolate is None:
            extrapolate = self.extrapolate
        low, high = self._ends()
        t, c, k = integrated(*self.tck)

        def primitive(x: Any) -> Any:
            periods: Any = 0
            if extrapolate == "periodic":
                periods = np.floor(strip(x - low) / strip(high - low))
                x = x - periods * (high - low)
            elif not extrapolate:
                x = np.clip(x, low, high)
            area = de_boor(t, c, k, np.reshape(x, (1,)))[0]
            if periods:
                ends = de_boor(t, c, k, np.stack([low, high]))
                area = area + periods * (ends[1] - ends[0])
            return area

        a, b = (adopt(limit) * 1.0 for limit in (a, b))
        return primitive(b) - primitive(a)

    def insert_knot(self, x: Any, m: int = 1) -> Any:
        """Insert a knot; plain splines only."""
        self.refuse("insert_knot()", x)
        return super().insert_knot(x, m)
