"""Interpolation along one axis, by the kinds of `scipy.interpolate.interp1d`."""

from __future__ import annotations

from copy import copy as copied
from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy.interpolate.interpolating_splines import make_interp_spline
from diffops.scipy.interpolate.piecewise import Curve, column
from diffops.tags import strip

_DEGREES = {"zero": 0, "slinear": 1, "quadratic": 2, "cubic": 3}


class interp1d(Curve, original.interp1d):
    """Interpolation of samples, as `scipy.interpolate.interp1d`.

    Differentiable in the places x and the values y of the samples, the fill value, and
    where it is called. At an inner sample a linear interpolant has the slope of its
    left side, and what jumps has the slope 0.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> x = np.array([0.0, 1.0, 2.0])
    >>> grad(lambda y: interpolate.interp1d(x, y)(1.25))(x)
    array([0.  , 0.75, 0.25])
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        kind: Any = "linear",
        axis: int = -1,
        copy: bool = True,
        bounds_error: bool | None = None,
        fill_value: Any = np.nan,
        assume_sorted: bool = False,
    ) -> None:
        tracked = tracked_in([x, y, fill_value])
        x, y = (adopt(v) if tracked_in([v]) else v for v in (x, y))
        pair = isinstance(fill_value, tuple) and len(fill_value) == 2
        fills = fill_value if pair else (fill_value, fill_value)
        fills = tuple(adopt(v) if tracked_in([v]) else v for v in fills)
        plain_fill = tuple(map(strip, fills)) if pair else strip(fills[0])
        super().__init__(
            strip(x),
            strip(y),
            kind,
            axis,
            copy,
            bounds_error,
            plain_fill,
            assume_sorted,
        )
        self.kind = kind
        self.samples = self._samples(x, y, assume_sorted)
        self.fills = fills
        if tracked:
            self.twin = copied(self)
            self.x, self.y = self.samples[0], np.moveaxis(self.samples[1], 0, self.axis)
            self.tracked = self.samples

    def _samples(self, x: Any, y: Any, assume_sorted: bool) -> tuple[Any, Any]:
        """Return places and values in order, with the axis of interpolation first."""
        x, y = adopt(x), np.moveaxis(adopt(y), self.axis, 0)
        if strip(y).dtype.kind not in "fc":
            y = y.astype(float)
        if assume_sorted:
            return x, y
        order = np.argsort(strip(x), kind="mergesort")
        return x[order], y[order]

    def __call__(self, x: Any) -> Any:
        """Return interpolated values at any places."""
        if self.is_plain(x):
            return super().__call__(x)
        x = adopt(x)
        here = strip(x)  # of which SciPy checks the bounds, too
        plain = self.twin(here) if self.twin else super().__call__(here)
        shape = shape_of(x)
        knots, values = self.samples
        places = np.reshape(x, (-1,)).astype(float)
        if self.kind in _DEGREES or isinstance(self.kind, int):
            degree = _DEGREES.get(self.kind, self.kind)
            y = make_interp_spline(knots, values, degree)(places)
        elif self.kind == "linear":
            y = _linear(knots, values, places)
        else:
            y = values[_chosen(self.kind, strip(knots), strip(places))]
        extrapolating = self._extrapolate or isinstance(self.fills[0], str)
        if self.fill_value is not None and not extrapolating:
            here, ends = strip(places), strip(knots)
            for outside, fill in zip(
                (here < ends[0], here > ends[-1]), self.fills, strict=True
            ):
                fill = np.reshape(fill, (1, *shape_of(fill))) if np.ndim(fill) else fill
                y = np.where(column(outside, y), fill, y)
        elif self.kind in ("previous", "next"):
            # Beyond the samples there is no previous one, or no next one.
            lost = {
                "previous": strip(places) < strip(knots)[0],
                "next": strip(places) > strip(knots)[-1],
            }[self.kind]
            y = np.where(column(lost, y), np.nan, y)
        y = np.reshape(y, shape + shape_of(y)[1:])
        if self.axis and shape:
            sources = tuple(range(len(shape)))
            y = np.moveaxis(y, sources, tuple(self.axis + i for i in sources))
        return y.astype(plain.dtype)


def _linear(knots: Any, values: Any, places: Any) -> Any:
    i = np.searchsorted(strip(knots), strip(places))
    i = np.clip(i, 1, shape_of(knots)[0] - 1)
    share = (places - knots[i - 1]) / (knots[i] - knots[i - 1])
    rise = values[i] - values[i - 1]
    return values[i - 1] + column(share, rise) * rise


def _chosen(kind: str, knots: Any, places: Any) -> Any:
    """Return which sample each place takes its value from."""
    last = len(knots) - 1
    if kind == "previous":
        return np.clip(np.searchsorted(knots, places, side="right") - 1, 0, last)
    if kind == "next":
        return np.clip(np.searchsorted(knots, places, side="left"), 0, last)
    middles = knots[1:] / 2 + knots[:-1] / 2
    side: Any = "left" if kind == "nearest" else "right"
    return np.searchsorted(middles, places, side=side)
