"""NumPy's protocols: NEP-13 for ufuncs and NEP-18 for every other function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line, name_of
from diffops.primitive import (
    Primitive,
    adopt,
    creators,
    late_rules,
    table,
    tracked_in,
)
from diffops.tags import Tracked
from diffops.values.outputs import write_function, write_ufunc
from diffops.values.refusal import remember


def array_ufunc(
    self: Tracked, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
) -> Any:
    """Answer NEP-13: run a ufunc, or one of its methods, on tracked values."""
    return answer(self, ufunc, method, inputs, kwargs)


def answer(
    self: Tracked,
    ufunc: np.ufunc,
    method: str,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Do what `array_ufunc` does, given the arguments as NumPy passes them."""
    out = kwargs.pop("out", None)
    try:
        if out is not None and method == "__call__":
            return write_ufunc(self, ufunc, inputs, out, kwargs)
        if out is not None:
            name = f"np.{ufunc.__name__}.{method}"
            return write_function(
                self, name, out, lambda: getattr(ufunc, method)(*inputs, **kwargs)
            )
        if method == "__call__":
            if kwargs:
                return _with_options(ufunc, inputs, kwargs)
            return implementation(ufunc)(*inputs)
        return _method(ufunc, method, inputs, kwargs)
    except NoDerivativeError as error:
        remember(error, [self, inputs, kwargs])
        raise


def _method(
    ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Run reduce, accumulate, reduceat, outer or at: by its own rule or the common."""
    own = table.get(getattr(ufunc, method))
    if own is not None:
        return own(*inputs, **kwargs)
    return table[getattr(np.ufunc, method)](ufunc, *inputs, **kwargs)


def array_function(
    self: Tracked,
    function: Callable[..., Any],
    types: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Answer NEP-18: run what stands for a NumPy function in the table."""
    try:
        if len(args) > 1:
            args, kwargs = _naming_out(function, args, kwargs)
        if any(value is np._NoValue for value in kwargs.values()):
            kwargs = {k: v for k, v in kwargs.items() if v is not np._NoValue}
        if "out" in kwargs:
            rest = {name: value for name, value in kwargs.items() if name != "out"}
            out = kwargs["out"]
            if out is None:
                return array_function(self, function, types, args, rest)
            name = f"np.{function.__name__}"
            return write_function(self, name, out, lambda: function(*args, **rest))
        if not args:
            args, kwargs = _as_positional(function, kwargs)
        if function in creators:
            kwargs = {**kwargs, "like": self}
        return implementation(function)(*args, **kwargs)
    except NoDerivativeError as error:
        remember(error, [self, args, kwargs])
        raise


def _as_positional(
    function: Callable[..., Any], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Turn what was passed by name into positional arguments, as primitives want."""
    own = table.get(function)
    if not isinstance(own, Primitive):
        return (), kwargs
    rest = dict(kwargs)
    args = []
    for name in inspect.signature(function).parameters:
        if name not in rest or not tracked_in([rest[name]]):
            break
        args.append(rest.pop(name))
    return tuple(args), rest


def _naming_out(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Turn positional arguments from ``out`` on into those of that name."""
    names = _names_from_out(function)
    place, names = names[0], names[1:]
    if len(args) <= place:
        return args, kwargs
    return args[:place], {**dict(zip(names, args[place:], strict=False)), **kwargs}


@cache
def _names_from_out(function: Callable[..., Any]) -> tuple[Any, ...]:
    """Return where among the parameters ``out`` stands, then its name and the rest."""
    try:
        parameters = inspect.signature(function).parameters
        names = [name for name, p in parameters.items() if p.kind <= p.VAR_POSITIONAL]
        place = names.index("out")
    except (TypeError, ValueError):
        return (sys.maxsize,)
    return (place, *names[place:])


def implementation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs for a NumPy function on tracked values, or raise with advice."""
    try:
        return table[function]
    except KeyError:
        if isinstance(function, np.ufunc) and function.types[0].strip("O") == "->":
            return _entry_by_entry(function)
        _import_late_rules()
        if function in table:
            return table[function]
        raise NoDerivativeError(_no_rule(function)) from None


def _import_late_rules() -> None:
    """Import the rules for those modules that the user has imported by now."""
    for module, rules in list(late_rules.items()):
        if module in sys.modules:
            del late_rules[module]
            import_module(rules)


def _entry_by_entry(ufunc: np.ufunc) -> Callable[..., Any]:
    """Return what `numpy.frompyfunc` made, run on arrays of tracked numbers."""

    def run(*args: Any) -> Any:
        y = ufunc(*map(np.asarray, args))
        return tuple(map(adopt, y)) if isinstance(y, tuple) else adopt(y)

    return run


def _no_rule(function: Callable[..., Any]) -> str:
    return (
        f"{name_of(function)} of a tracked value has no derivative "
        f"rule{at_user_line()}; rewrite it with functions that have one, or "
        "detach the argument with diffops.stop_gradient if its derivative is zero"
    )


def _with_options(ufunc: np.ufunc, inputs: Any, options: dict[str, Any]) -> Any:
    """Run a ufunc with dtype=, with the axes of a product, or with a signature."""
    dtype = options.pop("dtype", None)
    where = options.pop("where", True)
    casting = options.pop("casting", "same_kind")
    options.pop("order", None)
    options.pop("subok", None)
    if where is not True:
        raise NoDerivativeError(
            f"np.{ufunc.__name__}(..., where=) without out= leaves entries undefined"
            f"{at_user_line()}; use np.where(c, np.{ufunc.__name__}(...), other)"
        )
    if dtype is not None:
        arrays = [a if hasattr(a, "dtype") else np.asarray(a) for a in inputs]
        for array in arrays:
            kind = array.dtype
            if not np.can_cast(kind, dtype, casting):
                raise TypeError(
                    f"Cannot cast ufunc {ufunc.__name__!r} input from {kind!r} to "
                    f"{np.dtype(dtype)!r} with casting rule {casting!r}"
                )
        inputs = tuple(array.astype(dtype) for array in arrays)
    if options:
        return table[np.ufunc.__call__](ufunc, *inputs, **options)
    return implementation(ufunc)(*inputs)
