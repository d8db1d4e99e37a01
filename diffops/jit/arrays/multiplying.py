"""How products of arrays enter a plan: as matrix products, or as a nest that sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from diffops.jit.arrays.buffers import Shape, View, whole
from diffops.jit.arrays.contraction_orders import contraction_order
from diffops.jit.arrays.nodes import NotOfArrays, Product
from diffops.jit.arrays.places import as_window
from diffops.jit.program import Operation
from diffops.native import codes

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning


def multiplied(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Multiply matrices, vectors, or stacks of matrices."""
    spaces = [planning.shape(slot) for slot in step.slots]
    if not all(spaces) or step.params:
        raise NotOfArrays
    left, right = (
        planning.stored(value, space)  # type: ignore[arg-type]
        for value, space in zip(values, spaces, strict=True)
    )
    if len(left.shape) <= 2 and len(right.shape) <= 2:
        return _product(planning, left, right, shape)
    if len(right.shape) <= 2 and len(left.shape) > 2:  # one tall matrix
        rows = _reshaped(planning, left, (-1, left.shape[-1]))
        tall = (rows.shape[0], *right.shape[1:])
        return _reshaped(planning, _product(planning, rows, right, tall), shape)
    if len(left.shape) == 1:
        left = View(left.buffer, (1, *left.shape), (0, *left.strides), left.offset)
    if len(right.shape) == 1:
        right = View(right.buffer, (*right.shape, 1), (*right.strides, 0), right.offset)
    places = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    left = left.broadcast((*places, *left.shape[-2:]))
    right = right.broadcast((*places, *right.shape[-2:]))
    full = (*places, left.shape[-2], right.shape[-1])
    return _reshaped(planning, _product(planning, left, right, full), shape)


def _product(planning: Planning, left: View, right: View, shape: Shape) -> View:
    """Multiply two factors that have the same leading axes."""
    left, right = _in_order(planning, left), _in_order(planning, right)
    level = max(planning.level(view, view.shape) for view in (left, right))
    result = planning.new(shape, level)
    planning.plan.nodes.append(Product(left, right, result, level))
    return result


def _in_order(planning: Planning, view: View) -> View:
    """Return a factor in an order of memory that BLAS takes, and of its type."""
    if view.buffer.real != planning.real:
        return planning.moved(view, view.shape)
    pairs = zip(view.strides[-2:], view.shape[-2:], strict=True)
    strides = [stride for stride, n in pairs if n > 1]
    if min(strides, default=1) < 1 or (len(strides) == 2 and 1 not in strides):
        return planning.moved(view, view.shape)
    return view


def _reshaped(planning: Planning, view: View, shape: Shape) -> View:
    """Return a window in another shape, copied where it must be."""
    found = as_window(view, lambda array: array.reshape(shape))
    if found is None:
        copy = planning.moved(view, view.shape)
        found = as_window(copy, lambda array: array.reshape(shape))
    assert found is not None
    return found


def contracted(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Sum products of the entries of arrays over axes (einsum)."""
    inputs, _, output = step.params["subscripts"].partition("->")
    labels = inputs.split(",")
    spaces = [planning.shape(slot) or () for slot in step.slots]
    if any(len(set(name)) < len(name) for name in (*labels, output)):
        raise NotOfArrays
    sizes: dict[str, int] = {}
    for name, space in zip(labels, spaces, strict=True):
        for label, n in zip(name, space, strict=True):
            if sizes.setdefault(label, n) != n:
                raise NotOfArrays  # NumPy repeats unit axes
    work, pairs = contraction_order(labels, output, sizes)
    if len(pairs) > 1 and work >= math.prod(sizes.values()) * len(pairs):
        return _summed(planning, values, labels, output, sizes)
    for i, j, kept in pairs:
        factors = (values[i], values[j])
        product = _pair(planning, factors, (labels[i], labels[j]), kept, sizes)
        rest = [k for k in range(len(labels)) if k not in (i, j)]
        values = [*(values[k] for k in rest), product]
        labels = [*(labels[k] for k in rest), kept]
    return values[0]


def _pair(
    planning: Planning,
    values: tuple[Any, Any],
    labels: tuple[str, str],
    output: str,
    sizes: dict[str, int],
) -> Any:
    """Contract two operands: by a product of matrices, where it is one."""
    a, b = labels
    both = [x for x in output if x in a and x in b]
    summed = [x for x in a if x in b and x not in output]
    ours = [x for x in output if x in a and x not in b]
    theirs = [x for x in output if x in b and x not in a]
    alone = {*a, *b} - {*both, *summed, *ours, *theirs}
    if alone or not summed or not ours or not theirs:
        return _summed(planning, values, labels, output, sizes)

    def size(group: list[str]) -> int:
        return math.prod(sizes[x] for x in group)

    views = [
        planning.stored(value, tuple(sizes[x] for x in name))
        for value, name in zip(values, labels, strict=True)
    ]
    places = tuple(sizes[x] for x in both)
    left = _arranged(planning, views[0], a, [*both, *ours, *summed])
    right = _arranged(planning, views[1], b, [*both, *summed, *theirs])
    left = _reshaped(planning, left, (*places, size(ours), size(summed)))
    right = _reshaped(planning, right, (*places, size(summed), size(theirs)))
    full = (*places, size(ours), size(theirs))
    found = _reshaped(
        planning,
        _product(planning, left, right, full),
        tuple(sizes[x] for x in [*both, *ours, *theirs]),
    )
    return _arranged(planning, found, "".join([*both, *ours, *theirs]), list(output))


def _arranged(planning: Planning, view: View, labels: str, order: list[str]) -> View:
    """Return a window with its axes in another order."""
    places = [labels.index(label) for label in order]
    shape = tuple(view.shape[i] for i in places)
    return View(view.buffer, shape, tuple(view.strides[i] for i in places), view.offset)


def _summed(
    planning: Planning,
    values: Sequence[Any],
    labels: Sequence[str],
    output: str,
    sizes: dict[str, int],
) -> Any:
    """Multiply entry by entry, and sum over what is behind the result's axes."""
    order = [*output, *sorted({*"".join(labels)} - {*output})]
    space = tuple(sizes[x] for x in order)
    factors: list[Any] = []
    for value, name in zip(values, labels, strict=True):
        if not name:
            factors.append(value)
            continue
        view = planning.stored(value, tuple(sizes[x] for x in name))
        steps = dict(zip(name, view.strides, strict=True))
        strides = tuple(steps.get(x, 0) for x in order)
        factors.append(View(view.buffer, space, strides, view.offset))
    product = factors[0]
    for factor in factors[1:]:
        product = planning.each(codes.MULTIPLY, [product, factor], space)
    if len(output) == len(space):
        return product
    axes = tuple(range(len(output), len(space)))
    total = planning.reduce("add", product, space, axes)
    return whole(total.buffer, space[: len(output)])
