"""The discrete distributions, differentiated with respect to their parameters.

Counts (the point k, the numbers n of trials, and the location) have no derivative, and
quantiles, which are counts, are constants.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from diffops.errors import NoDerivativeError, at_user_line
from diffops.rules._constant import Constant
from diffops.scipy.stats.densities import (
    log_of_product,
    precise,
    product,
    where_valid,
)
from diffops.scipy.stats.distributions import Distribution
from diffops.tags import orders_of

Function = Callable[..., Any]


@dataclass(frozen=True)
class Discrete:
    """What is known of a distribution of counts: functions of k and of its parameters.

    The probability of k is exp(rest) Π b^e over (b, e) in ``powers``, for k from
    ``low`` to ``high``. ``cdf`` and ``sf`` are given counts of the support below its
    end. ``whole`` names the parameters that are counts.
    """

    rest: Function
    powers: Function
    valid: Function
    cdf: Function | None = None
    sf: Function | None = None
    low: float = 0.0
    high: Function = lambda *shapes: np.inf
    whole: tuple[str, ...] = ()


class _Methods:
    """The methods of a distribution, in SciPy's signatures."""

    def __init__(self, original: Any, family: Discrete) -> None:
        self._family = family
        self._name = f"scipy.stats.{original.name}"
        self._names = [*original.shapes.split(", "), "loc"]
        self.ppf = Constant(_plain(original.ppf))
        self.isf = Constant(_plain(original.isf))

    def _parameters(
        self, x: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> tuple[Any, list[Any]]:
        """Return the count less its location, and the other parameters."""
        if len(args) > len(self._names):
            raise TypeError("too many positional arguments")
        given = {"loc": 0, **dict(zip(self._names, args, strict=False))}
        for name, value in kwargs.items():
            if name not in self._names or name in self._names[: len(args)]:
                raise TypeError(f"got an unexpected keyword argument {name!r}")
            given[name] = value
        missing = [name for name in self._names if name not in given]
        if missing:
            raise TypeError(f"missing arguments: {', '.join(missing)}")
        counts = {"k": x, **{n: given[n] for n in ("loc", *self._family.whole)}}
        for name, value in counts.items():
            if orders_of(value):
                raise NoDerivativeError(
                    f"{self._name} has no derivative with respect to its argument "
                    f"{name!r}, a count, which is tracked{at_user_line()}; detach it "
                    "with diffops.stop_gradient"
                )
        shapes = [precise(given[name]) for name in self._names[:-1]]
        return precise(x) - precise(given["loc"]), shapes

    def _mass(
        self, evaluate: Function, absent: float, x: Any, args: Any, kwargs: Any
    ) -> Any:
        k, shapes = self._parameters(x, args, kwargs)
        family = self._family
        with np.errstate(all="ignore"):
            inside = (
                (k >= family.low) & (k <= family.high(*shapes)) & (k == np.floor(k))
            )
            k = np.where(inside, k, family.low)
            y = evaluate(family.powers(k, *shapes), family.rest(k, *shapes))
            return where_valid(family.valid(*shapes), np.where(inside, y, absent))

    def logpmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the probability of a count."""
        return self._mass(log_of_product, -np.inf, k, args, kwargs)

    def pmf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the probability of a count."""
        return self._mass(product, 0.0, k, args, kwargs)

    def _distribution(
        self,
        function: Function | None,
        under: float,
        over: float,
        x: Any,
        args: Any,
        kwargs: Any,
    ) -> Any:
        assert function is not None
        k, shapes = self._parameters(x, args, kwargs)
        family = self._family
        with np.errstate(all="ignore"):
            below, above = k < family.low, k >= family.high(*shapes)
            k = np.where(below | above, family.low, np.floor(k))
            y = np.where(above, over, function(k, *shapes))
            return where_valid(family.valid(*shapes), np.where(below, under, y))

    def cdf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the probability of a count up to k."""
        return self._distribution(self._family.cdf, 0.0, 1.0, k, args, kwargs)

    def sf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the probability of a count beyond k."""
        return self._distribution(self._family.sf, 1.0, 0.0, k, args, kwargs)

    def logcdf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the probability of a count up to k."""
        return self._logarithm(self.cdf(k, *args, **kwargs))

    def logsf(self, k: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the logarithm of the probability of a count beyond k."""
        return self._logarithm(self.sf(k, *args, **kwargs))

    def _logarithm(self, y: Any) -> Any:
        none = np.equal(y, 0)
        y = np.where(none, -np.inf, np.log(np.where(none, 1.0, y)))
        return y[()] if not np.ndim(y) else y


def _plain(function: Function) -> Function:
    def quantile(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return quantile


def discrete(original: Any, family: Discrete) -> Distribution:
    """Return the mirror of a discrete distribution."""
    methods = _Methods(original, family)
    names = ["logpmf", "pmf", "ppf", "isf"]
    if family.cdf is not None:
        names += ["cdf", "sf", "logcdf", "logsf"]
    return Distribution(original, {name: getattr(methods, name) for name in names})


def _probability(p: Any) -> Any:
    return (p >= 0) & (p <= 1)


def _chances(p: Any) -> Any:
    return (p > 0) & (p <= 1)


def _whole(n: Any) -> Any:
    return (n >= 0) & (n == np.floor(n))


def _log_choices(n: Any, k: Any) -> Any:
    """Return log(n! / k! (n − k)!)."""
    return -np.log1p(n) - special.betaln(n - k + 1, k + 1)


bernoulli = discrete(
    stats.bernoulli,
    Discrete(
        powers=lambda k, p: [(p, k), (1 - p, 1 - k)],
        rest=lambda k, p: 0 * p,
        cdf=lambda k, p: 1 - p,
        sf=lambda k, p: p,
        high=lambda p: 1.0,
        valid=_probability,
    ),
)

binom = discrete(
    stats.binom,
    Discrete(
        powers=lambda k, n, p: [(p, k), (1 - p, n - k)],
        rest=lambda k, n, p: _log_choices(n, k) + 0 * p,
        cdf=lambda k, n, p: special.betainc(np.maximum(n - k, 1), k + 1, 1 - p),
        sf=lambda k, n, p: special.betainc(k + 1, np.maximum(n - k, 1), p),
        high=lambda n, p: n,
        whole=("n",),
        valid=lambda n, p: _whole(n) & _probability(p),
    ),
)

poisson = discrete(
    stats.poisson,
    Discrete(
        powers=lambda k, mu: [(mu, k)],
        rest=lambda k, mu: -mu - special.gammaln(k + 1),
        cdf=lambda k, mu: special.gammaincc(k + 1, mu),
        sf=lambda k, mu: special.gammainc(k + 1, mu),
        valid=lambda mu: mu >= 0,
    ),
)

nbinom = discrete(
    stats.nbinom,
    Discrete(
        powers=lambda k, n, p: [(p, n), (1 - p, k)],
        rest=lambda k, n, p: (
            special.gammaln(n + k) - special.gammaln(k + 1) - special.gammaln(n)
        ),
        cdf=lambda k, n, p: special.betainc(n, k + 1, p),
        sf=lambda k, n, p: special.betainc(k + 1, n, 1 - p),
        valid=lambda n, p: (n > 0) & _chances(p),
    ),
)

geom = discrete(
    stats.geom,
    Discrete(
        powers=lambda k, p: [(1 - p, k - 1), (p, 1.0)],
        rest=lambda k, p: 0 * p,
        cdf=lambda k, p: 1 - np.power(1 - p, k),
        sf=lambda k, p: np.power(1 - p, k),
        low=1.0,
        valid=_chances,
    ),
)

betabinom = discrete(
    stats.betabinom,
    Discrete(
        powers=lambda k, n, a, b: [],
        rest=lambda k, n, a, b: (
            _log_choices(n, k) + special.betaln(k + a, n - k + b) - special.betaln(a, b)
        ),
        high=lambda n, a, b: n,
        whole=("n",),
        valid=lambda n, a, b: _whole(n) & (a > 0) & (b > 0),
    ),
)
