"""The transformations under the operators: ``jvp``, ``vjp``, ``linearize``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diffops.operators._passes import FunctionValued, adopted, forward, reverse
from diffops.operators._point import Point
from diffops.operators._tree import flatten
from diffops.operators._vectors import like_leaves, private, zero_like
from diffops.tags import strip

F = Callable[..., Any]


def jvp(
    f: F, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """Return f(*primals) and its change along the tangents (the pushforward).

    ``jvp(f, (x,), (v,))`` = (f(x), J(x) v); with ``has_aux`` f returns (value, aux),
    and so comes aux third. Each tangent is like its primal, J(x) v like f(x).

    Raises TypeError unless primals and tangents are tuples or lists of what can vary,
    and ValueError where they differ in shape. Forward mode: one call of f, at about
    three times its work; nothing is kept.

    >>> import numpy as np
    >>> from diffops import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    for name, values in (("primals", primals), ("tangents", tangents)):
        if not isinstance(values, (tuple, list)):
            raise TypeError(f"jvp wants {name} in a tuple: jvp(f, (x,), (v,))")
    if len(primals) != len(tangents):
        raise ValueError(f"jvp got {len(primals)} primals but {len(tangents)} tangents")
    point = _point("jvp", f, primals)
    direction = like_leaves(tuple(tangents), point.leaves, "jvp")
    output, changes = _plain("jvp", forward, point, direction, has_aux)
    value = output.rebuild(output.leaves)
    change = output.rebuild(changes)
    return (value, change, output.aux) if has_aux else (value, change)


def vjp(f: F, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Return f(*primals) and its pullback, to be called any number of times.

    ``y, pullback = vjp(f, x)``; ``pullback(u)`` = (J(x)ᵀ u,), a tuple with one entry
    per primal and like it, where u is like y. With ``has_aux`` f returns (value, aux),
    and so comes aux third. Cotangents of complex values pair with changes as Re(u dy).

    Raises ValueError where u does not have the shape of y, TypeError where a primal
    cannot vary. Reverse mode: f is called once; the pullback costs at most twice its
    work each time, and keeps what f recorded alive.

    >>> import numpy as np
    >>> from diffops import vjp
    >>> y, pullback = vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> y, pullback(1.0)
    (6.0, (3.0, 2.0))
    """
    point = _point("vjp", f, primals)
    output, back = _plain("vjp", reverse, point, has_aux)
    leaves = list(output.leaves)

    def pullback(cotangent: Any) -> Any:
        """Return the cotangents of the primals for one of the value."""
        return point.rebuild(back(like_leaves(cotangent, leaves, "the pullback")))

    value = output.rebuild([private(leaf) for leaf in leaves])
    return (value, pullback, output.aux) if has_aux else (value, pullback)


def linearize(f: F, *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """Return f(*primals) and the linear map v ↦ J(x) v, which does not call f again.

    ``y, pushforward = linearize(f, x)``; ``pushforward(v)`` = J(x) v, like y, for one v
    per primal and like it.

    Raises ValueError where v does not have the shape of x, TypeError where a primal
    cannot vary. Reverse mode, twice: the map is the transpose of the pullback. f is
    called and recorded once, its pullback is recorded once, and each v sweeps back
    through that. Prefer `jvp` for a single v.

    >>> import numpy as np
    >>> from diffops import linearize
    >>> y, pushforward = linearize(np.sin, 0.0)
    >>> pushforward(2.0), pushforward(3.0)
    (2.0, 3.0)
    """
    point = _point("linearize", f, primals)
    output, pullback = _plain("linearize", reverse, point)
    leaves = list(output.leaves)
    zeros = [zero_like(leaf) for leaf in leaves]
    transposed = _point("linearize", lambda *u: pullback(u), zeros)
    _, twice = reverse(transposed)

    def pushforward(*tangents: Any) -> Any:
        """Return the change of the value along one tangent per primal."""
        direction = like_leaves(tangents, point.leaves, "linearize")
        return output.rebuild(twice(direction))

    return output.rebuild([private(leaf) for leaf in leaves]), pushforward


def stop_gradient(x: Any) -> Any:
    """Return x as a constant: the plain values of a number, array, or container.

    d stop_gradient(x) / dx = 0, in every mode and for all differentiations that are
    going on; shapes and dtypes are those of x. Raises nothing; costs a copy of what x
    holds.

    >>> from diffops import grad, stop_gradient
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    leaves, rebuild = flatten(x)
    return rebuild([private(strip(adopted(leaf))) for leaf in leaves])


def _point(name: str, f: F, primals: Sequence[Any]) -> Point:
    if not callable(f):
        raise TypeError(f"{name} wants a function first, not a {type(f).__name__}")
    return Point(f, tuple(range(len(primals))), primals, {})


def _plain(name: str, run: Callable[..., Any], *args: Any) -> Any:
    try:
        return run(*args)
    except FunctionValued:
        raise TypeError(
            f"{name}: f returned a function, whose tangent is taken by diff, grad or "
            "jacobian"
        ) from None
