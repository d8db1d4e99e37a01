"""Example calls of functions without a derivative, and of those that refuse."""

from __future__ import annotations

_UNARY = """
    argmax argmin argsort argwhere array2string array_repr array_str ceil common_type
    count_nonzero fix flatnonzero floor iscomplex iscomplexobj isfinite isfortran isinf
    isnan isneginf isposinf isreal isrealobj isscalar iterable logical_not
    min_scalar_type nanargmax nanargmin ndim nonzero rint shape signbit size spacing
    trunc
"""
_BINARY = """
    allclose array_equal array_equiv equal floor_divide greater greater_equal isclose
    isin less less_equal logical_and logical_or logical_xor may_share_memory not_equal
    shares_memory
"""
_WHOLE = """
    bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor gcd lcm
    left_shift right_shift
"""

#: They return what they return of plain values.
CONSTANT = {
    **{f"np.{name}": f"np.{name}(x)" for name in _UNARY.split()},
    **{f"np.{name}": f"np.{name}(x, y)" for name in _BINARY.split()},
    "np.all": "np.all(M, axis=0, keepdims=True, where=mask2)",
    "np.any": "np.any(M > 1, axis=0) | np.any(M, axis=0)",
    "np.argpartition": "np.argpartition(x, 2)",
    "np.around": "np.around(x, 1)",
    "np.round": "np.round(M, decimals=1)",
    "np.broadcast_shapes": "np.broadcast_shapes(np.shape(x), (3, 1))",
    "np.can_cast": "np.can_cast(x.dtype, np.float32)",
    "np.diag_indices_from": "np.diag_indices_from(A)",
    "np.digitize": "np.digitize(x, np.sort(p), right=True)",
    "np.einsum_path": "np.einsum_path('ij,jk', M, A)",
    "np.lexsort": "np.lexsort((x, y))",
    "np.linalg.matrix_rank": "np.linalg.matrix_rank(A, tol=s)",
    "np.result_type": "np.result_type(x, np.complex64)",
    "np.searchsorted": "np.searchsorted(np.sort(p), x, side='right')",
    "np.tril_indices_from": "np.tril_indices_from(A, k=1)",
    "np.triu_indices_from": "np.triu_indices_from(A)",
}

#: Of whole numbers and booleans; of others NumPy itself raises TypeError.
WHOLE = {
    **{f"np.{name}": f"np.{name}(x, 2)" for name in _WHOLE.split()},
    **{
        f"np.{name}": f"np.{name}(x)"
        for name in ("bitwise_count", "bitwise_invert", "bitwise_not", "invert")
    },
}

#: They raise NoDerivativeError.
REFUSED = {
    "np.bartlett": "np.bartlett(5 * t)",
    "np.base_repr": "np.base_repr(3 * t)",
    "np.binary_repr": "np.binary_repr(t)",
    "np.blackman": "np.blackman(5 * t)",
    "np.busday_count": "np.busday_count(x, y)",
    "np.busday_offset": "np.busday_offset(x, 2)",
    "np.datetime_as_string": "np.datetime_as_string(x)",
    "np.diag_indices": "np.diag_indices(t)",
    "np.format_float_positional": "np.format_float_positional(s)",
    "np.format_float_scientific": "np.format_float_scientific(s)",
    "np.from_dlpack": "np.from_dlpack(x)",
    "np.hamming": "np.hamming(5 * t)",
    "np.hanning": "np.hanning(5 * t)",
    "np.indices": "np.indices((t, 2))",
    "np.intersect1d": "np.intersect1d(x, y)",
    "np.is_busday": "np.is_busday(x)",
    "np.isnat": "np.isnat(x)",
    "np.lib.stride_tricks.as_strided": "np.lib.stride_tricks.as_strided(x, (2,))",
    "np.mask_indices": "np.mask_indices(t, np.triu)",
    "np.ndindex": "list(np.ndindex(t))",
    "np.packbits": "np.packbits(x)",
    "np.polynomial.polynomial.polyfit": "P.polyfit([0.0, 1.0, 2.0, 3.0], x, 1)",
    "np.polynomial.polynomial.polyroots": "P.polyroots(x)",
    "np.ravel_multi_index": "np.ravel_multi_index((x, y), (3, 3))",
    "np.save": "np.save('never', x)",
    "np.savetxt": "np.savetxt('never', x)",
    "np.savez": "np.savez('never', x)",
    "np.savez_compressed": "np.savez_compressed('never', x)",
    "np.tril_indices": "np.tril_indices(t)",
    "np.triu_indices": "np.triu_indices(t)",
    "np.unpackbits": "np.unpackbits(x)",
    "np.unravel_index": "np.unravel_index(x, (3, 3))",
}
