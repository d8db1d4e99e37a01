"""Parameters of kernels: each window once, axes in one, indices that fit."""

import re

import numpy as np
from cuda_on_cpu import plan_of

from diffops.jit.arrays.buffers import Buffer, View, whole
from diffops.jit.arrays.nodes import Each, Move
from diffops.jit.cuda.parameters import Parameters
from diffops.native import codes

FLAG = Buffer(1, "flag")


def parameters(shape, nodes, reduced=()):
    return Parameters(shape, nodes, reduced, {}, FLAG)


def test_each_window_is_one_parameter():
    x, y = Buffer(12, "x"), Buffer(12, "y")
    views = [whole(x, (3, 4)), View(x, (3, 4), (1, 3)), whole(x, (3, 4))]
    product = Each(codes.MULTIPLY, views[:2], (3, 4), 0)
    total = Each(codes.ADD, [product, views[2]], (3, 4), 0, whole(y, (3, 4)))
    found = parameters((3, 4), [product, total])
    assert found.arguments == [views[0], views[1], total.stored]
    assert found.kinds == ["const double* __restrict__"] * 2 + ["double*"]
    assert found.kept == [[0], [1]]


def test_axes_that_all_go_through_alike_are_one():
    x, y = Buffer(60), Buffer(60)
    move = Move(whole(x, (3, 4, 5)), whole(y, (3, 4, 5)), 0)
    assert parameters((3, 4, 5), [move]).kept == [[0, 1, 2]]
    found = parameters((3, 4, 5), [move], (1, 2))
    assert (found.kept, found.reduced) == ([[0]], [[1, 2]])


def test_indices_are_long_where_entries_are_many():
    """Also where strides go far, or backwards."""
    for size, stride, wanted in [
        (1000, 1, "int"),
        (2**31, 1, "long long"),
        (1000, 2**22, "long long"),
        (1000, -(2**22), "long long"),
        (1000, -5, "int"),
    ]:
        source = View(Buffer(size), (size,), (stride,))
        move = Move(source, whole(Buffer(size), (size,)), 0)
        assert parameters((size,), [move]).index() == wanted


def test_places_are_whole_numbers():
    places = np.array([0, 3, 3, 1])
    source = plan_of(lambda x: x[places] * 2, np.ones(4)).source
    assert re.search(r"const long long\* __restrict__ p1", source)
    assert "p0[p1[i0]]" in source
