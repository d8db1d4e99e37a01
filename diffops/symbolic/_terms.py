"""Arrays of SymPy expressions that plain NumPy programs compute with."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from diffops.errors import NoDerivativeError, at_user_line, name_of
from diffops.symbolic._array_functions import METHODS, PASSING, own_rules
from diffops.symbolic._lazy import sympy
from diffops.symbolic._ufuncs import names, rule_of


class Terms(NDArrayOperatorsMixin):
    """An array (or, without axes, a number) whose entries are SymPy expressions."""

    __slots__ = ("entries",)
    __diffops_advice__ = (
        "symbols and derivatives of numbers do not mix; use the exact operators of "
        "diffops inside another derivative, vmap or jit"
    )

    def __init__(self, entries: Any) -> None:
        self.entries = _expressions(entries)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.entries.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.entries.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.entries.size

    @property
    def dtype(self) -> Any:
        """That of arrays which can hold these entries."""
        return np.dtype(object)

    @property
    def T(self) -> Terms:
        """The transposed array."""
        return Terms(self.entries.T)

    @property
    def flat(self) -> Iterator[Terms]:
        """The entries one by one."""
        return map(Terms, self.entries.flat)

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Terms]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Terms:
        if _holds_terms(key):
            refuse("an index that depends on x", "np.where(condition, a, b)")
        return Terms(self.entries[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        if _holds_terms(key):
            refuse("an index that depends on x", "np.where(condition, a, b)")
        self.entries[key] = entries_of(value)

    def __getattr__(self, name: str) -> Any:
        if name in ("reshape", "transpose"):
            return functools.partial(_moved, getattr(np, name), self)
        if name in METHODS or (not name.startswith("_") and name in names()):
            return functools.partial(getattr(np, name), self)
        raise AttributeError(f"a symbolic array has no attribute {name!r}")

    def astype(self, dtype: Any, *_: Any, **__: Any) -> Terms:
        """Return a copy: expressions have no precision."""
        if np.dtype(dtype).kind not in "fO":
            refuse(f"x.astype({dtype})", "x.astype(float)")
        return Terms(self.entries.copy())

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        out = kwargs.pop("out", None)
        result = _apply(ufunc, method, inputs, kwargs)
        if out is None:
            return result
        if not isinstance(out[0], Terms):
            refuse(f"writing {name_of(ufunc)} into an array of numbers", "no out=")
        out[0].entries[...] = result.entries
        return out[0]

    def __array_function__(self, func: Any, _: Any, args: Any, kwargs: Any) -> Any:
        own = own_rules().get(func)
        if own is not None:
            return own(*args, **kwargs)
        if func not in PASSING:
            refuse(name_of(func), "functions that SymPy knows")
        return _wrapped(func(*_unwrapped(args), **_unwrapped(kwargs)))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Return an array of objects: its entries are symbolic numbers again."""
        if dtype is not None and np.dtype(dtype) != np.dtype(object):
            refuse("making an array of numbers of x", "no dtype=")
        array = np.empty(self.shape, dtype=object)
        for place in np.ndindex(self.shape):
            array[place] = Terms(self.entries[place])
        return array

    def __bool__(self) -> bool:
        if self.size == 1 and isinstance(self.entries.item(), _constants()):
            return bool(self.entries.item())
        refuse(
            f"deciding on {self!r}, which depends on x, as in `if x > 0`",
            "np.where(condition, a, b)",
        )

    def __float__(self) -> float:
        if self.size == 1 and self.entries.item().is_number:
            return float(self.entries.item())
        refuse(f"making a number of {self!r}", "np.sin for math.sin, np.stack([...])")

    __int__ = __index__ = __complex__ = __float__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return str(self.entries.tolist())


def refuse(what: str, instead: str) -> NoReturn:
    """Raise that something is not done to symbols, and say what to use."""
    raise NoDerivativeError(
        f"{what} is not possible with symbols{at_user_line()}; use {instead}, or the "
        "exact operators of diffops, which follow any control flow"
    )


