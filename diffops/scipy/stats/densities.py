"""Densities and probabilities as products of powers and an exponential.

f = Π bᵢ^eᵢ · exp(rest). Where a base is 0 its logarithm is infinite, but its power has
the derivatives of a power: so the density is smooth where it should be. Beyond the
support the density is 0, its logarithm −∞, and their derivatives are 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import special

from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.tags import strip

Powers = Iterable[tuple[Any, Any]]


def precise(value: Any) -> Any:
    """Return a value in the precision in which SciPy computes distributions."""
    value = adopt(value)
    if not hasattr(value, "dtype"):
        return np.float64(value)
    return value if value.dtype == np.float64 else value.astype(np.float64)


def log_of_product(powers: Powers, rest: Any) -> Any:
    """Return rest + Σ eᵢ log bᵢ, where 0 log 0 is 0."""
    for base, exponent in powers:
        both = (base == 0) & (exponent == 0)
        rest = rest + special.xlogy(exponent, np.where(both, strip(base), base))
    return rest


def product(powers: Powers, rest: Any) -> Any:
    """Return exp(rest) Π bᵢ^eᵢ, by logarithms where no base is 0."""
    factor = None
    for base, exponent in powers:
        zero = np.equal(base, 0)
        rest = rest + special.xlogy(exponent, np.where(zero, 1.0, base))
        if np.any(zero):
            # Elsewhere the power is 1, whatever the exponent.
            inside = np.where(zero, exponent, 1.0)
            power = np.power(np.where(zero, base, 1.0), inside)
            factor = power if factor is None else factor * power
    return np.exp(rest) if factor is None else np.exp(rest) * factor


def where_valid(valid: Any, y: Any) -> Any:
    """Return y, and NaN where parameters have no distribution."""
    y = y if np.all(valid) else np.where(valid, y, np.nan)
    return y if shape_of(y) else y[()]
