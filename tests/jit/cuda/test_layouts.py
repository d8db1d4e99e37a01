"""How work is shared out: every entry once, whatever the shape."""

import numpy as np
import pytest
from cuda_on_cpu import plan_of
from natively import array_plan

from diffops.jit.arrays.buffers import Buffer, whole
from diffops.jit.arrays.nodes import Each
from diffops.jit.cuda.layouts import bunches, layout_of, shared_out, together
from diffops.native import codes


def test_no_reduction():
    assert layout_of((1000,), ()) == ("each", 4, 256, 1)
    assert layout_of((1, 5), ()) == ("each", 1, 32, 1)
    assert layout_of((10**6, 1000), ()).grid == 2**16


def test_rows_and_columns():
    assert layout_of((2000, 100), (1,)) == ("rows", 2000, 128, 1)
    assert layout_of((100, 2000), (0,))[::3] == ("columns", 2)
    assert layout_of((2000, 5), (1,)) == ("columns", 8, 256, 1)
    assert layout_of((50, 40, 1), (1,)).kind == "rows"


def test_long_reductions_are_parted():
    assert layout_of((10**7,), (0,)).parts == 512
    assert layout_of((10, 10**6), (1,)).parts > 10
    assert layout_of((10**6, 10), (0,)).parts > 1000
    assert layout_of((1000, 1000), (1,)).parts == 1
    assert together(512, 1) == ("rows", 1, 256, 1)


@pytest.mark.parametrize("shape", [(5,), (7, 1, 90), (1000, 3), (3, 10**5), (10**8, 2)])
def test_there_are_threads_for_all_and_not_too_many(shape):
    for reduced in [(), (0,), (len(shape) - 1,), tuple(range(len(shape)))]:
        long = tuple(axis for axis in reduced if shape[axis] > 1)
        layout = layout_of(shape, long)
        assert layout.block % 32 == 0
        assert 32 <= layout.block <= 256
        assert 1 <= layout.grid <= 2**16
        if long:
            count = np.prod([shape[axis] for axis in long])
            assert 1 <= layout.parts <= count


def test_reductions_over_different_axes_are_kernels_of_their_own():
    plan = plan_of(lambda x: (np.sum(x, 0), np.sum(x, 1), x * 2), np.ones((40, 50)))
    assert len(plan.steps) == 2
    writing = [sum("o2" in str(view.buffer) for view in s.windows) for s in plan.steps]
    assert sorted(writing) == [0, 1]


def test_kernels_compute_what_they_need_and_nothing_else():
    plan = array_plan(
        lambda x: (np.sum(np.sin(x), 0), np.max(np.cos(x), 1)), np.ones((40, 50))
    )
    kernels = shared_out((40, 50), plan.nodes)
    assert [axes for axes, _ in kernels] == [(0,), (1,)]
    assert [len(nodes) for _, nodes in kernels] == [2, 2]


def test_bunches_hold_as_many_groups_as_there_is_room_for():
    x = whole(Buffer(3, "%i0"), (3,))
    pair = [Each(codes.ADD, [x, x], (3,), 0)]  # two that are read, one that is written
    found = bunches([pair] * 5, 12)
    assert [len(bunch) for bunch in found] == [2, 2, 1]
    assert bunches([pair * 9, pair], 12) == [pair * 9, pair]
    assert bunches([], 12) == []
