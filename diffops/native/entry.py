"""The native entry of a program: a builtin that checks, calls and returns inline.

A call of a small program costs less than most ways to call it. So the entry is LLVM IR
like the program, compiled with it and for its signature alone: it compares the
arguments' types and shapes where they lie, hands their memory to the program, and
builds the results that the program filled.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Set
from typing import Any, NamedTuple, Protocol

import numpy as np

from diffops.native.conversion import ALIGNMENT, SMALL, Entry
from diffops.native.interface import MISMATCH, MISS, Signature

_METH_KEYWORDS = 0x02
_METH_FASTCALL = 0x80

_DECLARATIONS = """\
@diffops_float = external global i8
@diffops_float64 = external global i8
@diffops_float32 = external global i8
@diffops_ndarray = external global i8
@diffops_miss = external global i8
@diffops_mismatch = external global i8
@diffops_none = external global i8
declare ptr @diffops_float64_new(ptr, i64) nounwind
declare ptr @diffops_float32_new(ptr, i64) nounwind
declare ptr @PyArray_New(ptr, i32, ptr, i32, ptr, ptr, i32, i32, ptr) nounwind
declare ptr @PyErr_NoMemory() nounwind
declare void @PyEval_RestoreThread(ptr) nounwind
declare ptr @PyEval_SaveThread() nounwind
declare ptr @PyFloat_FromDouble(double) nounwind
declare ptr @PyList_New(i64) nounwind
declare i32 @PyList_SetItem(ptr, i64, ptr) nounwind
declare void @PyMem_RawFree(ptr) nounwind
declare ptr @PyMem_RawMalloc(i64) nounwind
declare ptr @PyObject_Vectorcall(ptr, ptr, i64, ptr)
declare ptr @PyTuple_New(i64) nounwind
declare void @Py_DecRef(ptr) nounwind
declare void @Py_IncRef(ptr) nounwind
"""

# The workspace that is kept between calls is nobody's while a call works with it: a
# call that finds none makes one, a call that comes back to find one frees its own.
# In front of a workspace stands the address that PyMem_RawMalloc gave.
_WORKSPACE = """\
@workspace = internal global ptr null

define internal ptr @take() {{
  %kept = atomicrmw xchg ptr @workspace, ptr null acquire
  %found = icmp ne ptr %kept, null
  br i1 %found, label %done, label %make
make:
  %raw = call ptr @PyMem_RawMalloc(i64 {size})
  %failed = icmp eq ptr %raw, null
  br i1 %failed, label %done, label %align
align:
  %from = ptrtoint ptr %raw to i64
  %beyond = add i64 %from, {alignment}
  %place = and i64 %beyond, -{alignment}
  %made = inttoptr i64 %place to ptr
  %front = getelementptr i8, ptr %made, i64 -8
  store ptr %raw, ptr %front
  br label %done
done:
  %work = phi ptr [ %kept, %0 ], [ null, %make ], [ %made, %align ]
  ret ptr %work
}}

define internal void @put(ptr %work) {{
  %other = atomicrmw xchg ptr @workspace, ptr %work acq_rel
  %surplus = icmp ne ptr %other, null
  br i1 %surplus, label %free, label %done
free:
  %front = getelementptr i8, ptr %other, i64 -8
  %raw = load ptr, ptr %front
  call void @PyMem_RawFree(ptr %raw)
  br label %done
done:
  ret void
}}

