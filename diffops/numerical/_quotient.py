"""What every numerical operator returns: a `Derivative` that may add its error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.numerical._extrapolation import Estimate
from diffops.numerical._sampling import Samples, dtype_of, rounding_of
from diffops.operators._combinator import Derivative
from diffops.operators._passes import FunctionValued
from diffops.operators._point import Argnums, Point
from diffops.operators._vectors import size
from diffops.values.methods import shape_of as shape

Compute = Callable[..., Any]  # returns a sequence of estimates


class Quotient(Derivative):
    """A numerical operator applied to f: call it at a point.

    ``compute`` returns an `Estimate` per derivative, already in its container. With
    ``error`` the call returns the pair (result, estimate): the estimate of the error is
    like the derivative, or like the tuple of them.
    """

    def __init__(
        self,
        compute: Compute,
        f: Callable[..., Any],
        argnums: Argnums = 0,
        has_aux: bool = False,
        *,
        value: bool = False,
        vectors: int = 0,
        error: bool = False,
        **options: Any,
    ) -> None:
        rest: Any = {"value": value, "vectors": vectors, **options}
        super().__init__(compute, f, argnums, has_aux, **rest)
        self.error = error

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        point_args, vectors = self._split(args, kwargs)
        point = Point(self.f, self.argnums, point_args, kwargs)
        try:
            samples = Samples(point, self.has_aux, self.operator)
            parts: Any = self.compute(samples, *vectors, **self.options)
        except FunctionValued as functions:
            return self._eta_expand(functions, args, kwargs)
        found = [part.value for part in parts]
        result: Any = found[0] if len(found) == 1 else tuple(found)
        aux = samples.output.aux
        if self.value:
            value = samples.value()
            result = ((value, aux) if self.has_aux else value, *found)
        elif self.has_aux:
            result = (result, aux)
        if not self.error:
            return result
        errors = [part.error for part in parts]
        return result, errors[0] if len(errors) == 1 else tuple(errors)

    def _of(self, f: Callable[..., Any]) -> Quotient:
        return Quotient(
            self.compute,
            f,
            self.argnums,
            self.has_aux,
            value=self.value,
            vectors=self.vectors,
            error=self.error,
            **self.options,
        )


def shaped(found: Estimate, to: tuple[int, ...], like: Any) -> Estimate:
    """Return entries in a shape, in the precision of ``like``: a number like a number.

    The error grows by the rounding to that precision.
    """
    values, errors = found
    unit = rounding_of(like)
    errors = errors + unit * np.abs(np.where(np.isfinite(values), values, 0))
    dtype = dtype_of(like)
    values = np.real(values) if dtype.kind == "f" else values
    return Estimate(
        _as(values, dtype, to, like), _as(errors, np.finfo(dtype).dtype, to, like)
    )


def _as(entries: Any, dtype: Any, to: tuple[int, ...], like: Any) -> Any:
    array = np.reshape(entries, to).astype(dtype)
    if to or isinstance(like, np.ndarray):
        return array
    number = array[()]
    return number if isinstance(like, np.generic) else number.item()


def parts_of(found: Estimate, leaves: Sequence[Any]) -> list[Estimate]:
    """Split a vector of entries into parts like some leaves."""
    parts = []
    start = 0
    for leaf in leaves:
        mine = slice(start, start + size(leaf))
        part = Estimate(found.value[mine], found.error[mine])
        parts.append(shaped(part, shape(leaf), leaf))
        start += size(leaf)
    return parts


def rebuilt(rebuild: Callable[[Sequence[Any]], Any], parts: Sequence[Any]) -> Estimate:
    """Put estimates, one per leaf, into a container of values and one of errors."""
    return Estimate(
        rebuild([part.value for part in parts]), rebuild([part.error for part in parts])
    )
