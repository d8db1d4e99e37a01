"""Contractions of any number of axes: tensordot and einsum."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.engines.creating import counted
from diffops.primitive import Primitive, Pull, adopt, implements
from diffops.rules._batch_products import contracting
from diffops.rules._fitting import fit, likeness, shape_of, spread
from diffops.rules._kinds import add, constant
from diffops.rules.matmul import sum_to


@implements(np.tensordot, np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum over pairs of axes, as one product of matrices."""
    a, b = adopt(a), adopt(b)
    p, q = shape_of(a), shape_of(b)
    left, right = _pairs(axes, len(p), len(q))
    if [p[i] for i in left] != [q[j] for j in right]:
        raise ValueError("shape-mismatch for sum")
    free_a = [i for i in range(len(p)) if i not in left]
    free_b = [j for j in range(len(q)) if j not in right]
    summed = math.prod(p[i] for i in left)
    shape = tuple([p[i] for i in free_a] + [q[j] for j in free_b])
    rows = (math.prod(p[i] for i in free_a),) if free_a else ()
    columns = (math.prod(q[j] for j in free_b),) if free_b else ()
    if not left:
        outer = np.reshape(a, (*p, *(1,) * len(q))) * b
        return np.reshape(outer, shape)
    a = np.reshape(np.transpose(a, free_a + left), (*rows, summed))
    b = np.reshape(np.transpose(b, right + free_b), (summed, *columns))
    product = np.matmul(a, b)
    return np.reshape(product, shape) if shape else product


def _pairs(axes: Any, m: int, n: int) -> tuple[list[int], list[int]]:
    """Return the axes to sum over, of the left and of the right operand."""
    try:
        left, right = axes
    except TypeError:
        count = int(axes)
        return list(range(m - count, m)), list(range(count))
    left = [left] if np.ndim(left) == 0 else list(left)
    right = [right] if np.ndim(right) == 0 else list(right)
    if len(left) != len(right):
        raise ValueError("shape-mismatch for sum")
    return [range(m)[i] for i in left], [range(n)[j] for j in right]


def _contract(*operands: Any, subscripts: str, optimize: Any) -> Any:
    y = np.einsum(subscripts, *operands, optimize=optimize)
    return y if shape_of(y) else y[()]


def _rearrange(operand: Any, subscripts: str) -> Any:
    return np.einsum(subscripts, operand)


