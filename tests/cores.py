"""Programs in LLVM IR for the tests of what calls them, and what they compute."""

import sys

import numpy as np

from diffops.native.entry import callable_of, entry_source, or_else
from diffops.native.interface import (
    Array,
    Float,
    Float32,
    Float64,
    Signature,
    Static,
)
from diffops.native.machine import assemble
from diffops.native.objects import symbols

VECTOR = Array((15,))
NUMBER = Signature((Float(),), (Float(),))
SCALAR = Signature((Float64(),), (Float64(),))
ARRAY = Signature((VECTOR,), (VECTOR,))
PAIR = Signature((Float(), VECTOR), (Float(), VECTOR), tuple)
MIXED = Signature(
    (Float(), Static("mode"), Array((2, 3)), Float64(), Static(None), Array(())),
    (Array(()), Float(), Array((2, 0, 3)), Float64(), Array((4,)), Array((1, 2, 2))),
    list,
)

SIGNATURES = {
    "number": NUMBER,
    "scalar": SCALAR,
    "array": ARRAY,
    "pair": PAIR,
    "mixed": MIXED,
    "nothing": Signature((), (), tuple),
    "only static": Signature((Static(Ellipsis),), (Array((3,)),)),
    "point": Signature((Array(()),), (Array(()),)),
    "empty": Signature((Array((0, 3)),), (Array((3, 0)),)),
    "single": Signature((Float32(),), (Float32(),)),
    "single and double": Signature(
        (Float32(), Array((2, 3), np.float32), Float(), Array((3,))),
        (Array((3,), np.float32), Float32(), Array((0,), np.float32), Float64()),
        tuple,
    ),
    "many": Signature((Float(),) * 30, (Float(), Array((2,))) * 15, list),
}

#: A program that does nothing.
IDLE = "define internal i64 @core(ptr %i, ptr %o, ptr %w) {\n  ret i64 0\n}\n"


def size(kind):
    return int(np.prod(getattr(kind, "shape", ()), dtype=int))


def stored(kind):
    """Return the type of LLVM's that entries have in memory."""
    single = isinstance(kind, Float32) or getattr(kind, "dtype", None) is np.float32
    return "float" if single else "double"


def core(signature, work_bytes=0, linkage="internal", turns=1):
    """Return IR that gives each element k of output j as (j + 1) sum(inputs) + k.

    The sum goes through every word of the workspace, so many times, and is read back
    from there. The program returns 1 where the sum is negative.
    """
    lines, total, n = [], "0.0", 0

    def value(text):
        nonlocal n
        n += 1
        lines.append(f"  %t{n} = {text}")
        return f"%t{n}"

    def word(base, index, kind="double"):
        return value(f"getelementptr {kind}, ptr {base}, i64 {index}")

    varying = [kind for kind in signature.inputs if not isinstance(kind, Static)]
    for i, kind in enumerate(varying):
        data = value(f"load ptr, ptr {word('%inputs', i, 'ptr')}")
        for k in range(size(kind)):
            element = value(f"load {stored(kind)}, ptr {word(data, k, stored(kind))}")
            if stored(kind) == "float":
                element = value(f"fpext float {element} to double")
            total = value(f"fadd double {total}, {element}")
    words = work_bytes // 8
    kept = total
    if words:
        kept = f"call double @through_memory(double {total}, ptr %work)"
        kept = value(kept)
    for j, kind in enumerate(signature.outputs):
        data = value(f"load ptr, ptr {word('%outputs', j, 'ptr')}")
        scaled = value(f"fmul double {float(j + 1)}, {kept}")
        for k in range(size(kind)):
            element = value(f"fadd double {scaled}, {float(k)}")
            if stored(kind) == "float":
                element = value(f"fptrunc double {element} to float")
            place = word(data, k, stored(kind))
            lines.append(f"  store {stored(kind)} {element}, ptr {place}")
    negative = value(f"fcmp olt double {total}, 0.0")
    answer = value(f"zext i1 {negative} to i64")
    head = f"define {linkage} i64 @core(ptr %inputs, ptr %outputs, ptr %work) {{"
    body = "\n".join([head, *lines, f"  ret i64 {answer}", "}\n"])
    return (_through_memory(words, turns) if words else "") + body