def entries_of(value: Any) -> Any:
    """Return a value as an array of SymPy expressions."""
    return value.entries if isinstance(value, Terms) else _expressions(value)


def _expressions(value: Any) -> Any:
    array = np.asarray(value, dtype=object)
    result = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        result[place] = _expression(array[place])
    return result


def _expression(value: Any) -> Any:
    sp = sympy()
    if isinstance(value, Terms):
        return value.entries.item()
    if isinstance(value, sp.Basic):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (bool, int, float, complex)):
        return sp.sympify(value)
    refuse(f"computing with a {type(value).__name__}", "numbers and arrays")


def _constants() -> Any:
    sp = sympy()
    return (sp.logic.boolalg.BooleanAtom, sp.Number)


def _apply(ufunc: Any, method: str, inputs: Any, kwargs: dict[str, Any]) -> Terms:
    arrays = [entries_of(x) for x in inputs[: ufunc.nin]]
    if ufunc in (np.matmul, np.vecdot, np.matvec, np.vecmat) and method == "__call__":
        if kwargs:
            refuse(f"{name_of(ufunc)} with {', '.join(kwargs)}", "plain arguments")
        return Terms(ufunc(*arrays))
    rule = rule_of(ufunc)
    if rule is None:
        refuse(name_of(ufunc), "functions that SymPy knows")
    kwargs.pop("dtype", None)
    if method == "reduce":
        return Terms(_reduced(ufunc, rule, arrays[0], *inputs[1:], **kwargs))
    if method not in ("__call__", "accumulate", "outer") or kwargs.keys() - {"axis"}:
        refuse(f"{name_of(ufunc)}.{method} with these arguments", "other functions")
    act = getattr(np.frompyfunc(rule, ufunc.nin, 1), method)
    return Terms(act(*arrays, *inputs[ufunc.nin :], **kwargs))


def _reduced(
    ufunc: Any,
    rule: Any,
    array: Any,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> Any:
    if where is not True:
        refuse(f"{name_of(ufunc)} with where=", "np.where(condition, a, b)")
    axes = range(array.ndim) if axis is None else np.atleast_1d(axis) % array.ndim
    last = [int(a) for a in axes]
    kept = [a for a in range(array.ndim) if a not in last]
    rows = np.transpose(array, kept + last)
    shape = tuple(array.shape[a] for a in kept)
    rows = rows.reshape(*shape, int(np.prod([array.shape[a] for a in last])))
    result = np.empty(shape, dtype=object)
    start = ufunc.identity if initial is None else initial
    for place in np.ndindex(shape):
        terms = list(rows[place])
        if start is not None:
            terms.insert(0, _expression(start))
        if not terms:
            raise ValueError(f"{name_of(ufunc)} of no entries has no value")
        result[place] = functools.reduce(rule, terms)
    return np.expand_dims(result, tuple(last)) if keepdims else result


def _moved(function: Any, x: Terms, *axes: Any, **options: Any) -> Any:
    """Call reshape or transpose as a method: axes may come one by one."""
    return function(x, axes if len(axes) > 1 else axes[0] if axes else None, **options)


def _holds_terms(key: Any) -> bool:
    return any(isinstance(k, Terms) for k in (key if isinstance(key, tuple) else [key]))


def _unwrapped(value: Any) -> Any:
    """Replace symbolic arrays by arrays of expressions, within lists and dicts too."""
    if isinstance(value, Terms):
        return value.entries
    if isinstance(value, np.ndarray) and value.dtype == object:
        return _expressions(value)
    if isinstance(value, dict):
        return {name: _unwrapped(part) for name, part in value.items()}
    return (
        type(value)(map(_unwrapped, value)) if type(value) in (list, tuple) else value
    )


def _wrapped(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == object:
        return Terms(value)
    if isinstance(value, sympy().Basic):
        return Terms(value)
    return type(value)(map(_wrapped, value)) if type(value) in (list, tuple) else value
