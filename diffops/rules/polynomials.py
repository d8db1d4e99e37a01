"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from diffops.primitive import adopt, implements
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of


def _coefficients(p: Any) -> Any:
    return np.atleast_1d(p.coeffs if isinstance(p, np.poly1d) else adopt(p))


def _as_given(y: Any, *given: Any) -> Any:
    """Return a `numpy.poly1d` where one was given."""
    return np.poly1d(y) if any(isinstance(p, np.poly1d) for p in given) else y


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Evaluate by Horner's scheme."""
    coefficients = p.coeffs if isinstance(p, np.poly1d) else adopt(p)
    if isinstance(x, np.poly1d):
        y: Any = 0.0
    else:
        x = adopt(x)
        y = np.zeros_like(x)
    for coefficient in coefficients:
        y = y * x + coefficient
    return y


@implements(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    """Add, from the constant term up."""
    a, b = _as_long(_coefficients(a1), _coefficients(a2))
    return _as_given(a + b, a1, a2)


@implements(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    """Subtract, from the constant term up."""
    a, b = _as_long(_coefficients(a1), _coefficients(a2))
    return _as_given(a - b, a1, a2)


def _as_long(a: Any, b: Any) -> tuple[Any, Any]:
    """Fill the shorter one up with leading zeros."""
    size = max(shape_of(a)[0], shape_of(b)[0])
    return np.pad(a, (size - shape_of(a)[0], 0)), np.pad(b, (size - shape_of(b)[0], 0))


@implements(np.polymul)
def polymul(a1: Any, a2: Any) -> Any:
    """Multiply: convolve the coefficients."""
    return _as_given(np.convolve(_coefficients(a1), _coefficients(a2)), a1, a2)


@implements(np.polydiv)
def polydiv(u: Any, v: Any) -> tuple[Any, Any]:
    """Divide with remainder, from which leading entries that are 0 are cut off."""
    divisor = _coefficients(v) * 1.0
    rest = _coefficients(u) * 1.0
    length = shape_of(divisor)[0]
    scale = 1.0 / divisor[0]
    rest = rest + 0.0 * divisor[0]  # of the dtype of both
    digits = []
    for k in range(shape_of(rest)[0] - length + 1):
        digits.append(scale * rest[k])
        part = rest[k : k + length] - digits[-1] * divisor
        rest = np.concatenate([rest[:k], part, rest[k + length :]])
    quotient = np.stack(digits) if digits else np.zeros_like(rest[:1])
    small = np.isclose(known(rest), 0, rtol=1e-14)
    rest = rest[np.argmin(np.append(small[:-1], False)) :]
    return _as_given(quotient, u, v), _as_given(rest, u, v)


@implements(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    """Differentiate the polynomial m times."""
    if m < 0:
        raise ValueError("Order of derivative must be positive (see polyint)")
    y = _coefficients(p)
    for _ in range(m):
        y = y[:-1] * np.arange(shape_of(y)[0] - 1, 0, -1)
    return _as_given(y, p)


@implements(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """Integrate the polynomial m times, with constants k."""
    if m < 0:
        raise ValueError("Order of integral must be positive (see polyder)")
    constants = np.atleast_1d(np.zeros(m) if k is None else adopt(k))
    if shape_of(constants) == (1,):
        constants = np.repeat(constants, m)
    if shape_of(constants)[0] < m:
        raise ValueError("k must be a scalar or a rank-1 array of length 1 or >m.")
    y = _coefficients(p)
    for i in range(m):
        powers = np.arange(shape_of(y)[0], 0, -1)
        y = np.concatenate([y / powers, constants[i : i + 1]])
    return _as_given(y, p)


@implements(np.polyfit)
def polyfit(
    x: Any,
    y: Any,
    deg: int,
    rcond: Any = None,
    full: bool = False,
    w: Any = None,
    cov: Any = False,
) -> Any:
    """Fit a polynomial by least squares, in columns that are scaled to one length.

    With ``cov`` comes the covariance of the coefficients, with ``full`` what `lstsq`
    returns.
    """
    count = int(deg) + 1
    x, y = adopt(x) * 1.0, adopt(y) * 1.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if len(shape_of(x)) != 1 or not shape_of(x)[0]:
        raise TypeError("expected a non-empty 1D vector for x")
    if len(shape_of(y)) not in (1, 2):
        raise TypeError("expected 1D or 2D array for y")
    if shape_of(x)[0] != shape_of(y)[0]:
        raise TypeError("expected x and y to have same length")
    columns = np.vander(x, count)
    values = y
    if w is not None:
        w = adopt(w) * 1.0
        if shape_of(w) != shape_of(x):
            raise TypeError("expected w to be a 1-d array as long as x and y")
        columns = columns * w[:, None]
        values = values * (w if len(shape_of(y)) == 1 else w[:, None])
    if rcond is None:
        rcond = shape_of(x)[0] * np.finfo(x.dtype).eps
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    scaled = columns / scale
    solution, *rest = np.linalg.lstsq(scaled, values, rcond)
    fit = solution / (scale if len(shape_of(y)) == 1 else scale[:, None])
    if full:
        return fit, *rest, rcond
    residuals, rank, _ = rest
    if rank != count:
        warnings.warn(
            "Polyfit may be poorly conditioned",
            np.exceptions.RankWarning,
            stacklevel=2,
        )
    if not cov:
        return fit
    spread = np.linalg.inv(scaled.T @ scaled) / np.outer(scale, scale)
    if cov != "unscaled":
        if shape_of(x)[0] <= count:
            raise ValueError(
                "the number of data points must exceed order to scale the covariance "
                "matrix"
            )
        factor = residuals / (shape_of(x)[0] - count)
    else:
        factor = 1.0
    return fit, (spread if len(shape_of(y)) == 1 else spread[:, :, None]) * factor
