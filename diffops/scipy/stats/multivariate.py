"""Distributions of several variables.

A covariance or a shape is read as SciPy reads it, from its lower triangle: there its
derivative is.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.primitive import tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import refuse_option
from diffops.scipy.linalg import cho_solve, cholesky, eigh, solve_triangular
from diffops.scipy.linalg._lapack import plainly
from diffops.scipy.stats.densities import precise
from diffops.scipy.stats.distributions import Distribution
from diffops.tags import strip

_LOG_TWO = math.log(2)
_LOG_TWO_PI = math.log(2 * math.pi)


def _log_determinant(factor: Any) -> Any:
    return 2 * np.sum(np.log(np.diagonal(factor, axis1=-2, axis2=-1)), axis=-1)


def _log_gammas(a: Any, dim: int) -> Any:
    """Return the logarithm of the gamma function of several variables."""
    steps = np.arange(dim) / 2
    return dim * (dim - 1) / 4 * math.log(math.pi) + np.sum(special.gammaln(a - steps))


def _location_and_shape(loc: Any, shape: Any) -> tuple[Any, Any]:
    """Return a vector and a matrix, of the dimension that they tell together."""
    shape = precise(1.0 if shape is None else shape)
    rank = len(shape_of(shape))
    if loc is None:
        loc = np.zeros(shape_of(shape)[0] if rank > 1 else 1)
    loc = precise(loc)
    loc = np.reshape(loc, (1,)) if not shape_of(loc) else loc
    (dim,) = shape_of(loc)
    if dim == 1:
        shape = np.reshape(shape, (1, 1))
    elif rank == 0:
        shape = shape * np.eye(dim)
    elif rank == 1:
        shape = np.diag(shape)
    if shape_of(shape) != (dim, dim):
        raise ValueError(
            f"a matrix of shape {shape_of(shape)} does not suit a vector of length "
            f"{dim}"
        )
    return loc, shape


def _points(x: Any, dim: int) -> Any:
    """Return points along the last axis."""
    x = precise(x)
    if len(shape_of(x)) == 1 and dim == 1:
        return x[:, None]
    return x if shape_of(x) else np.reshape(x, (1,))


def _distance(
    deviation: Any, shape: Any, allow_singular: bool
) -> tuple[Any, Any, int, Any]:
    """Return xᵀ Σ⁺ x, log det, rank, and which points the distribution reaches."""
    stack = np.reshape(deviation, (-1, shape_of(shape)[0]))
    if not allow_singular:
        factor = cholesky(shape, lower=True)
        whitened = solve_triangular(factor, stack.T, lower=True).T
        size, rank = _log_determinant(factor), shape_of(shape)[0]
        reached: Any = True
    else:
        w, v = eigh(shape)
        limit = _limit(strip(w))
        if np.min(strip(w)) < -limit:
            raise ValueError(
                "The input matrix must be symmetric positive semidefinite."
            )
        rank = int(np.sum(strip(w) > limit))
        zero = shape_of(w)[0] - rank
        whitened = (stack @ v[:, zero:]) / np.sqrt(w[zero:])
        size = np.sum(np.log(w[zero:]))
        out = np.linalg.norm(strip(stack) @ strip(v[:, :zero]), axis=-1)
        reached = np.reshape(out < 1e3 * limit, shape_of(deviation)[:-1])
    squares = np.sum(whitened * whitened, axis=-1)
    return np.reshape(squares, shape_of(deviation)[:-1]), size, rank, reached


def _limit(w: Any) -> Any:
    """Return below what SciPy takes an eigenvalue for zero."""
    return 1e6 * np.finfo(np.float64).eps * np.max(np.abs(w))


def _normal_logpdf(
    x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False
) -> Any:
    if isinstance(cov, stats.Covariance):
        refuse_option(
            "scipy.stats.multivariate_normal", "a Covariance object", "give the matrix"
        )
    mean, cov = _location_and_shape(mean, cov)
    deviation = _points(x, shape_of(mean)[0]) - mean
    squares, size, rank, reached = _distance(deviation, cov, allow_singular)
    y = -(rank * _LOG_TWO_PI + size + squares) / 2
    return _squeezed(y if np.all(reached) else np.where(reached, y, -np.inf))


def _normal_entropy(mean: Any = None, cov: Any = 1) -> Any:
    """Return half the logarithm of det(2π e Σ)."""
    mean, cov = _location_and_shape(mean, cov)
    _, size, rank, _ = _distance(0 * mean, cov, True)
    return (rank * (_LOG_TWO_PI + 1) + size) / 2


def _student_logpdf(x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
    if not tracked_in([df]) and df == np.inf:
        return _normal_logpdf(x, loc, shape, True)
    loc, shape = _location_and_shape(loc, shape)
    dim = shape_of(loc)[0]
    squares, size, _, _ = _distance(_points(x, dim) - loc, shape, True)
    total = (df + dim) / 2
    scale = special.gammaln(total) - special.gammaln(df / 2) - size / 2
    scale = scale - dim / 2 * np.log(df * math.pi)
    return _squeezed(scale - total * np.log1p(squares / df))


def _squeezed(y: Any) -> Any:
    """Return values as SciPy does: without axes of length 1."""
    return np.squeeze(y)[()] if shape_of(y) else y


def _dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    _checked_dirichlet(x, alpha)  # raises where x or alpha are impossible
    x, alpha = precise(x), precise(alpha)
    if shape_of(x)[0] != shape_of(alpha)[0]:
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    normal = np.sum(special.gammaln(alpha)) - special.gammaln(np.sum(alpha))
    return _squeezed(np.sum(special.xlogy(alpha - 1, x.T), axis=-1) - normal)


def _scale_and_points(scale: Any, x: Any) -> tuple[Any, Any]:
    """Return a scale, and points along the first axis: all of them matrices."""
    scale, x = precise(1.0 if scale is None else scale), precise(x)
    if len(shape_of(scale)) < 2:
        scale = np.diag(np.reshape(scale, (-1,)))
    dim = shape_of(scale)[0]
    if len(shape_of(x)) == 0:
        x = x * np.eye(dim)
    elif len(shape_of(x)) == 1:
        x = np.reshape(x, (1, 1, -1)) if dim == 1 else np.diag(x)
    return scale, np.moveaxis(np.reshape(x, (dim, dim, -1)), -1, 0)


def _wishart_logpdf(x: Any, df: Any, scale: Any) -> Any:
    _checked_wishart(x, df, scale)
    scale, x = _scale_and_points(scale, x)
    dim = shape_of(scale)[0]
    df = dim if df is None else df
    factor = cholesky(scale, lower=True)
    solved = cho_solve((factor, True), np.reshape(np.moveaxis(x, 0, -1), (dim, -1)))
    trace = np.trace(np.reshape(solved, (dim, dim, -1)))
    size = _log_determinant(cholesky(x, lower=True))
    y = (df - dim - 1) / 2 * size - trace / 2 - df * dim / 2 * _LOG_TWO
    return _squeezed(y - df / 2 * _log_determinant(factor) - _log_gammas(df / 2, dim))


def _inverse_wishart_logpdf(x: Any, df: Any, scale: Any) -> Any:
    _checked_inverse_wishart(x, df, scale)
    scale, x = _scale_and_points(scale, x)
    dim = shape_of(scale)[0]
    df = dim if df is None else df
    factors = cholesky(x, lower=True)
    half = solve_triangular(factors, cholesky(scale, lower=True), lower=True)
    trace = np.sum(half * half, axis=(-2, -1))
    size = _log_determinant(cholesky(scale, lower=True))
    y = df / 2 * size - trace / 2 - (df + dim + 1) / 2 * _log_determinant(factors)
    return _squeezed(y - df * dim / 2 * _LOG_TWO - _log_gammas(df / 2, dim))


def _matrix_normal_logpdf(
    X: Any, mean: Any = None, rowcov: Any = 1, colcov: Any = 1
) -> Any:
    """Return the density of vec X, whose covariance is a product of Kronecker's."""
    _checked_matrix_normal(X, mean, rowcov, colcov)
    x, rows, columns = precise(X), precise(rowcov), precise(colcov)
    n, m = shape_of(x)[-2:]
    rows = rows * np.eye(n) if len(shape_of(rows)) < 2 else rows
    columns = columns * np.eye(m) if len(shape_of(columns)) < 2 else columns
    deviation = x if mean is None else x - precise(mean)
    left, right = cholesky(rows, lower=True), cholesky(columns, lower=True)
    white = np.linalg.solve(left, deviation) @ np.linalg.inv(right).T
    squares = np.sum(white * white, axis=(-2, -1))
    size = m * _log_determinant(left) + n * _log_determinant(right)
    return _squeezed(-(n * m * _LOG_TWO_PI + size + squares) / 2)


