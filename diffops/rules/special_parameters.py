"""Derivatives of hypergeometric functions in their parameters, by the series.

Σ tₖ with t₀ = 1 and tₖ₊₁ = tₖ rₖ, where rₖ = Π (a + k) / Π (b + k) · z / (k + 1). What
a parameter changes follows the same recurrence, and nothing is divided by a + k. Where
terms alternate, at z < 0, Kummer's and Pfaff's transformations turn their signs
(Abramowitz & Stegun 13.1.27, 15.3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.rules._arguments import known
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules.cumulative import recurrence_
from diffops.rules.special_kinds import Unknown
from diffops.tags import strip

#: How many terms are summed at most.
_LIMIT = 2.0**14


def _slopes(
    above: Sequence[Any], below: Sequence[Any], z: Any, count: Any
) -> list[Any]:
    """Return the derivatives of the series in its upper and its lower parameters."""
    k = np.arange(float(count))
    z, *parameters = (x[..., None] for x in np.broadcast_arrays(z, *above, *below))
    above, below = parameters[: len(above)], parameters[len(above) :]
    divisor = k + 1
    for b in below:
        divisor = divisor * (b + k)
    ratio = z / divisor
    without: list[Any] = []
    for a in above:
        without = [other * (a + k) for other in without] + [ratio]
        ratio = ratio * (a + k)
    one = np.ones_like(ratio[..., :1])
    terms = np.concatenate([one, np.cumprod(ratio[..., :-1], axis=-1)], axis=-1)
    changes = [*without, *(-ratio / (b + k) for b in below)]
    last = len(shape_of(ratio)) - 1
    return [
        np.sum(recurrence_(ratio, terms * change, axis=last), axis=-1)
        for change in changes
    ]


def _count(needed: Any, name: str, argument: str) -> int:
    """Return a number of terms that serves all entries, a power of 2."""
    count = known(np.max(np.exp2(np.ceil(np.log2(needed))), initial=1.0))
    if not count <= _LIMIT:
        advice = "it has one where the series converges within some thousand terms"
        Unknown(name, argument, advice)()
    return int(count)


def _real(name: str, argument: str, *values: Any) -> None:
    if any(map(is_complex, values)):
        Unknown(name, argument, "it has one where all arguments are real")()


def confluent(place: int, a: Any, b: Any, z: Any) -> Any:
    """Return ∂₁F₁(a; b; z)/∂a, or that in b."""
    name, argument = "hyp1f1", "ab"[place]
    _real(name, argument, a, b, z)
    turned = strip(z) < 0
    size = np.abs(strip(a)) + np.abs(strip(b))
    count = _count(64 + 4 * np.abs(strip(z)) + 2 * size, name, argument)
    first = np.where(turned, b - a, a)
    by_first, by_second = _slopes([first], [b], np.where(turned, -z, z), count)
    if place:
        y = by_second + np.where(turned, by_first, 0.0)
    else:
        y = np.where(turned, -by_first, by_first)
    return (y * np.exp(np.where(turned, z, 0.0)))[()]


def gauss(place: int, y: Any, a: Any, b: Any, c: Any, z: Any) -> Any:
    """Return ∂₂F₁(a, b; c; z)/∂a, or that in b or c, for z < 1."""
    name, argument = "hyp2f1", "abc"[place]
    _real(name, argument, a, b, c, z)
    turned, inside = strip(z) < 0, strip(z) < 1
    z = np.where(inside, z, 0.5)
    w = np.where(turned, z / np.where(turned, z - 1, 1.0), z)
    second = np.where(turned, c - b, b)
    size = np.abs(strip(a)) + np.abs(strip(b)) + np.abs(strip(c))
    fall = -np.log(np.maximum(strip(w), 1e-3))
    count = _count(64 + 4 * size + (40 + 8 * size) / fall, name, argument)
    by_a, by_b, by_c = _slopes([a, second], [c], w, count)
    root = np.where(turned, 1 - z, 1.0)
    if place == 1:
        slope = np.where(turned, -by_b, by_b)
    else:
        slope = by_a if place == 0 else by_c + np.where(turned, by_b, 0.0)
    slope = slope * np.power(root, -a)
    if place == 0:
        slope = slope - np.log(root) * np.where(inside, y, 0.0)
    return np.where(inside, slope, np.nan)[()]
