"""Continuous distributions of one variable, given one of location 0 and scale 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from diffops.rules._constant import Constant
from diffops.scipy.stats.densities import (
    Powers,
    log_of_product,
    precise,
    product,
    where_valid,
)
from diffops.scipy.stats.distributions import Distribution
from diffops.scipy.stats.inverse_distributions import inverse
from diffops.scipy.stats.moments import MOMENTS, Moments

Function = Callable[..., Any]


def _no_powers(z: Any, *shapes: Any) -> Powers:
    return ()


def _positive(*shapes: Any) -> Any:
    valid: Any = True
    for shape in shapes:
        valid = valid & (shape > 0)
    return valid


@dataclass(frozen=True)
class Continuous:
    """What is known of a distribution: functions of z and of its shapes.

    The density is exp(rest) Π b^e over (b, e) in ``powers``; ``inside`` is a point of
    the support, whose ends are ``low`` and ``high`` (or functions of the shapes), and
    without its lower end where it is ``open``. Survival and logarithms follow from
    ``cdf`` where they are not given.
    """

    rest: Function
    cdf: Function
    powers: Function = _no_powers
    sf: Function | None = None
    logcdf: Function | None = None
    logsf: Function | None = None
    low: Any = -np.inf
    high: Any = np.inf
    inside: float = 0.5
    open: bool = False
    valid: Function = _positive

    def ends(self, shapes: Sequence[Any]) -> tuple[Any, Any]:
        """Return the ends of the support."""
        low, high = (
            end(*shapes) if callable(end) else end for end in (self.low, self.high)
        )
        return low, high

    def split(self, z: Any, shapes: Sequence[Any]) -> tuple[Any, Any, Any]:
        """Return where z is below the support, where above, and z moved inside."""
        low, high = self.ends(shapes)
        below = (z <= low) if self.open else (z < low)
        above = z > high
        outside = below | above
        if not np.any(outside):
            return below, above, z
        return below, above, np.where(outside, self.inside, z)

    def complement(self, z: Any, *shapes: Any) -> Any:
        """Return the survival function inside of the support."""
        if self.sf is not None:
            return self.sf(z, *shapes)
        return 1 - self.cdf(z, *shapes)


class _Methods:
    """The methods of a distribution, in SciPy's signatures."""

    def __init__(self, original: Any, family: Continuous) -> None:
        self._family = family
        shapes = original.shapes.split(", ") if original.shapes else []
        self._names = [*shapes, "loc", "scale"]
        self._ppf = inverse(original.ppf, self._density, self._cdf, 1)
        self._isf = inverse(original.isf, self._density, self._sf, -1)

    def _parameters(
        self, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> tuple[list[Any], Any, Any]:
        """Return shapes, location and scale."""
        if len(args) > len(self._names):
            raise TypeError("too many positional arguments")
        given = dict(zip(self._names, args, strict=False))
        for name, value in kwargs.items():
            if name not in self._names or name in given:
                raise TypeError(f"got an unexpected keyword argument {name!r}")
            given[name] = value
        given = {"loc": 0.0, "scale": 1.0, **given}
        missing = [name for name in self._names if name not in given]
        if missing:
            raise TypeError(f"missing arguments: {', '.join(missing)}")
        *shapes, loc, scale = (precise(given[name]) for name in self._names)
        return shapes, loc, scale

    def _evaluated(
        self,
        function: Function,
        x: Any,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        below: float,
        above: float,
    ) -> Any:
        """Return a function of z, shapes and scale, and its values off the support."""
        shapes, loc, scale = self._parameters(args, kwargs)
        with np.errstate(all="ignore"):
            valid = self._family.valid(*shapes) & (scale > 0)
            if not np.all(valid):
                scale = np.where(valid, scale, 1.0)
            z = (precise(x) - loc) / scale
            under, over, z = self._family.split(z, shapes)
            y = function(z, *shapes, scale=scale)
            if np.any(under | over):
                y = np.where(under, below, np.where(over, above, y))
            return where_valid(valid, y)

    def _density(self, z: Any, *shapes: Any) -> Any:
        rest = self._family.rest(z, *shapes)
        return product(self._family.powers(z, *shapes), rest)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return self._family.cdf(z, *shapes)

    def _sf(self, z: Any, *shapes: Any) -> Any:
        return self._family.complement(z, *shapes)

    def _logarithm(
        self, function: Function, rest: Function, z: Any, shapes: Sequence[Any]
    ) -> Any:
        """Return the logarithm of a probability, from what it lacks of 1 if it can."""
        y = function(z, *shapes)
        if self._family.sf is None:
            return np.log(y)
        near = y > 0.5
        lack = np.where(near, rest(z, *shapes), 0.0)
        return np.where(near, np.log1p(-lack), np.log(np.where(near, 1.0, y)))

    def logpdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the density, and −∞ off the support."""

        def log_density(z: Any, *shapes: Any, scale: Any) -> Any:
            rest = self._family.rest(z, *shapes)
            y = log_of_product(self._family.powers(z, *shapes), rest)
            return y - np.log(scale)

        return self._evaluated(log_density, x, args, kwargs, -np.inf, -np.inf)

    def pdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the density, and 0 off the support."""

        def density(z: Any, *shapes: Any, scale: Any) -> Any:
            return self._density(z, *shapes) / scale

        return self._evaluated(density, x, args, kwargs, 0.0, 0.0)

    def cdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the distribution function."""

        def function(z: Any, *shapes: Any, scale: Any) -> Any:
            return self._cdf(z, *shapes)

        return self._evaluated(function, x, args, kwargs, 0.0, 1.0)

    def sf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what the distribution function lacks of 1."""

        def function(z: Any, *shapes: Any, scale: Any) -> Any:
            return self._sf(z, *shapes)

        return self._evaluated(function, x, args, kwargs, 1.0, 0.0)

    def logcdf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the distribution function."""

        def function(z: Any, *shapes: Any, scale: Any) -> Any:
            if self._family.logcdf is not None:
                return self._family.logcdf(z, *shapes)
            return self._logarithm(self._cdf, self._sf, z, shapes)

        return self._evaluated(function, x, args, kwargs, -np.inf, 0.0)

    def logsf(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the survival function."""

        def function(z: Any, *shapes: Any, scale: Any) -> Any:
            if self._family.logsf is not None:
                return self._family.logsf(z, *shapes)
            return self._logarithm(self._sf, self._cdf, z, shapes)

        return self._evaluated(function, x, args, kwargs, 0.0, -np.inf)

    def ppf(self, q: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the quantile, the inverse of the distribution function."""
        return self._inverted(self._ppf, q, args, kwargs)

    def isf(self, q: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the inverse of the survival function."""
        return self._inverted(self._isf, q, args, kwargs)

    def _inverted(
        self, function: Function, q: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        shapes, loc, scale = self._parameters(args, kwargs)
        valid = self._family.valid(*shapes) & (scale > 0)
        with np.errstate(all="ignore"):
            return where_valid(valid, function(precise(q), *shapes) * scale + loc)


def _moment_methods(methods: _Methods, original: Any) -> dict[str, Function]:
    """Return the methods that take parameters alone, of what has closed forms."""
    found = MOMENTS.get(original.name, Moments(None, None, None))

    def method(name: str, of_shapes: Function, moved: Function) -> Function:
        plain = Constant(_bare(getattr(original, name)))

        def call(*args: Any, **kwargs: Any) -> Any:
            shapes, loc, scale = methods._parameters(args, kwargs)
            known = plain(*shapes, loc=loc, scale=scale)
            with np.errstate(all="ignore"):
                y = moved(of_shapes(*shapes), loc, scale)
            finite = np.isfinite(known)
            return y if np.all(finite) else np.where(finite, y, known)[()]

        return call

    def median(*args: Any, **kwargs: Any) -> Any:
        return methods.ppf(0.5, *args, **kwargs)

    def interval(confidence: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        low = (1 - confidence) / 2
        return methods.ppf(low, *args, **kwargs), methods.ppf(1 - low, *args, **kwargs)

    result = {"median": median, "interval": interval}
    if found.mean is not None:
        result["mean"] = method("mean", found.mean, lambda m, a, b: m * b + a)
    if found.var is not None:
        result["var"] = method("var", found.var, lambda v, a, b: v * b * b)
        result["std"] = method("std", found.var, lambda v, a, b: np.sqrt(v) * b)
    if found.entropy is not None:
        result["entropy"] = method(
            "entropy", found.entropy, lambda h, a, b: h + np.log(b)
        )
    return result


def _bare(function: Function) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


#: The methods of points that have derivatives.
METHODS = ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf", "ppf", "isf")


def continuous(original: Any, family: Continuous) -> Distribution:
    """Return the mirror of a continuous distribution."""
    methods = _Methods(original, family)
    of_points = {name: getattr(methods, name) for name in METHODS}
    return Distribution(original, of_points | _moment_methods(methods, original))
