"""Expressions as the inner loop of a ufunc, in LLVM IR.

Entries are computed in blocks of one length, which LLVM turns into vector instructions
without remainder. What does not fill a block, or does not lie side by side in memory,
goes through a buffer. So an entry's bits depend on its operands alone: neither on how
many there are, nor on where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diffops.kernels import own_functions, shared_loops
from diffops.kernels.instructions import Instructions
from diffops.kernels.symbols import Symbol
from diffops.native.singles import in_real
from diffops.native.vector_math import declaration, variants

#: Entries in a block: a multiple of what any vector holds.
BLOCK = 64

#: How many bytes a number takes.
_WIDTHS = {"double": 8, "float": 4}

#: The attribute groups of functions of libm begin here.
_GROUP = 10


def loop_source(
    args: Sequence[Symbol], expressions: Sequence[Any], lanes: int, real: str = "double"
) -> str:
    """Return ``@loop``, the inner loop of a ufunc from arguments to expressions.

    ``lanes`` numbers of a type, double or float, are computed at once.
    """
    fast, careful = Instructions(lanes, args, real), Instructions(1, args, real)
    results = [fast.name(e) for e in expressions]
    careful_results = [careful.name(e) for e in expressions]
    exact = bool(fast.misfits)
    parts = [
        _METADATA.format(lanes=lanes),
        in_real(_GATHER, real),
        in_real(_SCATTER, real) if expressions else "",
        _block(fast, len(args), results),
        _careful(fast, careful, len(args), careful_results) if exact else "",
        _loop(len(args), len(expressions), exact, real),
        shared_loops.source(len(args) + len(expressions), fast),
        *(own_functions.source(name, real) for name in sorted(fast.own | careful.own)),
    ]
    libm = sorted(fast.libm | (careful.libm if exact else set()))
    parts += [declaration(name, _GROUP + i) for i, name in enumerate(libm)]
    parts += _held([variant for name in libm for variant in variants(name)])
    declares = {*in_real(_DECLARES, real).split("\n"), *fast.declares}
    parts += sorted((declares | careful.declares) - {""})
    bits = 8 * _WIDTHS[real] * lanes
    width = f'"prefer-vector-width"="{bits}" "min-legal-vector-width"="{bits}"'
    parts.append("attributes #0 = { nounwind willreturn memory(none) }")
    # Vectors that wait on the stack for a call must not straddle lines of the cache.
    parts.append(f"attributes #1 = {{ nounwind alignstack=64 {width} }}")
    return "\n".join(parts)


def _held(names: list[str]) -> list[str]:
    """Return what keeps LLVM from dropping declarations before it vectorises."""
    if not names:
        return []
    array = f"[{len(names)} x ptr] [{', '.join(f'ptr @{name}' for name in names)}]"
    return [f'@llvm.compiler.used = appending global {array}, section "llvm.metadata"']


_DECLARES = """\
declare double @llvm.fabs.f64(double) #0
declare double @llvm.fma.f64(double, double, double) #0
declare double @llvm.copysign.f64(double, double) #0
declare i32 @feclearexcept(i32)"""

_METADATA = """\
!0 = distinct !{{}}
!1 = distinct !{{!1, !2, !3, !4, !5, !6}}
!2 = !{{!"llvm.loop.vectorize.enable", i1 true}}
!3 = !{{!"llvm.loop.vectorize.width", i32 {lanes}}}
!4 = !{{!"llvm.loop.interleave.count", i32 2}}
!5 = !{{!"llvm.loop.unroll.disable"}}
!6 = !{{!"llvm.loop.parallel_accesses", !0}}
!7 = distinct !{{!7, !5, !8}}
!8 = !{{!"llvm.loop.vectorize.enable", i1 false}}"""

#: Fills a block from memory, repeating the last of fewer entries.
_GATHER = f"""\
define internal void @gather(
    ptr %from, i64 %step, i64 %m, ptr noalias %to
) noinline #1 {{
  %last = sub i64 %m, 1
  %single = icmp eq i64 %step, 0
  br i1 %single, label %number, label %loop
