"""A density as a sum of normal ones about the points of a sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import Holder, refusing
from diffops.scipy.linalg import cholesky, solve_triangular
from diffops.scipy.special import logsumexp


def _rows(x: Any) -> Any:
    """Return a matrix with a column for each point."""
    x = adopt(x)
    return np.reshape(x, (1, -1)) if len(shape_of(x)) < 2 else x


class gaussian_kde(Holder):
    """A kernel density of a sample, its bandwidth, and weights: all may be tracked.

    ``evaluate`` (``pdf``, or a call) and ``logpdf`` take tracked points; all else is
    SciPy's, of plain samples alone.

    >>> import numpy as np
    >>> from diffops import grad
    >>> kde = gaussian_kde([0.0, 1.0, 2.0])
    >>> bool(abs(grad(lambda x: kde(x)[0])(1.0)) < 1e-15)  # the top of the density
    True
    """

    def __init__(
        self, dataset: Any, bw_method: Any = None, weights: Any = None
    ) -> None:
        self._plain: Any = None
        self._given = [dataset, bw_method, weights]
        if not tracked_in(self._given):
            self._plain = stats.gaussian_kde(dataset, bw_method, weights)
        self.dataset = _rows(dataset)
        self.d, self.n = shape_of(self.dataset)
        if weights is None:
            weights = np.full(self.n, 1 / self.n)
        weights = adopt(weights)
        self.weights = weights / np.sum(weights)
        self.neff = 1 / np.sum(self.weights**2)
        self.factor = self._factor(bw_method)
        spread = np.cov(self.dataset, aweights=self.weights)
        self.covariance = np.reshape(spread, (self.d, self.d)) * self.factor**2

    def parts(self) -> list[Any]:
        """Return what may be tracked."""
        return self._given

    def _factor(self, bw_method: Any) -> Any:
        """Return the bandwidth, in units of the standard deviation of the sample."""
        if bw_method is None or isinstance(bw_method, str):
            size = {
                None: self.neff,
                "scott": self.neff,
                "silverman": self.neff * (self.d + 2) / 4.0,
            }[bw_method]
            return np.power(size, -1.0 / (self.d + 4))
        return bw_method(self) if callable(bw_method) else bw_method

    def logpdf(self, x: Any) -> Any:
        """Return the logarithm of the density at each point."""
        if self._plain is not None and not tracked_in([x]):
            return self._plain.logpdf(x)
        x = _rows(x)
        if shape_of(x)[0] != self.d and shape_of(x) == (1, self.d):
            x = np.reshape(x, (self.d, 1))
        if shape_of(x)[0] != self.d:
            raise ValueError(
                f"points have dimension {shape_of(x)[0]}, dataset has dimension "
                f"{self.d}"
            )
        factor = cholesky(self.covariance, lower=True)
        points = solve_triangular(factor, x, lower=True)
        centers = solve_triangular(factor, self.dataset, lower=True)
        gaps = points[:, :, None] - centers[:, None, :]
        exponents = -np.sum(gaps * gaps, axis=0) / 2
        size = np.sum(np.log(np.diagonal(factor))) + self.d / 2 * math.log(2 * math.pi)
        return logsumexp(exponents, axis=1, b=self.weights) - size

    def evaluate(self, points: Any) -> Any:
        """Return the density at each point."""
        if self._plain is not None and not tracked_in([points]):
            return self._plain.evaluate(points)
        return np.exp(self.logpdf(points))

    __call__ = pdf = evaluate

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._plain is None:
            value = getattr(stats.gaussian_kde, name)
            refused = refusing(value, f"scipy.stats.gaussian_kde.{name}")
            return lambda *args, **kwargs: refused(self, *args, **kwargs)
        value = getattr(self._plain, name)
        refusal = f"scipy.stats.gaussian_kde.{name}"
        return refusing(value, refusal) if callable(value) else value

    def __repr__(self) -> str:
        return f"<mirror of scipy.stats.gaussian_kde of {self.n} points>"
