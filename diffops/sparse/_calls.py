"""What a sparsity pattern depends on besides f: shapes, and the other arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.operators._point import Argnums, locate
from diffops.operators._tree import flatten
from diffops.values.methods import shape_of as shape

#: Types of which equal values are the same to f.
_BY_VALUE = (bool, int, float, complex, str, bytes, type(None), np.generic)


def signature(
    f: Callable[..., Any],
    argnums: Argnums,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Any, list[Any]]:
    """Return a key of a call that is equal for calls with the same pattern.

    Of the arguments that vary only the shapes count. Others count by their values, and
    objects that are no numbers, arrays, lists, tuples or dicts by their identity; the
    list holds these, so that it stays theirs.
    """
    chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    varying = {locate(f, n, args, kwargs) for n in chosen}
    held: list[Any] = []
    parts = [*enumerate(args), *sorted(kwargs.items())]
    key = tuple(
        (name, _form(value) if name in varying else _identity(value, held))
        for name, value in parts
    )
    return key, held


def _form(value: Any) -> Any:
    leaves, rebuild = flatten(value)
    kinds = tuple((shape(x), str(getattr(x, "dtype", type(x)))) for x in leaves)
    return getattr(rebuild, "__self__", rebuild), kinds


def _identity(value: Any, held: list[Any]) -> Any:
    if isinstance(value, _BY_VALUE):
        return type(value), repr(value)
    if type(value) is np.ndarray and not value.dtype.hasobject:
        import hashlib

        digest = hashlib.blake2b(np.ascontiguousarray(value).data).digest()
        return value.shape, value.dtype.str, digest
    if type(value) in (list, tuple):
        return type(value), tuple(_identity(item, held) for item in value)
    if type(value) is dict:
        items = value.items()
        return dict, tuple((repr(k), _identity(v, held)) for k, v in items)
    held.append(value)
    return type(value), id(value)
