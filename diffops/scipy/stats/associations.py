"""How two samples go together, and how far apart they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.stats.samples import mean
from diffops.tags import strip

_PROBLEM = [0.0, 1.0, 2.5], [0.0, 1.0, 1.0]
PearsonRResult: Any = type(stats.pearsonr(*_PROBLEM))
LinregressResult: Any = type(stats.linregress(*_PROBLEM))


def _correlation(x: Any, y: Any, axis: Any) -> Any:
    x, y = x - mean(x, axis), y - mean(y, axis)
    x = x / np.linalg.norm(x, axis=axis, keepdims=True)
    y = y / np.linalg.norm(y, axis=axis, keepdims=True)
    return np.clip(np.sum(x * y, axis=axis), -1.0, 1.0)


def _tails(alternative: str, less: Any, greater: Any, both: Any) -> Any:
    found = {"less": less, "greater": greater, "two-sided": both}.get(alternative)
    if found is None:
        raise ValueError("`alternative` must be 'less', 'greater', or 'two-sided'.")
    return found


@mirrors(stats.pearsonr)
def pearsonr(
    x: Any,
    y: Any,
    *,
    alternative: str = "two-sided",
    method: Any = None,
    axis: Any = 0,
) -> Any:
    """Return the correlation, and its probability under independence."""
    if method is not None:
        refuse_option("scipy.stats.pearsonr", "method", "leave it out")
    x, y = adopt(x), adopt(y)
    if axis is None:
        x, y, axis = np.ravel(x), np.ravel(y), 0
    x, y = np.broadcast_arrays(x, y)
    n = shape_of(x)[axis]
    r = _correlation(x, y, axis)
    half = n / 2 - 1
    p = _tails(
        alternative,
        special.betainc(half, half, (1 + r) / 2),
        special.betainc(half, half, (1 - r) / 2),
        2 * special.betainc(half, half, (1 - np.abs(r)) / 2),
    )
    return PearsonRResult(
        statistic=r, pvalue=p, alternative=alternative, n=n, x=x, y=y, axis=axis
    )


@mirrors(stats.linregress)
def linregress(x: Any, y: Any, alternative: str = "two-sided") -> Any:
    """Return the line of least squares, its correlation, and errors."""
    x, y = adopt(x), adopt(y)
    n = shape_of(x)[0]
    middle, level = np.mean(x), np.mean(y)
    squares, other = np.mean((x - middle) ** 2), np.mean((y - level) ** 2)
    product = np.mean((x - middle) * (y - level))
    r = np.clip(product / np.sqrt(squares * other), -1.0, 1.0)
    slope = product / squares
    freedom = n - 2
    error = np.sqrt((1 - r**2) * other / squares / freedom)
    t = r * np.sqrt(freedom / ((1 - r) * (1 + r)))
    p = _tails(
        alternative,
        special.stdtr(freedom, t),
        special.stdtr(freedom, -t),
        2 * special.stdtr(freedom, -np.abs(t)),
    )
    return LinregressResult(
        slope=slope,
        intercept=level - slope * middle,
        rvalue=r,
        pvalue=p,
        stderr=error,
        intercept_stderr=error * np.sqrt(squares + middle**2),
    )


def _shares(values: Any, weights: Any, points: Any) -> Any:
    """Return the share of a sample up to each point; its order is a constant."""
    order = np.argsort(strip(values))
    counts = np.searchsorted(strip(values)[order], strip(points), side="right")
    if weights is None:
        return counts / shape_of(values)[0]
    sums = np.cumsum(np.concatenate([np.zeros(1), adopt(weights)[order]]))
    return sums[counts] / sums[-1]


def _gaps(u: Any, v: Any, u_weights: Any, v_weights: Any) -> tuple[Any, Any]:
    """Return the difference of the distribution functions, and on how much of x."""
    u, v = adopt(u), adopt(v)
    points = np.sort(np.concatenate([u, v]))
    inner = points[:-1]
    shares = _shares(u, u_weights, inner) - _shares(v, v_weights, inner)
    return shares, np.diff(points)


@mirrors(stats.wasserstein_distance)
def wasserstein_distance(
    u_values: Any, v_values: Any, u_weights: Any = None, v_weights: Any = None
) -> Any:
    """Return the area between two distribution functions."""
    shares, widths = _gaps(u_values, v_values, u_weights, v_weights)
    return np.sum(np.abs(shares) * widths)


@mirrors(stats.energy_distance)
def energy_distance(
    u_values: Any, v_values: Any, u_weights: Any = None, v_weights: Any = None
) -> Any:
    """Return the root of twice the squared difference of distribution functions."""
    shares, widths = _gaps(u_values, v_values, u_weights, v_weights)
    return np.sqrt(2 * np.sum(shares**2 * widths))
