"""Parts of reductions, one for each block, joined in an order that blocks determine."""

from __future__ import annotations

from diffops.jit.arrays.nodes import Reduce
from diffops.jit.arrays.reducing import step
from diffops.native.singles import in_real

#: In pairs until one is left. A part may have many entries, which lie side by side.
_JOINED = """\
define internal void @{name}(
    ptr noalias %parts, ptr noalias %result, i64 %count, i64 %size
) #2 {{
br label %round
round:
%n = phi i64 [%count, %0], [%half, %end]
%more = icmp ugt i64 %n, 1
br i1 %more, label %pairs, label %copy
pairs:
%n.up = add nuw nsw i64 %n, 1
%half = lshr i64 %n.up, 1
%rest = sub nuw nsw i64 %n, %half
%entries = mul nuw nsw i64 %rest, %size
%distance = mul nuw nsw i64 %half, %size
br label %pair
pair:
%i = phi i64 [0, %pairs], [%i.next, %pair]
%a = getelementptr double, ptr %parts, i64 %i
%b = getelementptr double, ptr %a, i64 %distance
%x = load double, ptr %a
%y = load double, ptr %b
{step}
store double %z, ptr %a
%i.next = add nuw nsw i64 %i, 1
%i.more = icmp ult i64 %i.next, %entries
br i1 %i.more, label %pair, label %end
end:
br label %round
copy:
%j = phi i64 [0, %round], [%j.next, %copy]
%from = getelementptr double, ptr %parts, i64 %j
%to = getelementptr double, ptr %result, i64 %j
%v = load double, ptr %from
store double %v, ptr %to
%j.next = add nuw nsw i64 %j, 1
%j.more = icmp ult i64 %j.next, %size
br i1 %j.more, label %copy, label %done
done:
ret void
}}"""


def name(node: Reduce) -> str:
    """Return the name of the function that joins the parts of a reduction.

    It takes the parts, the result, how many parts there are, and the entries of one.
    """
    return f"joined.{node.kind}.{node.result.buffer.real}"


def source(node: Reduce) -> str:
    """Return that function."""
    real = node.result.buffer.real
    joined = step(node.kind, "%x", "%y", "%z", real).replace("reassoc nsz ", "")
    return in_real(_JOINED, real).format(name=name(node), step=joined)
