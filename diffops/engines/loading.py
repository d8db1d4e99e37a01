"""The engine of a value: the file on its library, which is loaded when one is met.

Types are looked up by the name of their module, so that nobody imports a library whose
arrays he does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np

from diffops.tags import example

#: The libraries with an engine of their own.
_ENGINES = {"dask": "diffops.engines.dask"}


class _Engines(dict[type, ModuleType | None]):
    """The engine of each type of values, None for those of NumPy's and Python's."""

    def __missing__(self, kind: type) -> ModuleType | None:
        library = kind.__module__.partition(".")[0]
        name = _ENGINES.get(library) if hasattr(kind, "__array_ufunc__") else None
        self[kind] = None
        if name:
            self[kind] = engine = import_module(name)
            for use in on_loading:
                use(engine)
        return self[kind]


#: What is called with an engine once it is loaded.
on_loading: list[Callable[[ModuleType], None]] = []


engines = _Engines()


def engine_of(value: Any) -> Any:
    """Return the engine of a value's library, or None."""
    return engines[value.__class__]


def is_lazy(value: Any) -> bool:
    """Tell whether a value, plain or tracked, stands for what is computed later."""
    return engines[example(value).__class__] is not None


def perhaps_any(condition: Any) -> bool:
    """Tell whether a condition may hold somewhere: without computing, it may."""
    return is_lazy(condition) or bool(np.any(condition))


def at_hand(*values: Any) -> tuple[Any, ...]:
    """Return values as NumPy knows them: what is lazy is computed, in one run."""
    engine = next(filter(None, map(engine_of, values)), None)
    return values if engine is None else engine.computed(values)


def copy(array: Any, order: str = "K") -> Any:
    """Return a copy, in an order of memory if the library knows of any."""
    if engine_of(array) is not None:
        return array.copy()
    return array.copy(order)