define void @release() {{
  call void @put(ptr null)
  ret void
}}
"""

_NO_WORKSPACE = """\
define void @release() {
  ret void
}
"""


class Code(Protocol):
    """Compiled functions, which stay in memory as long as this object lives."""

    def address(self, name: str) -> int:
        """Return the address of a function."""


def entry_source(signature: Signature, work_bytes: int, *, long: bool = False) -> str:
    """Return LLVM IR of the functions with which Python calls a program.

    The program is the function ``i64 @core(ptr %inputs, ptr %outputs, ptr %work)`` of
    the same module. It finds the addresses of its inputs (static ones have none) and of
    its outputs, all of whose memory it fills, in two arrays; and a workspace of so many
    bytes at a multiple of `ALIGNMENT`, which holds anything, or null.

    ``entry`` is a METH_FASTCALL | METH_KEYWORDS function of CPython for the builtin of
    `callable_of`. ``release`` gives back the workspace that is kept between calls.

    With ``long``, other Python threads run while the program does.

    The text refers to Python's objects and functions by the names of `objects.symbols`
    alone, so its object code is good in other processes of the same CPython and NumPy.
    """
    shared = _NO_WORKSPACE
    if work_bytes > SMALL:
        shared = _WORKSPACE.format(size=work_bytes + ALIGNMENT, alignment=ALIGNMENT)
    entry = Entry(signature, work_bytes, long).text()
    return "\n".join([_DECLARATIONS, shared, entry])


def callable_of(
    code: Code, signature: Signature, name: str, doc: str = ""
) -> Callable[..., Any]:
    """Return the builtin that calls a compiled entry, and keeps its code.

    It answers MISS where the arguments are not of the signature (keywords never are),
    and MISMATCH where the program returned something but 0.

    Raises:
        MemoryError: by the builtin, where there is no room for a result.
    """
    flags = _METH_FASTCALL | _METH_KEYWORDS
    method = _Method(name.encode(), code.address("entry"), flags, doc.encode())
    owner = _Owner(code, method, code.address("release"))
    return _builtin(owner, None, frozenset(), signature.statics)


def or_else(
    native: Callable[..., Any],
    otherwise: Callable[..., Any],
    blockers: Set[Any] = frozenset(),
) -> Callable[..., Any]:
    """Return a callable that hands to another what a native one has no result for.

    While there is something in the set ``blockers``, that is every call. Of a builtin
    of `callable_of` this is again a builtin, which costs no more to call.
    """
    bound = getattr(native, "__self__", None)
    if isinstance(bound, _Bound) and isinstance(blockers, (set, frozenset)):
        return _builtin(bound.owner[()], otherwise, blockers, bound.statics)

    def call(*args: Any, **kwargs: Any) -> Any:
        answer = MISS if kwargs or blockers else native(*args)
        if answer is MISS or answer is MISMATCH:
            return otherwise(*args, **kwargs)
        return answer

    return call


class _Bound(NamedTuple):
    """The self of a builtin: what its entry finds there, and what it must keep."""

    owner: Any
    otherwise: Callable[..., Any] | None
    blockers: Set[Any]
    statics: tuple[Any, ...]


def _builtin(
    owner: _Owner,
    otherwise: Callable[..., Any] | None,
    blockers: Set[Any],
    statics: tuple[Any, ...],
) -> Callable[..., Any]:
    new = ctypes.pythonapi["PyCFunction_NewEx"]
    new.restype = ctypes.py_object
    new.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.py_object]
    bound = _Bound(out_of_sight(owner), otherwise, blockers, statics)
    return new(ctypes.addressof(owner.method), bound, None)


class _Owner:
    """What a builtin needs as long as it lives."""

    def __init__(self, code: Code, method: _Method, release: int) -> None:
        self.code = code
        self.method = method
        self.release = ctypes.CFUNCTYPE(None)(release)

    def __del__(self) -> None:
        self.release()


class _Method(ctypes.Structure):
    """PyMethodDef."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )


def out_of_sight(thing: Any) -> Any:
    """Return an object that keeps another, unseen by the garbage collector.

    The collector calls the finalizers of a whole cycle before it frees any of it. Some
    of them may call a function whose code another has already unloaded. What it does
    not see is finalized when the last reference is gone.
    """
    holder = np.empty((), object)
    holder[()] = thing
    holder.flags.writeable = False
    return holder
