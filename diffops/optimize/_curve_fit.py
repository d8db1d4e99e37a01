"""``curve_fit``: SciPy's, with exact Jacobians filled in, and differentiable."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.implicit._searches import Equations, plain_parts
from diffops.implicit._solution import Unknown, order_of, plain
from diffops.operators.jacobian import jacobian
from diffops.optimize._bounds import sides_of
from diffops.optimize._least_squares import cost_of, fitted, vector_of
from diffops.optimize._reports import Reports
from diffops.primitive import adopt
from diffops.tags import running
from diffops.values.methods import shape_of as shape

F = Callable[..., Any]


def curve_fit(
    f: F,
    xdata: Any,
    ydata: Any,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: bool | None = None,
    bounds: Any = (-np.inf, np.inf),
    method: str | None = None,
    *,
    full_output: bool = False,
    nan_policy: str | None = None,
    jit: bool = False,
    progress: bool = False,
    implicit_tol: float = 1e-8,
    linear: str = "auto",
    **options: Any,
) -> tuple[Any, ...]:
    """Fit f(xdata, *params) to ydata by SciPy's `curve_fit`, with exact Jacobians.

    Returns (popt, pcov) as SciPy does: pcov = s² (JᵀJ)⁻¹ with the residuals divided by
    ``sigma``, and s² their mean square unless ``absolute_sigma``. All arguments are
    SciPy's; ``p0`` may also be a container, of numbers and arrays: f gets its parts
    (those of a dict by name), popt is like it, and the rows of pcov follow its entries.
    ``jit`` and ``progress`` are those of `minimize`.

    popt and pcov are differentiable by xdata, ydata, sigma, bounds and whatever f
    closes over, as `least_squares` is; the dict of ``full_output`` is not.

    Raises RuntimeError where SciPy finds no fit, ValueError for bad arguments; while
    something is being differentiated, ConvergenceError as `least_squares`, and
    NoDerivativeError for another ``loss`` than the squares.

    >>> import numpy as np
    >>> from diffops import grad, optimize
    >>> line = lambda x, a, b: a + b * x
    >>> x, y = np.arange(4.0), np.array([1.0, 3.1, 4.9, 7.0])
    >>> popt, pcov = optimize.curve_fit(line, x, y)
    >>> np.round(popt, 6), np.round(np.sqrt(np.diag(pcov)), 6)
    (array([1.03, 1.98]), array([0.079373, 0.042426]))
    >>> slope = grad(lambda y: optimize.curve_fit(line, x, y)[0][1])(y)
    >>> np.round(slope, 6)
    array([-0.3, -0.1,  0.1,  0.3])
    """
    from scipy import optimize

    start = _start(f, p0)
    unknown = Unknown(start)
    limits = sides_of(bounds, unknown)
    curve = _curve(f, unknown)
    x_known, y_known, sigma_known = plain_parts([xdata, ydata, sigma])
    if sigma is not None and np.size(sigma_known) == 1:
        # One number and a Jacobian are more than SciPy takes together.
        sigma_known = np.full(np.size(y_known), np.reshape(sigma_known, ()))
    with Reports(unknown, None, progress) as reports:
        searched = _Searched(curve, jit, reports)
        found = optimize.curve_fit(
            functools.wraps(f)(lambda x, *params: searched.values(x, *params)),
            x_known,
            y_known,
            p0=None if p0 is None else unknown.vector(unknown.start),
            sigma=sigma_known,
            absolute_sigma=absolute_sigma,
            check_finite=check_finite,
            bounds=(plain(limits.lower), plain(limits.upper)),
            method=method,
            jac=searched.matrix,
            full_output=full_output,
            nan_policy=nan_policy,
            **options,
        )
    popt, pcov, *rest = found
    if running:
        data = _Data(curve, xdata, ydata, sigma, nan_policy == "omit")
        objective = cost_of(data.residuals, popt, "linear", 1.0, "curve_fit")
        seen = (objective.gradient(popt), limits.lower, limits.upper)
        if any(map(order_of, seen)):
            if options.get("loss", "linear") != "linear":
                raise NoDerivativeError(
                    "curve_fit has no derivative with a loss of its own"
                    f"{at_user_line()}; use diffops.optimize.least_squares"
                )
            x = fitted(objective, start, popt, limits, linear, implicit_tol)
            pcov = data.covariance(vector_of(x), absolute_sigma)
            return (x, pcov, *rest)
    return (unknown.container(popt), pcov, *rest)


def _start(f: F, p0: Any) -> Any:
    """Return the first parameters, or ones, as an array or as the user's container."""
    if p0 is None:
        names = inspect.signature(f).parameters.values()
        kinds = (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
        count = sum(name.kind in kinds for name in names) - 1
        if count < 1:
            raise ValueError("curve_fit cannot tell how many parameters f has: give p0")
        return np.ones(count)
    if hasattr(p0, "ndim"):
        return np.atleast_1d(p0)
    if isinstance(p0, Mapping) or not isinstance(p0, (list, tuple)):
        return np.atleast_1d(p0) if np.isscalar(p0) else p0
    return np.stack(list(map(adopt, p0))) if not any(map(shape, p0)) else p0


def _curve(f: F, unknown: Unknown) -> F:
    """Return the curve as a function of x and of the vector of the parameters."""

    def curve(x: Any, params: Any) -> Any:
        parts = unknown.container(params)
        if isinstance(parts, Mapping):
            return adopt(f(x, **parts))
        return adopt(f(x, *parts))

    return curve


class _Searched:
    """The curve and its Jacobian, as SciPy calls them."""

    def __init__(self, curve: F, jit: bool, reports: Reports) -> None:
        self.curve = curve
        self.jit = jit
        self.reports = reports
        self._of: tuple[Any, Equations] | None = None

    def values(self, x: Any, *params: Any) -> Any:
        """Return the curve at x."""
        return self._at(x).values(np.asarray(params))

    def matrix(self, x: Any, *params: Any) -> Any:
        """Return its derivatives by the parameters, a row for each point."""
        found = self._at(x).matrix(np.asarray(params))
        return np.reshape(found, (-1, len(params)))

    def _at(self, x: Any) -> Equations:
        if self._of is None or self._of[0] is not x:
            equations = Equations(
                lambda params: self.curve(x, params),
                "curve_fit",
                jit=self.jit,
                watch=self.reports.watch,
            )
            self._of = x, equations
        return self._of[1]


class _Data:
    """The points of a fit with their weights, which may be tracked."""

    def __init__(
        self, curve: F, xdata: Any, ydata: Any, sigma: Any, omit: bool
    ) -> None:
        self.curve = curve
        self.x = adopt(xdata) if isinstance(xdata, (list, tuple)) else xdata
        self.y = adopt(ydata)
        self.sigma = None if sigma is None else adopt(sigma)
        if omit:
            bad = np.isnan(plain(self.y))
            at = np.isnan(plain(self.x))
            bad |= at.any(axis=tuple(range(at.ndim - 1)))
            self.x, self.y = self.x[..., ~bad], self.y[~bad]
            if self.sigma is not None and len(shape(self.sigma)) == 2:
                self.sigma = self.sigma[~bad][:, ~bad]
            elif self.sigma is not None and shape(self.sigma):
                self.sigma = self.sigma[~bad]

    def residuals(self, params: Any) -> Any:
        """Return the residuals, whitened by sigma."""
        return self._whitened(self.curve(self.x, params) - self.y)

    def _whitened(self, residuals: Any) -> Any:
        if self.sigma is None:
            return residuals
        if len(shape(self.sigma)) < 2:
            return residuals / self.sigma
        return np.linalg.solve(np.linalg.cholesky(self.sigma), residuals)

    def covariance(self, params: Any, absolute: bool) -> Any:
        """Return the covariance of the parameters."""
        matrix = jacobian(self.residuals)(params)
        inverse = np.linalg.inv(matrix.T @ matrix)
        if absolute:
            return inverse
        residuals = self.residuals(params)
        free = shape(residuals)[0] - shape(params)[0]
        if free < 1:
            return np.full_like(inverse, np.inf)
        return inverse * (residuals @ residuals / free)
