"""LLVM IR made into machine code: compiled for this CPU, and linked into memory.

What is compiled becomes an object: bytes that hold no address of this process. ORC,
LLVM's linker for running programs, puts it into memory, where each object is a library
of its own, with its own meaning of each name, and can be unloaded alone.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from diffops.native import cache
from diffops.native.llvm import (
    binding,
    exported,
    links_closely,
    parsed,
    run_passes,
    surroundings,
    target_machine,
    unknown,
)

#: The engine looks libraries up by going through all: it is left after so many.
_LIBRARIES = 256


class AssemblyError(RuntimeError):
    """LLVM is not there, or cannot compile or link what it was given."""


class Code:
    """Machine code in memory, which is given back once nobody holds this object.

    Whoever calls into the code must hold it: an address keeps nothing alive.
    """

    __slots__ = ("__weakref__", "_addresses")

    def __init__(self, library: Any, addresses: dict[str, int]) -> None:
        self._addresses = addresses
        weakref.finalize(self, _drop, library).atexit = False

    def address(self, name: str) -> int:
        """Return where a function or a global variable of the IR is in memory.

        Raises:
            KeyError: where the IR defines no such name, or keeps it to itself.
        """
        return self._addresses[name]


def assemble(
    source: str,
    *,
    optimise: int = 2,
    codegen: int = 2,
    symbols: Mapping[str, int] = MappingProxyType({}),
) -> Code:
    """Return the machine code of LLVM IR.

    Args:
        source: the text, with opaque pointers (``ptr``).
        optimise: the speed level of the passes on the IR, 0 (none) to 3.
        codegen: the level of the translation into instructions, 0 to 3.
        symbols: addresses of what the IR declares without defining it. They are
            bound when the code is put into memory, so they are not in the object.
            What is not among them is looked for in this process, the C library, libm
            and libmvec.

    Raises:
        AssemblyError: the IR is not valid, a name that it declares is found nowhere, or
            this Python has no LLVM.
    """
    with _Held():
        try:
            return _kept_or_compiled(source, optimise, codegen, symbols)
        except (ImportError, OSError, RuntimeError) as error:
            raise AssemblyError(_reason(error, source, symbols)) from error


def _kept_or_compiled(
    source: str, optimise: int, codegen: int, symbols: Mapping[str, int]
) -> Code:
    name = cache.key(source, str(optimise), str(codegen), *surroundings())
    kept = cache.load(name)
    if kept is not None:
        with suppress(RuntimeError):  # what another system has left is made afresh
            return _link(kept, symbols)
    compiled = _compile(source, optimise, codegen)
    code = _link(compiled, symbols)
    cache.store(name, compiled)
    return code


def _reason(error: Exception, source: str, symbols: Mapping[str, int]) -> str:
    """Return what went wrong; LLVM does not say which names it has not found."""
    if "materialize" not in str(error):
        return str(error)
    with parsed(source) as module:
        missing = [name for name in unknown(module) if name not in symbols]
    return f"{error}; not found: {', '.join(missing) or 'nothing'}"


# Compiling: IR to an object, preceded by the names that it exports


def _compile(source: str, optimise: int, codegen: int) -> bytes:
    """Return an object, and before it the names that it exports."""
    with parsed(source) as module, target_machine(codegen) as machine:
        module.verify()
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        if optimise:
            run_passes(module, machine, optimise)
        names = "\n".join(exported(module))
        return names.encode() + b"\0" + machine.emit_object(module)


# Linking: an object to addresses


class _Engine:
    """ORC, and how many libraries it was given."""

    current: _Engine | None = None

    def __init__(self) -> None:
        close = {"use_jit_link": True} if links_closely() else {}
        with target_machine(0) as machine:
            self.jit = binding().create_lljit_compiler(
                machine, suppress_errors=True, **close
            )
        self.libraries = 0


def _link(content: bytes, symbols: Mapping[str, int]) -> Code:
    """Put an object into memory."""
    names, _, image = content.partition(b"\0")
    engine = _Engine.current
    if engine is None or engine.libraries == _LIBRARIES:
        engine = _Engine.current = _Engine()
    engine.libraries += 1
    builder = binding().JITLibraryBuilder().add_object_img(image).add_current_process()
    for name, address in symbols.items():
        builder.import_symbol(name, address)
    exports = names.decode().split("\n") if names else []
    for name in exports:
        builder.export_symbol(name)
    library = builder.link(engine.jit, f"library{engine.libraries}")
    return Code(library, {name: library[name] for name in exports})


# One thread at a time; a fork waits until LLVM is at rest; unloading waits for no one

_lock = threading.RLock()
_dropped: deque[Any] = deque()


class _Held:
    """Holds LLVM."""

    def __enter__(self) -> None:
        _lock.acquire()

    def __exit__(self, *error: object) -> None:
        _lock.release()
        _unload()


def _drop(library: Any) -> None:
    """Unload a library, now or when LLVM is free.

    The garbage collector calls this anywhere, so it may wait for no lock.
    """
    _dropped.append(library)
    _unload()


def _unload() -> None:
    """Unload what was dropped, unless another thread holds LLVM: then it will."""
    while _dropped and _lock.acquire(blocking=False):
        try:
            while _dropped:
                _dropped.popleft().close()
        finally:
            _lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire,
        after_in_parent=_lock.release,
        after_in_child=_lock.release,
    )
