"""The sparsity patterns of Jacobians and Hessians, found by one run of f."""

from __future__ import annotations

from typing import Any

from diffops.modes.pattern import Detection, LocalDetection
from diffops.modes.pattern_rows import stacked
from diffops.operators._matrices import Gradient
from diffops.operators._passes import run
from diffops.operators._point import Point
from diffops.operators._vectors import size
from diffops.sparse._flows import flow_of


def jacobian_pattern(point: Point, has_aux: bool, local: bool = False) -> Any:
    """Return where the Jacobian may differ from zero, as a boolean CSR array.

    It has a row per entry of f(x) and a column per entry of x, leaf after leaf.
    """
    level = _started(point, local)
    output = run(level, point, _leaves(level, point), has_aux)
    return stacked([level.rows(leaf) for leaf in output.leaves]).matrix


def hessian_pattern(point: Point, has_aux: bool, local: bool = False) -> Any:
    """Return where the Hessian may differ from zero, as a boolean CSR array.

    It is the pattern of the gradient's Jacobian: the reverse sweep runs on patterns.
    What it finds on one side of the diagonal alone counts on both.
    """
    level = _started(point, local)
    gradient = Gradient(point, "sparse_hessian", has_aux)
    try:
        slopes = gradient(*_leaves(level, point))
    finally:
        level.end()
    if level.refusal is not None:
        raise level.refusal
    matrix = stacked([level.rows(slope) for slope in slopes]).matrix
    return (matrix + matrix.T).tocsr()


def _started(point: Point, local: bool) -> Detection:
    kind = LocalDetection if local else Detection
    return kind(sum(map(size, point.leaves)), flow_of)


def _leaves(level: Detection, point: Point) -> list[Any]:
    leaves = []
    first = 0
    for leaf in point.leaves:
        leaves.append(level.leaf(leaf, first))
        first += size(leaf)
    return leaves
