"""NumPy's functions of whole arrays on SymPy expressions.

Most of them move entries, or only add and multiply them, so NumPy's own code does it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.symbolic._lazy import sympy

_BY_NUMPY = """
append array_split atleast_1d atleast_2d atleast_3d average block broadcast_arrays
broadcast_to column_stack concatenate convolve copy cross cumprod cumsum delete diag
diagflat diagonal diff dot dsplit dstack ediff1d einsum expand_dims flip fliplr flipud
full_like hsplit hstack inner insert kron matrix_transpose mean moveaxis ndim
ones_like outer permute_dims polyval ravel repeat reshape resize roll rollaxis rot90
shape size split squeeze stack swapaxes take tensordot tile trace transpose trapezoid
tril triu unstack vdot vsplit vstack zeros_like
"""
_METHODS = """
all any clip copy cumprod cumsum diagonal dot max mean min prod ravel repeat reshape
squeeze std sum swapaxes take trace transpose var conj
"""
_OF_LINALG = (
    "cross",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "outer",
    "trace",
)

#: What NumPy's own code does to arrays of expressions.
PASSING = {getattr(np, name) for name in _BY_NUMPY.split() if hasattr(np, name)}
PASSING |= {getattr(np.linalg, name) for name in _OF_LINALG}

#: The methods of arrays that are functions of NumPy.
METHODS = frozenset(_METHODS.split())


@functools.cache
def own_rules() -> dict[Callable[..., Any], Callable[..., Any]]:
    """Return what computes the functions that NumPy's own code cannot."""
    rules: dict[Any, Any] = {
        np.where: _where,
        np.select: _select,
        np.clip: _clip,
        np.var: _var,
        np.std: lambda x, *args, **kwargs: np.sqrt(_var(x, *args, **kwargs)),
        np.sum: _reducing(np.add),
        np.prod: _reducing(np.multiply),
        np.max: _reducing(np.maximum),
        np.amax: _reducing(np.maximum),
        np.min: _reducing(np.minimum),
        np.amin: _reducing(np.minimum),
        np.all: _reducing(np.logical_and),
        np.any: _reducing(np.logical_or),
        np.ptp: lambda x, axis=None: np.max(x, axis) - np.min(x, axis),
        np.sinc: _sinc,
        np.linalg.det: _det,
        np.linalg.inv: _inv,
        np.linalg.solve: _solve,
        np.linalg.norm: _norm,
        np.linalg.vector_norm: _norm,
    }
    return rules


def _terms(entries: Any) -> Any:
    from diffops.symbolic._terms import Terms

    return Terms(entries)


def _entries(value: Any) -> Any:
    from diffops.symbolic._terms import entries_of

    return entries_of(value)


def _where(condition: Any, *branches: Any) -> Any:
    from diffops.symbolic._terms import refuse
    from diffops.symbolic._ufuncs import choose

    if len(branches) != 2:
        refuse("np.where(condition) alone", "np.where(condition, a, b)")
    parts = [_entries(part) for part in (condition, *branches)]
    return _terms(np.frompyfunc(choose, 3, 1)(*parts))


def _select(conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0) -> Any:
    result = default
    for condition, choice in list(zip(conditions, choices, strict=True))[::-1]:
        result = _where(condition, choice, result)
    return result


def _clip(x: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Any:
    low = bounds.get("min", a_min)
    high = bounds.get("max", a_max)
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def _var(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    center = np.mean(x, axis=axis, keepdims=True)
    total = np.sum((x - center) ** 2, axis=axis, keepdims=keepdims)
    return total / (x.size // center.size - ddof)


def _reducing(ufunc: np.ufunc) -> Callable[..., Any]:
    def rule(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return ufunc.reduce(x, axis=axis, keepdims=keepdims)

    return rule


def _sinc(x: Any) -> Any:
    sp = sympy()
    return _terms(np.frompyfunc(lambda e: sp.sinc(sp.pi * e), 1, 1)(_entries(x)))


def _matrix(x: Any, name: str) -> Any:
    entries = _entries(x)
    if entries.ndim != 2 or entries.shape[0] != entries.shape[1]:
        raise ValueError(
            f"symbolic {name} wants one square matrix, not shape {entries.shape}"
        )
    return sympy().Matrix(*entries.shape, list(entries.flat))


def _det(a: Any) -> Any:
    return _terms(_matrix(a, "det").det(method="berkowitz"))


def _inv(a: Any) -> Any:
    matrix = _matrix(a, "inv")
    inverse = matrix.adjugate() / matrix.det(method="berkowitz")
    return _terms(np.array(inverse.tolist(), dtype=object).reshape(matrix.shape))


def _solve(a: Any, b: Any) -> Any:
    return _inv(a) @ _terms(_entries(b))


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    from diffops.symbolic._terms import refuse

    if ord not in (None, 2, "fro") or (ord == 2 and axis is None and x.ndim == 2):
        refuse(f"a norm of order {ord!r}", "np.linalg.norm(x)")
    return np.sqrt(np.sum(x**2, axis=axis, keepdims=keepdims))
