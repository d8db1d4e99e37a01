"""The plainer way to call a program: ctypes and NumPy, for every Python there is.

It does what the native entry does, some twenty times more slowly, and takes nothing for
granted about how objects lie in memory. The GIL is released around the program.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.native.conversion import ALIGNMENT
from diffops.native.entry import out_of_sight
from diffops.native.interface import (
    MISMATCH,
    MISS,
    Array,
    Float32,
    Float64,
    Signature,
    Static,
)


def caller(
    address: int, signature: Signature, work_bytes: int, owner: Any = None
) -> Callable[..., Any]:
    """Return a callable for the program at an address.

    See `entry.entry_source` for the program, and `entry.callable_of` for what its
    caller answers. The callable keeps ``owner``, which keeps the code in memory.
    """
    return _Caller(address, signature, work_bytes, owner)


class _Caller:
    """Calls a program."""

    def __init__(
        self, address: int, signature: Signature, work_bytes: int, owner: Any
    ) -> None:
        self.signature = signature
        self.work_bytes = work_bytes
        self.owner = out_of_sight(owner)
        self.core = ctypes.CFUNCTYPE(ctypes.c_int64, *(ctypes.c_void_p,) * 3)(address)
        #: The room that is kept between calls, while none works in it.
        self.rooms: list[_Room] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program on the arguments that it was made for."""
        inputs = self.signature.inputs
        if kwargs or len(args) != len(inputs):
            return MISS
        for kind, arg in zip(inputs, args, strict=True):
            if not kind.fits(arg):
                return MISS
        try:
            room = self.rooms.pop()
        except IndexError:
            room = _Room(self.signature, self.work_bytes)
        results = room.run(self.core, args)
        self.rooms[:] = [room]
        if results is None:
            return MISMATCH
        container = self.signature.container
        return results[0] if container is None else container(results)


class _Room:
    """The memory of one call at a time: numbers, addresses, the workspace."""

    def __init__(self, signature: Signature, work_bytes: int) -> None:
        places = [
            (place, kind)
            for place, kind in enumerate(signature.inputs)
            if not isinstance(kind, Static)
        ]
        outputs = signature.outputs
        self.given, self.sources = _numbers(len(places))
        self.found, self.targets = _numbers(len(outputs))
        self.workspace = np.empty(work_bytes + ALIGNMENT, np.uint8)
        work = self.workspace.ctypes.data + -self.workspace.ctypes.data % ALIGNMENT
        self.addresses = (
            ctypes.addressof(self.sources),
            ctypes.addressof(self.targets),
            work if work_bytes else None,
        )
        reads = [(i, p, isinstance(k, Array)) for i, (p, k) in enumerate(places)]
        self.numbers = [(i, place) for i, place, is_array in reads if not is_array]
        single = [i for i, (_, k) in enumerate(places) if isinstance(k, Float32)]
        self.given_singles = {i: _single(self.given, i) for i in single}
        self.arrays = [(i, place) for i, place, is_array in reads if is_array]
        kinds = list(enumerate(outputs))
        self.made = [(i, k) for i, k in kinds if isinstance(k, Array)]
        self.float64s = [i for i, k in kinds if isinstance(k, Float64)]
        self.float32s = [
            (i, _single(self.found, i)) for i, k in kinds if isinstance(k, Float32)
        ]

    def run(self, core: Callable[..., int], args: tuple[Any, ...]) -> list[Any] | None:
        """Run the program; return its results, or None where a guard fails."""
        for i, place in self.numbers:
            if i in self.given_singles:
                self.given_singles[i].value = args[place]
            else:
                self.given[i] = args[place]
        for i, place in self.arrays:
            self.sources[i] = args[place].ctypes.data
        made: list[tuple[int, Any]] = [
            (i, np.empty(kind.shape, kind.dtype)) for i, kind in self.made
        ]
        for i, array in made:
            if array.size:  # an empty one lends no address, and needs none
                first = ctypes.c_char.from_buffer(array)  # sooner than array.ctypes
                self.targets[i] = ctypes.addressof(first)
        if core(*self.addresses):
            return None
        results: list[Any] = self.found[:]
        for i in self.float64s:
            results[i] = np.float64(results[i])
        for i, single in self.float32s:
            results[i] = np.float32(single.value)
        for i, array in made:
            results[i] = array
        return results


def _numbers(count: int) -> tuple[Any, Any]:
    """Return room for numbers, and an array of their addresses."""
    numbers = (ctypes.c_double * count)()
    first = ctypes.addressof(numbers)
    return numbers, (ctypes.c_size_t * count)(*range(first, first + 8 * count, 8))


def _single(numbers: Any, place: int) -> Any:
    """Return room for a single where that for a number is."""
    return ctypes.c_float.from_buffer(numbers, 8 * place)
