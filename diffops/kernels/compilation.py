"""Kernels made: a rule's expressions compiled, and entered into a ufunc."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from diffops.kernels.freed_memory import keep_freed_memory
from diffops.kernels.inner_loops import loop_source
from diffops.kernels.new_ufuncs import ufunc_of
from diffops.kernels.symbols import NotElementwise, Symbol, expressions
from diffops.native.llvm import has_features
from diffops.native.machine import AssemblyError, Code, assemble


@functools.cache
def lanes() -> int:
    """Return how many doubles this CPU computes with at once; 0 where it is unknown."""
    try:
        if has_features("avx512f", "avx512dq"):
            return 8
        return 4 if has_features("avx2", "fma") else 0
    except (ImportError, OSError, RuntimeError):
        return 0


def built(
    value: Callable[..., Any],
    partials: Sequence[Any],
    varying: Sequence[bool],
    real: str = "double",
    threads: int = 1,
) -> Callable[..., Any] | None:
    """Return what computes a function and these partials; None where there is no way.

    ``varying`` says which arguments are arrays, ``real`` of what: double, or float. A
    partial that none of these is in is one number: NumPy finds it without filling an
    array.
    """
    if not lanes():
        return None
    functions = [_always(p) if isinstance(p, int) else p for p in partials]
    try:
        args, found = expressions(value, functions, len(varying), real)
        arrays = [arg for arg, varies in zip(args, varying, strict=True) if varies]
        if not all(_depends(e, arrays) for e in found):
            return None
        outputs = _distinct(args, found)
        name = getattr(value, "__name__", "kernel")
        ufunc = compiled(name, args, outputs, real, threads)
    except (NotElementwise, AssemblyError, ImportError):
        return None
    return _arranged(ufunc, outputs, args, found)


def compiled(
    name: str,
    args: Sequence[Symbol],
    outputs: Sequence[Any],
    real: str = "double",
    threads: int = 1,
) -> Any:
    """Return a ufunc from arguments to expressions."""
    keep_freed_memory()
    at_once = lanes() if real == "double" else 2 * lanes()
    code = _code(loop_source(args, outputs, at_once, real))
    return ufunc_of(code, name, len(args), len(outputs), real, threads)


@functools.cache
def _code(source: str) -> Code:
    """Return the code of a loop, which any number of threads may share."""
    return assemble(source)


def _always(constant: int) -> Callable[..., Any]:
    return lambda *_: float(constant)


def _depends(expression: Any, args: Sequence[Symbol]) -> bool:
    """Tell whether an expression is a number, or has one of these arguments in it."""
    if not isinstance(expression, Symbol) or any(expression is arg for arg in args):
        return True
    return any(isinstance(x, Symbol) and _depends(x, args) for x in expression.operands)


def _distinct(args: Sequence[Any], found: Sequence[Any]) -> list[Symbol]:
    """Return the expressions to compute, each once."""
    known = {id(arg) for arg in args}
    outputs = []
    for expression in found:
        if isinstance(expression, Symbol) and id(expression) not in known:
            known.add(id(expression))
            outputs.append(expression)
    return outputs


def _arranged(
    ufunc: Any, outputs: Sequence[Symbol], args: Sequence[Symbol], found: Sequence[Any]
) -> Callable[..., Any]:
    """Return a function that gives the value and the list of partials."""
    places = {id(e): i for i, e in enumerate([*args, *outputs])}
    y, *rest = [places[id(e)] if isinstance(e, Symbol) else e for e in found]

    def run(*operands: Any) -> Any:
        results = ufunc(*operands)
        all_of_them = operands + (results if type(results) is tuple else (results,))
        return all_of_them[y], [all_of_them[i] if type(i) is int else i for i in rest]

    return run
