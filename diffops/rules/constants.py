"""Functions without a derivative: comparisons, roundings, indices, questions of type.

Their derivative is zero wherever it exists, so they return plain values.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.primitive import adopt, implements, table
from diffops.rules._batches import (
    bound,
    broadcasting,
    finding,
    first_of,
    ordering,
    reducing,
    same_for_all,
    same_or_differing,
)
from diffops.rules._constant import Constant
from diffops.rules._kinds import constant, deep_strip
from diffops.rules.indexing import scatter
from diffops.tags import Tracked

constant(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert)
constant(np.left_shift, np.right_shift, np.bitwise_count, np.gcd, np.lcm)
constant(np.isfinite, np.isinf, np.isnan, np.isposinf, np.isneginf)
constant(np.isclose, np.iscomplex, np.isreal, batch=broadcasting)
constant(np.allclose, np.array_equal, np.array_equiv, batch=same_or_differing)
constant(np.floor, np.ceil, np.trunc, np.rint)
constant(np.round, np.around, np.fix, batch=first_of)
constant(np.argmax, np.argmin, np.nanargmax, np.nanargmin, batch=finding)
constant(np.argsort, batch=bound("axis kind order", ordering))
constant(np.argpartition, batch=bound("kth axis kind order", ordering))
constant(np.searchsorted, np.digitize, np.lexsort, np.isin, batch=same_or_differing)
constant(np.nonzero, np.flatnonzero, np.argwhere, batch=same_or_differing)
constant(np.count_nonzero, batch=bound("axis", reducing))
constant(np.all, np.any, batch=bound("axis out keepdims", reducing))
constant(np.shape, np.ndim, np.result_type, np.can_cast, batch=same_for_all)
constant(np.min_scalar_type, np.iscomplexobj, np.isrealobj, batch=same_for_all)
constant(np.common_type, np.broadcast_shapes, np.shares_memory, batch=same_for_all)
constant(np.may_share_memory, batch=same_for_all)
constant(np.array_repr, np.array_str, np.array2string, batch=same_or_differing)
constant(np.linalg.matrix_rank, batch=same_or_differing)


def _size(a: Any, axis: Any = None) -> Any:
    """Return ``np.size``; without an axis the shape of an array says it."""
    return np.size(a, axis) if axis is not None else math.prod(np.shape(a))


table[np.size] = Constant(_size, same_for_all)

_bincount = Constant(np.bincount, same_or_differing)


@implements(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """Count, or add up the weights of, each whole number: the transpose of indexing."""
    counts = _bincount(x, minlength=minlength)
    if weights is None:
        return counts
    places = deep_strip(x)
    if not isinstance(places, Tracked):
        places = keep(places)  # the user may change them before the sweep
    weights = adopt(weights).astype(float, copy=False)
    return table[scatter](weights, key=places, shape=counts.shape)
