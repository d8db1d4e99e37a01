"""How Taylor coefficients continue through products and what undoes them.

These are entries of the column ``series``. Every rule has a series without one, from
its pushforward (see `modes.jet`); an entry is several times faster, or keeps the number
of operations quadratic in the order. The recurrences are those of Griewank & Walther,
Evaluating Derivatives, 2nd ed., 13.2. A rule that returns None leaves a case to the
pushforward, which knows what to do where a function is singular.
"""

from __future__ import annotations

from operator import matmul
from typing import Any

import numpy as np

from diffops.engines.loading import is_lazy
from diffops.rules._fitting import is_strong_zero, strong_product
from diffops.series import (
    Call,
    Series,
    Step,
    by_terms,
    convolve,
    difference,
    negated,
    shared,
)
from diffops.tags import Tracked, strip


def certain(condition: Any) -> bool:
    """Tell whether a condition holds for all entries, and all members of a batch.

    Of what is computed later nothing is certain.
    """
    while isinstance(condition, Tracked):
        condition = strip(condition.primal)
    return not is_lazy(condition) and bool(np.all(condition))


def nonzero(value: Any) -> bool:
    """Tell whether all entries are numbers other than 0: NaN is not."""
    return certain(abs(strip(value)) > 0)


# Products


def product(a: Series, b: Series) -> Series:
    """Return the series of a product."""

    def step(k: int) -> Any:
        a.reach(k)
        b.reach(k)
        return convolve(a, b, k)

    return Series([a[0] * b[0]], step)


def multiply(call: Call) -> Step:
    """Convolve the factors."""
    return by_terms(call) if len(call.varying()) == 1 else product(*call.args).at


def square(call: Call) -> Step:
    """Convolve the argument with itself."""
    (x,) = call.args
    return product(x, x).at


def whole_power(call: Call) -> Step:
    """Multiply by repeated squaring, which divides by nothing."""
    power, n = call.args[0], int(call.args[1])
    if n == 0:
        return lambda k: call.value * 0.0 if k == 1 else None
    result: Series | None = None
    while True:
        n, bit = divmod(n, 2)
        if bit:
            result = power if result is None else product(result, power)
        if not n:
            assert result is not None
            return result.at
        power = product(power, power)


def multiply_strongly(call: Call) -> Step:
    """Convolve factors of which a zero wins over what is not finite."""
    if len(call.varying()) == 1:
        return by_terms(call)
    g, d = call.args
    strong = is_strong_zero(strip(g[0]), strip(d[0]))

    def step(k: int) -> Any:
        g.reach(k)
        d.reach(k)
        y = convolve(g, d, k, strong_product)
        return None if y is None else np.where(strong, 0.0, y)[()]

    return step


# Quotients and roots


def divide(call: Call) -> Step | None:
    """Solve b y = a for the quotient y."""
    a, b = call.args
    if isinstance(b, Series):
        return _quotient(call.y, a, b)
    return (lambda k: shared(a.at(k), b)) if nonzero(b) else by_terms(call)


def reciprocal(call: Call) -> Step | None:
    """Solve x y = 1 for y."""
    return _quotient(call.y, None, call.args[0])


def _quotient(y: Series, a: Any, b: Series) -> Step | None:
    if not nonzero(b[0]):
        return None

    def step(k: int) -> Any:
        b.reach(k)
        rest = convolve(b, y, k)
        if isinstance(a, Series):
            rest = difference(rest, a.at(k))
        return shared(negated(rest), b[0])

    return step


def square_root(call: Call) -> Step | None:
    """Solve y y = x for y."""
    (x,) = call.args
    return rooting(call.y, x) if nonzero(call.y[0]) else None


def rooting(y: Series, x: Series) -> Step:
    """Continue a series whose square is x."""

    def step(k: int) -> Any:
        return shared(difference(x.at(k), convolve(y, y, k)), 2 * y[0])

    return step


# Linear equations


def solve(call: Call) -> Step:
    """Solve a y = b for each coefficient, with the same matrix."""
    a, b = call.args
    if not isinstance(a, Series):
        return by_terms(call)

    def step(k: int) -> Any:
        a.reach(k)
        right = b.at(k) if isinstance(b, Series) else None
        right = difference(right, convolve(a, call.y, k, matmul))
        if right is None:
            return None
        return call.pushforward(call.value, call.primals, call.params, (None, right))

    return step


def invert(call: Call) -> Step:
    """Solve a y = 1 for y."""
    (a,) = call.args

    def step(k: int) -> Any:
        a.reach(k)
        rest = convolve(a, call.y, k, matmul)
        return None if rest is None else -(call.y[0] @ rest)

    return step


# What is written, and what does not vary


def write(call: Call) -> Step:
    """Write each coefficient; the arrays of coefficients are not ours to overwrite."""
    call.params = {**call.params, "reuse": False}
    return by_terms(call)


def stay(call: Call) -> Step:
    """Continue what does not vary, but is tracked so that it may be written into."""
    return lambda k: np.zeros_like(call.value) if k == 1 else None
