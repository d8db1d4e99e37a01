"""Splines of any degree through given values, and FITPACK's way to speak of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate as original, sparse

from diffops.primitive import adopt, tracked_in
from diffops.rules._constant import deep_strip
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.interpolate.banded_systems import solve_rows
from diffops.scipy.interpolate.bsplines import BSpline, de_boor, derived
from diffops.tags import strip


def make_interp_spline(
    x: Any,
    y: Any,
    k: int = 3,
    t: Any = None,
    bc_type: Any = None,
    axis: int = 0,
    check_finite: bool = True,
) -> Any:
    """Return the spline through values, as `scipy.interpolate.make_interp_spline`.

    Differentiable in x, y, the knots t, and the values of end conditions. The
    coefficients solve linear equations: with plain x and t sparse ones, else dense.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import interpolate
    >>> x = np.array([0.0, 1.0, 2.0])
    >>> middle = lambda y: interpolate.make_interp_spline(x, y, k=2)(0.5)
    >>> np.round(8 * grad(middle)(x), 12)
    array([ 3.,  6., -1.])
    """
    given = [x, y, t, bc_type]
    plain = original.make_interp_spline(
        *map(strip, map(_adopted, (x, y))),
        k,
        strip(_adopted(t)),
        deep_strip(bc_type),
        axis,
        check_finite,
    )
    spline = BSpline.construct_fast(
        plain.t, plain.c, plain.k, plain.extrapolate, plain.axis
    )
    if not tracked_in(given):
        return spline
    x, y = adopt(x), np.moveaxis(adopt(y), axis, 0)
    y = y.astype(np.promote_types(y.dtype, float))
    knots: Any = _knots(x, k, plain.t) if t is None else adopt(t)
    periodic = bc_type == "periodic"
    first, last = ([], []) if periodic else map(_conditions, _both(bc_type))
    rows = _design(knots, k, x)
    if periodic:
        orders = range(1, k)
        rows = _joined([rows, *(_jump(knots, k, x, order) for order in orders)])
        zeros = np.zeros_like(np.repeat(y[:1], k - 1, axis=0)) if k > 1 else y[:0]
        right = np.concatenate([y, zeros])
    else:
        rows = _joined(
            [
                *(_slope_row(knots, k, x[:1], order) for order, _ in first),
                rows,
                *(_slope_row(knots, k, x[-1:], order) for order, _ in last),
            ]
        )
        right = np.concatenate(
            [
                *(_as_row(value, y) for _, value in first),
                y,
                *(_as_row(value, y) for _, value in last),
            ]
        )
    c = solve_rows(rows, right)
    spline._keep(knots, c)
    return spline


def _adopted(value: Any) -> Any:
    return adopt(value) if tracked_in([value]) else value


def _knots(x: Any, k: int, plain: Any) -> Any:
    """Return the knots as SciPy places them, which move with tracked x."""
    if not tracked_in([x]):
        return plain
    here = strip(x)
    middles = (x[1:] + x[:-1]) / 2
    candidates = np.concatenate([x, middles])
    values = strip(candidates)
    places = [int(np.argmin(np.abs(values - knot))) for knot in plain]
    inside = np.abs(values[places] - plain) <= 1e-14 * np.ptp(here)
    if not np.all(inside):
        refuse_option(
            "scipy.interpolate.make_interp_spline",
            "tracked x and these conditions",
            "pass the knots t",
        )
    return candidates[np.array(places)]


def _both(bc_type: Any) -> tuple[Any, Any]:
    if bc_type is None or isinstance(bc_type, str):
        return bc_type, bc_type
    first, last = bc_type
    return first, last


def _conditions(end: Any) -> list[tuple[int, Any]]:
    """Return the orders and values of derivatives at an end."""
    if end is None or (isinstance(end, str) and end == "not-a-knot"):
        return []
    if isinstance(end, str):
        return [({"clamped": 1, "natural": 2}[end], 0.0)]
    return [(order, adopt(value)) for order, value in end]


def _as_row(value: Any, y: Any) -> Any:
    return np.broadcast_to(value, (1, *shape_of(y)[1:]))


def _design(t: Any, k: int, x: Any) -> Any:
    """Return the values of all B-splines at places, as rows."""
    if not tracked_in([t, x]):
        return original.BSpline.design_matrix(x, t, k)
    return de_boor(t, np.eye(shape_of(t)[0] - k - 1), k, x)


def _slope_row(t: Any, k: int, x: Any, order: int) -> Any:
    """Return a derivative of all B-splines at one place, as a row."""
    tck = t, np.eye(shape_of(t)[0] - k - 1), k
    for _ in range(order):
        tck = derived(*tck)
    row = de_boor(*tck[:2], tck[2], x)
    return row if tracked_in([t, x]) else sparse.csr_array(row)


def _jump(t: Any, k: int, x: Any, order: int) -> Any:
    """Return by how much a derivative of all B-splines differs between both ends."""
    return _slope_row(t, k, x[:1], order) - _slope_row(t, k, x[-1:], order)


def _joined(rows: list[Any]) -> Any:
    if all(hasattr(row, "tocsc") for row in rows):
        return sparse.vstack(rows).tocsc()
    return np.concatenate(rows)


@mirrors(original.splrep)
def splrep(
    x: Any,
    y: Any,
    w: Any = None,
    xb: Any = None,
    xe: Any = None,
    k: int = 3,
    task: int = 0,
    s: Any = None,
    t: Any = None,
    full_output: int = 0,
    per: int = 0,
    quiet: int = 1,
) -> Any:
    """Return knots, coefficients and degree of the spline through values (s = 0)."""
    options = {"w": w, "xb": xb, "xe": xe, "s": s or None, "t": t}
    options |= {"task": task or None, "full_output": full_output or None}
    options |= {"per": per or None}
    for name, value in options.items():
        if value is not None:
            refuse_option(
                "scipy.interpolate.splrep", f"{name}=", "use make_interp_spline"
            )
    spline = make_interp_spline(x, y, k)
    t, c, k = spline.tck
    zeros = np.zeros_like(np.repeat(c[:1], k + 1, axis=0))
    return t, np.concatenate([c, zeros]), k


def splev(x: Any, tck: Any, der: int = 0, ext: int = 0) -> Any:
    """Return a spline or its derivative at places, as `scipy.interpolate.splev`."""
    t, c, k = tck.tck if isinstance(tck, original.BSpline) else tck
    if not tracked_in([x, t, c]):
        return original.splev(x, tck, der, ext)
    if isinstance(c, (list, tuple)):
        return [splev(x, (t, part, k), der, ext) for part in c]
    if not 0 <= der <= k:
        raise ValueError(f"0<=der={der}<=k={k} must hold")
    if ext not in (0, 1, 2, 3):
        raise ValueError(f"ext = {ext} not in (0, 1, 2, 3) ")
    x, t = adopt(x), adopt(t)
    low, high = t[k], t[shape_of(t)[0] - k - 1]
    outside = (strip(x) < strip(low)) | (strip(x) > strip(high))
    if ext == 2 and np.any(outside):
        raise ValueError("Invalid input data")
    if ext == 3:
        x = np.clip(x, low, high)
    y = BSpline(t, adopt(c)[: shape_of(t)[0] - k - 1], k)(x, der)
    return np.where(outside, 0.0, y) if ext == 1 else y
