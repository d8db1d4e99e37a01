"""Windows on memory, and axes that are gone through as one."""

import numpy as np

from diffops.jit.arrays.buffers import (
    Buffer,
    View,
    merged,
    merged_axes,
    strides_of,
    whole,
)


def test_strides():
    for shape in [(), (3,), (2, 3, 4), (2, 0, 3)]:
        wanted = tuple(s // 8 for s in np.empty(shape).strides)
        assert strides_of(shape) == wanted or 0 in shape


def test_contiguity():
    buffer = Buffer(12)
    assert whole(buffer, (3, 4)).is_contiguous()
    assert View(buffer, (3, 1), (4, 7)).is_contiguous() is False
    assert View(buffer, (3, 1), (1, 7)).is_contiguous()
    assert not View(buffer, (4, 3), (1, 4)).is_contiguous()


def test_broadcasting():
    view = whole(Buffer(3), (3, 1)).broadcast((2, 3, 4))
    assert view.shape == (2, 3, 4)
    assert view.strides == (0, 1, 0)


def test_axes_are_merged_where_all_go_alike():
    assert merged((2, 3, 4), [(12, 4, 1)], [False] * 3) == [0]
    assert merged((2, 3, 4), [(12, 4, 1), (0, 0, 0)], [False] * 3) == [0]
    assert merged((2, 3, 4), [(12, 4, 1), (4, 0, 1)], [False] * 3) == [0, 1, 2]
    assert merged((2, 3, 4), [(12, 4, 1)], [False, False, True]) == [0, 2]
    assert merged((), [()], []) == []


def test_axes_of_size_1_are_left_out_and_reduced_ones_kept_apart():
    assert merged_axes((2, 1, 3, 4), [(12, 12, 4, 1)], []) == [[0, 2, 3]]
    assert merged_axes((2, 1, 3, 4), [(12, 12, 4, 1)], [(2, 3)]) == [[0], [2, 3]]
    assert merged_axes((2, 3, 4), [(12, 4, 1)], [(0,), (2,)]) == [[0], [1], [2]]
    assert merged_axes((1, 1), [(0, 0)], [(0,)]) == []
