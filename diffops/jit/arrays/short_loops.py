"""Innermost loops of few turns, of which LLVM would make numbers one by one.

It unrolls them before it looks for vectors. So it is told not to, where that was found
to be faster: for arithmetic and sums of entries that lie side by side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from diffops.jit.arrays.buffers import Gather
from diffops.jit.arrays.nodes import Each, Move, Reduce
from diffops.native.codes import Code

if TYPE_CHECKING:
    from diffops.jit.arrays.nest import Nest

#: Fewer turns are as well unrolled, and more are not.
_FEWEST, _MOST = 8, 32
#: The number of the metadata.
_NUMBER = 900

HINT = f", !llvm.loop !{_NUMBER}"

#: What modules with such loops define.
DEFINITIONS = (
    f"!{_NUMBER} = distinct !{{!{_NUMBER}, !{_NUMBER + 1}, !{_NUMBER + 2}}}",
    f'!{_NUMBER + 1} = !{{!"llvm.loop.unroll.disable"}}',
    f'!{_NUMBER + 2} = !{{!"llvm.loop.vectorize.enable", i1 true}}',
)

_CALLS = re.compile(r"declare \w+ @(?!llvm\.)")


def hint(nest: Nest, depth: int, end: str) -> str:
    """Return what is said of a loop of a nest, to this number of turns."""
    if depth < len(nest.axes) - 1 or nest.in_memory or not end.isdigit():
        return ""
    strides = (row[nest.axes[depth][-1]] for row in nest.strides)
    beside = all(stride in (0, 1) for stride in strides)
    short = _FEWEST <= int(end) < _MOST
    return HINT if short and beside and all(map(_is_simple, nest.nodes)) else ""


def _is_simple(node: Any) -> bool:
    operands = node.operands if isinstance(node, Each) else [node.operand]
    if isinstance(node, Move):
        operands = [*operands, node.target]
    if any(isinstance(operand, Gather) for operand in operands):
        return False
    if isinstance(node, Reduce):
        return node.kind == "add"
    return not (isinstance(node, Each) and _calls(node.code))


def _calls(code: Code) -> bool:
    """Tell whether a code calls a function, which vectors may not have."""
    return bool(_CALLS.match(code.declares))
