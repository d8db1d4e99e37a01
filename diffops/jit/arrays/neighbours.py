"""Differences of neighbours along an axis: windows, one subtracted from the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diffops.jit.arrays.buffers import Shape
from diffops.jit.arrays.nodes import NotOfArrays
from diffops.jit.arrays.places import Places
from diffops.jit.program import Operation
from diffops.native import codes

if TYPE_CHECKING:
    from diffops.jit.arrays.planning import Planning


def differences(planning: Planning, step: Operation, values: Any, shape: Shape) -> Any:
    """Subtract each entry from the next one along an axis, n times."""
    space, axis = planning.shape(step.slots[0]), step.params["axis"]
    if not space or len(step.slots) > 1 or set(step.params) - {"n", "axis"}:
        raise NotOfArrays
    value, before = values[0], (slice(None),) * (axis % len(space))
    for _ in range(step.params["n"]):
        places = Places(planning.stored(value, space))
        after = places.array[(*before, slice(1, None))]
        first = places.array[(*before, slice(None, -1))]
        space = after.shape
        windows = [places.view_of(part, space) for part in (after, first)]
        value = planning.each(codes.SUBTRACT, windows, space)
    return value
