"""Functions without a derivative: comparisons, roundings, indices, questions of type.

Their derivative is zero wherever it exists, so they return plain values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements, table, tracked_in
from diffops.rules._kinds import constant, deep_strip
from diffops.rules.indexing import scatter

constant(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.isfinite, np.isinf, np.isnan, np.isnat, np.isposinf, np.isneginf)
constant(np.isclose, np.allclose, np.array_equal, np.array_equiv)
constant(np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix)
constant(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition)
constant(np.searchsorted, np.digitize, np.lexsort)
constant(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero)
constant(np.all, np.any, np.isin)
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type)
constant(np.iscomplexobj, np.isrealobj, np.iscomplex, np.isreal, np.common_type)
constant(np.broadcast_shapes, np.shares_memory, np.may_share_memory)
constant(np.linalg.matrix_rank, np.array_repr, np.array_str, np.array2string)


@implements(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """Count, or add up the weights of, each whole number: the transpose of indexing."""
    counts = np.bincount(deep_strip(x), minlength=minlength)
    if weights is None:
        return counts
    places = np.array(deep_strip(x))  # the user may change them before the sweep
    return table[scatter](adopt(weights), key=places, shape=counts.shape)


@implements(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """Count, which is constant; edges and densities vary with the data's extent."""
    if tracked_in([bins, range, weights]) or (density and not isinstance(bins, int)):
        raise NoDerivativeError(
            "np.histogram is differentiated with respect to a alone, with a whole "
            f"number of bins{at_user_line()}; add weights up with np.bincount"
        )
    a = adopt(a)
    counts, edges = np.histogram(deep_strip(a), bins, range)
    if isinstance(bins, int) and range is None and np.min(a) < np.max(a):
        edges = np.linspace(np.min(a), np.max(a), bins + 1)
    return (counts / np.sum(counts) / np.diff(edges) if density else counts), edges
