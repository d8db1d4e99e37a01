"""Functions without a derivative: comparisons, roundings, indices, questions of type.

Their derivative is zero wherever it exists, so they return plain values.
"""

from __future__ import annotations

import numpy as np

from diffops.rules._kinds import constant

constant(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.isfinite, np.isinf, np.isnan, np.isnat, np.isposinf, np.isneginf)
constant(np.isclose, np.allclose, np.array_equal, np.array_equiv)
constant(np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix)
constant(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition)
constant(np.searchsorted, np.digitize, np.bincount, np.histogram, np.lexsort)
constant(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero)
constant(np.all, np.any, np.isin)
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type)
constant(np.iscomplexobj, np.isrealobj, np.iscomplex, np.isreal, np.common_type)
constant(np.broadcast_shapes, np.shares_memory, np.may_share_memory)
constant(np.linalg.matrix_rank, np.array_repr, np.array_str, np.array2string)
