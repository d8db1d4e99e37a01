"""Some entries from columns, the others from rows: where neither alone is enough.

A matrix with a dense row and a dense column has as many colors of columns as columns,
and of rows as rows. So its entries are divided: sparse rows give theirs to the columns,
sparse columns theirs to the rows (Coleman, Verma, The efficient computation of sparse
Jacobian matrices using automatic differentiation, 1998).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from diffops.sparse._graphs import Graph, neighbours
from diffops.sparse._plan import Plan, places


def removal(rows: Graph, columns: Graph, columns_first: bool) -> np.ndarray:
    """Return when each row and each column goes, if the sparsest goes at each step.

    Of equally sparse ones, all rows go before the columns, or the reverse.
    """
    shift = len(rows)
    lines = [[shift + j for j in row] for row in rows] + columns
    last = [(line >= shift) != columns_first for line in range(len(lines))]
    rank = [2 * len(line) + late for line, late in zip(lines, last, strict=True)]
    waiting: list[list[int]] = [[] for _ in range(max(rank, default=0) + 1)]
    for line, r in enumerate(rank):
        waiting[r].append(line)
    when = [-1] * len(lines)
    step = least = 0
    while step < len(lines):
        while not waiting[least]:
            least += 1
        line = waiting[least].pop()
        if when[line] >= 0 or rank[line] != least:
            continue
        when[line] = step
        step += 1
        for crossing in lines[line]:
            if when[crossing] < 0:
                rank[crossing] -= 2
                waiting[rank[crossing]].append(crossing)
        least = max(least - 3, 0)
    return np.array(when, dtype=np.intp)


def _colored(
    lines: Graph, own: Graph, crossings: int, substitution: bool
) -> np.ndarray:
    """Color the lines that have entries of their own; −1 is no color.

    Where two lines cross the same row and one has its entry there, they differ; if
    entries of others may be subtracted, they differ where both have theirs.
    """
    owned = [0] * crossings
    passing = [0] * crossings
    colors = [-1] * len(lines)
    for line in sorted(range(len(lines)), key=lambda line: -len(lines[line])):
        mine = own[line]
        if not mine:
            continue
        taken = 0
        for crossing in mine:
            taken |= owned[crossing] if substitution else passing[crossing]
        if not substitution:
            for crossing in lines[line]:
                taken |= owned[crossing]
        bit = ~taken & (taken + 1)
        colors[line] = bit.bit_length() - 1
        for crossing in mine:
            owned[crossing] |= bit
        for crossing in lines[line]:
            passing[crossing] |= bit
    return np.array(colors, dtype=np.intp)


def bidirectional_plan(pattern: Any, substitution: bool) -> Plan:
    """Return the plan with fewest passes of those for several divisions."""
    m, n = pattern.shape
    i, j = places(pattern)
    by_column = np.lexsort((i, j))
    rows = neighbours(pattern.indptr, pattern.indices)
    columns = neighbours(_starts(j, n), i[by_column])
    whens = [removal(rows, columns, first) for first in (False, True)]
    whens += _dense_last(np.bincount(i, minlength=m), np.bincount(j, minlength=n))
    best = None
    for when in whens:
        to_columns = when[i] < when[m + j]
        own = _only(by_column, j, i, to_columns, n)
        column_colors = _colored(columns, own, m, substitution)
        own = _only(np.arange(i.size), i, j, ~to_columns, m)
        row_colors = _colored(rows, own, n, substitution)
        passes = int(column_colors.max(initial=-1)) + int(row_colors.max(initial=-1))
        if best is None or passes < best[0]:
            best = passes, when, to_columns, column_colors, row_colors
    assert best is not None
    _, when, to_columns, column_colors, row_colors = best
    first = (int(column_colors.max(initial=-1)) + 1) * m
    sources = np.where(
        to_columns, column_colors[j] * m + i, first + row_colors[i] * n + j
    )
    # Entries in the order in which they are found: that of their lines' removal.
    order = np.argsort(np.minimum(when[i], when[m + j]), kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(order.size)
    lower = None
    if substitution:
        lower = _subtracted(i, j, to_columns, column_colors, row_colors, number)
    return Plan(pattern, column_colors, row_colors, sources[order], number, lower)


def _dense_last(in_rows: np.ndarray, in_columns: np.ndarray) -> Iterator[np.ndarray]:
    """Yield orders of removal in which dense rows, or dense columns, go last.

    Dense are those above the widest gap, as a ratio, between numbers of entries.
    """
    for counts, others, rows_last in (
        (in_rows, in_columns, True),
        (in_columns, in_rows, False),
    ):
        found = np.unique(counts[counts > 0])
        if found.size > 1:
            sparse = found[np.argmax(found[1:] / found[:-1])]
            when = np.where(counts > sparse, 2, 0), np.ones(others.size, dtype=np.intp)
            yield np.concatenate(when if rows_last else when[::-1])


def _starts(lines: np.ndarray, count: int) -> np.ndarray:
    """Return where each line starts among entries that are sorted by their lines."""
    return np.append(0, np.cumsum(np.bincount(lines, minlength=count)))


def _only(
    order: np.ndarray, line: np.ndarray, crossing: np.ndarray, own: Any, count: int
) -> Graph:
    """Return the crossings at which each line has an entry of its own."""
    chosen = order[own[order]]
    return neighbours(_starts(line[chosen], count), crossing[chosen])


def _subtracted(
    i: np.ndarray,
    j: np.ndarray,
    to_columns: np.ndarray,
    column_colors: np.ndarray,
    row_colors: np.ndarray,
    number: np.ndarray,
) -> Any:
    """Return the matrix of the entries that are summed with each one, and itself."""
    from scipy.sparse import coo_array, eye_array

    pairs = []
    sides = [(i, column_colors[j], to_columns), (j, row_colors[i], ~to_columns)]
    for line, color, own in sides:
        keys = line * (int(color.max(initial=0)) + 1) + color
        holders = np.flatnonzero(own)
        others = np.flatnonzero(~own & (color >= 0))
        holders = holders[np.argsort(keys[holders])]
        found = np.searchsorted(keys[holders], keys[others])
        found = np.minimum(found, max(holders.size - 1, 0))
        if holders.size:
            met = keys[holders[found]] == keys[others]
            pairs.append((number[holders[found[met]]], number[others[met]]))
    rows, columns = (
        np.concatenate(part) if pairs else np.zeros(0, dtype=np.intp)
        for part in (list(zip(*pairs, strict=True)) or [(), ()])
    )
    size = number.size
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    return (links + eye_array(size)).tocsr()
