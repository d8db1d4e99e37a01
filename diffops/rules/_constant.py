"""Functions without a derivative, which run on values without differentiations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.primitive import Batch, Primitive, table, tracked_in
from diffops.rules._batches import broadcasting
from diffops.tags import strip


def constant(*functions: Callable[..., Any], batch: Batch | None = None) -> None:
    """Declare functions whose derivative is zero wherever it exists.

    They run on the plain values and return plain results.
    """
    for function in functions:
        table[function] = Constant(function, batch)


class Constant(Primitive):
    """A function whose derivative is zero: it runs on values without derivatives."""

    __slots__ = ()

    def __init__(self, function: Callable[..., Any], batch: Batch | None = None):
        if batch is None and isinstance(function, np.ufunc):
            batch = broadcasting
        super().__init__(function, _no_derivative, _no_derivative, batch=batch)

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Strip the arguments, and run."""
        args = tuple(map(deep_strip, args))
        params = {name: deep_strip(value) for name, value in params.items()}
        if tracked_in(args):
            return super().__call__(*args, **params)
        return self.function(*args, **params)

    def __repr__(self) -> str:
        return f"<constant {self.name}>"


def _no_derivative(*_: Any) -> None:
    return None


def deep_strip(value: Any) -> Any:
    """Return the value without differentiations, in lists and tuples too."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(deep_strip, value))
    return strip(value)