def _through_memory(words, turns):
    return f"""\
define internal double @through_memory(double %value, ptr %work) noinline {{
  br label %turn
turn:
  %t = phi i64 [ 0, %0 ], [ %next_t, %turned ]
  br label %write
write:
  %i = phi i64 [ 0, %turn ], [ %next_i, %write ]
  %place = getelementptr double, ptr %work, i64 %i
  store volatile double %value, ptr %place
  %next_i = add i64 %i, 1
  %more_i = icmp ult i64 %next_i, {words}
  br i1 %more_i, label %write, label %read
read:
  %j = phi i64 [ 0, %write ], [ %next_j, %read ]
  %least = phi double [ %value, %write ], [ %smaller, %read ]
  %seat = getelementptr double, ptr %work, i64 %j
  %kept = load volatile double, ptr %seat
  %less = fcmp olt double %kept, %least
  %smaller = select i1 %less, double %kept, double %least
  %next_j = add i64 %j, 1
  %more_j = icmp ult i64 %next_j, {words}
  br i1 %more_j, label %read, label %turned
turned:
  %other = fcmp une double %smaller, %value
  %next_t = add i64 %t, 1
  %more_t = icmp ult i64 %next_t, {turns}
  %again = select i1 %other, i1 false, i1 %more_t
  br i1 %again, label %turn, label %done
done:
  ret double %smaller
}}
"""


def expected(signature, args):
    """Return what a core computes."""
    varying = [
        arg
        for kind, arg in zip(signature.inputs, args, strict=True)
        if not isinstance(kind, Static)
    ]
    total = sum((float(v) for arg in varying for v in np.ravel(arg)), 0.0)
    results = [
        np.reshape((j + 1) * total + np.arange(size(kind)), getattr(kind, "shape", ()))
        for j, kind in enumerate(signature.outputs)
    ]
    whole = [
        result.astype(kind.dtype)
        if isinstance(kind, Array)
        else as_number(kind, result)
        for kind, result in zip(signature.outputs, results, strict=True)
    ]
    return whole[0] if signature.container is None else signature.container(whole)


def as_number(kind, result):
    if isinstance(kind, Float):
        return result.item()
    return (np.float32 if isinstance(kind, Float32) else np.float64)(result)


def example(kind, rng):
    if isinstance(kind, Static):
        return kind.value
    if isinstance(kind, Array):
        return rng.random(kind.shape).astype(kind.dtype)
    return as_number(kind, np.array(rng.random()))


def arguments(signature, seed=0):
    """Return arguments that a signature takes, none of them negative."""
    rng = np.random.default_rng(seed)
    return [example(kind, rng) for kind in signature.inputs]


def check(result, signature, args):
    """Compare a result with what it must be: values, types, containers."""
    wanted = expected(signature, args)
    if signature.container is None:
        result, wanted = [result], [wanted]
    else:
        assert type(result) is signature.container
    assert len(result) == len(wanted)
    for kind, got, want in zip(signature.outputs, result, wanted, strict=True):
        assert type(got) is type(want)
        rtol = 1e-13 if stored(kind) == "double" else 1e-7
        np.testing.assert_allclose(got, want, rtol=rtol)
        if isinstance(kind, Array):
            assert got.shape == kind.shape
            assert got.dtype is np.dtype(kind.dtype)
            assert got.flags.carray
            assert got.flags.owndata


def compiled(signature, work_bytes=0, *, program=None, **options):
    """Return the code of a core and its entry."""
    text = core(signature, work_bytes) if program is None else program
    text += entry_source(signature, work_bytes, **options)
    return assemble(text, symbols=symbols(signature))


def entry_of(signature, work_bytes=0, *, otherwise=None, blockers=(), **options):
    """Return the builtin of a core."""
    code = compiled(signature, work_bytes, **options)
    entry = callable_of(code, signature, "program", "What it does.")
    return entry if otherwise is None else or_else(entry, otherwise, set(blockers))


def counts(things):
    """Return the references to things, but to those which all the world holds."""
    return [sys.getrefcount(thing) for thing in things if thing is not None]
