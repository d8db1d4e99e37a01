"""The plainer way to call a program: ctypes and NumPy, for every Python there is.

It does what the native entry does, some twenty times more slowly, and takes nothing for
granted about how objects lie in memory. The GIL is released around the program.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from diffops.native.conversion import ALIGNMENT
from diffops.native.entry import out_of_sight
from diffops.native.interface import (
    MISMATCH,
    MISS,
    Array,
    Float,
    Output,
    Signature,
    Static,
)


def caller(
    address: int,
    signature: Signature,
    work_bytes: int,
    *,
    owner: Any = None,
    otherwise: Callable[..., Any] | None = None,
    blockers: Collection[Any] = (),
) -> Callable[..., Any]:
    """Return a callable for the program at an address.

    See `entry.entry_source` for the program, and `entry.callable_of` for what its
    caller answers. The callable keeps ``owner``, which keeps the code in memory.
    """
    return _Caller(address, signature, work_bytes, owner, otherwise, blockers)


class _Caller:
    """Calls a program."""

    def __init__(
        self,
        address: int,
        signature: Signature,
        work_bytes: int,
        owner: Any,
        otherwise: Callable[..., Any] | None,
        blockers: Collection[Any],
    ) -> None:
        self.signature = signature
        self.work_bytes = work_bytes
        self.otherwise = otherwise
        self.blockers = blockers
        self.owner = out_of_sight(owner)
        self.core = ctypes.CFUNCTYPE(ctypes.c_int64, *(ctypes.c_void_p,) * 3)(address)
        #: The workspace that is kept between calls, while none works with it.
        self.workspaces: list[Any] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the result of the program, or of the other callable."""
        answer = MISS if kwargs or self.blockers else self.result(args)
        if self.otherwise is None or not (answer is MISS or answer is MISMATCH):
            return answer
        return self.otherwise(*args, **kwargs)

    def result(self, args: tuple[Any, ...]) -> Any:
        """Run the program on the arguments that it was made for."""
        signature = self.signature
        if len(args) != len(signature.inputs):
            return MISS
        read = []
        for kind, arg in zip(signature.inputs, args, strict=True):
            if not kind.fits(arg):
                return MISS
            if not isinstance(kind, Static):
                read.append(arg if isinstance(kind, Array) else np.array(arg))
        results = [np.empty(getattr(kind, "shape", ())) for kind in signature.outputs]
        if self.run(_pointers(read), _pointers(results)):
            return MISMATCH
        typed = list(map(_typed, signature.outputs, results))
        return typed[0] if signature.container is None else signature.container(typed)

    def run(self, sources: Any, targets: Any) -> int:
        """Run the program on memory; return what it returns."""
        if not self.work_bytes:
            return int(self.core(sources, targets, None))
        try:
            room = self.workspaces.pop()
        except IndexError:
            room = np.empty(self.work_bytes + ALIGNMENT, np.uint8)
        work = room.ctypes.data + -room.ctypes.data % ALIGNMENT
        try:
            return int(self.core(sources, targets, work))
        finally:
            self.workspaces[:] = [room]


def _pointers(arrays: list[Any]) -> Any:
    """Return the addresses of arrays as C has them."""
    return (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])


def _typed(kind: Output, result: Any) -> Any:
    """Return a result, which the program wrote into an array, as what it is."""
    if isinstance(kind, Array):
        return result
    return result.item() if isinstance(kind, Float) else result[()]
