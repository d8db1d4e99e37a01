"""How functions run for a whole batch at once: its members lie along the first axis.

A batching rule is called as ``batch(run, size, args, batched, params)``. It calls
``run``, the function itself, on arguments that hold all members where ``batched`` says
so, and returns the results of all members.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.primitive import Common, Differing, Members
from diffops.rules._fitting import shape_of

Run = Callable[..., Any]


def rank_of(value: Any, batched: bool) -> int:
    """Return the number of axes of a member."""
    return len(shape_of(value)) - batched


def aligned(value: Any, ndim: int) -> Any:
    """Return batched members with ndim axes: new ones come first."""
    shape = shape_of(value)
    if len(shape) > ndim:
        return value
    missing = (1,) * (ndim + 1 - len(shape))
    return np.reshape(value, shape[:1] + missing + shape[1:])


def members_of(value: Any, batched: bool, size: int) -> Any:
    """Return the value of every member, repeated if it is the same for all."""
    if batched:
        return value
    value = value if hasattr(value, "shape") else np.asarray(value)
    return np.broadcast_to(value, (size, *shape_of(value)))


def broadcasting(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a function that broadcasts: members of fewer axes get more in front."""
    if len(args) == 1:
        return run(*args, **params)
    if all(batched) and len({len(shape_of(arg)) for arg in args}) == 1:
        return run(*args, **params)
    ndim = max(map(rank_of, args, batched))
    return run(
        *(
            aligned(arg, ndim) if own else arg
            for arg, own in zip(args, batched, strict=True)
        ),
        **params,
    )


def first_of(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a function of the entries, or the matrices, of its first argument."""
    return run(*args, **params)


#: What NumPy's linear algebra does with stacks of matrices.
stacking = first_of


def same_for_all(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Ask one member: the answer depends on shapes and dtypes alone."""
    firsts = (
        _first(arg) if own else arg for arg, own in zip(args, batched, strict=True)
    )
    return Common(run(*firsts, **params))


def _first(members: Any) -> Any:
    shape = shape_of(members)
    return members[0] if shape[0] else np.zeros(shape[1:], members.dtype)


def same_or_differing(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a function whose answers for the members need not have the same shape."""
    answers = [
        run(
            *(arg[i] if own else arg for arg, own in zip(args, batched, strict=True)),
            **params,
        )
        for i in range(size)
    ]
    if not answers:
        return same_for_all(run, size, args, batched, params)
    parts = answers if isinstance(answers[0], tuple) else [(a,) for a in answers]
    shapes = [tuple(map(shape_of, part)) for part in parts]
    if any(shape != shapes[0] for shape in shapes):
        raise Differing(shapes)
    stacked = tuple(map(np.stack, zip(*parts, strict=True)))
    return stacked if isinstance(answers[0], tuple) else stacked[0]


def axes_of(axis: Any, ndim: int) -> Any:
    """Return the axes of a reduction of members as those of the batch."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple):
        return tuple(range(ndim)[i] + 1 for i in axis)
    return range(ndim)[axis] + 1


def reducing(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a reduction over ``axis``, by default all axes of a member."""
    (x,) = args
    axis = axes_of(params.get("axis"), len(shape_of(x)) - 1)
    return run(x, **{**params, "axis": axis})


def reducing_flat(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a reduction that takes one axis, or all of a member as if they were one."""
    (x,) = args
    if params.get("axis") is not None:
        return reducing(run, size, args, batched, params)
    shape = shape_of(x)
    y = run(flat_members(x), **{**params, "axis": 1})
    keep = params.get("keepdims") is True
    return np.reshape(y, (size,) + (1,) * (len(shape) - 1)) if keep else y


def flat_members(x: Any) -> Any:
    """Return every member flattened."""
    shape = shape_of(x)
    return np.reshape(x, (shape[0], math.prod(shape[1:])))


def along(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Run a function along one ``axis`` of all its arguments."""
    ndim = max(map(rank_of, args, batched))
    full = [
        aligned(members_of(arg, own, size), ndim)
        for arg, own in zip(args, batched, strict=True)
    ]
    return run(*full, **{**params, "axis": axes_of(params["axis"], ndim)})


def bound(names: str, batch: Any) -> Any:
    """Return a batching rule for a function whose options may come by position."""
    order = names.split()

    def rule(
        run: Run,
        size: int,
        args: Sequence[Any],
        batched: Sequence[bool],
        params: dict[str, Any],
    ) -> Any:
        options = dict(zip(order, args[1:], strict=False))
        return batch(run, size, args[:1], batched[:1], {**options, **params})

    return rule


#: The place of an extremum.
finding = bound("axis", reducing_flat)


def ordering(
    run: Run,
    size: int,
    args: Sequence[Any],
    batched: Sequence[bool],
    params: dict[str, Any],
) -> Any:
    """Sort every member along an axis, the last one by default, or flattened."""
    (x,) = args
    axis = params.get("axis", -1)
    if axis is None:
        return run(flat_members(x), **{**params, "axis": 1})
    return run(x, **{**params, "axis": axes_of(axis, len(shape_of(x)) - 1)})


def unwrapped(value: Any) -> Any:
    """Return what a parameter holds for all members, if it holds one for each."""
    return value.primal if isinstance(value, Members) else value
