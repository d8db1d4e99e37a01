"""Running f on recorded values, and what becomes of it: a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import is_array
from diffops.jit.collector import at_rest
from diffops.jit.path import Path
from diffops.jit.recorder import NotRecordable, Recording
from diffops.jit.signature import WRITES, Arguments
from diffops.operators._tree import flatten
from diffops.primitive import adopt
from diffops.tags import Tracked, lower
from diffops.values.scalar import is_number


def record(
    f: Callable[..., Any],
    arguments: Arguments,
    exact: bool = False,
    lines: bool = False,
) -> tuple[Path, list[Any]]:
    """Run f on recorded values; return its path, and what it returned.

    Raises NotRecordable where f caught an error, which it may not have to catch at
    other values; what f raises; and TypeError where no program does what f does.
    """
    recording = Recording(lines)
    with at_rest():
        try:
            inputs = [recording.input(_private(leaf)) for leaf in arguments.varying]
            leaves, rebuild = flatten(arguments.call_alone(f, inputs))
            leaves = [lower(adopt(leaf)) for leaf in leaves]
            recording.program.outputs = list(map(recording.slot_of, leaves))
        finally:
            recording.end()
        if recording.refusal is not None:
            raise recording.refusal
        if recording.raised:
            raise NotRecordable
        if [leaf.carry for leaf in inputs] != recording.program.inputs:
            raise TypeError(WRITES)
        for leaf in leaves:
            if not _is_numeric(leaf):
                raise TypeError(f"it returns a {type(leaf).__name__}")
        recording.program.prune()
        results = [_plain(leaf) for leaf in leaves]
        on_device = arguments.module is not None
        path = Path(recording.program, rebuild, results, exact, on_device)
        return path, results


def _is_numeric(leaf: Any) -> bool:
    return is_number(leaf) or getattr(leaf, "dtype", np.dtype(object)).kind in "fcbiu"


def _private(leaf: Any) -> Any:
    return leaf.copy("K") if is_array(leaf) else leaf


def _plain(leaf: Any) -> Any:
    value = leaf.value() if isinstance(leaf, Tracked) else leaf
    return _private(value)
