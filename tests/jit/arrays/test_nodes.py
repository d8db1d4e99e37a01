"""Nodes are told apart by identity: two equal ones are two."""

import sys

from diffops.jit.arrays.buffers import Buffer, View
from diffops.jit.arrays.nodes import Each, Move, Plan, groups
from diffops.native import codes


def test_nodes_are_compared_by_identity():
    first, second = (Each(codes.ADD, [1.0, 2.0], (3,), 0) for _ in range(2))
    assert first != second
    assert first == first
    assert Buffer(3) != Buffer(3)
    assert Plan().nodes is not Plan().nodes


def test_groups_share_what_they_read():
    first, second = (View(Buffer(3), (3,), (1,)) for _ in range(2))
    a = Each(codes.SQUARE, [first], (3,), 0)
    b = Each(codes.ADD, [a, 1.0], (3,), 0)
    c = Each(codes.SQUARE, [second], (3,), 0)
    d = Move(first, View(Buffer(3), (3,), (1,)), 0)
    assert groups([a, b, c, d]) == [[a, b, d], [c]]
    e = Each(codes.MULTIPLY, [b, c], (3,), 0)
    assert groups([a, c, b, d, e]) == [[a, c, b, d, e]]


def steps_of_groups(nodes):
    """Return how many lines of Python run while nodes are grouped."""
    steps = 0

    def count(frame, event, arg):
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        groups(nodes)
    finally:
        sys.settrace(before)
    return steps


def test_groups_of_many_nodes_take_steps_in_proportion():
    view = View(Buffer(3), (3,), (1,))
    chain = [Each(codes.SQUARE, [view], (3,), 0)]
    for _ in range(1600):
        chain.append(Each(codes.ADD, [chain[-1], view], (3,), 0))
    assert len(groups(chain)) == 1
    assert steps_of_groups(chain) < 6 * steps_of_groups(chain[:400])
