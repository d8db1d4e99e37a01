"""Containers: nested dicts, lists, tuples, namedtuples and dataclasses of arrays.

Numbers, arrays, and flat lists of them take a short cut: optree is imported for other
containers alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

_NAMESPACE = "diffops"
LEAVES = frozenset((float, int, complex, bool, np.ndarray, np.float64, np.float32))

#: Rebuilds a container from new leaves.
Rebuild = Callable[[Sequence[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """Return the leaves of a container, and the function that puts others there."""
    return flatten_with_structure(tree)[:2]


def flatten_with_structure(tree: Any) -> tuple[list[Any], Rebuild, Any]:
    """Do as `flatten`; add a hashable key that tells different structures apart."""
    if is_leaf(tree):
        return [tree], only, None
    if type(tree) in (list, tuple) and all(map(is_leaf, tree)):
        return list(tree), type(tree), (type(tree), len(tree))
    import optree

    while True:
        leaves, spec = optree.tree_flatten(tree, namespace=_NAMESPACE)
        unknown = {
            type(leaf)
            for leaf in leaves
            if type(leaf) not in LEAVES and _is_dataclass(leaf)
        }
        if not unknown:
            return leaves, spec.unflatten, spec
        for kind in unknown:
            _register(kind)


def structure_of(tree: Any) -> Any:
    """Return what tells containers of different structure apart: a hashable key."""
    return flatten_with_structure(tree)[2]


class _Leaves(dict[type, bool]):
    """Which types are those of numbers, or of arrays of whichever library."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = (
            kind in LEAVES
            or hasattr(kind, "__array_function__")
            or issubclass(kind, np.generic)
        )
        return self[kind]


_leaves = _Leaves()


def is_leaf(value: Any) -> bool:
    """Tell whether a value is a number or an array, which no container is."""
    return _leaves[type(value)]


def stands_alone(value: Any) -> bool:
    """Tell whether a value is no container: a leaf, a string, None, an object."""
    if type(value) in LEAVES:
        return True
    import optree

    alone = optree.tree_is_leaf(value, none_is_leaf=True, namespace=_NAMESPACE)
    return alone and not _is_dataclass(value)


def only(leaves: Sequence[Any]) -> Any:
    """Return the leaf of a tree that is one."""
    (leaf,) = leaves
    return leaf


def _is_dataclass(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _register(kind: type) -> None:
    import optree

    names = tuple(field.name for field in dataclasses.fields(kind))

    def parts(value: Any) -> tuple[Any, Any, Any]:
        return [getattr(value, name) for name in names], None, names

    def build(_: Any, children: Any) -> Any:
        value: Any = object.__new__(kind)
        for name, child in zip(names, children, strict=True):
            object.__setattr__(value, name, child)
        return value

    optree.register_pytree_node(kind, parts, build, namespace=_NAMESPACE)


def spread(prefix: Any, tree: Any, name: str) -> list[Any]:
    """Return one int or None per leaf of a tree, given per leaf or per part of it."""
    if prefix is None or isinstance(prefix, (int, np.integer)):
        if isinstance(prefix, bool):
            raise TypeError(f"{name} must hold ints or None, not a bool")
        return [None if prefix is None else int(prefix)] * len(flatten(tree)[0])
    import optree

    try:
        return optree.broadcast_prefix(
            prefix, tree, none_is_leaf=True, namespace=_NAMESPACE
        )
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} does not fit the container: {error}") from None
