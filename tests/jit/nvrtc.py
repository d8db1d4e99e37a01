"""NVRTC, the compiler that CuPy compiles kernels with; it needs no GPU."""

import ctypes
import ctypes.util
import importlib.util
from pathlib import Path

import pytest


def _library():
    found = ctypes.util.find_library("nvrtc")
    if found is None and importlib.util.find_spec("nvidia"):
        for folder in importlib.util.find_spec("nvidia").submodule_search_locations:
            for path in sorted(Path(folder).glob("*/lib/libnvrtc.so.*")):
                found = str(path)
    return found and ctypes.CDLL(found)


NVRTC = _library()
needs_nvrtc = pytest.mark.skipif(
    NVRTC is None,
    reason="libnvrtc is not here: whether CuPy could compile is not known",
)


def compile_source(source, options):
    """Return PTX, or raise what the compiler says; warnings count."""
    program = ctypes.c_void_p()
    text = source.encode()
    arguments = (ctypes.byref(program), text, b"kernels.cu", 0, None, None)
    assert NVRTC.nvrtcCreateProgram(*arguments) == 0
    given = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
    failed = NVRTC.nvrtcCompileProgram(program, len(options), given)
    log = _read(program, "ProgramLog")
    if failed or log.strip():
        raise AssertionError(log)
    return _read(program, "PTX")


def _read(program, what):
    size = ctypes.c_size_t()
    assert getattr(NVRTC, f"nvrtcGet{what}Size")(program, ctypes.byref(size)) == 0
    text = ctypes.create_string_buffer(size.value)
    assert getattr(NVRTC, f"nvrtcGet{what}")(program, text) == 0
    return text.value.decode()
