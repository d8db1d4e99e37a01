"""Making the passes of a plan, and probing what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.operators._batch_run import in_chunks
from diffops.operators._passes import Output, forward, reverse
from diffops.operators._point import Point
from diffops.operators._vectors import size
from diffops.sparse._plan import Plan
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex

#: So many entries of stacked directions are carried at once, unless one has more.
_AT_ONCE = 2_000_000


def evaluated(
    point: Point, plan: Plan, has_aux: bool, chunk_size: int | None
) -> tuple[Output, Any]:
    """Return f's output and its Jacobian as a CSR array, by the passes of a plan."""
    from scipy.sparse import csr_array

    m, n = plan.pattern.shape
    found = _entries(point.leaves)
    if found != n:
        raise ValueError(
            f"the sparsity pattern has {n} columns, but x has {found} entries"
        )
    if chunk_size is None:
        chunk_size = max(_AT_ONCE // max(m, n, 1), 1)
    outputs: list[Output] = []
    results = []
    if plan.rows or not plan.columns:
        output, pullback = reverse(point, has_aux)
        outputs.append(output)
        _check_outputs(output, m)
        seeds = _Seeds(output.leaves, plan.row_colors)
        if plan.rows:
            results += in_chunks(pullback, seeds, plan.rows, chunk_size)
    sweeps = _joined(results, plan.rows, n)

    def push(direction: Sequence[Any]) -> list[Any]:
        output, tangents = forward(point, direction, has_aux)
        if not outputs:
            _check_outputs(output, m)
        outputs.append(output)
        return tangents

    results = []
    if plan.columns:
        seeds = _Seeds(point.leaves, plan.column_colors)
        results = in_chunks(push, seeds, plan.columns, chunk_size)
    passes = _joined(results, plan.columns, m)
    entries = plan.entries(np.concatenate([passes.ravel(), sweeps.ravel()]))
    leaves = (*point.leaves, *outputs[0].leaves)
    dtype = np.result_type(np.float32, *map(_dtype, leaves))  # SciPy has no halves
    pattern = plan.pattern
    parts = (entries.astype(dtype, copy=False), pattern.indices, pattern.indptr)
    return outputs[0], csr_array(parts, shape=pattern.shape, copy=True)


class _Seeds:
    """The sums of unit vectors of each color, stacked: a part per leaf."""

    def __init__(self, leaves: Sequence[Any], colors: np.ndarray) -> None:
        self.leaves = leaves
        self.colors = colors

    def __call__(self, start: int, stop: int) -> list[np.ndarray]:
        parts = []
        first = 0
        for leaf in self.leaves:
            mine = self.colors[first : first + size(leaf)]
            first += size(leaf)
            seeds = np.arange(start, stop)[:, None] == mine
            parts.append(seeds.astype(_dtype(leaf)).reshape(stop - start, *shape(leaf)))
        return parts


def _dtype(leaf: Any) -> Any:
    return getattr(leaf, "dtype", np.dtype(float))


def _entries(leaves: Sequence[Any]) -> int:
    return sum(map(size, leaves))


def _joined(results: Sequence[Any], count: int, length: int) -> np.ndarray:
    """Return what the passes found as one plain array, a row per pass."""
    if not count:
        return np.zeros((0, length))
    if not all(map(is_plain, results)):
        raise TypeError(
            "a sparse derivative cannot be differentiated or batched itself: f uses "
            "a tracked value from outside; use jacobian or hessian, which can"
        )
    parts = [np.reshape(part, (count, -1)) for part in results]
    return np.concatenate(parts, axis=1)


def _check_outputs(output: Output, m: int) -> None:
    found = _entries(output.leaves)
    if found != m:
        raise ValueError(
            f"the sparsity pattern has {m} rows, but f returned {found} entries"
        )
    if any(map(is_complex, output.leaves)):
        raise TypeError(
            "f returned complex values: a sparse derivative is that of a real function;"
            " return the real and the imaginary part, or use jacobian"
        )


def check(point: Point, has_aux: bool, matrix: Any, plan: Plan) -> None:
    """Compare with the product of the true matrix and a random vector.

    The error names an entry that the pattern lacks.
    """
    random = np.random.default_rng(0)
    direction = [
        random.standard_normal(shape(leaf)).astype(_dtype(leaf))[()]
        for leaf in point.leaves
    ]
    _, tangents = forward(point, direction, has_aux)
    truth = _joined(tangents, 1, matrix.shape[0])[0]
    vector = _joined(direction, 1, matrix.shape[1])[0]
    leaves = (*direction, *tangents)
    precision = max(float(np.finfo(_dtype(leaf)).eps) for leaf in leaves) ** 0.5
    bound = 4 * precision * (np.abs(truth) + abs(matrix) @ np.abs(vector))
    wrong = np.abs(matrix @ vector - truth) > bound
    if not wrong.any():
        return
    i = int(np.argmax(wrong))
    _, pullback = reverse(point, has_aux)
    unit = np.arange(matrix.shape[0]) == i
    row = _joined(pullback(_split(unit, tangents)), 1, matrix.shape[1])[0]
    listed = plan.pattern.indices[plan.pattern.indptr[i] : plan.pattern.indptr[i + 1]]
    missing = np.setdiff1d(np.flatnonzero(row), listed)
    if missing.size:
        raise ValueError(
            f"the sparsity pattern lacks the entry ({i}, {missing[0]}), where the "
            f"derivative is {row[missing[0]]}"
        )
    raise ValueError(
        f"row {i} of the sparse derivative is wrong, though the pattern has all its "
        "entries: f does not compute the same at each call, or its second derivatives "
        "are not symmetric"
    )


def _split(vector: np.ndarray, leaves: Sequence[Any]) -> list[Any]:
    """Return a vector in parts like the leaves."""
    parts = []
    first = 0
    for leaf in leaves:
        part = vector[first : first + size(leaf)].reshape(shape(leaf))
        parts.append(part.astype(_dtype(leaf))[()])
        first += size(leaf)
    return parts
