"""What is known of each signature: the ways through f that were recorded."""

from __future__ import annotations

from typing import Any

from diffops.jit.path import Path

#: So many signatures are kept; then the oldest is forgotten, with its static objects.
MOST_SIGNATURES = 1000


def kept(table: dict[Any, Any], key: Any, value: Any) -> Any:
    """Return what a table of signatures holds, or value, which then stands there."""
    if key not in table and len(table) >= MOST_SIGNATURES:
        del table[next(iter(table))]
    return table.setdefault(key, value)


class Ways:
    """What is known of one signature: the ways through f, or that f must run itself."""

    __slots__ = ("called", "failures", "paths", "plain")

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.plain = self.called = False
        #: How often f could not be recorded.
        self.failures = 0
