"""The inner loop of a ufunc, of which threads may each do stretches.

Where one is cut changes nothing: an entry's bits depend on its operands alone.
"""

from __future__ import annotations

from diffops.kernels.instructions import Instructions

#: Entries that a thread takes at once: a whole number of blocks.
STRETCH = 8192

# What an entry, an instruction and a function take, in hundredths of a nanosecond, and
# what a call takes that is worth waking threads for.
_ENTRY, _INSTRUCTION, _FUNCTION = 10, 5, 100
_WORTH_SHARING = 10_000_000


def least_size(text: Instructions) -> int:
    """Return how many entries are worth several threads."""
    functions = len(text.own) + len(text.libm)
    cost = _ENTRY + _INSTRUCTION * len(text.lines) + _FUNCTION * functions
    return max(_WORTH_SHARING // cost, 2 * STRETCH)


def source(count: int, text: Instructions) -> str:
    """Return ``@loop``, which calls ``@turns``, an inner loop of so many arrays.

    ``text`` is what is done with each entry. The data of the loop are the settings of
    `diffops.native.pool`, or null: then it works alone.
    """
    shifts = []
    for i in range(count):
        shifts += [
            f"%args{i} = getelementptr ptr, ptr %args, i64 {i}",
            f"%a{i} = load ptr, ptr %args{i}",
            f"%steps{i} = getelementptr i64, ptr %steps, i64 {i}",
            f"%s{i} = load i64, ptr %steps{i}",
            f"%o{i} = mul i64 %first, %s{i}",
            f"%q{i} = getelementptr i8, ptr %a{i}, i64 %o{i}",
            f"%shifted{i} = getelementptr ptr, ptr %shifted, i64 {i}",
            f"store ptr %q{i}, ptr %shifted{i}",
        ]
    return "\n".join(
        [
            "define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #1 {",
            "%n = load i64, ptr %dims",
            f"%large = icmp sge i64 %n, {least_size(text)}",
            "%set = icmp ne ptr %data, null",
            "%both = and i1 %large, %set",
            "br i1 %both, label %asked, label %alone",
            "asked:",
            "%share = load ptr, ptr %data",
            "%there = icmp ne ptr %share, null",
            "br i1 %there, label %several, label %alone",
            "alone:",
            "call void @turns(ptr %args, ptr %dims, ptr %steps, ptr null)",
            "ret void",
            "several:",
            "%frame = alloca [3 x ptr]",
            "store ptr %args, ptr %frame",
            "%frame1 = getelementptr ptr, ptr %frame, i64 1",
            "store ptr %dims, ptr %frame1",
            "%frame2 = getelementptr ptr, ptr %frame, i64 2",
            "store ptr %steps, ptr %frame2",
            f"%beyond = add nuw nsw i64 %n, {STRETCH - 1}",
            f"%stretches = udiv i64 %beyond, {STRETCH}",
            "call void %share(ptr %data, ptr @stretch, ptr %frame, i64 %stretches)",
            "ret void",
            "}",
            "define internal void @stretch(ptr %frame, i64 %k) #1 {",
            f"%shifted = alloca [{count} x ptr]",
            "%few = alloca i64",
            "%args = load ptr, ptr %frame",
            "%frame1 = getelementptr ptr, ptr %frame, i64 1",
            "%dims = load ptr, ptr %frame1",
            "%frame2 = getelementptr ptr, ptr %frame, i64 2",
            "%steps = load ptr, ptr %frame2",
            "%n = load i64, ptr %dims",
            f"%first = mul nuw nsw i64 %k, {STRETCH}",
            "%left = sub nuw nsw i64 %n, %first",
            f"%last = icmp ult i64 %left, {STRETCH}",
            f"%m = select i1 %last, i64 %left, i64 {STRETCH}",
            "store i64 %m, ptr %few",
            *shifts,
            "call void @turns(ptr %shifted, ptr %few, ptr %steps, ptr null)",
            "ret void",
            "}",
        ]
    )
