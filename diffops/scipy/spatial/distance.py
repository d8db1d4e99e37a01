"""Distances between vectors, and between all rows of one or two matrices.

At the kink of a metric, where both vectors are the same, its derivative is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special
from scipy.spatial import distance as original

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.rules._kinks import knowing_square
from diffops.scipy._mirror import mirrors, the_rest
from diffops.tags import strip

__getattr__ = the_rest("scipy.spatial.distance", globals())

Metric = Callable[..., Any]


def _weighed(x: Any, w: Any) -> Any:
    return x if w is None else x * w


def _euclidean(u: Any, v: Any, w: Any = None) -> Any:
    return np.linalg.norm((u - v) if w is None else np.sqrt(w) * (u - v), axis=-1)


def _sqeuclidean(u: Any, v: Any, w: Any = None) -> Any:
    return np.sum(_weighed((u - v) * (u - v), w), axis=-1)


def _cityblock(u: Any, v: Any, w: Any = None) -> Any:
    return np.sum(_weighed(np.abs(u - v), w), axis=-1)


def _chebyshev(u: Any, v: Any, w: Any = None) -> Any:
    gap = np.abs(u - v)
    if w is not None:
        gap = gap[..., np.asarray(strip(adopt(w))) > 0]
    return np.max(gap, axis=-1)


def _minkowski(u: Any, v: Any, p: Any = 2, w: Any = None) -> Any:
    if not strip(p) > 0:
        raise ValueError("p must be greater than 0")
    if np.isinf(strip(p)):
        return _chebyshev(u, v, w)
    if w is not None:
        return np.sum(w * np.abs(u - v) ** p, axis=-1) ** (1 / p)
    return np.linalg.norm(u - v, p, axis=-1)


def _cosine(u: Any, v: Any, w: Any = None) -> Any:
    product = np.sum(_weighed(u * v, w), axis=-1)
    squares = (np.sum(_weighed(x * x, w), axis=-1) for x in (u, v))
    first, second = map(np.sqrt, squares)
    return 1.0 - product / (first * second)


def _correlation(u: Any, v: Any, w: Any = None, centered: bool = True) -> Any:
    if centered:
        u, v = (x - _average(x, w) for x in (u, v))
    return _cosine(u, v, w)


def _average(x: Any, w: Any) -> Any:
    if w is None:
        return np.mean(x, axis=-1, keepdims=True)
    return np.sum(x * w, axis=-1, keepdims=True) / np.sum(w)


def _canberra(u: Any, v: Any, w: Any = None) -> Any:
    """Return the sum of |u - v| / (|u| + |v|), in which 0 / 0 counts as 0."""
    u, v = _double(u), _double(v)
    size = np.abs(u) + np.abs(v)
    nothing = strip(size) == 0
    share = np.abs(u - v) / np.where(nothing, 1.0, size)
    return np.sum(_weighed(share, w), axis=-1)


def _braycurtis(u: Any, v: Any, w: Any = None) -> Any:
    u, v = _double(u), _double(v)
    over = np.sum(_weighed(np.abs(u - v), w), axis=-1)
    return over / np.sum(_weighed(np.abs(u + v), w), axis=-1)


def _seuclidean(u: Any, v: Any, V: Any) -> Any:
    return np.linalg.norm((u - v) / np.sqrt(adopt(V)), axis=-1)


def _mahalanobis(u: Any, v: Any, VI: Any) -> Any:
    gap = u - v
    square = np.sum(np.matmul(gap, adopt(VI)) * gap, axis=-1)
    return _root(square)


def _root(square: Any) -> Any:
    """Return the root of what is not negative, flat where that vanishes."""
    same = strip(square) <= 0
    y = np.where(same, 0.0, np.sqrt(np.where(same, 1.0, square)))[()]
    return knowing_square(y, lambda: square)


def _jensenshannon(p: Any, q: Any, base: Any = None) -> Any:
    p, q = (x / np.sum(x, axis=-1, keepdims=True) for x in (p, q))
    middle = (p + q) / 2.0
    divergence: Any = sum(np.sum(special.rel_entr(x, middle), axis=-1) for x in (p, q))
    if base is not None:
        divergence = divergence / np.log(base)
    return _root(divergence / 2.0)


#: The metrics of real vectors, by the names and the shorthands that SciPy takes.
_METRICS: dict[str, Metric] = {}
for _metric, _names in (
    (_euclidean, "euclidean euclid eu e"),
    (_sqeuclidean, "sqeuclidean sqe sqeuclid"),
    (_cityblock, "cityblock cblock cb c manhattan"),
    (_chebyshev, "chebyshev chebychev cheby cheb ch"),
    (_minkowski, "minkowski mi m pnorm"),
    (_cosine, "cosine cos"),
    (_correlation, "correlation co"),
    (_canberra, "canberra"),
    (_braycurtis, "braycurtis"),
    (_seuclidean, "seuclidean se s"),
    (_mahalanobis, "mahalanobis mahal mah"),
    (_jensenshannon, "jensenshannon js"),
):
    _METRICS |= dict.fromkeys(_names.split(), _metric)


def _metric_named(metric: Any, function: str) -> Metric:
    """Return what computes a metric for rows that broadcast; a callable is called."""
    if callable(metric):
        name = getattr(metric, "__name__", "")
        own = getattr(original, name, None) is metric or globals().get(name) is metric
        if not own:
            return _of_each_pair(metric)
        metric = name
    found = _METRICS.get(str(metric).lower())
    if found is None:
        raise NoDerivativeError(
            f"scipy.spatial.distance.{function} of a tracked value has no derivative "
            f"rule for the metric {metric!r}{at_user_line()}; it is one of booleans, "
            "or unknown"
        )
    return found


def _of_each_pair(metric: Metric) -> Metric:
    def compute(u: Any, v: Any, **options: Any) -> Any:
        u, v = np.broadcast_arrays(u, v)
        pairs = [
            adopt(metric(u[i], v[i], **options)) for i in np.ndindex(shape_of(u)[:-1])
        ]
        return np.reshape(np.stack(pairs), shape_of(u)[:-1])

    return compute


def _rows(x: Any, name: str) -> Any:
    x = adopt(x)
    if np.ndim(x) != 2:
        raise ValueError(f"{name} must be a 2-dimensional array.")
    return _double(x)


def _double(x: Any) -> Any:
    """Return an array in the precision that SciPy computes in."""
    return np.astype(x, np.promote_types(x.dtype, float), copy=False)


def _options(metric: Metric, options: dict[str, Any], *sets: Any) -> dict[str, Any]:
    """Return the options of a metric: what SciPy estimates from the data, so do we."""
    if options.get("out") is not None:
        raise NoDerivativeError(
            f"out= would lose the derivative of a tracked value{at_user_line()}; use "
            "the returned array"
        )
    options = {key: value for key, value in options.items() if value is not None}
    if metric is _seuclidean and "V" not in options:
        options["V"] = np.var(np.concatenate(sets), axis=0, ddof=1)
    if metric is _mahalanobis and "VI" not in options:
        rows = np.concatenate(sets)
        if shape_of(rows)[0] <= shape_of(rows)[1]:
            raise ValueError(
                f"The number of observations ({shape_of(rows)[0]}) is too small; the "
                "covariance matrix is singular."
            )
        options["VI"] = np.linalg.inv(np.atleast_2d(np.cov(rows.T))).T
    return options


@mirrors(original.cdist)
def cdist(
    XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any
) -> Any:
    """Return the distances of all rows of one matrix to all of another, as SciPy does.

    Shapes (m, k) and (n, k) give (m, n); computed with arrays of m n k entries. The
    metrics are those of real vectors, and callables, of which each pair is a call.

    Raises NoDerivativeError for metrics of booleans.
    """
    a, b = _rows(XA, "XA"), _rows(XB, "XB")
    if shape_of(a)[1] != shape_of(b)[1]:
        raise ValueError(
            "XA and XB must have the same number of columns (i.e. feature dimension)."
        )
    compute = _metric_named(metric, "cdist")
    options = _options(compute, {"out": out, **kwargs}, a, b)
    return compute(a[:, None, :], b[None, :, :], **options)


@mirrors(original.pdist)
def pdist(X: Any, metric: Any = "euclidean", *, out: Any = None, **kwargs: Any) -> Any:
    """Return the distances of all pairs of rows, as `scipy.spatial.distance.pdist`."""
    x = _rows(X, "X")
    compute = _metric_named(metric, "pdist")
    options = _options(compute, {"out": out, **kwargs}, x)
    i, j = np.triu_indices(shape_of(x)[0], 1)
    return compute(x[i], x[j], **options)


@mirrors(original.squareform)
def squareform(X: Any, force: str = "no", checks: bool = True) -> Any:
    """Turn distances of pairs into a symmetric matrix, and back."""
    x = adopt(X)
    if np.ndim(x) == 2 and force.lower() != "tomatrix":
        if checks:
            original.is_valid_dm(strip(x), throw=True, name="X")
        return x[np.triu_indices(shape_of(x)[0], 1)]
    if np.ndim(x) != 1 or force.lower() == "tovector":
        raise ValueError("The first argument must be one or two dimensional array")
    size = max(int(np.ceil(np.sqrt(shape_of(x)[0] * 2))), 1)
    if size * (size - 1) != shape_of(x)[0] * 2:
        raise ValueError(
            "Incompatible vector size. It must be a binomial coefficient n choose 2 "
            "for some integer n >= 2."
        )
    matrix = np.zeros_like(
        np.broadcast_to(x[:1], (size, size)) if len(x) else np.zeros((1, 1))
    )
    if not len(x):
        return matrix
    i, j = np.triu_indices(size, 1)
    matrix[i, j] = x
    matrix[j, i] = x
    return matrix


def _vectors(function: Metric, compute: Metric) -> Metric:
    """Mirror the distance of two vectors."""

    @mirrors(function)
    def run(u: Any, v: Any, *args: Any, **kwargs: Any) -> Any:
        pair = [adopt(u), adopt(v)]
        if any(np.ndim(x) != 1 for x in pair):
            raise ValueError("Input vector should be 1-D.")
        return compute(*pair, *args, **kwargs)

    return run


euclidean = _vectors(original.euclidean, _euclidean)
sqeuclidean = _vectors(original.sqeuclidean, _sqeuclidean)
cityblock = _vectors(original.cityblock, _cityblock)
chebyshev = _vectors(original.chebyshev, _chebyshev)
minkowski = _vectors(original.minkowski, _minkowski)
cosine = _vectors(original.cosine, _cosine)
correlation = _vectors(original.correlation, _correlation)
canberra = _vectors(original.canberra, _canberra)
braycurtis = _vectors(original.braycurtis, _braycurtis)
seuclidean = _vectors(original.seuclidean, _seuclidean)
mahalanobis = _vectors(original.mahalanobis, _mahalanobis)


@mirrors(original.jensenshannon)
def jensenshannon(
    p: Any, q: Any, base: Any = None, *, axis: int = 0, keepdims: bool = False
) -> Any:
    """Return the Jensen-Shannon distance of two distributions along an axis."""
    p, q = np.broadcast_arrays(adopt(p), adopt(q))
    y = _jensenshannon(np.moveaxis(p, axis, -1), np.moveaxis(q, axis, -1), base)
    return np.expand_dims(y, axis) if keepdims else y
