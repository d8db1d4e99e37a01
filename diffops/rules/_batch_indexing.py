"""How indexing and writing run for a whole batch at once.

NumPy puts the axes of index arrays where they stand if they stand together, else in
front: an index array for the batch, or a slice for it, can change that. So each rule
knows where in the result the batch and the axes of the index arrays have gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.primitive import Members
from diffops.rules._batches import Run, aligned, members_of, rank_of, unwrapped
from diffops.rules._fitting import shape_of

Args = Sequence[Any]
Flags = Sequence[bool]
Params = dict[str, Any]


def _parts(key: Any, ndim: int) -> list[Any]:
    """Return the parts of an index, with slices in the place of an ellipsis."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = [
        np.asarray(part, None if part else int) if isinstance(part, list) else part
        for part in parts
    ]
    for i, part in enumerate(parts):
        if part is Ellipsis:
            taken = sum(map(_axes_taken, parts))
            parts[i : i + 1] = [slice(None)] * (ndim - taken)
            break
    return parts


def _axes_taken(part: Any) -> int:
    if part is None or part is Ellipsis:
        return 0
    if _is_mask(part):
        return np.ndim(part)
    return 1


def _is_mask(part: Any) -> bool:
    return (
        isinstance(part, bool)
        or getattr(getattr(part, "dtype", None), "kind", "") == "b"
    )


def _is_array(part: Any) -> bool:
    return isinstance(part, Members) or np.ndim(part) > 0 or _is_mask(part)


def _rank(part: Any) -> int:
    """Return the number of axes that an index array brings."""
    if isinstance(part, Members):
        return len(shape_of(part.primal)) - 1
    return 1 if _is_mask(part) else np.ndim(part)


class Layout:
    """The index into all members, and where the axes of its result stand.

    ``axes`` permutes the result so that the batch comes first and all else follows as
    in one member.
    """

    def __init__(self, key: Any, ndim: int, size: int, batched: bool) -> None:
        parts = _parts(key, ndim)
        varied = any(isinstance(part, Members) for part in parts)
        arrays = any(map(_is_array, parts))
        places = [
            i
            for i, part in enumerate(parts)
            if arrays and not isinstance(part, slice) and part is not None
        ]
        together = places == list(range(places[0], places[-1] + 1)) if places else True
        rank = max((_rank(parts[i]) for i in places), default=0)
        before = places[0] if places and together else 0
        after = sum(isinstance(p, slice) or p is None for p in parts) - before
        after += ndim - sum(map(_axes_taken, map(_one_axis, parts)))
        self.shape_rank = before + rank + after
        if not varied:
            self.key = (slice(None), *parts)
            self.axes = list(range(self.shape_rank + 1))
            if places and not together:
                self.axes = [rank, *range(rank), *range(rank + 1, self.shape_rank + 1)]
            return
        parts = [
            aligned(part.primal, rank) if isinstance(part, Members) else part
            for part in parts
        ]
        if batched:
            numbers = np.arange(size).reshape((-1,) + (1,) * rank)
            self.key = (numbers, *parts)
        else:
            self.key = tuple(parts)
        in_front = not together or (batched and before > 0)
        if batched and before == 0:
            in_front = True
        start = 0 if in_front else before
        here = list(range(start, start + rank + 1))
        others = [i for i in range(self.shape_rank + 1) if i not in here]
        self.axes = [here[0], *others[:before], *here[1:], *others[before:]]

    def gathered(self, y: Any) -> Any:
        """Return what was read, the batch first."""
        return y if self._is_plain() else np.transpose(y, self.axes)

    def spread_out(self, values: Any) -> Any:
        """Return values to write, the batch first, as the index wants them."""
        if self._is_plain():
            return values
        return np.transpose(values, np.argsort(self.axes).tolist())

    def _is_plain(self) -> bool:
        return self.axes == list(range(len(self.axes)))


def _one_axis(part: Any) -> Any:
    return 0 if isinstance(part, Members) else part


def reading(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Read entries of every member, at indices that may differ between them."""
    (x,) = args
    ndim = rank_of(x, batched[0])
    layout = Layout(params["key"], ndim, size, batched[0])
    return layout.gathered(run(x, key=layout.key))


def writing(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Write into every member, at indices that may differ between them."""
    array, value = args
    reuse = params.get("reuse", False)
    if not batched[0]:
        array, reuse = members_of(array, False, size), False
    layout = Layout(params["key"], len(shape_of(array)) - 1, size, True)
    if batched[1]:
        value = aligned(value, layout.shape_rank)
    elif np.ndim(value):
        lead = (1,) * (1 + layout.shape_rank - np.ndim(value))
        value = np.reshape(value, lead + shape_of(value))
    if np.ndim(value):
        value = layout.spread_out(value)
    return run(array, value, key=layout.key, reuse=reuse)


def scattering(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Add values at an index of zeros, for every member."""
    (values,) = args
    shape = params["shape"]
    layout = Layout(params["key"], len(shape), size, True)
    values = aligned(members_of(values, batched[0], size), layout.shape_rank)
    values = layout.spread_out(values)
    return run(values, key=layout.key, shape=(size, *shape))


def permuting(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Reorder every member along an axis."""
    (x,) = args
    order = params["order"]
    order = members_of(unwrapped(order), isinstance(order, Members), size)
    return run(members_of(x, batched[0], size), order=order, axis=params["axis"] + 1)


def choosing(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Choose between entries of every member."""
    condition = params["condition"]
    own = isinstance(condition, Members)
    condition = unwrapped(condition)
    flags = (*batched, own)
    ndim = max(map(rank_of, (*args, condition), flags))
    a, b, condition = (
        aligned(value, ndim) if mine else value
        for value, mine in zip((*args, condition), flags, strict=True)
    )
    return run(a, b, condition=condition)
