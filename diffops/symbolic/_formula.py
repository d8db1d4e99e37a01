"""What every symbolic operator returns: expressions that can be read and evaluated."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from diffops.errors import NoDerivativeError, at_line_of, at_user_line
from diffops.symbolic._lazy import sympy
from diffops.symbolic._terms import Terms, entries_of
from diffops.tags import Tracked

Shape = tuple[int, ...]


class Traced(NamedTuple):
    """f on symbols: the flat symbols, the shape of x, and the entries of f(x)."""

    symbols: list[Any]
    shape: Shape
    value: Any


#: Turns what f computed into derivatives: arrays of expressions.
Build = Callable[[Traced], Sequence[Any]]


class Compiled(NamedTuple):
    """The expressions for one shape of x, and the function that evaluates them."""

    parts: list[Any]
    evaluate: Callable[..., Any]


class Formula:
    """A symbolic operator applied to f: call it at a point, or read its expression.

    f is run once for each shape of x. Until a call has shown the shape, or ``shape``
    has given it, there is no expression yet.
    """

    def __init__(
        self,
        operator: str,
        build: Build,
        f: Callable[..., Any],
        shape: int | Shape | None = None,
        *,
        value: bool = False,
    ) -> None:
        sympy()
        if not callable(f):
            raise TypeError(
                f"symbolic.{operator} differentiates a function, not a "
                f"{type(f).__name__}: write symbolic.{operator}(f)(x)"
            )
        self.operator = operator
        self.build = build
        self.f = f
        self.shape = (shape,) if isinstance(shape, int) else shape
        self.value = value
        self._compiled: dict[Shape, Compiled] = {}
        functools.update_wrapper(self, f, updated=())
        self.__name__ = f"{operator}({getattr(f, '__name__', repr(f))})"

    def __call__(self, x: Any) -> Any:
        array = _point(x, self.operator)
        if self.shape is None:
            self.shape = array.shape
        parts, evaluate = self._at(array.shape)
        with np.errstate(all="ignore"):  # of both branches of a np.where
            flat = evaluate(*array.ravel().tolist())
        results = []
        for part in parts:
            entries, flat = flat[: part.size], flat[part.size :]
            results.append(_as_result(entries, part.shape, x))
        return results[0] if len(results) == 1 else tuple(results)

    @property
    def expression(self) -> Any:
        """The result as SymPy has it: an expression, an array, or a tuple of them."""
        sp = sympy()
        if self.shape is None:
            raise ValueError(
                f"the expression of symbolic.{self.operator} depends on the shape of "
                "x: call it at a point first, or give shape="
            )
        parts = [_as_sympy(part) for part in self._at(self.shape).parts]
        return parts[0] if len(parts) == 1 else sp.Tuple(*parts)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {sympy().latex(self.expression)}$"

    def __repr__(self) -> str:
        shown = "" if self.shape is None else f": {self.expression}"
        return f"<{self.__name__}{shown}>"

    def _at(self, shape: Shape) -> Compiled:
        if shape not in self._compiled:
            self._compiled[shape] = self._compile(shape)
        return self._compiled[shape]

    def _compile(self, shape: Shape) -> Compiled:
        sp = sympy()
        traced = self._trace(shape)
        parts = [_tidied(part) for part in self.build(traced)]
        if self.value:
            parts.insert(0, traced.value)
        flat = [entry for part in parts for entry in part.flat]
        modules = ["scipy", "numpy"]
        evaluate = sp.lambdify(traced.symbols, flat, modules=modules, cse=True)
        return Compiled(parts, evaluate)

    def _trace(self, shape: Shape) -> Traced:
        sp = sympy()
        name = _argument_of(self.f)
        symbols = [
            sp.Symbol("_".join([name, *map(str, place)]), real=True)
            for place in np.ndindex(shape)
        ]
        x = np.empty(shape, dtype=object)
        x.flat[:] = symbols
        return Traced(symbols, shape, _value(_run(self.f, Terms(x)), self.f))


def _run(f: Callable[..., Any], x: Terms) -> Any:
    try:
        return f(x)
    except ValueError as error:
        if "array element with a sequence" not in str(error):
            raise
        raise NoDerivativeError(
            f"an array of numbers cannot hold symbols{at_line_of(error)}; make it with "
            "np.zeros_like(x) or np.zeros(n, dtype=x.dtype), or use np.stack([...])"
        ) from error


def _point(x: Any, operator: str) -> Any:
    """Return x as an array of floats; refuse what is no number and no array."""
    if isinstance(x, (int, float, np.generic, np.ndarray)) and not isinstance(x, bool):
        array = np.asarray(x)
        if array.dtype.kind in "fiu":
            return array.astype(np.result_type(array.dtype, np.float64))
        raise TypeError(f"symbolic.{operator} wants real x, not one of {array.dtype}")
    if isinstance(x, Tracked):
        raise NoDerivativeError(
            f"symbolic.{operator} evaluates at plain numbers alone{at_user_line()}; "
            f"use diffops.{operator} inside another derivative, vmap or jit"
        )
    if isinstance(x, Terms):
        raise NoDerivativeError(
            f"symbolic.{operator} met the symbols of another symbolic operator"
            f"{at_user_line()}: these do not nest; use one of higher order, such as "
            "symbolic.diff2, or the exact operators of diffops"
        )
    raise TypeError(
        f"symbolic.{operator} wants x to be one real number or array, not a "
        f"{type(x).__name__}; put its numbers into an array, or use "
        f"diffops.{operator}, which takes containers"
    )


def _value(result: Any, f: Callable[..., Any]) -> Any:
    """Return what f returned as an array of expressions."""
    if isinstance(result, (Terms, int, float, np.generic, np.ndarray)):
        return entries_of(result)
    if isinstance(result, (list, tuple)) and all(np.ndim(part) == 0 for part in result):
        return np.array([entries_of(part).item() for part in result], dtype=object)
    raise TypeError(
        f"{getattr(f, '__name__', f)} returned a {type(result).__name__}; with symbols "
        "it must return a number, an array, or a flat list or tuple of numbers"
    )


def _tidied(part: Any) -> Any:
    """Drop the derivatives of steps, which are 0 but at the steps; refuse unknown ones.

    SymPy has them as distributions (δ for sign) or leaves them undone (for floor).
    """
    result = np.empty(part.shape, dtype=object)
    for place in np.ndindex(part.shape):
        result[place] = _tidy(sympy().sympify(part[place]))
    return result


def _tidy(expression: Any) -> Any:
    sp = sympy()
    unfinished = (sp.Derivative, sp.Subs)

    def is_of_step(e: Any) -> bool:
        return isinstance(e, unfinished) and e.has(sp.floor, sp.ceiling)

    if expression.has(sp.DiracDelta):
        expression = expression.replace(sp.DiracDelta, lambda *_: sp.Integer(0))
    if expression.has(*unfinished):
        expression = expression.replace(is_of_step, lambda _: sp.Integer(0))
        expression = expression.doit() if expression.has(*unfinished) else expression
    if expression.has(*unfinished):
        raise NoDerivativeError(f"SymPy does not know the derivative in {expression}")
    return expression


def _argument_of(f: Callable[..., Any]) -> str:
    """Return the name of f's first argument, for the symbols."""
    try:
        return next(iter(inspect.signature(f).parameters), "x")
    except (TypeError, ValueError):
        return "x"


def _as_result(entries: Sequence[Any], shape: Shape, x: Any) -> Any:
    precision = np.result_type(getattr(x, "dtype", float), np.float16)
    precision = precision if precision.kind == "f" else np.dtype(float)
    array = np.array(entries, dtype=precision).reshape(shape)
    if shape:
        return array
    return array[()] if isinstance(x, (np.generic, np.ndarray)) else array.item()


def _as_sympy(part: Any) -> Any:
    sp = sympy()
    if part.ndim == 0:
        return part.item()
    if part.ndim == 2:
        return sp.Matrix(*part.shape, list(part.flat))
    return sp.Array(list(part.flat), part.shape)