def _pushforward(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    total = None
    for i, tangent in enumerate(tangents):
        if tangent is not None:
            term = contraction(*args[:i], tangent, *args[i + 1 :], **params)
            total = term if total is None else total + term
    return spread(total, y)


def _pushforward_one(
    y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
) -> Any:
    return rearrangement(tangents[0], **params)


def _pullback(
    y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
) -> Pull:
    left, _, output = params["subscripts"].partition("->")
    inputs = left.split(",")
    kept = [arg if i in wrt else keep(arg) for i, arg in enumerate(args)]
    optimize = _worthwhile(inputs, args)

    def transpose(g: Any, i: int) -> Any:
        others = kept[:i] + kept[i + 1 :]
        labels = [output, *inputs[:i], *inputs[i + 1 :]]
        return _transposed([g, *others], labels, inputs[i], likes[i][0], optimize)

    likes = {i: likeness(args[i]) for i in wrt}
    return lambda g: [fit(transpose(g, i), like) for i, like in likes.items()]


def _worthwhile(inputs: Sequence[str], args: Sequence[Any]) -> bool:
    """Tell whether finding an order, and a product of matrices, pays for its search."""
    lengths = {
        label: length
        for labels, arg in zip(inputs, args, strict=True)
        for label, length in zip(labels, shape_of(arg), strict=True)
    }
    return len(inputs) > 1 and math.prod(lengths.values()) > _LARGE


#: So many multiplications take longer than `np.einsum_path`.
_LARGE = 10_000


def _transposed(
    operands: Sequence[Any],
    labels: Sequence[str],
    wanted: str,
    shape: tuple[int, ...],
    optimize: bool,
) -> Any:
    """Contract to the labels of one input, which may be alone or repeated there."""
    lengths = dict(zip(wanted, shape, strict=True))
    found = "".join(
        label for label in lengths if any(label in other for other in labels)
    )
    g = np.einsum(f"{','.join(labels)}->{found}", *operands, optimize=optimize)
    # Where a length of one met a longer axis, sum; where a sum ran over it, repeat.
    there = dict(zip(found, shape_of(g), strict=True))
    g = np.reshape(g, tuple(there.get(label, 1) for label in lengths))
    narrow = tuple(
        1 if length == 1 else there.get(label, 1) for label, length in lengths.items()
    )
    g = np.broadcast_to(sum_to(g, narrow), tuple(lengths.values()))
    return g if len(lengths) == len(wanted) else _on_diagonal(g, wanted, shape)


def _on_diagonal(g: Any, labels: str, shape: tuple[int, ...]) -> Any:
    """Put entries where the indices of repeated labels agree, zeros elsewhere."""
    first = [labels.index(label) == i for i, label in enumerate(labels)]
    apart = tuple(n if new else 1 for n, new in zip(shape, first, strict=True))
    rank = len(labels)
    agree: Any = True
    for i, label in enumerate(labels):
        if not first[i]:
            at = labels.index(label)
            here = counted(shape[i], g).reshape((-1,) + (1,) * (rank - 1 - i))
            there = counted(shape[at], g).reshape((-1,) + (1,) * (rank - 1 - at))
            agree = agree & (here == there)
    return np.where(agree, np.reshape(g, apart), 0.0)


contraction = add(Primitive(_contract, _pushforward, _pullback, batch=contracting))
rearrangement = add(
    Primitive(_rearrange, _pushforward_one, _pullback, view=True, batch=contracting)
)


@implements(np.einsum)
def einsum(
    *operands: Any,
    out: None = None,
    optimize: Any = False,
    dtype: Any = None,
    order: str = "K",
    casting: str = "safe",
) -> Any:
    """Sum products over labelled axes, once the call is spelled out in full."""
    if isinstance(operands[0], str):
        subscripts = operands[0].replace(" ", "")
        arrays = [adopt(operand) for operand in operands[1:]]
    else:
        subscripts = _from_sublists(operands)
        arrays = [adopt(operand) for operand in operands[: len(operands) // 2 * 2 : 2]]
    if dtype is not None:
        arrays = [array.astype(dtype) for array in arrays]
    spelled = _spell_out(subscripts, [len(shape_of(array)) for array in arrays])
    if len(arrays) == 1:
        return _alone(arrays[0], spelled)
    return contraction(*arrays, subscripts=spelled, optimize=optimize)


def _alone(x: Any, subscripts: str) -> Any:
    """Move the axes of one operand, and sum over those that have no place."""
    labels, _, output = subscripts.partition("->")
    summed = "".join(dict.fromkeys(x for x in labels if x not in output))
    if labels != output + summed or not summed:
        x = rearrangement(x, subscripts=f"{labels}->{output}{summed}")
    axes = range(len(output), len(output) + len(summed))
    return np.sum(x, axis=tuple(axes)) if summed else x


constant(np.einsum_path)

_LABELS = string.ascii_uppercase + string.ascii_lowercase


def _from_sublists(operands: Sequence[Any]) -> str:
    """Return the subscripts of ``einsum(a, [0, 1], b, [1, 2], [0, 2])``."""
    words = [
        "".join("..." if item is Ellipsis else _LABELS[item] for item in sublist)
        for sublist in [*operands[1::2], *operands[len(operands) // 2 * 2 :]]
    ]
    if len(operands) % 2 == 0:
        return ",".join(words)
    return f"{','.join(words[:-1])}->{words[-1]}"


def _spell_out(subscripts: str, ranks: Sequence[int]) -> str:
    """Return explicit subscripts, in which every axis of an ellipsis has its label."""
    left, arrow, output = subscripts.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ranks):
        raise ValueError(
            f"einsum: the subscripts {subscripts!r} are for {len(inputs)} operands, "
            f"not {len(ranks)}"
        )
    widths = [
        rank - len(labels.replace("...", ""))
        for labels, rank in zip(inputs, ranks, strict=True)
    ]
    if any(
        width if "..." not in labels else width < 0
        for labels, width in zip(inputs, widths, strict=True)
    ):
        raise ValueError(
            f"einsum: the subscripts {subscripts!r} do not fit operands with "
            f"{', '.join(map(str, ranks))} axes"
        )
    free = [label for label in _LABELS if label not in subscripts]
    dots = "".join(free[: max(widths)])
    inputs = [
        labels.replace("...", dots[len(dots) - width :])
        for labels, width in zip(inputs, widths, strict=True)
    ]
    if not arrow:
        named = left.replace(",", "").replace(".", "")
        output = dots + "".join(c for c in sorted(set(named)) if named.count(c) == 1)
    elif dots and "..." not in output:
        raise ValueError(
            f"einsum: the output of {subscripts!r} has no '...' for the axes that its "
            "operands have there"
        )
    return f"{','.join(inputs)}->{output.replace('...', dots)}"
