"""One way through a jitted function: its program, replayed plainly or as native code.

A program begins with plain replay, which costs nothing to make. Once it has run for
about as long as it takes to compile, it is compiled, if there is native code for it.
On a GPU, where every operation is a launch, that is after its first replay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from diffops.engines.arrays import is_array
from diffops.engines.cupy import is_on_device
from diffops.jit.program import Program
from diffops.jit.replay import MISMATCH, Mismatch, replay_of
from diffops.jit.signature import Arguments
from diffops.native.interface import MISMATCH as NATIVE_MISMATCH, MISS, Static
from diffops.operators._tree import Rebuild, only
from diffops.values.scalar import is_number

#: Compiling takes about as long as the plain replay of so many operations.
PATIENCE = 30_000
#: No program is replayed plainly more often than that.
MOST_REPLAYS = 500


class Path:
    """One way through f: its program, and the container of what it returns."""

    def __init__(
        self,
        program: Program,
        rebuild: Rebuild,
        results: Sequence[Any],
        exact: bool,
        on_device: bool = False,
    ) -> None:
        self.program = program
        self.rebuild = rebuild
        self.exact = exact
        self.on_device = on_device
        self.replays = 0
        #: Whether native code may take its place.
        self.compilable = all(_is_in_order(result) for result in results)
        self.native: Callable[..., Any] | None = None
        #: The static objects that native code was made for, by their places.
        self.statics: dict[int, Any] = {}

    @cached_property
    def replay(self) -> Callable[..., Any]:
        """The program as a Python function."""
        return replay_of(self.program)

    def __call__(self, arguments: Arguments) -> Any:
        """Return what f returns, or MISMATCH where it goes another way."""
        if self.native is not None:
            y = self.native(*self._for_native(arguments))
            if y is NATIVE_MISMATCH:
                return MISMATCH
            if y is not MISS:
                return y
        try:
            with np.errstate(all="ignore"):
                results = self.replay(*arguments.varying)
        except Mismatch:
            return MISMATCH
        return results if results is MISMATCH else self.rebuild(results)

    def _for_native(self, arguments: Arguments) -> Sequence[Any]:
        """Return what native code takes: of equal static objects, those it knows."""
        values = arguments.native
        if not self.statics:
            return values
        return [self.statics.get(i, value) for i, value in enumerate(values)]

    def is_due(self) -> bool:
        """Count a replay, and tell whether it is time to compile."""
        self.replays += 1
        if self.on_device:
            return self.compilable and not self.exact and self.replays > 1
        work = self.replays * (len(self.program.short) + 1)
        return self.compilable and (work > PATIENCE or self.replays >= MOST_REPLAYS)

    def compile(self, arguments: Arguments, name: str, threads: int = 1) -> None:
        """Make native code of the program, if there can be any."""
        from diffops.jit.compiled import compiled

        self.compilable = False
        if self.on_device:
            self._compile_for_device(arguments)
            return
        inputs = arguments.native_inputs()
        if inputs is None:
            return
        container = None if self.rebuild is only else _container(self.rebuild)
        native = compiled(self.program, inputs, container, name, self.exact, threads)
        if native is not None and self.rebuild not in (only, tuple, list):
            native = _rebuilding(native, self.rebuild)
        self.native = native
        self.statics = {
            i: kind.value for i, kind in enumerate(inputs) if isinstance(kind, Static)
        }
        if native is None and not self.exact:
            self._compile_regions(threads, None)

    def _compile_for_device(self, arguments: Arguments) -> None:
        """Replay the program by kernels of a GPU, if there can be any."""
        from diffops.jit.cuda.device_code import DeviceCode
        from diffops.jit.cuda.expressions import NotForCuda

        if not all(is_on_device(x) or is_number(x) for x in arguments.varying):
            return  # arrays of NumPy's beside them: those stay on the host
        try:
            self.replay = DeviceCode(self.program, arguments.module)
        except NotForCuda:
            self._compile_regions(1, arguments.module)

    def _compile_regions(self, threads: int, module: Any) -> None:
        """Have native code for parts of the program, if there can be any."""
        from diffops.jit.regions import Maker, OnHost, with_regions

        maker: Maker = OnHost(threads)
        if module is not None:
            from diffops.jit.cuda.on_device import OnDevice

            maker = OnDevice(module)
        program = with_regions(self.program, maker)
        if program is not None:
            self.replay = replay_of(program)


def _rebuilding(native: Callable[..., Any], rebuild: Rebuild) -> Callable[..., Any]:
    """Return a native function that puts its results into their container."""

    def call(*args: Any) -> Any:
        y = native(*args)
        return y if y is MISS or y is NATIVE_MISMATCH else rebuild(y)

    return call


def _container(rebuild: Rebuild) -> type[tuple[Any, ...]] | type[list[Any]]:
    return tuple if rebuild is tuple else list


def _is_in_order(result: Any) -> bool:
    """Tell whether a result has the memory layout that native code gives it."""
    return not is_array(result) or result.flags.c_contiguous
