"""Dependences through products of matrices, contractions and convolutions.

Where a factor is a constant, what its zeros multiply is left out: a constant is the
same for all inputs. That makes ``A @ x`` as sparse as A. (A zero factor in an
elementwise product is not taken for a statement about structure.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from diffops.modes.pattern import Call
from diffops.modes.pattern_rows import Rows, numbers
from diffops.sparse._gatherings import merged
from diffops.sparse._moves import picked, together
from diffops.values.methods import shape_of as shape

_LABELS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Operand(NamedTuple):
    """A factor with a label per axis: rows if it is tracked, else where it is not 0."""

    labels: str
    places: np.ndarray
    rows: Rows | None


def matmul(call: Call) -> Rows:
    """Multiply matrices, vectors and stacks of them."""
    a, b = (len(shape(arg)) for arg in call.args)
    stack = _LABELS[3 : 3 + max(a, b, 2) - 2]
    left = "k" if a == 1 else stack[len(stack) - (a - 2) :] + "ik"
    right = "k" if b == 1 else stack[len(stack) - (b - 2) :] + "kj"
    output = stack + ("i" if a > 1 else "") + ("j" if b > 1 else "")
    return contracted(call, [left, right], output)


def einsum(call: Call) -> Rows:
    """Sum products over the labels that the output lacks."""
    left, _, output = call.params["subscripts"].partition("->")
    return contracted(call, left.split(","), output)


def contracted(call: Call, labels: Sequence[str], output: str) -> Rows:
    """Return what each entry of a contraction depends on."""
    operands = [
        _operand(call, i, mine, arg)
        for i, (mine, arg) in enumerate(zip(labels, call.args, strict=True))
    ]
    lengths = dict(zip(output, shape(call.y), strict=True))
    fixed = [operand for operand in operands if operand.rows is None]
    parts = [
        _flow(operand, fixed, output, lengths)
        for operand in operands
        if operand.rows is not None and not operand.rows.is_empty()
    ]
    return together(parts, call)


def _operand(call: Call, i: int, labels: str, arg: Any) -> Operand:
    """Return a factor with each label once, and without axes of length one."""
    tracked = call.carries[i] is not None
    places = numbers(shape(arg)) if tracked else np.asarray(arg) != 0
    once = "".join(dict.fromkeys(labels))
    if once != labels:
        places = np.einsum(f"{labels}->{once}", places)
    long = [axis for axis, n in enumerate(places.shape) if n != 1]
    labels = "".join(once[axis] for axis in long)
    places = places.reshape([places.shape[axis] for axis in long])
    return Operand(labels, places, call.rows(i) if tracked else None)


def _flow(
    operand: Operand, fixed: Sequence[Operand], output: str, lengths: dict[str, int]
) -> Rows:
    """Return what the output depends on through one factor.

    Sum over labels that no constant restricts; then pass through the matrix of the
    pairs of entries that meet at a nonzero; then repeat along the other labels.
    """
    labels, places, rows = operand
    assert rows is not None
    rows = picked(rows, places)
    fixed = [other for other in fixed if not other.places.all()]
    restricted = "".join(dict.fromkeys("".join(other.labels for other in fixed)))
    here = places.shape
    summed = [a for a, label in enumerate(labels) if label not in output + restricted]
    if summed:
        rows, _ = merged(rows, here, tuple(summed))
        here = tuple(n for a, n in enumerate(here) if a not in summed)
        labels = "".join(c for a, c in enumerate(labels) if a not in summed)
    if fixed:
        rows, labels, here = _restricted(rows, labels, here, fixed, output)
    y = tuple(lengths[label] for label in output)
    order = [labels.index(label) for label in output if label in labels]
    entries = numbers(here).transpose(order)
    spread = [n if label in labels else 1 for label, n in zip(output, y, strict=True)]
    return picked(rows, np.broadcast_to(entries.reshape(spread), y))


def _restricted(
    rows: Rows,
    labels: str,
    here: tuple[int, ...],
    fixed: Sequence[Operand],
    output: str,
) -> tuple[Rows, str, tuple[int, ...]]:
    from scipy.sparse import csr_array

    lengths = dict(zip(labels, here, strict=True))
    for other in fixed:
        lengths.update(zip(other.labels, other.places.shape, strict=True))
    known = "".join(
        label
        for label in lengths
        if (label in labels or label in output)
        and any(label in other.labels for other in fixed)
    )
    terms = ",".join(other.labels for other in fixed)
    supports = (other.places.astype(float) for other in fixed)
    meeting = np.einsum(f"{terms}->{known}", *supports, optimize=True)
    # Each place where the constants meet, with each index along the other labels.
    met = np.flatnonzero(meeting)
    free = "".join(label for label in labels if label not in known)
    rest = numbers(tuple(lengths[label] for label in free)).reshape(-1)
    count = met.size * rest.size
    at: dict[str, np.ndarray] = {}
    for names, flat, along in (
        (known, met, lambda i: np.repeat(i, rest.size)),
        (free, rest, lambda i: np.tile(i, met.size)),
    ):
        if names:
            grid = np.unravel_index(flat, [lengths[label] for label in names])
            at.update(zip(names, map(along, grid), strict=True))
    into = "".join(c for c in lengths if c in output and (c in labels or c in known))
    new = tuple(lengths[label] for label in into)
    pairs = tuple(_flat(at, names, lengths, count) for names in (into, labels))
    ones = np.ones(count, dtype=bool)
    matrix = csr_array((ones, pairs), shape=(math.prod(new), rows.count))
    return rows.through(matrix), into, new


def _flat(
    at: dict[str, np.ndarray], labels: str, lengths: dict[str, int], count: int
) -> np.ndarray:
    """Return the flat places of entries whose index is given per label."""
    flat = np.zeros(count, dtype=np.int64)
    for label in labels:
        flat = flat * lengths[label] + at[label]
    return flat


def convolving(call: Call) -> Rows:
    """Convolve sequences, as `numpy.convolve`."""
    short = min(shape(arg)[0] for arg in call.args) - 1
    skipped = {"full": 0, "same": short // 2, "valid": short}[call.params["mode"]]
    return _convolved(call, [skipped])


def convolving_arrays(call: Call) -> Rows:
    """Convolve arrays of several axes, as `scipy.signal.convolve`."""
    mode = call.params["mode"]
    pairs = list(zip(*map(shape, call.args), strict=True))
    if mode == "full":
        return _convolved(call, [0 for _ in pairs])
    if mode == "same":
        return _convolved(call, [(q - 1) // 2 for _, q in pairs])
    return _convolved(call, [min(pair) - 1 for pair in pairs])


def _convolved(call: Call, starts: Sequence[int]) -> Rows:
    """Let entries meet whose places add up; the output begins at ``starts``."""
    from scipy.sparse import csr_array

    y = shape(call.y)
    parts = []
    for i, other in enumerate(reversed(call.args)):
        if call.carries[i] is None:
            continue
        rows = call.rows(i)
        fixed = call.carries[1 - i] is None
        steps = np.nonzero(other if fixed else np.ones(shape(other), dtype=bool))
        into = np.zeros((steps[0].size, rows.count), dtype=np.int64)
        kept = np.ones(into.shape, dtype=bool)
        entries = np.unravel_index(np.arange(rows.count), shape(call.args[i]))
        for step, entry, start, n in zip(steps, entries, starts, y, strict=True):
            place = step[:, None] + entry - start
            kept &= (place >= 0) & (place < n)
            into = into * n + place
        source = np.broadcast_to(np.arange(rows.count), into.shape)[kept]
        ones = np.ones(source.size, dtype=bool)
        size = math.prod(y)
        matrix = csr_array((ones, (into[kept], source)), shape=(size, rows.count))
        parts.append(rows.through(matrix))
    return together(parts, call)


def multiplying_sparse(call: Call) -> Rows:
    """Multiply by one of SciPy's sparse arrays: what it does not store is zero."""
    from scipy.sparse import csr_array, eye_array, kron

    matrix = call.params["matrix"].tocsr()
    ones = np.ones(matrix.indices.size, dtype=bool)
    stored = csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
    columns = math.prod(shape(call.y)[1:])
    if columns != 1:
        stored = csr_array(kron(stored, eye_array(columns, dtype=bool)))
    return call.rows(0).through(stored)


def crossing(call: Call) -> Rows:
    """Multiply vectors in space: each component depends on the two others."""
    y = shape(call.y)
    parts = []
    for i, arg in enumerate(call.args):
        if call.carries[i] is not None:
            places = np.broadcast_to(numbers(shape(arg)), y)
            parts += [
                call.rows(i).take(places[..., others])
                for others in ([1, 2, 0], [2, 0, 1])
            ]
    return together(parts, call)
