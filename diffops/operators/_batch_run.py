"""A batch run: a function called once for all members, and anew where they part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.errors import at_user_line
from diffops.modes.batch import Batching
from diffops.operators._tree import Rebuild, flatten
from diffops.primitive import adopt
from diffops.tags import lower
from diffops.values.methods import shape_of as shape

#: From the leaves of one member to a container of results.
Call = Callable[[Sequence[Any]], Any]


def run_batch(
    call: Call, members: Sequence[Any], size: int
) -> tuple[list[Any], Rebuild]:
    """Call a function of batched leaves; return the members of each of its results.

    Members are stacked along the first axis. Where Python asked for a value in which
    they differ (``if x > 0``), each group that agrees is run on its own.
    """
    level = Batching(size)
    leaves = [level.batched(stacked) for stacked in members]
    try:
        results, rebuild = flatten(call(leaves))
        results = [
            lower(level.members(_checked(lower(adopt(leaf))))) for leaf in results
        ]
    except Exception:
        if level.parts is None:
            raise
    finally:
        level.end()
    if level.parts is not None:
        return _run_apart(call, members, level.parts)
    return results, rebuild


def _checked(leaf: Any) -> Any:
    kind = getattr(getattr(leaf, "dtype", None), "kind", None)
    if kind == "O" or (kind is None and not isinstance(leaf, (float, int, complex))):
        raise TypeError(
            f"a function under vmap returned a {type(leaf).__name__}; it must return "
            "numbers, arrays, or containers of them"
        )
    return leaf


def _run_apart(
    call: Call, members: Sequence[Any], labels: Sequence[Any]
) -> tuple[list[Any], Rebuild]:
    """Run the members of each label on their own, and put the results in order."""
    groups: dict[Any, list[int]] = {}
    for i, label in enumerate(labels):
        groups.setdefault(label, []).append(i)
    runs = []
    for group in groups.values():
        chosen = [stacked[np.array(group)] for stacked in members]
        if len(group) == 1:
            results, rebuild = flatten(call([part[0] for part in chosen]))
            results = [_as_member(_checked(lower(adopt(leaf)))) for leaf in results]
        else:
            results, rebuild = run_batch(call, chosen, len(group))
        runs.append(results)
    order = np.argsort([i for group in groups.values() for i in group])
    joined = []
    for parts in zip(*runs, strict=True):
        if any(shape(part)[1:] != shape(parts[0])[1:] for part in parts):
            raise ValueError(
                "the members of a batch took different ways and returned arrays of "
                f"different shapes{at_user_line()}"
            )
        joined.append(np.concatenate(parts)[order])
    return joined, rebuild


def in_chunks(
    call: Call,
    stacked: Callable[[int, int], Sequence[Any]],
    count: int,
    chunk_size: int | None,
) -> list[Any]:
    """Return the results of all members, of at most ``chunk_size`` in one run.

    ``stacked(start, stop)`` makes the members; a single one runs without batch mode.
    """
    step = min(count, chunk_size or count) or 1
    chunks = []
    for start in range(0, max(count, 1), step):
        stop = min(start + step, count)
        members = stacked(start, stop)
        if stop - start == 1:
            results, _ = flatten(call([part[0] for part in members]))
            chunks.append([_as_member(result) for result in results])
        else:
            chunks.append(run_batch(call, members, stop - start)[0])
    if len(chunks) == 1:
        return chunks[0]
    return [np.concatenate(parts) for parts in zip(*chunks, strict=True)]


def _as_member(result: Any) -> Any:
    return np.reshape(result, (1, *shape(result)))
