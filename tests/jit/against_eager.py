"""Whether a jitted program gives what the program gives, bit for bit or to rounding."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from random_programs import RandomProgram

import diffops
from diffops.jit.checking import ANOTHER

#: Units of the last place by which arguments are moved to see how far results follow.
_MOVES = (1.0, -1.0, 3.0)
#: By how much more than that jit may differ: it rounds at each of many operations.
_TIMES = 1024


class Differs(AssertionError):
    """A jitted program gives something else."""


def outcome(call: Callable[..., Any], point: Any) -> Any:
    """Return what a call returns, or the type of what it raises."""
    with np.errstate(all="ignore"), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            result = call(*point)
        except Exception as error:
            result = type(error)
    for warning in warned:
        if ANOTHER in str(warning.message):  # jit has seen it, and goes on eagerly
            raise Differs("recorded, f gives something else")
    return result


def leaves(result: Any, path: str = "") -> list[tuple[str, Any]]:
    """Return what a result holds, with the way there."""
    if isinstance(result, dict):
        return [
            leaf for key in result for leaf in leaves(result[key], f"{path}[{key!r}]")
        ]
    if isinstance(result, (list, tuple)):
        return [(path, type(result))] + [
            leaf
            for i, part in enumerate(result)
            for leaf in leaves(part, f"{path}[{i}]")
        ]
    return [(path, result)]


def form(result: Any) -> Any:
    """Return all that must be equal of a result, whatever its numbers."""
    return [
        (path, type(leaf), getattr(leaf, "dtype", None), np.shape(leaf))
        if isinstance(leaf, (np.ndarray, np.generic, float, complex))
        else (path, leaf)
        for path, leaf in leaves(result)
    ]


def numbers(result: Any) -> list[Any]:
    """Return the numbers of a result."""
    kinds = (np.ndarray, np.generic, float, complex)
    return [leaf for _, leaf in leaves(result) if isinstance(leaf, kinds)]


def same_bits(found: Any, wanted: Any) -> bool:
    """Tell whether numbers are the same to the last bit, NaN being NaN."""
    return all(
        bool(np.all((a == b) & (np.signbit(a) == np.signbit(b)) | (a != a) & (b != b)))
        for a, b in zip(
            map(real, numbers(found)), map(real, numbers(wanted)), strict=True
        )
    )


def real(value: Any) -> Any:
    """Return the value with its real and imaginary parts apart."""
    value = np.asarray(value)
    if value.dtype.kind == "b":
        return value.astype(int)
    return np.stack([value.real, value.imag]) if value.dtype.kind == "c" else value


def compare(found: Any, wanted: Any) -> str:
    """Return "" where results are the same bits, else "rounding" or what differs."""
    if isinstance(wanted, type) or isinstance(found, type):
        return "" if found is wanted else f"{found!r} instead of {wanted!r}"
    if form(found) != form(wanted):
        return f"{form(found)} instead of {form(wanted)}"
    return "" if same_bits(found, wanted) else "rounding"


def is_refusal(outcome: Any, program: RandomProgram) -> bool:
    """Tell whether eager mode cannot differentiate the program here.

    Under jit there may be a derivative, since what is plain in eager mode is recorded:
    it can be written into, and stand in arrays of objects.
    """
    if outcome is diffops.NoDerivativeError:
        return True
    return program.differentiates and outcome in (AttributeError, TypeError)


def moved(point: Any, size: float) -> Any:
    """Return a point nearby: each float a little farther from, or nearer to, zero."""
    if isinstance(point, dict):
        return {key: moved(part, size) for key, part in point.items()}
    if isinstance(point, (list, tuple)):
        return type(point)(moved(part, -1.5 * size) for part in point)
    if isinstance(point, np.ndarray):
        signs = 1 - 2 * (np.arange(len(point), dtype=point.dtype) % 2)
        return point * (1 + size * signs)
    return type(point)(point * (1 + size))


def within_rounding(
    eager: Any, point: Any, found: Any, wanted: Any, unit: float
) -> bool:
    """Tell whether results differ by no more than rounding, as the program spreads it.

    Moving the arguments shows how far results follow. Where they take another way then,
    nothing can be said, and all is well.
    """
    others = [outcome(eager, moved(point, units * unit)) for units in _MOVES]
    if any(isinstance(o, type) or form(o) != form(wanted) for o in others):
        return True
    near = [numbers(other) for other in others]
    with np.errstate(all="ignore"):
        for i, (a, b) in enumerate(zip(numbers(found), numbers(wanted), strict=True)):
            spread = np.max([np.abs(real(n[i]) - real(b)) for n in near], axis=0)
            bound = _TIMES * (spread + unit * np.maximum(1.0, np.abs(real(b))))
            same = (real(a) == real(b)) | (np.isnan(a) & np.isnan(b))
            if not np.all(
                (np.abs(real(a) - real(b)) <= bound) | same | (bound != bound)
            ):
                return False
    return True


def check(program: RandomProgram, bitwise: bool = False) -> str:
    """Call a program and its jitted self at its points; raise where they differ.

    Returns "raises", "refused", "rounding" or "same".
    """
    eager, jitted = program.both()
    seen = "same"
    for i, point in enumerate(program.points):
        wanted = outcome(eager, point)
        try:
            found = outcome(jitted, point)
        except Differs as error:
            raise Differs(f"call {i}: {error}\n{wanted!r}\n{program!r}") from None
        raises = isinstance(found, type) and issubclass(found, ArithmeticError)
        if raises and not program.inward:
            seen = "raises"  # f itself does, and no derivative makes it go on
            continue
        if isinstance(wanted, type):
            seen = "raises"
            if is_refusal(wanted, program):
                seen = "refused"
                continue
        verdict = compare(found, wanted)
        unit = float(np.finfo(program.dtype).eps)
        lenient = verdict == "rounding" and not bitwise
        if lenient and within_rounding(eager, point, found, wanted, unit):
            verdict, seen = "", "rounding"
        if verdict:
            raise Differs(
                f"call {i}, at {point}: {verdict}\n{found!r}\n{wanted!r}\n{program!r}"
            )
    return seen
