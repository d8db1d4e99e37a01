"""Functions recorded and compiled at once, for tests of native programs."""

from diffops import jit
from diffops.jit.numbers.emission import source_of
from diffops.jit.numbers.lowering import lowered
from diffops.jit.signature import Arguments


def path_of(f, *args, exact=False):
    """Return the path of f at these arguments, compiled if it can be."""
    arguments = Arguments(args, {})
    path, _ = jit(f, exact=exact)._record(arguments, set())
    path.compile(arguments, "f")
    return path


def natively(f, *args, exact=False):
    """Return f as native code, recorded at these arguments."""
    native = path_of(f, *args, exact=exact).native
    assert native is not None
    return native


def tape_of(f, *args, exact=False):
    """Return the tape of f, recorded at these arguments."""
    program = jit(f).program(*args)
    return lowered(program, exact)


def source_text(f, *args, exact=False):
    """Return the LLVM IR of f, recorded at these arguments."""
    tape = tape_of(f, *args, exact=exact)
    return source_of(tape, [getattr(arg, "size", 1) for arg in args])
