"""From a pattern to a plan: which coloring, in which order, has the fewest passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from diffops.sparse._covers import bidirectional_plan
from diffops.sparse._forests import symmetric_plan
from diffops.sparse._graphs import (
    Graph,
    Order,
    acyclic,
    neighbours,
    orthogonal,
    smallest_last,
    star,
)
from diffops.sparse._plan import Plan, places, uncolored

ORDERS = ("auto", "natural", "largest_first", "smallest_last")
JACOBIAN = ("auto", "column", "row", "bidirectional", "substitution")
HESSIAN = ("auto", "star", "acyclic", "column")

#: The graph of all pairs of columns that meet is made up to so many edges.
_MANY_CONFLICTS = 20_000_000

#: With more colors than these, dense rows and columns are worth looking for.
_FEW_COLORS = 10


def jacobian_plan(pattern: Any, coloring: str, order: str) -> Plan:
    """Return the plan for a pattern; "auto" takes the one with the fewest passes."""
    makers: dict[str, Callable[[], Plan]] = {
        "column": lambda: column_plan(pattern, order),
        "row": lambda: _turned(column_plan(_transposed(pattern), order), pattern),
        "bidirectional": lambda: bidirectional_plan(pattern, False),
        "substitution": lambda: bidirectional_plan(pattern, True),
    }
    if coloring != "auto":
        return makers[coloring]()
    # No coloring has fewer colors than the fullest row, or column, has entries.
    least = {"column": _fullest(pattern), "row": _fullest(_transposed(pattern))}
    first, second = sorted(least, key=lambda name: least[name])
    least["bidirectional"] = _FEW_COLORS
    tried = [first, second, "bidirectional"]
    if least[first] > _FEW_COLORS:
        tried.reverse()
    best = None
    for name in tried:
        if best is None or least[name] < best.passes:
            plan = makers[name]()
            if best is None or plan.passes < best.passes:
                best = plan
    assert best is not None
    return best


def hessian_plan(pattern: Any, coloring: str, order: str) -> Plan:
    """Return the plan for a symmetric pattern; "auto" is the best direct one."""
    if coloring == "column":
        return column_plan(pattern, order)
    graph = _graph_of(pattern)
    paint = acyclic if coloring == "acyclic" else star
    orders = _orders(order, lambda: list(map(len, graph)), lambda: graph)
    colors = min((paint(graph, chosen) for chosen in orders), key=_count)
    plan = symmetric_plan(pattern, colors)
    if coloring == "auto" and _fullest(pattern) < plan.passes:
        plan = min(plan, column_plan(pattern, order), key=lambda plan: plan.passes)
    return plan


def column_plan(pattern: Any, order: str) -> Plan:
    """Return the plan with columns alone, of which those of a color never meet."""
    m, n = pattern.shape
    i, j = places(pattern)
    columns = neighbours(*_by_columns(pattern))
    least = _fullest(pattern)
    best = None
    lengths = np.diff(pattern.indptr)

    def degrees() -> Any:
        return np.bincount(j, weights=lengths[i] - 1.0, minlength=n)

    for chosen in _orders(order, degrees, lambda: _conflicts(pattern)):
        colors = orthogonal(columns, m, chosen)
        if best is None or _count(colors) < _count(best):
            best = colors
        if _count(best) <= least:
            break
    assert best is not None
    return Plan(pattern, best, uncolored(m), best[j] * m + i, np.arange(i.size))


def _turned(plan: Plan, pattern: Any) -> Plan:
    """Return the plan of rows, given that of the columns of the transpose."""
    n = pattern.shape[1]
    i, j = places(pattern)
    colors = plan.column_colors
    return Plan(pattern, uncolored(n), colors, colors[i] * n + j, plan.unknowns)


def _count(colors: np.ndarray) -> int:
    return int(colors.max(initial=-1)) + 1


def _fullest(pattern: Any) -> int:
    return int(np.diff(pattern.indptr).max(initial=0))


def _transposed(pattern: Any) -> Any:
    transposed = pattern.T.tocsr()
    transposed.sort_indices()
    return transposed


def _by_columns(pattern: Any) -> tuple[np.ndarray, np.ndarray]:
    transposed = _transposed(pattern)
    return transposed.indptr, transposed.indices


def _graph_of(pattern: Any) -> Graph:
    """Return the graph of a symmetric pattern, without its diagonal."""
    i, j = places(pattern)
    off = i != j
    counts = np.bincount(i[off], minlength=pattern.shape[0])
    return neighbours(np.append(0, np.cumsum(counts)), j[off])


def _conflicts(pattern: Any) -> Graph | None:
    """Return which columns meet in a row, if that is not too much."""
    lengths = np.diff(pattern.indptr).astype(np.int64)
    if (lengths**2).sum() > _MANY_CONFLICTS:
        return None
    return _graph_of((pattern.T @ pattern).tocsr())


def _orders(
    order: str, degrees: Callable[[], Any], graph: Callable[[], Graph | None]
) -> Iterator[Order]:
    """Yield the orders in which to color: all of them for "auto"."""
    count = len(degrees())
    if order in ("auto", "natural"):
        yield range(count)
    if order in ("auto", "largest_first"):
        yield np.argsort(-np.asarray(degrees()), kind="stable").tolist()
    if order in ("auto", "smallest_last"):
        found = graph()
        if found is not None:
            yield smallest_last(found)
        elif order == "smallest_last":
            yield np.argsort(-np.asarray(degrees()), kind="stable").tolist()
