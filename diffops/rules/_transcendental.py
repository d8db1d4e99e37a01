"""How Taylor coefficients continue through exponentials, logarithms and their kin.

Each function solves a differential equation in the coefficients; see `_recurrences`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.rules._fitting import is_complex
from diffops.rules._recurrences import certain, nonzero, product, rooting
from diffops.series import (
    Call,
    Rule,
    Series,
    Step,
    as_float,
    convolve,
    difference,
    negated,
    scaled,
    shared,
)
from diffops.tags import strip

# Exponentials: y′ = scale x′ y


def _growth(y: Series, x: Series, scale: Any = 1) -> Step:
    slope = x.slope()

    def step(k: int) -> Any:
        slope.reach(k - 1)
        return scaled(shared(convolve(slope, y, k - 1), k), scale)

    return step


def exponential(scale: float = 1) -> Rule:
    """Return the rule of exp(scale · x)."""
    return lambda call: _growth(call.y, call.args[0], scale)


def exponential_less_one(call: Call) -> Step:
    """Return the series of exp, which has the same coefficients after the first."""
    (x,) = call.args
    y = Series([np.exp(x[0])])
    y.step = _growth(y, x)
    return y.at


def power(call: Call) -> Step | None:
    """Solve a y′ = b a′ y for a power y of constant exponent b, else y = exp(b log a).

    A zero base, and a negative one of varying exponent, is left to the pushforward.
    """
    a, b = call.args
    base = strip(call.primals[0])
    if not isinstance(b, Series):
        regular = nonzero(a[0]) and nonzero(call.y[0])
        return _fixed_power(call.y, a, b) if regular else None
    if is_complex(base) or not certain(base > 0):
        return None
    if not isinstance(a, Series):
        return _growth(call.y, b, _log_of(a, call.value))
    log = type(a)([np.log(a[0])])
    log.step = _integral(log, a, a)
    return _growth(call.y, product(b, log))


def _log_of(a: Any, y: Any) -> Any:
    """Return the logarithm of a constant; NumPy's of small integers is too coarse."""
    if getattr(a, "dtype", np.dtype(float)).kind in "biu":
        a = a.astype(getattr(y, "dtype", float))
    return as_float(np.log(a))


def _fixed_power(y: Series, a: Series, b: Any) -> Step:
    slope, own = a.slope(), y.slope()

    def step(k: int) -> Any:
        slope.reach(k - 1)
        own.reach(k - 2)
        change = scaled(convolve(slope, y, k - 1), b)
        return shared(difference(change, convolve(a, own, k - 1)), a[0] * k)

    return step


# Oscillations: y′ = x′ f, where the factor f varies with y


def _driven(factor: Series, x: Series, sign: int = 1) -> Step:
    """Solve y′ = ± x′ f."""
    slope = x.slope()

    def step(k: int) -> Any:
        slope.reach(k - 1)
        factor.reach(k - 1)
        return scaled(shared(convolve(slope, factor, k - 1), k), sign)

    return step


def oscillation(partner: Callable[[Any], Any], forth: int, back: int) -> Rule:
    """Return the rule of a function y and its partner z: y′ = ± x′ z, z′ = ± x′ y."""

    def rule(call: Call) -> Step:
        (x,) = call.args
        other = Series([partner(x[0])], _driven(call.y, x, back))
        return _driven(other, x, forth)

    return rule


def tangent(sign: int) -> Rule:
    """Return the rule of y′ = x′ (1 ± y²)."""

    def rule(call: Call) -> Step:
        y, (x,) = call.y, call.args
        return _driven(_squares(y, 1 + sign * (y[0] * y[0]), sign), x)

    return rule


def logistic(call: Call) -> Step:
    """Solve y′ = x′ y z, where z = 1 − y is the logistic function of −x."""
    from scipy import special  # is loaded: this is the rule of one of its functions

    y, (x,) = call.y, call.args
    rest = Series([special.expit(-x[0])], lambda k: negated(y.at(k)))
    return _driven(product(y, rest), x)


def _squares(x: Series, first: Any, sign: int) -> Series:
    """Return the series of a constant ± x², given its value."""

    def step(k: int) -> Any:
        x.reach(k)
        return scaled(convolve(x, x, k), sign)

    return Series([first], step)


# Logarithms and inverse functions: q y′ = scale x′


def _integral(y: Series, x: Series, q: Series, scale: Any = 1) -> Step | None:
    if not nonzero(q[0]):
        return None
    slope, own = x.slope(), y.slope()

    def step(k: int) -> Any:
        q.reach(k - 1)
        own.reach(k - 2)
        change = scaled(slope.at(k - 1), scale)
        return shared(difference(change, convolve(q, own, k - 1)), q[0] * k)

    return step


def logarithm(scale: float = 1) -> Rule:
    """Return the rule of scale · log x."""

    def rule(call: Call) -> Step | None:
        (x,) = call.args
        return _integral(call.y, x, x, scale)

    return rule


def logarithm_of_more(call: Call) -> Step | None:
    """Continue log(1 + x)."""
    (x,) = call.args
    return _integral(call.y, x, Series([1 + x[0]], x.at))


def arc_tangent(call: Call) -> Step | None:
    """Integrate x′ / (1 + x²)."""
    (x,) = call.args
    return _integral(call.y, x, _squares(x, 1 + x[0] * x[0], 1))


def hyperbolic_arc_tangent(call: Call) -> Step | None:
    """Integrate x′ / (1 − x²)."""
    (x,) = call.args
    return _integral(call.y, x, _squares(x, (1 - x[0]) * (1 + x[0]), -1))


def hyperbolic_arc_sine(call: Call) -> Step | None:
    """Integrate x′ / √(1 + x²)."""
    (x,) = call.args
    return _integral(call.y, x, _root(_squares(x, 1 + x[0] * x[0], 1)))


def arc_sine(sign: int) -> Rule:
    """Return the rule of y′ = ± x′ / √(1 − x²), inside the interval."""

    def rule(call: Call) -> Step | None:
        (x,) = call.args
        if is_complex(x[0]) or not certain(abs(strip(x[0])) < 1):
            return None
        gap = _squares(x, (1 - x[0]) * (1 + x[0]), -1)
        return _integral(call.y, x, _root(gap), sign)

    return rule


def _root(x: Series) -> Series:
    y = Series([np.sqrt(x[0])])
    y.step = rooting(y, x)
    return y
