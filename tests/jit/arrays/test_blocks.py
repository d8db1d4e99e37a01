"""Where loop nests are cut: by shapes and operations, never in pieces too small."""

import numpy as np
import pytest
from natively import array_plan

from diffops.jit.arrays.blocks import _ENTRIES, _SPARSE
from diffops.jit.arrays.nest import Nest
from diffops.jit.arrays.nodes import Each, Move


def nest_of(f, shape):
    """Return the nest of f over one shape."""
    x = np.broadcast_to(np.linspace(0.5, 1.5, shape[-1]), shape)
    nodes = array_plan(f, x).nodes
    of_shape = [n for n in nodes if shape_of(n) == shape]
    return Nest(shape, of_shape)


def shape_of(node):
    if isinstance(node, Each):
        return node.shape
    return node.target.shape if isinstance(node, Move) else node.space


WAVE = lambda x: np.sin(x) * x  # noqa: E731


def test_small_nests_are_whole():
    for f in (WAVE, np.sum, lambda x: np.sum(WAVE(x))):
        assert nest_of(f, (1000,)).blocks is None
        assert nest_of(f, (10, 10)).blocks is None


def test_large_ones_are_cut_for_threads():
    blocks = nest_of(WAVE, (1_000_000,)).blocks
    assert (blocks.depth, blocks.turns, blocks.count) == (0, _ENTRIES, 123)
    assert blocks.shared and not blocks.partial and not blocks.parts


def test_what_is_cheap_is_cut_only_if_it_is_added_up():
    assert nest_of(lambda x: x * 2, (100_000,)).blocks is None
    blocks = nest_of(lambda x: np.sum(x * 2), (100_000,)).blocks
    assert blocks.count == 13 and len(blocks.partial) == 1
    assert blocks.parts == 13
    assert not blocks.shared


@pytest.mark.parametrize(
    ("shape", "axis", "depth"),
    [((2, 500_000), 1, 1), ((500_000, 2), 0, 0), ((1000, 1000), 0, 0)]
    + [((1000, 1000), 1, 0), ((3, 1_000_000), 0, 1), ((1_000_000, 3), 1, 0)],
)
def test_the_loop_that_is_cut(shape, axis, depth):
    nest = nest_of(lambda x: np.sum(WAVE(x), axis), shape)
    blocks = nest.blocks
    assert blocks.depth == depth
    turns = nest.counts[depth]
    assert blocks.turns * (blocks.count - 1) < turns <= blocks.turns * blocks.count
    assert len(blocks.partial) == (axis == depth)
    assert blocks.parts <= np.prod(shape) / _SPARSE


def test_partial_results_do_not_outgrow_what_is_added_up():
    """Where the totals are many, the loop over them is cut instead."""
    nest = nest_of(lambda x: np.sum(WAVE(x), 0), (100, 100_000))
    assert nest.blocks.depth == 1
    assert not nest.blocks.partial


def test_rows_are_cut_into_long_stretches():
    nest = nest_of(lambda x: np.sum(WAVE(x), 0), (60, 100_000))
    assert nest.blocks.turns >= 1024


def test_what_is_written_at_places_is_whole():
    places = np.random.default_rng(0).permutation(300_000)

    def moved(x):
        y = np.zeros(300_000, like=x)
        y[places] = WAVE(x)
        return y

    assert nest_of(moved, (300_000,)).blocks is None
