"""What a function sees besides its arguments: closures, globals, its own object.

While a differentiation runs, these may hold values that it tracks. A program recorded
without them would lose their derivative, so they are looked for.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from diffops.engines.cupy import is_on_device
from diffops.tags import Tracked

_PLAIN = (int, float, complex, str, bytes, type(None), types.ModuleType, type)

#: How far objects, containers and functions are followed.
_DEPTH = 6


def sees_tracked(f: Callable[..., Any]) -> bool:
    """Tell whether a function can reach a tracked value other than by its arguments."""
    return _holds(f, _DEPTH, set())


def _holds(value: Any, depth: int, seen: set[int]) -> bool:
    if isinstance(value, Tracked):
        return True
    if isinstance(value, _PLAIN) or depth == 0 or id(value) in seen:
        return False
    if isinstance(value, np.ndarray):
        return value.dtype.hasobject and any(
            isinstance(item, Tracked) for item in value.ravel().tolist()
        )
    if is_on_device(value):
        return False
    seen.add(id(value))
    return any(_holds(part, depth - 1, seen) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple, set, frozenset)):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, functools.partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, types.MethodType):
        yield value.__self__
        yield value.__func__
    elif isinstance(value, types.FunctionType):
        yield from value.__defaults__ or ()
        yield from (value.__kwdefaults__ or {}).values()
        for cell in value.__closure__ or ():
            try:
                yield cell.cell_contents
            except ValueError:  # not filled yet
                continue
        if value.__module__ and value.__module__.startswith("diffops."):
            return  # its globals hold no values of a differentiation
        for name in value.__code__.co_names:
            if name in value.__globals__:
                yield value.__globals__[name]
    else:
        yield from getattr(value, "__dict__", {}).values()
        for kind in type(value).__mro__:
            for name in getattr(kind, "__slots__", ()):
                yield getattr(value, name, None)