def _multinomial_logpmf(x: Any, n: Any, p: Any) -> Any:
    counts = {"x": x, "n": n}
    for name, value in counts.items():
        if tracked_in([value]):
            refuse_option("scipy.stats.multinomial", f"a tracked {name}", _COUNT)
    p = precise(p)
    plain = _checked_multinomial(x, n, p)
    # Where probabilities do not sum to 1, SciPy 1.17 makes them by the last one.
    rest = 1 - np.sum(p[..., :-1], axis=-1, keepdims=True)
    off = np.abs(rest - p[..., -1:]) > 1e-14
    if np.any(off):
        last = np.where(off, rest, p[..., -1:])
        p = np.concatenate([p[..., :-1], last], axis=-1)
    choices = special.gammaln(np.add(n, 1)) - np.sum(special.gammaln(np.add(x, 1)), -1)
    possible = np.isfinite(plain)
    terms = special.xlogy(x, np.where(possible[..., None], p, 1.0))
    return np.where(possible, choices + np.sum(terms, axis=-1), plain)[()]


_COUNT = "counts have no derivative; detach it with diffops.stop_gradient"

_checked_dirichlet = plainly(lambda x, alpha: stats.dirichlet.logpdf(x, alpha))
_checked_wishart = plainly(lambda x, df, scale: stats.wishart.logpdf(x, df, scale))
_checked_inverse_wishart = plainly(
    lambda x, df, scale: stats.invwishart.logpdf(x, df, scale)
)
_checked_matrix_normal = plainly(
    lambda x, mean, rows, columns: stats.matrix_normal.logpdf(x, mean, rows, columns)
)
_checked_multinomial = plainly(lambda x, n, p: stats.multinomial.logpmf(x, n, p))


def _mirror(original: Any, logarithm: Any, name: str, **more: Any) -> Distribution:
    """Return a mirror with a density, or probability, and its logarithm."""

    def plain(*args: Any, **kwargs: Any) -> Any:
        return np.exp(logarithm(*args, **kwargs))

    return Distribution(original, {f"log{name}": logarithm, name: plain, **more})


multivariate_normal = _mirror(
    stats.multivariate_normal, _normal_logpdf, "pdf", entropy=_normal_entropy
)
multivariate_t = _mirror(stats.multivariate_t, _student_logpdf, "pdf")
dirichlet = _mirror(stats.dirichlet, _dirichlet_logpdf, "pdf")
wishart = _mirror(stats.wishart, _wishart_logpdf, "pdf")
invwishart = _mirror(stats.invwishart, _inverse_wishart_logpdf, "pdf")
matrix_normal = _mirror(stats.matrix_normal, _matrix_normal_logpdf, "pdf")
multinomial = _mirror(stats.multinomial, _multinomial_logpmf, "pmf")
