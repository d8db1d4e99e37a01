"""What a call of a native program costs, beside Numba's and an empty function's.

python benchmarks/calls.py          (one run, interleaved: best and middle of 300 times)

The programs only double their inputs. ``entry`` is the builtin; ``slot`` an instance
whose ``__call__`` is a slot with the builtin in it; ``method`` an instance whose class
has a Python ``__call__`` that asks the builtin first; ``plain`` the path by ctypes.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from diffops.native.entry import callable_of, entry_source, or_else
from diffops.native.interface import MISMATCH, MISS, Array, Float, Signature
from diffops.native.machine import assemble
from diffops.native.objects import symbols
from diffops.native.plain import caller

VECTOR = Array((15,))
BLOCKERS: set[Any] = set()

DOUBLE = """
define internal void @double(ptr %inputs, ptr %outputs, i64 %place, i64 %size) {
  %at = getelementptr ptr, ptr %inputs, i64 %place
  %to = getelementptr ptr, ptr %outputs, i64 %place
  %source = load ptr, ptr %at
  %target = load ptr, ptr %to
  br label %loop
loop:
  %i = phi i64 [ 0, %0 ], [ %next, %loop ]
  %p = getelementptr double, ptr %source, i64 %i
  %q = getelementptr double, ptr %target, i64 %i
  %x = load double, ptr %p
  %y = fmul double %x, 2.0
  store double %y, ptr %q
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %size
  br i1 %more, label %loop, label %done
done:
  ret void
}
"""


class ByMethod:
    """Asks the builtin from Python."""

    def __init__(self, entry: Callable[..., Any]) -> None:
        self.entry = entry

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not (kwargs or BLOCKERS):
            answer = self.entry(*args)
            if answer is not MISS and answer is not MISMATCH:
                return answer
        return self.slow(*args, **kwargs)

    def slow(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class BySlot:
    """Is the builtin, for who calls it."""

    __slots__ = ("__call__",)

    def __init__(self, entry: Callable[..., Any]) -> None:
        self.__call__ = entry


def ways(sizes: tuple[int, ...]) -> dict[str, Callable[..., Any]]:
    """Return the ways to call a program on a float (size 0) or vectors of 15."""
    kinds = tuple(VECTOR if size else Float() for size in sizes)
    signature = Signature(kinds, kinds, tuple if len(kinds) > 1 else None)
    calls = "\n".join(
        f"  call void @double(ptr %inputs, ptr %outputs, i64 {i}, i64 {size or 1})"
        for i, size in enumerate(sizes)
    )
    core = f"define i64 @core(ptr %inputs, ptr %outputs, ptr %work) {{\n{calls}\n"
    text = f"{DOUBLE}{core}  ret i64 0\n}}\n"

    def entry(**options: Any) -> Callable[..., Any]:
        source = text + entry_source(signature, 0, **options)
        code = assemble(source, symbols=symbols(signature))
        return callable_of(code, signature, "program")

    code = assemble(text)
    plain = caller(code.address("core"), signature, 0, owner=code)
    return {
        "entry": entry(),
        "entry, GIL released": entry(long=True),
        "slot": BySlot(or_else(entry(), print, BLOCKERS)),
        "method": ByMethod(entry()),
        "plain": plain,
    }


def peers(sizes: tuple[int, ...]) -> dict[str, Callable[..., Any]]:
    """Return what else there is to call."""
    if len(sizes) > 1:
        return {
            "numba": numba.njit(lambda a, x: (a * 2.0, x * 2.0)),
            "empty": lambda a, x: None,
        }
    return {
        "numba": numba.njit(lambda x: x * 2.0),
        "np.sin": np.sin,
        "empty": lambda x: None,
    }


def timer(arity: int) -> Callable[..., float]:
    """Return a function that times calls with so many arguments."""
    names = ", ".join(f"x{i}" for i in range(arity))
    space: dict[str, Any] = {"now": time.perf_counter}
    exec(
        f"def time_of(f, turns, {names}):\n"
        "    start = now()\n"
        f"    for _ in turns: f({names})\n"
        "    return now() - start\n",
        space,
    )
    return space["time_of"]  # type: ignore[no-any-return]


def main() -> None:
    """Time all and print the table."""
    for sizes in ((0,), (15,), (0, 15)):
        args = [np.arange(15.0) if size else 1.5 for size in sizes]
        timed = ways(sizes) | peers(sizes)
        clocks = {name: timer(len(sizes)) for name in timed}
        times: dict[str, list[float]] = {name: [] for name in timed}
        for _ in range(300):
            for name, f in timed.items():
                turns = 50 if name == "plain" else 1000
                taken = clocks[name](f, itertools.repeat(None, turns), *args)
                times[name].append(1e9 * taken / turns)
        what = ", ".join("15-vector" if size else "float" for size in sizes)
        print(f"{what} -> the same")
        for name, each in times.items():
            middle = statistics.median(each)
            print(f"  {name:20s} {min(each):8.1f} ns  {middle:8.1f} ns")


if __name__ == "__main__":
    main()
