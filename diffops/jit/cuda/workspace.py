"""Where the buffers of a plan lie in its workspace, which they share over time."""

from __future__ import annotations

from diffops.jit.arrays.buffers import Buffer
from diffops.jit.arrays.reals import WIDTHS
from diffops.jit.cuda.device_plan import CudaPlan

#: Buffers begin at a multiple of so many doubles.
_ALIGNMENT = 32


def place_work(plan: CudaPlan, flag: Buffer) -> None:
    """Put what is read last before something is written first in the same place."""
    lives: dict[int, tuple[Buffer, int, int]] = {}
    for i, step in enumerate(plan.steps):
        for view in step.windows:
            if view.buffer.pointer:
                continue
            _, first, _ = lives.get(id(view.buffer), (None, i, i))
            lives[id(view.buffer)] = (view.buffer, first, i)
    if id(flag) in lives:
        plan.flag = flag
        lives[id(flag)] = (flag, 0, len(plan.steps))
    taken: list[tuple[int, int, int]] = []  # begins, ends, is read last
    for number, (buffer, first, last) in enumerate(
        sorted(lives.values(), key=lambda life: life[1])
    ):
        taken = sorted(place for place in taken if place[2] >= first)
        doubles = -(-buffer.size * WIDTHS[buffer.real] // WIDTHS["double"])
        size = -(-doubles // _ALIGNMENT) * _ALIGNMENT
        start = 0
        for begin, end, _ in taken:
            if start + size <= begin:
                break
            start = max(start, end)
        taken.append((start, start + size, last))
        buffer.pointer = f"w{number}"
        plan.work[buffer.pointer] = start
        plan.reals[buffer.pointer] = buffer.real
        plan.work_size = max(plan.work_size, start + size)
