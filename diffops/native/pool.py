"""A pool of native threads, which share the blocks of one loop at a time.

They know nothing of Python, and sleep while there is nothing to do. Whoever finds the
pool at work for another runs all blocks alone, with the same results.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
from typing import TypeVar

from diffops.native.machine import AssemblyError, assemble
from diffops.native.pool_source import (
    FINISHED,
    SIZE,
    STARTED,
    STRETCH,
    TAKEN,
    TAKEN_BY_WORKER,
    WORKERS,
    source,
)


class Settings(ctypes.Structure):
    """What native code reads of a number of threads; without address it works alone."""

    _fields_ = (
        ("share", ctypes.c_void_p),
        ("threads", ctypes.c_size_t),
        ("cell", ctypes.c_void_p),
    )


@functools.cache
def settings(threads: int) -> Settings:
    """Return the settings for a number of threads, which stay in memory."""
    share = _share() if threads > 1 else 0
    return _kept_for_good(Settings(share, threads, ctypes.addressof(_cell)))


def blocks_taken() -> list[int]:
    """Return how many blocks the caller has run, and each of the other threads."""
    if not _cell.value:
        return [0]

    def at(offset: int) -> int:
        return ctypes.c_int64.from_address((_cell.value or 0) + offset).value

    workers = [WORKERS + i * STRETCH for i in range(at(STARTED))]
    return [at(TAKEN), *(at(worker + TAKEN_BY_WORKER) for worker in workers)]


T = TypeVar("T")


def _kept_for_good(thing: T) -> T:
    """Keep what threads may use also while the interpreter ends."""
    increase = ctypes.pythonapi["Py_IncRef"]
    increase.restype, increase.argtypes = None, [ctypes.py_object]
    increase(thing)
    return thing


#: Where the address of the pool is: native code looks here at each call.
_cell = _kept_for_good(ctypes.c_void_p(None))

#: Intrinsics that tell a processor that it waits.
_PAUSES = {
    "x86_64": "llvm.x86.sse2.pause()",
    "AMD64": "llvm.x86.sse2.pause()",
    "aarch64": "llvm.aarch64.hint(i32 1)",
    "arm64": "llvm.aarch64.hint(i32 1)",
}


@functools.cache
def _share() -> int:
    """Return the address of ``@share``, and 0 where there are no threads."""
    called = _PAUSES.get(platform.machine(), "")
    pause = f"call void @{called}" if called else ""
    declares = f"declare void @{called.replace('i32 1', 'i32')}" if called else ""
    try:
        names = _python_symbols()
        code = assemble(source(pause, declares), symbols=names)
        _make()
    except (AssemblyError, AttributeError, MemoryError):
        return 0
    return _kept_for_good(code).address("share")


def _python_symbols() -> dict[str, int]:
    return {
        name: ctypes.cast(ctypes.pythonapi[name], ctypes.c_void_p).value or 0
        for name in (
            "PyThread_acquire_lock",
            "PyThread_release_lock",
            "PyThread_allocate_lock",
            "PyThread_start_new_thread",
        )
    }


def _make() -> None:
    """Make a pool, in memory that is never freed: its threads run to the end."""
    calloc = ctypes.pythonapi["PyMem_RawCalloc"]
    calloc.restype, calloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t] * 2
    allocate_lock = ctypes.pythonapi["PyThread_allocate_lock"]
    allocate_lock.restype, allocate_lock.argtypes = ctypes.c_void_p, []
    acquire = ctypes.pythonapi["PyThread_acquire_lock"]
    acquire.argtypes = [ctypes.c_void_p, ctypes.c_int]
    memory, finished = calloc(1, SIZE + STRETCH), allocate_lock()
    if not memory or not finished:
        raise MemoryError
    acquire(finished, 1)
    memory += -memory % STRETCH
    ctypes.c_void_p.from_address(memory + FINISHED).value = finished
    _cell.value = memory


def _begin_anew() -> None:
    """Make another pool in a forked process, which has none of the threads."""
    if _cell.value:
        _make()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
