"""How products run for a whole batch at once."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.rules._batches import Run, aligned, members_of, rank_of
from diffops.rules._fitting import shape_of

Args = Sequence[Any]
Flags = Sequence[bool]
Params = dict[str, Any]


def multiplying(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Multiply matrices or vectors of every member, by one large product if it can."""
    a, b = args
    m, n = map(rank_of, args, batched)
    left, right = batched
    if not right and n <= 2:
        if m == 1:
            return run(a, b)
        *stack, last = shape_of(a)
        wide = run(np.reshape(a, (math.prod(stack), last)), b)
        return np.reshape(wide, (*stack, *shape_of(b)[1:]))
    if not left and m == 1 and n == 1:
        return run(b, a)
    if not left and m == 2 and n == 1:
        return run(b, np.swapaxes(a, 0, 1))
    ndim = max(m, n, 2)
    rows = _as_matrices(a, left, m, 0, ndim)
    columns = _as_matrices(b, right, n, 1, ndim)
    y = run(rows, columns)
    if m == 1:
        y = y[..., 0, :]
    return y[..., 0] if n == 1 else y


def _as_matrices(a: Any, own: bool, rank: int, place: int, ndim: int) -> Any:
    """Return vectors as rows (place 0) or columns (1), aligned with other members."""
    if rank == 1:
        a = np.expand_dims(a, -2) if place == 0 else np.expand_dims(a, -1)
    return aligned(a, ndim) if own else a


def contracting(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Contract operands, with one more label for the batch."""
    left, _, output = params["subscripts"].partition("->")
    label = next(c for c in string.ascii_letters if c not in params["subscripts"])
    inputs = ",".join(
        label + labels if own else labels
        for labels, own in zip(left.split(","), batched, strict=True)
    )
    return run(*args, **{**params, "subscripts": f"{inputs}->{label}{output}"})


def convolving(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Convolve rows: windows of the longer one times the shorter one."""
    a, b = (members_of(arg, own, size) for arg, own in zip(args, batched, strict=True))
    if shape_of(a)[1] < shape_of(b)[1]:
        a, b = b, a
    n, m = shape_of(a)[1], shape_of(b)[1]
    padded = np.pad(a, ((0, 0), (m - 1, m - 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, m, axis=1)
    whole = np.matmul(windows, b[:, ::-1, None])[..., 0]
    if params["mode"] == "full":
        return whole
    before = m - 1 if params["mode"] == "valid" else (m - 1) // 2
    count = n - m + 1 if params["mode"] == "valid" else n
    return whole[:, before : before + count]


def solving(run: Run, size: int, args: Args, batched: Flags, params: Params) -> Any:
    """Solve the systems of every member; vectors become columns."""
    a, b = args
    if rank_of(b, batched[1]) == 1:
        return run(a, b[..., None])[..., 0]
    ndim = max(map(rank_of, args, batched))
    return run(
        *(
            aligned(arg, ndim) if own else arg
            for arg, own in zip(args, batched, strict=True)
        )
    )