number:
  %x = load double, ptr %from
  br label %fill
fill:
  %k = phi i64 [0, %number], [%k.next, %fill]
  %q = getelementptr double, ptr %to, i64 %k
  store double %x, ptr %q
  %k.next = add nuw nsw i64 %k, 1
  %k.more = icmp ult i64 %k.next, {BLOCK}
  br i1 %k.more, label %fill, label %done
loop:
  %j = phi i64 [0, %0], [%j.next, %loop]
  %c = icmp slt i64 %j, %last
  %i = select i1 %c, i64 %j, i64 %last
  %o = mul i64 %i, %step
  %p = getelementptr i8, ptr %from, i64 %o
  %v = load double, ptr %p
  %t = getelementptr double, ptr %to, i64 %j
  store double %v, ptr %t
  %j.next = add nuw nsw i64 %j, 1
  %j.more = icmp ult i64 %j.next, {BLOCK}
  br i1 %j.more, label %loop, label %done
done:
  ret void
}}"""

_SCATTER = """\
define internal void @scatter(ptr %from, ptr %to, i64 %step, i64 %m) noinline #1 {
  br label %loop
loop:
  %j = phi i64 [0, %0], [%j.next, %loop]
  %p = getelementptr double, ptr %from, i64 %j
  %v = load double, ptr %p
  %o = mul i64 %j, %step
  %t = getelementptr i8, ptr %to, i64 %o
  store double %v, ptr %t
  %j.next = add nuw nsw i64 %j, 1
  %j.more = icmp ult i64 %j.next, %m
  br i1 %j.more, label %loop, label %done
