"""Functions recorded and compiled at once, for tests of native programs."""

import types
from unittest import mock

from diffops import jit
from diffops.jit import compiled
from diffops.jit.arrays.plan_source import array_source
from diffops.jit.arrays.planning import Planning
from diffops.jit.numbers.emission import source_of
from diffops.jit.numbers.lowering import lowered
from diffops.jit.recording import record
from diffops.jit.signature import Arguments


def path_of(f, *args, exact=False, threads=1):
    """Return the path of f at these arguments, compiled if it can be."""
    arguments = Arguments(args, {})
    path, _ = record(f, arguments, exact)
    path.compile(arguments, "f", threads)
    return path


def natively(f, *args, exact=False, threads=1):
    """Return f as native code, recorded at these arguments."""
    native = path_of(f, *args, exact=exact, threads=threads).native
    assert native is not None
    return native


def natives_of(f):
    """Return how many native programs a call of f asks one after the other."""
    call, count = f.__call__, 0
    while isinstance(call, types.BuiltinMethodType):
        call, count = call.__self__.otherwise, count + 1
    return count


def tape_of(f, *args, exact=False):
    """Return the tape of f, recorded at these arguments."""
    program = jit(f).program(*args)
    return lowered(program, exact)


def source_text(f, *args, exact=False):
    """Return the LLVM IR of f, recorded at these arguments."""
    tape = tape_of(f, *args, exact=exact)
    return source_of(tape, [getattr(arg, "size", 1) for arg in args])


def array_plan(f, *args):
    """Return the plan of f, recorded at these arguments."""
    return Planning(jit(f).program(*args)).run()


def array_text(f, *args):
    """Return the LLVM IR of f as a program of arrays."""
    return array_source(jit(f).program(*args)).text


def natively_of_arrays(f, *args, threads=1):
    """Return f as native code that is one of arrays, recorded at these arguments."""
    with mock.patch.object(compiled, "_is_of_arrays", return_value=True):
        array_text(f, *args)  # raises where it is not
        return natively(f, *args, threads=threads)
