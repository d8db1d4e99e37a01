"""A forward pass, and a reverse pass with its pullback: what operators consist of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain, is_shared, unshared
from diffops.engines.creating import given
from diffops.engines.cupy import explain
from diffops.engines.loading import is_lazy
from diffops.errors import (
    INSTEAD_OF_SCIPY,
    NoDerivativeError,
    at_line_of,
    function_of_scipy,
)
from diffops.modes.dual import Forward
from diffops.modes.trace import Trace, sweep
from diffops.operators._point import Point, is_function
from diffops.operators._tree import Rebuild, flatten
from diffops.primitive import adopt
from diffops.rules.casting import cast_
from diffops.tags import Level, Tracked, belongs, example, lower
from diffops.values.scalar import Float64Value, is_complex, is_number

#: How NumPy's errors, and SciPy's, speak of the object arrays that np.array([x, y]) and
#: np.asarray(x) make.
_OF_OBJECT_ARRAYS = re.compile(
    r"dtype\('O'\)|object arrays|no callable|type object|support dtype object|"
    r"unsupported data types|not supported for the input types"
)


class FunctionValued(Exception):
    """f returned functions: the operator differentiates them when they are called."""

    def __init__(self, leaves: list[Any], rebuild: Rebuild) -> None:
        self.leaves = leaves
        self.rebuild = rebuild


class Output:
    """What f returned: its leaves, their container, and the auxiliary value."""

    __slots__ = ("aux", "leaves", "rebuild")

    def __init__(self, leaves: list[Any], rebuild: Rebuild, aux: Any) -> None:
        self.leaves = leaves
        self.rebuild = rebuild
        self.aux = aux


def forward(
    point: Point, tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Output, list[Any]]:
    """Run f along tangents; return its output and the tangent of each leaf."""
    level = Forward()
    leaves = [
        level.dual(leaf, tangent)
        for leaf, tangent in zip(point.leaves, tangents, strict=True)
    ]
    output = run(level, point, leaves, has_aux)
    changes = [tangent_of(leaf, level) for leaf in output.leaves]
    settle(output)
    return output, changes


class Pullback:
    """The map from cotangents of f's outputs to those of its inputs.

    It takes a cotangent (or None) per leaf of the output and returns one per leaf of
    the point. It may be called any number of times, unless ``once`` lets it overwrite
    what was recorded.
    """

    __slots__ = ("count", "ends", "inputs", "leaves", "once", "rows")

    def __init__(
        self,
        rows: list[Any],
        count: int,
        ends: Sequence[Any],
        inputs: Sequence[Any],
        leaves: Sequence[Any],
        once: bool,
    ) -> None:
        self.rows = rows
        self.count = count
        self.ends = ends
        self.inputs = inputs
        self.leaves = leaves
        self.once = once

    def __call__(self, cotangents: Sequence[Any]) -> list[Any]:
        """Sweep back."""
        seeds = [
            (end, cotangent)
            for end, cotangent in zip(self.ends, cotangents, strict=True)
            if end is not None and cotangent is not None
        ]
        adjoints = sweep(self.rows, self.count, seeds, self.once)
        seen: set[int] = set()
        return [
            _gradient(adjoints, place, leaf, seen)
            for place, leaf in zip(self.inputs, self.leaves, strict=True)
        ]

    def is_of_numbers(self) -> bool:
        """Tell whether nearly all that was recorded are numbers, not arrays."""
        parents = self.rows[1::5]
        return parents.count(None) * 10 < len(parents)


def reverse(
    point: Point, has_aux: bool = False, once: bool = False
) -> tuple[Output, Pullback]:
    """Run f; return its output and the pullback."""
    trace = Trace()
    leaves = [trace.leaf(leaf) for leaf in point.leaves]
    inputs = [leaf.carry for leaf in leaves]
    rows = trace.rows
    assert rows is not None
    output = run(trace, point, leaves, has_aux)
    ends = [leaf.carry if belongs(leaf, trace) else None for leaf in output.leaves]
    count = next(trace.places)
    settle(output)
    return output, Pullback(rows, count, ends, inputs, point.leaves, once)


def run(
    level: Level | None, point: Point, leaves: Sequence[Any], has_aux: bool
) -> Output:
    """Call f, end its level, and raise what f refused even if it swallowed it."""
    try:
        result = point.call(leaves)
        aux = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise TypeError("has_aux=True wants f to return a pair (value, aux)")
            result, aux = result
        if result is None:
            raise TypeError(f"{_name_of(point)} returned None; it lacks a return")
        outputs, rebuild = flatten(result)
        outputs = [lower(adopt(leaf)) for leaf in outputs]
    except Exception as error:
        _explain(error, None if level is None else level.refusal)
        raise
    finally:
        if level is not None:
            level.end()
    if level is not None and level.refusal is not None:
        raise level.refusal
    for leaf in outputs:
        if not isinstance(leaf, Tracked):
            _check_output(point, leaf, outputs, rebuild)
    return Output(outputs, rebuild, aux)


def _name_of(point: Point) -> str:
    return getattr(point.f, "__name__", repr(point.f))


def _explain(error: Exception, refusal: Exception | None) -> None:
    """Raise what an error of NumPy's comes from, where that says more.

    NumPy puts an error of its own in the place of what a tracked value refused.
    """
    if refusal is not None and error is not refusal:
        raise refusal from (None if error.__cause__ is refusal else error)
    explain(error)
    if not isinstance(error, (TypeError, ValueError)):
        return
    if _OF_OBJECT_ARRAYS.search(str(error)):
        if scipy := function_of_scipy(error):
            raise NoDerivativeError(
                f"{scipy} takes no tracked values{at_line_of(error)}; "
                f"{INSTEAD_OF_SCIPY}"
            ) from error
        raise NoDerivativeError(
            f"{error}{at_line_of(error)}; np.array([...]) and np.asarray(...) of "
            "tracked values make arrays of objects, which not every function takes: if "
            "that is why, use np.stack([...]), np.array([...], like=x) or "
            "diffops.numpy.array([...]), and S.toarray() of a sparse matrix S"
        ) from error


def _check_output(
    point: Point, leaf: Any, outputs: list[Any], rebuild: Rebuild
) -> None:
    """Refuse what has no derivative; functions are differentiated when called."""
    if is_function(leaf):
        raise FunctionValued(outputs, rebuild)
    if is_number(leaf):
        return
    if hasattr(leaf, "dtype") and leaf.dtype.kind in "fciub":
        return
    raise TypeError(
        f"{_name_of(point)} returned a {type(leaf).__name__}; it must return numbers, "
        "arrays, or containers of them (the rest belongs into has_aux=True)"
    )


def settle(output: Output) -> None:
    """Free the output and the auxiliary value of the levels that have ended."""
    output.leaves = [lower(leaf) for leaf in output.leaves]
    if output.aux is not None:
        leaves, rebuild = flatten(output.aux)
        output.aux = rebuild([lower(adopted(leaf)) for leaf in leaves])


def adopted(leaf: Any) -> Any:
    """Return an array of tracked numbers as a tracked array, all else as it is."""
    return adopt(leaf) if hasattr(leaf, "dtype") else leaf


def tangent_of(leaf: Any, level: Level) -> Any:
    """Return the tangent of an output, zero where it does not depend on the input.

    Numbers compute as Python floats; that of a float64 number is one again.
    """
    if not belongs(leaf, level):
        return zeros_like(leaf)
    tangent = lower(leaf.carry)
    return _retyped(tangent, _ONE) if isinstance(leaf, Float64Value) else tangent


_ONE = np.float64(1.0)


def _retyped(number: Any, like: Any) -> Any:
    """Return a number in the type of another: that of a Python float, or its dtype.

    What a differentiation tracks stays as it is.
    """
    plain, wanted = example(number), example(like)
    if type(plain) is type(wanted) or (is_complex(plain) and not is_complex(wanted)):
        return number
    if is_lazy(number):
        return number  # it is computed when the user asks for it
    if not isinstance(number, Tracked):
        if not is_plain(number):  # on a device: it stays there
            return number.astype(getattr(wanted, "dtype", number.dtype))
        return type(wanted)(number)
    if not number.level.keeps or is_complex(wanted):
        return number
    return cast_(number, dtype=getattr(wanted, "dtype", float))


def zeros_like(value: Any) -> Any:
    """Return a zero of the shape and dtype of a value that does not depend on x."""
    value = lower(value)
    if is_number(value):
        plain = example(value)
        if isinstance(plain, np.generic):
            return np.result_type(plain, np.float16).type(0)
        if not is_plain(plain):
            return np.zeros_like(plain)
        return 0j if isinstance(plain, complex) else 0.0
    return np.zeros_like(value, dtype=np.result_type(value.dtype, np.float16))


def _gradient(adjoints: list[Any], place: Any, leaf: Any, seen: set[int]) -> Any:
    """Return an input's adjoint with the leaf's shape and dtype, and its own memory."""
    found = adjoints[place if type(place) is int else place.index]
    if found is None:
        return zeros_like(leaf)
    g = found if type(place) is int else found[1]
    if isinstance(g, Tracked):
        g = lower(g)
    if is_number(leaf):
        return g if _is_differentiated(leaf) else _retyped(g, leaf)
    if isinstance(g, Tracked):
        return g
    if g.__class__ is not leaf.__class__ or g.dtype is not leaf.dtype:
        g = given(g, leaf).astype(leaf.dtype, copy=False)
    if is_shared(g) or id(g) in seen:
        g = unshared(g)
    seen.add(id(g))
    return g


def _is_differentiated(value: Any) -> bool:
    """Tell whether a value is tracked, and not by a batch or a recording alone."""
    return isinstance(value, Tracked) and not value.level.keeps
