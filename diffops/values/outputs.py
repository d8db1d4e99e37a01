"""Where results are written to: ``out=`` arguments and augmented assignments.

A tracked array takes what is written into it, and so does an array of objects. A plain
array cannot: writing tracked values into it is refused, unless the statement is
``c += x`` and nothing else refers to c, whose name may then simply take the new value.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from opcode import opmap
from typing import Any

import numpy as np

from diffops.engines.arrays import is_view
from diffops.tags import Tracked, strip
from diffops.values.refusal import refuse

#: The axes of np.matmul when NumPy names them, as it would choose them by itself.
_MATRIX_AXES = [(-2, -1)] * 3


def write_ufunc(
    self: Tracked,
    ufunc: np.ufunc,
    inputs: tuple[Any, ...],
    out: tuple[Any, ...],
    options: dict[str, Any],
) -> Any:
    """Run a ufunc into its ``out``; ``self`` is a tracked value among its arguments."""
    name = f"np.{ufunc.__name__}(..., out=)"
    where = options.pop("where", True)
    if options.get("axes") == _MATRIX_AXES:  # so says ``c @= x``
        del options["axes"]
    if len(out) > 1:
        results = ufunc(*inputs, **options)
        return tuple(
            result if target is None else _write(self, name, target, ..., result)
            for target, result in zip(out, results, strict=True)
        )
    (target,) = out
    if where is True:
        key: Any = ...
        result = ufunc(*inputs, **options)
    else:
        key = np.broadcast_to(strip(where), target.shape)
        chosen = [np.broadcast_to(a, target.shape)[key] for a in inputs]
        result = ufunc(*chosen, **options)
    if not _can_hold(target, result) and not is_view(target):
        counts = sys.getrefcount(target), sys.getrefcount(out)
        if inputs[0] is target and _is_augmented_assignment():
            once = _MATMUL_ONCE if ufunc is np.matmul else _NAMED_ONCE
            if counts[0] <= once[0]:
                return _renamed(ufunc, target, result)
        elif counts == _NAMELESS:
            target = np.array(target, like=self)  # type: ignore[call-overload]
    return _write(self, name, target, key, result)


def write_function(self: Tracked, name: str, out: Any, run: Callable[[], Any]) -> Any:
    """Write what ``run`` returns into the ``out`` of a function that is no ufunc."""
    (target,) = out if isinstance(out, tuple) else (out,)
    return _write(self, f"{name}(..., out=)", target, ..., run())


def _can_hold(target: Any, result: Any) -> bool:
    """Tell whether a target takes a result without losing a derivative."""
    return (
        isinstance(target, Tracked)
        or target.dtype.hasobject
        or not isinstance(result, Tracked)
    )


def _write(self: Tracked, name: str, target: Any, key: Any, result: Any) -> Any:
    """Write into an array, or refuse to."""
    if not _can_hold(target, result):
        refuse(
            self,
            f"{name} into a plain array",
            "use the returned value, or allocate the array with np.zeros_like(x) of a "
            "tracked x, which can be written into",
        )
    target[key] = result
    return target


def _renamed(ufunc: np.ufunc, target: np.ndarray, result: Any) -> Any:
    """Return the value that the name on the left of ``c += x`` takes."""
    if np.shape(result) != target.shape:
        raise ValueError(
            f"non-broadcastable output operand with shape {target.shape} doesn't match "
            f"the broadcast shape {np.shape(result)}"
        )
    if result.dtype == target.dtype:
        return result
    if not np.can_cast(result.dtype, target.dtype, "same_kind"):
        raise TypeError(
            f"Cannot cast ufunc {ufunc.__name__!r} output from {result.dtype!r} to "
            f"{target.dtype!r} with casting rule 'same_kind'"
        )
    return result.astype(target.dtype)


def _is_augmented_assignment() -> bool:
    """Tell whether the user's statement is ``c += x`` or like it, not np.add(out=)."""
    frame = sys._getframe(1)
    while _is_ours(frame.f_globals.get("__name__") or "") and frame.f_back:
        frame = frame.f_back
    code = frame.f_code.co_code
    at = frame.f_lasti
    return code[at] == opmap["BINARY_OP"] and code[at + 1] >= _FIRST_INPLACE


def _is_ours(module: str) -> bool:
    return module.startswith("diffops.")


#: BINARY_OP's argument of `+=`; the other augmented operators follow it.
_FIRST_INPLACE = 13


class _Probe:
    """Counts the references to an ``out`` and its tuple, as `write_ufunc` does."""

    counts = (0, 0)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
    ) -> Any:
        return self.answer(ufunc, method, inputs, kwargs)

    def answer(
        self, ufunc: Any, method: Any, inputs: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Stand for `diffops.values.protocol.answer`."""
        out = kwargs.pop("out", None)
        return self.write(ufunc, inputs, out, kwargs)

    def write(self, ufunc: Any, inputs: Any, out: Any, options: Any) -> Any:
        """Stand for `write_ufunc`."""
        (target,) = out
        _Probe.counts = sys.getrefcount(target), sys.getrefcount(out)
        return target


def _add_probe(array: Any) -> tuple[int, int]:
    array += _Probe()
    return _Probe.counts


def _matmul_probe(array: Any) -> tuple[int, int]:
    array @= _Probe()
    return _Probe.counts


def _counts_of_named_once(
    assign: Callable[[Any], tuple[int, int]],
) -> tuple[int, int]:
    """Return the counts, or none where this Python does not count every name."""
    array = np.zeros((1, 1))
    return _told_apart(assign(np.zeros((1, 1))), assign(array))


def _counts_of_nameless() -> tuple[int, int]:
    np.add(0.0, _Probe(), out=np.zeros(1))  # type: ignore[call-overload]
    return _Probe.counts


def _counts_of_named_out() -> tuple[int, int]:
    array = np.zeros(1)
    np.add(0.0, _Probe(), out=array)  # type: ignore[call-overload]
    return _Probe.counts


def _told_apart(counts: tuple[int, int], named: tuple[int, int]) -> tuple[int, int]:
    return counts if counts < named else (0, 0)


#: What `write_ufunc` counts for the c of ``c += x`` with no other name, and for an
#: ``out`` that has none. The tuple around it is counted too: it may be the user's.
_NAMED_ONCE = _counts_of_named_once(_add_probe)
_MATMUL_ONCE = _counts_of_named_once(_matmul_probe)
_NAMELESS = _told_apart(_counts_of_nameless(), _counts_of_named_out())
