"""FITPACK's splines of plain data, at tracked places."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original

from diffops.primitive import tracked_in
from diffops.scipy._mirror import refuse, refuse_option
from diffops.scipy.interpolate.interpolating_splines import splev
from diffops.scipy.interpolate.piecewise import NAMES

_MODES = {"extrapolate": 0, "zeros": 1, "raise": 2, "const": 3}


class _Smoothing:
    """What these splines share: data are plain, places may be tracked."""

    ext: Any
    _eval_args: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if tracked_in([*args, *kwargs.values()]):
            _refused(type(self).__name__, [*args, *kwargs.values()])
        super().__init__(*args, **kwargs)

    def __call__(self, x: Any, nu: int = 0, ext: Any = None) -> Any:
        """Return the spline, or its derivative of some order, at any places."""
        if not tracked_in([x]):
            return super().__call__(x, nu, ext)  # type: ignore[misc]
        ext = self.ext if ext is None else ext
        return splev(x, self._eval_args, nu, _MODES.get(ext, ext))

    def derivative(self, n: int = 1) -> Any:
        """Return the derivative of some order, as a spline of this kind."""
        return _of_tck(super().derivative(n))  # type: ignore[misc]

    def antiderivative(self, n: int = 1) -> Any:
        """Return the integral, n times, as a spline of this kind."""
        return _of_tck(super().antiderivative(n))  # type: ignore[misc]

    def integral(self, a: Any, b: Any) -> Any:
        """Return the integral between two limits."""
        if not tracked_in([a, b]):
            return super().integral(a, b)  # type: ignore[misc]
        if self.ext in (1, 2, 3):
            refuse_option(
                NAMES + type(self).__name__ + ".integral", f"ext={self.ext}", "use 0"
            )
        rising = self.antiderivative()
        return rising(b) - rising(a)

    def derivatives(self, x: Any) -> Any:
        """Return all derivatives at a place."""
        if not tracked_in([x]):
            return super().derivatives(x)  # type: ignore[misc]
        return np.stack([self(x, nu) for nu in range(self._eval_args[2] + 1)])


def _of_tck(spline: Any) -> Any:
    spline.__class__ = UnivariateSpline
    return spline


def _refused(name: str, given: list[Any]) -> None:
    refuse(
        given,
        f"{NAMES}{name} of tracked data has no derivative rule; use "
        "make_interp_spline, or a plain spline at tracked places",
    )


class UnivariateSpline(_Smoothing, original.UnivariateSpline):
    """A smoothing spline of plain data, as `scipy.interpolate.UnivariateSpline`.

    Differentiable where it is called, in every mode and to any order.

    Raises NoDerivativeError for tracked data: how it smooths is chosen step by step.

    >>> import numpy as np
    >>> from diffops import diff2
    >>> from diffops.scipy import interpolate
    >>> x = np.linspace(0.0, 2.0, 9)
    >>> cube = interpolate.UnivariateSpline(x, x**3, s=0)
    >>> round(float(diff2(cube)(1.0)), 6)
    6.0
    """


class InterpolatedUnivariateSpline(_Smoothing, original.InterpolatedUnivariateSpline):
    """An interpolating spline of plain data: see `UnivariateSpline`."""


class LSQUnivariateSpline(_Smoothing, original.LSQUnivariateSpline):
    """A spline with given knots through plain data: see `UnivariateSpline`."""
