"""What a recorded program is in LLVM IR."""

from __future__ import annotations

from typing import Any, NamedTuple


class Source(NamedTuple):
    """The text of ``i64 @core(ptr inputs, ptr outputs, ptr work)``, and its needs.

    ``length`` counts the operations in the text, ``operations`` those that a run
    executes. ``symbols`` are addresses that the text names, ``keeps`` the arrays that
    are there.
    """

    text: str
    length: int
    operations: int
    work_bytes: int
    symbols: dict[str, int]
    keeps: tuple[Any, ...] = ()
