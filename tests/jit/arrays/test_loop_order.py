"""The innermost loop is long, and goes by single steps where it can."""

from diffops.jit.arrays.buffers import merged_axes, strides_of
from diffops.jit.arrays.loop_order import best_axes

SHAPE = (25, 1000, 10)
PLAIN = strides_of(SHAPE)
TURNED = (10_000, 1, 1000)


def test_what_lies_alike_is_one_loop():
    assert best_axes(SHAPE, [PLAIN, PLAIN], []) == [[0, 1, 2]]
    assert best_axes(SHAPE, [TURNED, TURNED], []) == [[0, 2, 1]]


def test_a_short_last_axis_is_not_innermost_where_arrays_lie_along_another():
    repeated = (10, 0, 1)
    assert best_axes(SHAPE, [TURNED, repeated], [])[-1] == [1]
    assert best_axes(SHAPE, [PLAIN, repeated], []) == [[0], [1], [2]]


def test_a_long_last_axis_stays():
    shape = (25, 10, 1000)
    assert best_axes(shape, [strides_of(shape), (0, 1000, 1)], [])[-1][-1] == 2
    assert best_axes((64, 64), [(64, 1), (1, 64)], []) == [[0], [1]]


def test_sums_part_axes():
    assert merged_axes(SHAPE, [PLAIN], [(2,)], [0, 1, 2]) == [[0, 1], [2]]
    assert best_axes(SHAPE, [TURNED, (1000, 1, 0)], [(2,)]) == [[0], [2], [1]]


def test_axes_of_one_entry_are_left_out():
    assert best_axes((1, 1), [(1, 1)], []) == []
    assert best_axes((1, 7, 1), [(7, 1, 1)], []) == [[1]]


def test_leaps_are_avoided():
    for shape in ((1_000_000, 3), (1000, 3), (1000, 10)):
        assert best_axes(shape, [strides_of(shape), (1, 0)], [(1,)]) == [[0], [1]]
        assert best_axes(shape, [strides_of(shape), (0, 1)], [(0,)]) == [[0], [1]]
