"""NumPy's protocols: NEP-13 for ufuncs and NEP-18 for every other function."""

from __future__ import annotations

import sys
from collections.abc import Callable
from opcode import opmap
from typing import Any

import numpy as np

from diffops.engines.arrays import is_view
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import creators, table
from diffops.tags import Tracked
from diffops.values.refusal import refuse

#: Reductions and scans that are functions of their own: (ufunc, method) -> function.
_METHODS: dict[tuple[str, str], Callable[..., Any]] = {
    ("add", "reduce"): np.sum,
    ("multiply", "reduce"): np.prod,
    ("maximum", "reduce"): np.max,
    ("minimum", "reduce"): np.min,
    ("add", "accumulate"): np.cumsum,
    ("multiply", "accumulate"): np.cumprod,
    ("logical_and", "reduce"): np.all,
    ("logical_or", "reduce"): np.any,
}


def array_ufunc(
    self: Tracked, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
) -> Any:
    """Answer NEP-13: run a ufunc, or one of its methods, on tracked values."""
    out = kwargs.pop("out", None)
    if method == "__call__":
        if out is not None:
            return _write_out(ufunc, inputs, out, kwargs)
        if kwargs:
            return _with_options(ufunc, inputs, kwargs)
        return implementation(ufunc)(*inputs)
    if out is not None:
        _refuse_foreign_out(self, f"np.{ufunc.__name__}.{method}")
    if method == "outer":
        left, right = inputs
        column = np.reshape(left, np.shape(left) + (1,) * np.ndim(right))
        return ufunc(column, right, **kwargs)
    function = _METHODS.get((ufunc.__name__, method))
    if function is None:
        raise NoDerivativeError(
            f"np.{ufunc.__name__}.{method} of a tracked value has no rule"
            f"{at_user_line()}; write it with np.{ufunc.__name__} and indexing"
        )
    # A ufunc's method goes along the first axis where the function takes all.
    kwargs.setdefault("axis", inputs[1] if len(inputs) > 1 else 0)
    return function(inputs[0], **kwargs)


def array_function(
    self: Tracked,
    function: Callable[..., Any],
    types: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Answer NEP-18: run what stands for a NumPy function in the table."""
    out = kwargs.get("out")
    if out is not None:
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
        result = array_function(self, function, types, args, kwargs)
        return _store(self, f"np.{function.__name__}", out, result)
    if function in creators:
        kwargs = {**kwargs, "like": self}
    return implementation(function)(*args, **kwargs)


def implementation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs for a NumPy function on tracked values, or raise with advice."""
    try:
        return table[function]
    except KeyError:
        raise NoDerivativeError(_no_rule(function)) from None


def _no_rule(function: Callable[..., Any]) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    return (
        f"{module}.{getattr(function, '__name__', function)} of a tracked value has no "
        f"derivative rule{at_user_line()}; rewrite it with functions that have one, or "
        "detach the argument with diffops.stop_gradient if its derivative is zero"
    )


def _with_options(ufunc: np.ufunc, inputs: Any, options: dict[str, Any]) -> Any:
    """Run a ufunc with keyword options of which dtype= can be followed."""
    dtype = options.pop("dtype", None)
    where = options.pop("where", True)
    options.pop("casting", None)
    options.pop("order", None)
    options.pop("subok", None)
    if where is not True:
        raise NoDerivativeError(
            f"np.{ufunc.__name__}(..., where=) without out= leaves entries undefined"
            f"{at_user_line()}; use np.where(condition, np.{ufunc.__name__}(...), other)"
        )
    if dtype is not None:
        inputs = tuple(
            (a if isinstance(a, Tracked) else np.asarray(a)).astype(dtype)  # type: ignore[attr-defined]
            for a in inputs
        )
    return implementation(ufunc)(*inputs, **options)


def _write_out(
    ufunc: np.ufunc, inputs: tuple[Any, ...], out: tuple[Any, ...], kwargs: Any
) -> Any:
    """Run a ufunc into ``out``: a tracked array is updated, a plain one refused.

    ``c += x`` arrives here with a plain c. Where the statement is an augmented
    assignment and nothing else refers to c, the new value may simply take its name.
    """
    (target,) = out
    where = kwargs.pop("where", True)
    if isinstance(target, Tracked):
        result = ufunc(*inputs, **kwargs)
        target[...] = result if where is True else np.where(where, result, target)  # type: ignore[index]
        return target
    tracked = next((a for a in inputs if isinstance(a, Tracked)), None)
    if tracked is None:
        # Only where= or another option is tracked.
        raise NoDerivativeError(_no_rule(ufunc))
    if (
        inputs[0] is target
        and where is True
        and not is_view(target)
        and _is_augmented_assignment()
        and sys.getrefcount(target) <= _SOLE_TARGET
    ):
        result = ufunc(*inputs, **kwargs)
        if np.shape(result) == target.shape:
            return result
    _refuse_foreign_out(tracked, f"np.{ufunc.__name__}(..., out=)")


def _store(self: Tracked, name: str, out: Any, result: Any) -> Any:
    target = out[0] if isinstance(out, tuple) else out
    if not isinstance(target, Tracked):
        _refuse_foreign_out(self, f"{name}(..., out=)")
    target[...] = result  # type: ignore[index]
    return target


def _refuse_foreign_out(value: Any, name: str) -> Any:
    refuse(
        value,
        f"{name} into a plain array",
        "use the returned value, or allocate the array with np.zeros_like(x) of a "
        "tracked x, which can be written into",
    )


def _is_augmented_assignment() -> bool:
    """Tell whether the user's statement is ``c += x`` or like it, not np.add(out=)."""
    frame = sys._getframe(1)
    while frame.f_globals["__name__"].startswith("diffops.") and frame.f_back:
        frame = frame.f_back
    code = frame.f_code.co_code
    at = frame.f_lasti
    return code[at] == opmap["BINARY_OP"] and code[at + 1] >= _FIRST_INPLACE


#: BINARY_OP's argument of `+=`; the other augmented operators follow it.
_FIRST_INPLACE = 13


class _Probe:
    """Counts the references to an array that one local name and `+=` make."""

    count = 0

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        out = kwargs.pop("out", None)
        _Probe.count = _probe_write(inputs, out)
        return inputs[0]


def _probe_write(inputs: tuple[Any, ...], out: tuple[Any, ...]) -> int:
    (target,) = out
    return sys.getrefcount(target)


def _count_of_sole_target() -> int:
    array = np.zeros(1)
    array += _Probe()  # type: ignore[arg-type]
    return _Probe.count


_SOLE_TARGET = _count_of_sole_target()
