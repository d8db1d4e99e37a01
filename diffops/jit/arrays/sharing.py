"""A nest in blocks as LLVM IR: what goes through them, and joins what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diffops.jit.arrays import parts_joined
from diffops.jit.arrays.blocks import Blocks, room

if TYPE_CHECKING:
    from diffops.jit.arrays.nest import Nest

#: The name under which a program finds how many threads there are.
THREADS = "diffops_threads"

#: Blocks one after the other, and blocks for all threads.
_ALONE = """\
define internal void @alone(ptr %part, ptr %frame, i64 %count) #2 {
br label %loop
loop:
%k = phi i64 [0, %0], [%k.next, %loop]
call void %part(ptr %frame, i64 %k)
%k.next = add nuw nsw i64 %k, 1
%k.more = icmp ult i64 %k.next, %count
br i1 %k.more, label %loop, label %done
done:
ret void
}"""
_SHARED = f"""\
@{THREADS} = external global ptr
define internal void @shared(ptr %part, ptr %frame, i64 %count) #2 {{
%share = load ptr, ptr @{THREADS}
%alone = icmp eq ptr %share, null
br i1 %alone, label %one, label %several
one:
call void @alone(ptr %part, ptr %frame, i64 %count)
ret void
several:
call void %share(ptr @{THREADS}, ptr %part, ptr %frame, i64 %count)
ret void
}}"""


def needs(blocks: Blocks) -> list[str]:
    """Return the functions that `around` calls."""
    joined = dict.fromkeys(map(parts_joined.source, blocks.partial))
    return [*joined, _ALONE, *([_SHARED] if blocks.shared else [])]


def around(nest: Nest, blocks: Blocks, starts: list[str]) -> str:
    """Return ``@NAME`` and what calls ``@NAME.turns`` for one of its blocks.

    ``@NAME`` finds memory for partial results behind the nest's pointers.
    """
    parts = {nest.result_pointer(node): node for node in blocks.partial}
    held = [("ptr", f"%p{i}") for i in range(len(nest.pointers))]
    held += [(node.real, f"%s{i}") for i, node in enumerate(nest.numbers)]
    lines, block, joins = list(starts), [], []
    place = 0
    for i, (kind, name) in enumerate(held):
        lines.append(f"%at{i} = getelementptr i64, ptr %frame, i64 {i}")
        block.append(f"%at{i} = getelementptr i64, ptr %frame, i64 {i}")
        loaded = name
        if i in parts:
            buffer = parts[i].result.buffer
            lines.append(f"%q{i} = getelementptr double, ptr %parts, i64 {place}")
            place += room(parts[i], blocks.count)
            joins.append(
                f"call void @{parts_joined.name(parts[i])}"
                f"(ptr %q{i}, ptr {name}, i64 {blocks.count}, i64 {buffer.size})"
            )
            loaded, name = f"%q{i}", f"%q{i}"
        lines.append(f"store {kind} {name}, ptr %at{i}")
        block.append(f"{loaded} = load {kind}, ptr %at{i}")
        if i in parts:
            block += [
                f"%o{i} = mul nuw nsw i64 %k, {buffer.size}",
                f"%p{i} = getelementptr {buffer.real}, ptr {loaded}, i64 %o{i}",
            ]
    call = "shared" if blocks.shared else "alone"
    lines.append(f"call void @{call}(ptr @NAME.block, ptr %frame, i64 {blocks.count})")
    arguments = [f"{kind} {name}" for kind, name in held]
    given = list(arguments)
    if parts:
        given.insert(len(nest.pointers), "ptr %parts")
    end = nest.counts[blocks.depth]
    return "\n".join(
        [
            f"define internal void @NAME({', '.join(given)}) #2 {{",
            f"%frame = alloca [{len(held)} x i64]",
            *lines,
            *joins,
            "ret void",
            "}",
            "define internal void @NAME.block(ptr %frame, i64 %k) #2 {",
            *block,
            f"%from = mul nuw nsw i64 %k, {blocks.turns}",
            f"%whole = add nuw nsw i64 %from, {blocks.turns}",
            f"%last = icmp ult i64 %whole, {end}",
            f"%to = select i1 %last, i64 %whole, i64 {end}",
            f"call void @NAME.turns({', '.join([*arguments, 'i64 %from', 'i64 %to'])})",
            "ret void",
            "}",
        ]
    )