done:
  ret void
}"""


def _pointers(nin: int, nout: int) -> str:
    names = [*(f"%in{i}" for i in range(nin)), *(f"%out{i}" for i in range(nout))]
    return ", ".join(f"ptr {name}" for name in names)


def _reading(nin: int, real: str) -> list[str]:
    lines = []
    for i in range(nin):
        lines += [
            f"%in{i}.p = getelementptr {real}, ptr %in{i}, i64 %j",
            f"%x{i} = load {real}, ptr %in{i}.p, !llvm.access.group !0",
        ]
    return lines


def _writing(results: Sequence[str], real: str) -> list[str]:
    lines = []
    for i, result in enumerate(results):
        lines += [
            f"%out{i}.p = getelementptr {real}, ptr %out{i}, i64 %j",
            f"store {real} {result}, ptr %out{i}.p, !llvm.access.group !0",
        ]
    return lines


def _block(text: Instructions, nin: int, results: Sequence[str]) -> str:
    """Return the function that computes a block; it tells whether anything misfits."""
    lines = [
        f"define internal i64 @block({_pointers(nin, len(results))}) noinline #1 {{",
        "  br label %loop",
        "loop:",
        "%j = phi i64 [0, %0], [%j.next, %loop]",
        "%bad = phi i64 [0, %0], [%bad.next, %loop]",
        *_reading(nin, text.real),
        *text.lines,
        *_writing(results, text.real),
    ]
    total = "%bad"
    for misfit in text.misfits:
        lines.append(f"{misfit}.wide = zext i1 {misfit} to i64")
        lines.append(f"{misfit}.sum = or i64 {total}, {misfit}.wide")
        total = f"{misfit}.sum"
    lines += [
        f"%bad.next = or i64 {total}, 0",
        "%j.next = add nuw nsw i64 %j, 1",
        f"%more = icmp ult i64 %j.next, {BLOCK}",
        "br i1 %more, label %loop, label %done, !llvm.loop !1",
        "done:",
        "ret i64 %bad.next",
        "}",
    ]
    return "\n".join(lines)


def _careful(
    fast: Instructions, careful: Instructions, nin: int, results: Sequence[str]
) -> str:
    """Return the function that computes by libm what misfits in a block."""
    lines = [
        f"define internal void @careful({_pointers(nin, len(results))}) "
        "noinline cold #1 {",
        "  br label %loop",
        "loop:",
        "%j = phi i64 [0, %0], [%j.next, %end]",
        *_reading(nin, fast.real),
        *(line.replace("%v", "%f") for line in fast.lines),
    ]
    total = "false"
    for misfit in fast.misfits:
        name = misfit.replace("%v", "%f")
        lines.append(f"{name}.sum = or i1 {total}, {name}")
        total = f"{name}.sum"
    lines += [
        f"br i1 {total}, label %slow, label %end",
        "slow:",
        *careful.lines,
        *_writing(results, fast.real),
        "br label %end",
        "end:",
        "%j.next = add nuw nsw i64 %j, 1",
        f"%more = icmp ult i64 %j.next, {BLOCK}",
        "br i1 %more, label %loop, label %done, !llvm.loop !7",
        "done:",
        "ret void",
        "}",
    ]
    return "\n".join(lines)


def _loop(nin: int, nout: int, exact: bool, real: str) -> str:
    """Return the inner loop itself, which goes from block to block."""
    count = nin + nout
    head = "ptr %args, ptr %dims, ptr %steps, ptr %data"
    lines = [f"define internal void @turns({head}) noinline #1 {{"]
    for k in range(count):
        lines += [
            f"%buffer{k} = alloca [{BLOCK} x {real}], align 64",
            f"%args{k} = getelementptr ptr, ptr %args, i64 {k}",
            f"%a{k} = load ptr, ptr %args{k}",
            f"%steps{k} = getelementptr i64, ptr %steps, i64 {k}",
            f"%s{k} = load i64, ptr %steps{k}",
            f"%beside{k} = icmp eq i64 %s{k}, {_WIDTHS[real]}",
        ]
    lines += [
        "%n = load i64, ptr %dims",
        "br label %head",
        "head:",
        "%i = phi i64 [0, %0], [%i.next, %tail]",
        "%left = sub i64 %n, %i",
        "%more = icmp sgt i64 %left, 0",
        "br i1 %more, label %body, label %done",
        "body:",
        f"%whole = icmp sge i64 %left, {BLOCK}",
        f"%m = select i1 %whole, i64 {BLOCK}, i64 %left",
    ]
    for k in range(count):
        lines += [
            f"%o{k} = mul i64 %i, %s{k}",
            f"%q{k} = getelementptr i8, ptr %a{k}, i64 %o{k}",
            f"%direct{k} = and i1 %whole, %beside{k}",
            f"%b{k} = select i1 %direct{k}, ptr %q{k}, ptr %buffer{k}",
        ]
    for k in range(nin):
        lines += [
            f"br i1 %direct{k}, label %ready{k}, label %gather{k}",
            f"gather{k}:",
            f"call void @gather(ptr %q{k}, i64 %s{k}, i64 %m, ptr %buffer{k})",
            f"br label %ready{k}",
            f"ready{k}:",
        ]
    pointers = ", ".join(f"ptr %b{k}" for k in range(count))
    lines.append(f"%bad = call i64 @block({pointers})")
    if exact:
        lines += [
            "%fits = icmp eq i64 %bad, 0",
            "br i1 %fits, label %written, label %again",
            "again:",
            f"call void @careful({pointers})",
            "br label %written",
            "written:",
        ]
    for k in range(nin, count):
        lines += [
            f"br i1 %direct{k}, label %ready{k}, label %scatter{k}",
            f"scatter{k}:",
            f"call void @scatter(ptr %buffer{k}, ptr %q{k}, i64 %s{k}, i64 %m)",
            f"br label %ready{k}",
            f"ready{k}:",
        ]
    lines += [
        "br label %tail",
        "tail:",
        f"%i.next = add nuw nsw i64 %i, {BLOCK}",
        "br label %head",
        "done:",
        "%cleared = call i32 @feclearexcept(i32 63)",
        "ret void",
        "}",
    ]
    return "\n".join(lines)
