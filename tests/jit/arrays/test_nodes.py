"""Nodes are told apart by identity: two equal ones are two."""

from diffops.jit.arrays.buffers import Buffer
from diffops.jit.arrays.nodes import Each, Plan
from diffops.native import codes


def test_nodes_are_compared_by_identity():
    first, second = (Each(codes.ADD, [1.0, 2.0], (3,), 0) for _ in range(2))
    assert first != second
    assert first == first
    assert Buffer(3) != Buffer(3)
    assert Plan().nodes is not Plan().nodes
