"""``vmap``: a function of one member becomes a function of a whole batch."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.loading import copy, is_lazy
from diffops.operators._batch_run import in_chunks
from diffops.operators._tree import Rebuild, flatten, spread
from diffops.operators._vectors import checked_chunk
from diffops.tags import strip
from diffops.values.methods import shape_of as shape

F = Callable[..., Any]


def vmap(
    f: F, in_axes: Any = 0, out_axes: Any = 0, *, chunk_size: int | None = None
) -> Mapped:
    """Return f for batches: f sees one member, one run serves them all.

    ``vmap(f)(x)[i]`` = f(x[i]). ``in_axes`` says along which axis of each argument its
    members lie: an int for all, or a tuple with an int, None (the same for all
    members) or a container of these per argument. ``out_axes`` says where the results
    lie: an int, or a container like that of the results, with None for a result that
    does not depend on the batch. Keyword arguments are the same for all members.

    Python may ask for values (``if x > 0``, ``while``, ``int(n)``): where members
    differ, each group that agrees runs on its own, from the start of f. ``chunk_size``
    bounds how many members run at once. Random numbers drawn in f are drawn once for
    all members of a run.

    Raises ValueError where an axis does not exist, sizes differ, or nothing is mapped.
    Costs one call of f on arrays with one more axis; composes with every operator, in
    any order.

    >>> import numpy as np
    >>> from diffops import grad, vmap
    >>> vmap(grad(lambda x: x**3))(np.array([1.0, 2.0, 3.0]))
    array([ 3., 12., 27.])
    >>> vmap(np.dot, in_axes=(0, None))(np.eye(2), np.array([5.0, 7.0]))
    array([5., 7.])
    """
    if not callable(f):
        raise TypeError(f"vmap maps a function, not a {type(f).__name__}")
    return Mapped(f, in_axes, out_axes, checked_chunk(chunk_size))


class Mapped:
    """What `vmap` returns: a picklable callable with the metadata of f."""

    def __init__(
        self, f: F, in_axes: Any, out_axes: Any, chunk_size: int | None
    ) -> None:
        self.f = f
        self.in_axes = tuple(in_axes) if isinstance(in_axes, list) else in_axes
        self.out_axes = out_axes
        self.chunk_size = chunk_size
        functools.update_wrapper(self, f, updated=())
        self.__name__ = f"vmap({getattr(f, '__name__', repr(f))})"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Map f over the members of the arguments."""
        leaves, rebuild = flatten(args)
        axes = _axes_per_leaf(self.in_axes, args)
        mapped = {i: axis for i, axis in enumerate(axes) if axis is not None}
        if not mapped:
            raise ValueError("vmap: in_axes maps no argument; nothing to do in batches")
        members = [_members_first(leaves[i], axis, i) for i, axis in mapped.items()]
        size = _common_size(members)
        rebuilds: list[Rebuild] = []

        def call(parts: Sequence[Any]) -> list[Any]:
            values = list(leaves)
            for i, part in zip(mapped, parts, strict=True):
                values[i] = part
            result = self.f(*rebuild(values), **kwargs)
            if result is None:
                raise TypeError(f"{self.__name__}: the function returned None")
            results, back = flatten(result)
            rebuilds.append(back)
            return results

        def stacked(start: int, stop: int) -> list[Any]:
            return [part[start:stop] for part in members]

        results = in_chunks(call, stacked, size, self.chunk_size)
        container = rebuilds[-1]
        places = spread(self.out_axes, container(results), "out_axes")
        return container(
            [
                _placed(result, axis)
                for result, axis in zip(results, places, strict=True)
            ]
        )

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<{self.__name__}>"


def _axes_per_leaf(in_axes: Any, args: tuple[Any, ...]) -> list[int | None]:
    if isinstance(in_axes, tuple) and len(in_axes) != len(args):
        raise ValueError(
            f"vmap: in_axes has {len(in_axes)} entries for {len(args)} arguments"
        )
    return spread(in_axes, args, "in_axes")


def _members_first(leaf: Any, axis: int, number: int) -> Any:
    """Return an array with its members along the first axis, in memory of its own."""
    ndim = len(shape(leaf))
    if not -ndim <= axis < ndim:
        what = f"an array of shape {shape(leaf)}" if ndim else "a number"
        raise ValueError(
            f"vmap: in_axes asks for axis {axis} of {what} (leaf {number} of the "
            "arguments); map another axis, or None to give it to every member whole"
        )
    return copy(np.moveaxis(leaf, axis, 0))


def _common_size(members: Sequence[Any]) -> int:
    sizes = [shape(part)[0] for part in members]
    if len(set(sizes)) > 1:
        raise ValueError(f"vmap: the mapped axes have different lengths: {sizes}")
    return sizes[0]


def _placed(result: Any, axis: int | None) -> Any:
    """Put the batch axis of a result where out_axes says."""
    if axis is None:
        if not shape(result)[0]:
            raise ValueError("vmap: out_axes=None of an empty batch has no value")
        plain = strip(result)
        if not is_lazy(plain) and not np.all((plain == plain[:1]) | (plain != plain)):
            raise ValueError("vmap: out_axes=None, but the result differs in the batch")
        return result[0]
    ndim = len(shape(result))
    if not -ndim <= axis < ndim:
        raise ValueError(
            f"vmap: out_axes asks for axis {axis} of a result of {ndim} axes"
        )
    moved = np.moveaxis(result, 0, axis)
    return moved if moved is result else copy(moved, order="C")
