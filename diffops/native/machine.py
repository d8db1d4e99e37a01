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
from contextlib import ExitStack, suppress
from functools import cache as once
from types import MappingProxyType
from typing import Any

from diffops.native import cache

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
    name = cache.key(source, str(optimise), str(codegen), *_surroundings())
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
    llvm = _llvm()
    with _context() as context, llvm.parse_assembly(source, context) as module:
        missing = [
            value.name
            for value in (*module.functions, *module.global_variables)
            if value.is_declaration
            and not value.name.startswith("llvm.")
            and value.name not in symbols
            and llvm.address_of_symbol(value.name) is None
        ]
    return f"{error}; not found: {', '.join(missing) or 'nothing'}"


# Compiling: IR to an object, preceded by the names that it exports


def _compile(source: str, optimise: int, codegen: int) -> bytes:
    """Return an object, and before it the names that it exports."""
    llvm = _llvm()
    with ExitStack() as stack:
        machine = stack.enter_context(_machine(codegen))
        context = stack.enter_context(_context())
        module = stack.enter_context(llvm.parse_assembly(source, context))
        module.verify()
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        if optimise:
            _optimise(module, machine, optimise)
        names = [
            value.name
            for value in (*module.functions, *module.global_variables)
            if value.name
            and not value.is_declaration
            and value.linkage is llvm.Linkage.external
        ]
        return "\n".join(names).encode() + b"\0" + machine.emit_object(module)


def _optimise(module: Any, machine: Any, level: int) -> None:
    """Run LLVM's standard passes."""
    llvm = _llvm()
    with ExitStack() as stack:
        options = stack.enter_context(llvm.create_pipeline_tuning_options(level))
        options.loop_vectorization = level > 1
        # It takes longer than all others on long straight code, and finds little.
        options.slp_vectorization = False
        builder = stack.enter_context(llvm.create_pass_builder(machine, options))
        passes = builder.getModulePassManager()
        stack.callback(_free, passes)
        passes.run(module, builder)


def _free(passes: Any) -> None:
    """Free a pass manager: since llvmlite 0.45, its ``close`` does nothing."""
    free = getattr(_llvm().ffi.lib, "LLVMPY_DisposeNewModulePassManger", None)
    if free is None:
        passes.close()
    else:
        free(passes)
        passes.detach()


def _machine(codegen: int) -> Any:
    """Return LLVM's description of this computer."""
    llvm = _llvm()
    cpu, features = _host()
    # One mapping holds an object that JITLink has linked, so short distances do. The
    # older linker maps each section by itself, wherever there is room.
    model = {"reloc": "pic", "codemodel": "small"} if _links_closely() else {}
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=codegen, jit=True, **model
    )


@once
def _surroundings() -> tuple[str, ...]:
    """Return what an object depends on besides its source."""
    import llvmlite

    from diffops import __version__

    llvm = _llvm()
    versions = (__version__, llvmlite.__version__, str(llvm.llvm_version_info))
    return (*versions, llvm.get_process_triple(), *_host(), str(_links_closely()))


@once
def _host() -> tuple[str, str]:
    """Return the name of this CPU, and what it can do."""
    llvm = _llvm()
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM does not know on every system
        features = ""
    return llvm.get_host_cpu_name(), features


# Linking: an object to addresses


class _Engine:
    """ORC, and how many libraries it was given."""

    current: _Engine | None = None

    def __init__(self) -> None:
        close = {"use_jit_link": True} if _links_closely() else {}
        with _machine(0) as machine:
            self.jit = _llvm().create_lljit_compiler(
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
    builder = _llvm().JITLibraryBuilder().add_object_img(image).add_current_process()
    for name, address in symbols.items():
        builder.import_symbol(name, address)
    exports = names.decode().split("\n") if names else []
    for name in exports:
        builder.export_symbol(name)
    library = builder.link(engine.jit, f"library{engine.libraries}")
    return Code(library, {name: library[name] for name in exports})


# LLVM


@once
def _llvm() -> Any:
    """Return llvmlite's binding, made ready."""
    import llvmlite.binding as llvm

    with suppress(AttributeError, RuntimeError):
        llvm.initialize()  # later versions raise: they are always ready
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    for library in ("libm.so.6", "libmvec.so.1"):
        with suppress(RuntimeError):  # only glibc has them under these names
            llvm.load_library_permanently(library)
    return llvm


def _context() -> Any:
    """Return a context of its own, in which pointers are opaque."""
    import llvmlite

    llvm = _llvm()
    if not hasattr(llvmlite, "opaque_pointers_enabled"):
        return llvm.create_context()
    # LLVM 15 knows both kinds of pointers, and llvmlite 0.44 asks an environment
    # variable which of them it is to use.
    return llvm.context.ContextRef(llvm.ffi.lib.LLVMPY_ContextCreate(True))


@once
def _links_closely() -> bool:
    """Return whether JITLink is there: it refuses where the older linker aborts."""
    return os.name != "nt" and _llvm().llvm_version_info >= (20,)


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
