"""Inputs and outputs: which arguments vary, and how their parts are called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.operators._point import Argnums, Point, locate
from diffops.operators._tree import flatten, is_leaf
from diffops.tags import Tracked

F = Callable[..., Any]


def point_of(
    f: F, argnums: Argnums | None, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Point, list[str]]:
    """Return the point at which f is looked at, and a name for each of its leaves.

    Without ``argnums`` the arguments vary that hold floats.
    """
    if argnums is None:
        chosen: tuple[int | str, ...] = (
            *(i for i, value in enumerate(args) if _holds_floats(value)),
            *(name for name, value in kwargs.items() if _holds_floats(value)),
        )
        if not chosen:
            raise TypeError(
                f"no argument of {getattr(f, '__name__', repr(f))} holds floats; pass "
                "2.0 for 2, or name what varies, as in trace(f, argnums=0)"
            )
    else:
        chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    point = Point(f, chosen, args, kwargs)
    if any(isinstance(leaf, Tracked) for leaf in point.leaves):
        raise TypeError(
            "trace looks at plain numbers, not at values that are being "
            "differentiated; call it outside: trace(grad(f))(x)"
        )
    names = []
    for number in chosen:
        place = locate(f, number, args, kwargs)
        value = kwargs[place] if isinstance(place, str) else args[place]
        names += named_leaves(value, _parameter(f, place, args, kwargs))
    return point, names


def _holds_floats(value: Any) -> bool:
    """Tell whether an argument consists of numbers and arrays, floats among them."""
    kinds = {_kind(leaf) for leaf in flatten(value)[0]}
    return bool(kinds & {"f", "c"}) and kinds <= {"f", "c", "i", "u"}


def _kind(leaf: Any) -> str:
    if isinstance(leaf, Tracked):
        return "f"
    if isinstance(leaf, (bool, str, bytes)) or not is_leaf(leaf):
        return ""
    return str(np.asarray(leaf).dtype.kind)


def _parameter(
    f: F, place: int | str, args: Sequence[Any], kwargs: dict[str, Any]
) -> str:
    """Return the name of a parameter, or x with a number where f hides its names."""
    if isinstance(place, str):
        return place
    try:
        signature = inspect.signature(f)
        parameters = list(signature.parameters.values())
    except (TypeError, ValueError):
        return "x" if len(args) == 1 else f"x{place + 1}"
    for i, parameter in enumerate(parameters):
        if parameter.kind is parameter.VAR_POSITIONAL:
            return f"{parameter.name}[{place - i}]"
        if i == place:
            return parameter.name
    return f"x{place + 1}"  # f will say that it takes fewer arguments


def named_leaves(tree: Any, name: str) -> list[str]:
    """Return what each leaf of a container is called: ``w['bias'][0]``."""
    if is_leaf(tree):
        return [name]
    leaves, _ = flatten(tree)
    if type(tree) in (list, tuple) and len(leaves) == len(tree):
        return [f"{name}[{i}]" for i in range(len(leaves))]
    import optree

    accessors = optree.tree_accessors(tree, namespace="diffops")
    return [accessor.codify(name) for accessor in accessors]
