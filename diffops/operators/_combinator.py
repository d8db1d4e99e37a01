"""What every operator returns: a picklable callable with the metadata of f."""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from diffops.operators._passes import FunctionValued
from diffops.operators._point import Argnums, Point, locate
from diffops.operators._tree import flatten


class Result(NamedTuple):
    """What an operator computes: f(x), the derivatives in order, and the aux value."""

    value: Any
    parts: tuple[Any, ...]
    aux: Any


class Derivative:
    """An operator applied to f: call it at a point.

    Vectors (directions or cotangents) stand in the call right after the last of the
    differentiated arguments. With ``value`` the tuple of results begins with f(x).

    Where f returns functions, so does the derivative: it is taken afresh at each call
    of those (eta-expansion), which keeps apart perturbations that one tag would
    confuse (Manzyuk, Pearlmutter, Radul, Rush, Siskind 2019).
    """

    def __init__(
        self,
        compute: Callable[..., Result],
        f: Callable[..., Any],
        argnums: Argnums = 0,
        has_aux: bool = False,
        *,
        value: bool = False,
        vectors: int = 0,
        **options: Any,
    ) -> None:
        self.operator = compute.__name__.strip("_")
        if not callable(f):
            raise TypeError(
                f"{self.operator} differentiates a function, not a "
                f"{type(f).__name__}: write {self.operator}(f)(x)"
            )
        if not isinstance(argnums, (int, str, tuple, list, np.integer)):
            raise TypeError(
                f"argnums must be ints or names, not a {type(argnums).__name__}: the "
                f"point comes in a call of its own, {self.operator}(f)(x)"
            )
        self.compute = compute
        self.f = f
        self.argnums = tuple(argnums) if isinstance(argnums, list) else argnums
        self.has_aux = has_aux
        self.value = value
        self.vectors = vectors
        self.options = options
        functools.update_wrapper(self, f, updated=())
        self.__name__ = f"{self.operator}({getattr(f, '__name__', repr(f))})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        point_args, vectors = self._split(args, kwargs)
        point = Point(self.f, self.argnums, point_args, kwargs)
        try:
            result = self.compute(point, *vectors, has_aux=self.has_aux, **self.options)
        except FunctionValued as functions:
            return self._eta_expand(functions, args, kwargs)
        value, parts, aux = result
        if self.value:
            return ((value, aux) if self.has_aux else value, *parts)
        derivative = parts[0] if len(parts) == 1 else parts
        return (derivative, aux) if self.has_aux else derivative

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<{self.__name__}>"

    def _split(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Take the vectors out of the arguments."""
        if not self.vectors:
            return args, ()
        chosen = self.argnums if isinstance(self.argnums, tuple) else (self.argnums,)
        rest = args[: -self.vectors]  # what negative positions count back from
        positions = [
            locate(self.f, n, rest if _is_negative(n) else args, kwargs) for n in chosen
        ]
        start = 1 + max((p for p in positions if isinstance(p, int)), default=-1)
        stop = start + self.vectors
        if len(args) < stop:
            raise TypeError(
                f"{self.operator} takes a vector after the point: "
                f"{self.operator}(f)(x, v)"
            )
        return args[:start] + args[stop:], args[start:stop]

    def _eta_expand(
        self, functions: FunctionValued, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Return the derivative of each part of f's result: of functions, functions."""
        return functions.rebuild(
            [
                functools.partial(_call_part, self, i, args, kwargs)
                if callable(leaf)
                else self._of(_Part(self.f, i))(*args, **kwargs)
                for i, leaf in enumerate(functions.leaves)
            ]
        )

    def _of(self, f: Callable[..., Any]) -> Derivative:
        return Derivative(
            self.compute,
            f,
            self.argnums,
            self.has_aux,
            value=self.value,
            vectors=self.vectors,
            **self.options,
        )


def _is_negative(number: int | str) -> bool:
    return isinstance(number, numbers.Integral) and number < 0


class _Part:
    """The function that returns one leaf of f's result, or calls it further."""

    def __init__(
        self,
        f: Callable[..., Any],
        index: int,
        then: tuple[tuple[Any, ...], dict[str, Any]] | None = None,
    ) -> None:
        self.f = f
        self.index = index
        self.then = then
        functools.update_wrapper(self, f, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaf = flatten(self.f(*args, **kwargs))[0][self.index]
        if self.then is None:
            return leaf
        rest, more = self.then
        return leaf(*rest, **more)


def _call_part(
    derivative: Derivative,
    index: int,
    point_args: tuple[Any, ...],
    point_kwargs: dict[str, Any],
    /,
    *rest: Any,
    **more: Any,
) -> Any:
    """Differentiate, afresh, what the function at one leaf returns for these."""
    part = _Part(derivative.f, index, (rest, more))
    return derivative._of(part)(*point_args, **point_kwargs)
