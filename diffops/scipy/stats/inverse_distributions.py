"""Quantiles, by the equations that they solve.

F(z, θ) = q gives f dz = dq − ∂F/∂θ dθ, so SciPy's value and the density f suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.operators.transform import jvp, vjp
from diffops.primitive import Primitive, Pull
from diffops.rules._batches import broadcasting
from diffops.rules._fitting import fit, likeness, spread
from diffops.rules._kinds import add

Function = Callable[..., Any]


def inverse(original: Function, density: Function, rising: Function, sign: int) -> Any:
    """Return the primitive that solves ``rising(z, *shapes) = q`` for z.

    ``sign * density(z, *shapes)`` is the derivative of rising in z.
    """

    def quantile(q: Any, *shapes: Any) -> Any:
        return original(q, *shapes)

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        change = 0.0 if tangents[0] is None else tangents[0]
        varying = [i for i, v in enumerate(tangents) if i and v is not None]
        if varying:

            def of_shapes(*values: Any) -> Any:
                return rising(y, *_replaced(args, varying, values)[1:])

            along = [tangents[i] for i in varying]
            change = change - jvp(of_shapes, [args[i] for i in varying], along)[1]
        with np.errstate(all="ignore"):
            return spread(change / (sign * density(y, *args[1:])), y)

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        likes = [likeness(args[i]) for i in wrt]

        def pull(g: Any) -> list[Any]:
            with np.errstate(all="ignore"):
                to_q = g / (sign * density(y, *args[1:]))
            cotangents = (
                _pulled(rising, y, args, i, -to_q) if i else to_q for i in wrt
            )
            return [fit(c, like) for c, like in zip(cotangents, likes, strict=True)]

        return pull

    return add(Primitive(quantile, pushforward, pullback, batch=broadcasting))


def _pulled(rising: Function, y: Any, args: Sequence[Any], place: int, g: Any) -> Any:
    def of_one(value: Any) -> Any:
        return rising(y, *_replaced(args, [place], [value])[1:])

    found, pullback = vjp(of_one, args[place])
    return pullback(spread(g, found))[0]


def _replaced(args: Sequence[Any], places: Sequence[int], values: Any) -> list[Any]:
    full = list(args)
    for place, value in zip(places, values, strict=True):
        full[place] = value
    return full
