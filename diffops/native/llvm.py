"""LLVM, as llvmlite has had it since 0.44: made ready, and asked about this computer.

It is loaded when it is needed first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache as once
from typing import Any


@once
def binding() -> Any:
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


@contextmanager
def parsed(source: str) -> Iterator[Any]:
    """Give the module that a text describes, in a context of its own."""
    with _context() as context, binding().parse_assembly(source, context) as module:
        yield module


def _context() -> Any:
    """Return a context in which pointers are opaque."""
    import llvmlite

    llvm = binding()
    if not hasattr(llvmlite, "opaque_pointers_enabled"):
        return llvm.create_context()
    # LLVM 15 knows both kinds of pointers, and llvmlite 0.44 asks an environment
    # variable which of them it is to use.
    return llvm.context.ContextRef(llvm.ffi.lib.LLVMPY_ContextCreate(True))


def exported(module: Any) -> list[str]:
    """Return the names that a module defines for others."""
    return [
        value.name
        for value in (*module.functions, *module.global_variables)
        if value.name
        and not value.is_declaration
        and value.linkage is binding().Linkage.external
    ]


def unknown(module: Any) -> list[str]:
    """Return the names that a module declares, and that this process does not have."""
    return [
        value.name
        for value in (*module.functions, *module.global_variables)
        if value.is_declaration
        and not value.name.startswith("llvm.")
        and binding().address_of_symbol(value.name) is None
    ]


@once
def links_closely() -> bool:
    """Return whether JITLink is there: it refuses where the older linker aborts."""
    return os.name != "nt" and binding().llvm_version_info >= (20,)


def target_machine(codegen: int) -> Any:
    """Return LLVM's description of this computer."""
    llvm = binding()
    cpu, features = _host()
    # One mapping holds an object that JITLink has linked, so short distances do. The
    # older linker maps each section by itself, wherever there is room.
    model = {"reloc": "pic", "codemodel": "small"} if links_closely() else {}
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=codegen, jit=True, **model
    )


@once
def surroundings() -> tuple[str, ...]:
    """Return what an object depends on besides its source."""
    import llvmlite

    llvm = binding()
    # The package is above this file, so it is not imported here.
    version = sys.modules["diffops"].__version__
    versions = (version, llvmlite.__version__, str(llvm.llvm_version_info))
    return (*versions, llvm.get_process_triple(), *_host(), str(links_closely()))


@once
def _host() -> tuple[str, str]:
    """Return the name of this CPU, and what it can do."""
    llvm = binding()
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # LLVM does not know on every system
        features = ""
    return llvm.get_host_cpu_name(), features


def has_features(*names: str) -> bool:
    """Return whether this CPU can do all of that, by LLVM's names."""
    return {f"+{name}" for name in names} <= set(_host()[1].split(","))


def run_passes(module: Any, machine: Any, level: int) -> None:
    """Run LLVM's standard passes on a module."""
    llvm = binding()
    with ExitStack() as stack:
        options = stack.enter_context(llvm.create_pipeline_tuning_options(level))
        options.loop_vectorization = level > 1
        # It is the slowest of all on long straight code.
        options.slp_vectorization = False
        builder = stack.enter_context(llvm.create_pass_builder(machine, options))
        passes = builder.getModulePassManager()
        stack.callback(_free, passes)
        passes.run(module, builder)


def _free(passes: Any) -> None:
    """Free a pass manager: since llvmlite 0.45, its ``close`` does nothing."""
    free = getattr(binding().ffi.lib, "LLVMPY_DisposeNewModulePassManger", None)
    if free is None:
        passes.close()
    else:
        free(passes)
        passes.detach()
