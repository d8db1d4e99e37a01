"""Sparse arrays whose entries are tracked, and SciPy's ways to make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from scipy import sparse

from diffops.errors import at_user_line
from diffops.primitive import adopt, tracked_in
from diffops.rules._fitting import shape_of
from diffops.scipy._mirror import Holder, mirrors, refuse, refuse_option
from diffops.scipy.sparse.patterns import Pattern, dense, ordered, product


class SparseArray(Holder):
    """A sparse array of two axes with tracked entries.

    It multiplies vectors and matrices from both sides; ``data`` are the entries, row
    after row. `diffops.scipy.sparse.linalg` solves with it.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import sparse
    >>> def f(data):
    ...     s = sparse.csr_array((data, ([0, 1], [1, 0])), shape=(2, 2))
    ...     return (s @ np.array([3.0, 4.0])) @ np.array([1.0, 2.0])
    >>> grad(f)(np.ones(2))
    array([4., 6.])
    """

    __slots__ = ("across", "data", "pattern")
    __array_ufunc__ = None  # arrays leave their products with it to it
    ndim = 2

    def __init__(self, data: Any, pattern: Pattern, across: bool = False) -> None:
        self.data = data
        self.pattern = pattern
        self.across = across

    def parts(self) -> list[Any]:
        """Return the entries."""
        return [self.data]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        rows, columns = self.pattern.shape
        return (columns, rows) if self.across else (rows, columns)

    @property
    def dtype(self) -> Any:
        """The dtype of the entries."""
        return self.data.dtype

    @property
    def nnz(self) -> int:
        """The number of entries."""
        return len(self.pattern.rows)

    def transpose(self) -> SparseArray:
        """Return the transpose."""
        return SparseArray(self.data, self.pattern, not self.across)

    T = property(transpose)

    def conj(self) -> SparseArray:
        """Return the complex conjugate."""
        return self._with(np.conjugate(self.data))

    def _with(self, data: Any) -> SparseArray:
        return SparseArray(data, self.pattern, self.across)

    def toarray(self) -> Any:
        """Return the dense array."""
        y = dense(self.data, pattern=self.pattern)
        return y.T if self.across else y

    todense = toarray

    def diagonal(self, k: int = 0) -> Any:
        """Return a diagonal."""
        return np.diagonal(self.toarray(), k)

    def sum(self, axis: Any = None) -> Any:
        """Return the sum of the entries, of all or along an axis."""
        if axis is None:
            return np.sum(self.data)
        rows, columns = self.shape
        if axis % 2:
            return self @ np.ones(columns, self.dtype)
        return self.T @ np.ones(rows, self.dtype)

    def dot(self, other: Any) -> Any:
        """Return the product with a vector or a matrix, or with a number."""
        return self @ other if np.ndim(other) else self * other

    def __matmul__(self, other: Any) -> Any:
        if isinstance(other, SparseArray) or sparse.issparse(other):
            _refuse_sparse_product(self)
        other = adopt(other)
        if np.ndim(other) not in (1, 2) or shape_of(other)[0] != self.shape[1]:
            raise ValueError(
                f"a sparse array of shape {self.shape} cannot multiply an array of "
                f"shape {shape_of(other)}"
            )
        return product(self.data, other, pattern=self.pattern, across=self.across)

    def __rmatmul__(self, other: Any) -> Any:
        if sparse.issparse(other):
            _refuse_sparse_product(self)
        return np.transpose(self.T @ np.transpose(adopt(other)))

    def __mul__(self, other: Any) -> SparseArray:
        if np.ndim(other):
            return NotImplemented
        return self._with(self.data * other)

    __rmul__ = __mul__

    def multiply(self, other: Any) -> SparseArray:
        """Return the product entry by entry with a number or a dense array."""
        if not np.ndim(other):
            return self * other
        if isinstance(other, SparseArray) or sparse.issparse(other):
            _refuse_sparse_product(self)
        rows, columns = self.pattern.places(self.across)
        return self._with(self.data * np.broadcast_to(other, self.shape)[rows, columns])

    def __truediv__(self, other: Any) -> SparseArray:
        return self * (1 / other) if not np.ndim(other) else NotImplemented

    def __neg__(self) -> SparseArray:
        return self._with(-self.data)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, SparseArray) and not sparse.issparse(other):
            return self.toarray() + other if np.ndim(other) else NotImplemented
        other = as_entries(other)
        if other.shape != self.shape:
            raise ValueError(f"inconsistent shapes: {self.shape} and {other.shape}")
        mine, theirs = (s.pattern.places(s.across) for s in (self, other))
        rows, columns = (
            np.concatenate([a, b]) for a, b in zip(mine, theirs, strict=True)
        )
        order, pattern = ordered(rows, columns, self.shape)
        return SparseArray(np.concatenate([self.data, other.data])[order], pattern)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self + (-1 * other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __repr__(self) -> str:
        return f"<SparseArray of shape {self.shape} with {self.nnz} tracked entries>"


def _refuse_sparse_product(a: SparseArray) -> NoReturn:
    refuse(
        [a],
        "the product of two sparse arrays of which one is tracked has no derivative "
        f"rule{at_user_line()}; multiply vectors one after the other, or use toarray()",
    )


def as_entries(a: Any) -> SparseArray:
    """Return any matrix as entries in a pattern, which may be plain."""
    if isinstance(a, SparseArray):
        return a
    if sparse.issparse(a):
        a = a.tocsr()
        a = (
            a.astype(np.result_type(a.dtype, np.float32))
            if a.dtype.kind in "iub"
            else a
        )
        return SparseArray(a.data, Pattern(a.indices, a.indptr, a.shape))
    a = adopt(a)
    m, n = shape_of(a)
    pattern = Pattern(np.tile(np.arange(n), m), n * np.arange(m + 1), (m, n))
    return SparseArray(np.ravel(a), pattern)


def _entries_of(argument: Any, shape: Any, compressed: str) -> SparseArray:
    """Read what SciPy's constructors take: entries with places, or a dense array."""
    if isinstance(argument, SparseArray):
        return argument
    if not isinstance(argument, tuple):
        return as_entries(argument)
    data, *places = argument
    numbers = np.arange(1.0, shape_of(adopt(data))[0] + 1)
    name = "coo_array" if len(places) == 1 else compressed
    arranged = getattr(sparse, name)((numbers, *places), shape=shape)
    return _filled(arranged, adopt(data))


def _filled(arranged: Any, data: Any) -> SparseArray:
    """Return the entries whose numbers, from 1, stand in one of SciPy's arrays."""
    arranged = arranged.tocoo()
    order, pattern = ordered(arranged.row, arranged.col, arranged.shape)
    return SparseArray(data[arranged.data[order].astype(int) - 1], pattern)


def _constructor(name: str) -> Callable[..., Any]:
    """Mirror a constructor of SciPy's, whose format tracked entries do not keep."""
    compressed = "csc_array" if name.startswith("csc") else "csr_array"

    @mirrors(getattr(sparse, name))
    def construct(
        arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False
    ) -> Any:
        array = _entries_of(arg1, shape, compressed)
        return array if dtype is None else array._with(array.data.astype(dtype))

    construct.__name__ = construct.__qualname__ = name
    construct.__doc__ = f"Return a sparse array, of tracked entries as {name} has them."
    return construct


csr_array = _constructor("csr_array")
csc_array = _constructor("csc_array")
coo_array = _constructor("coo_array")
csr_matrix = _constructor("csr_matrix")
csc_matrix = _constructor("csc_matrix")
coo_matrix = _constructor("coo_matrix")


def _of_diagonals(function: Callable[..., Any], diagonals: Any, rest: Any) -> Any:
    """Arrange the numbers of the entries of diagonals, and fill these in."""
    one = not np.ndim(diagonals[0])
    parts = [np.atleast_1d(adopt(p)) for p in ([diagonals] if one else diagonals)]
    numbers, first = [], 1.0
    for part in parts:
        numbers.append(np.arange(first, first + shape_of(part)[0]))
        first += shape_of(part)[0]
    arranged = function(numbers[0] if one else numbers, **rest)
    return _filled(arranged, np.concatenate(parts))


@mirrors(sparse.diags_array)
def diags_array(
    diagonals: Any,
    /,
    *,
    offsets: Any = 0,
    shape: Any = None,
    format: Any = None,
    dtype: Any = None,
) -> Any:
    """Return the array with these diagonals."""
    if dtype is not None:
        refuse_option("scipy.sparse.diags_array", "dtype=", "cast the diagonals")
    rest = {"offsets": offsets, "shape": shape}
    return _of_diagonals(sparse.diags_array, diagonals, rest)


@mirrors(sparse.diags)
def diags(
    diagonals: Any,
    offsets: Any = 0,
    shape: Any = None,
    format: Any = None,
    dtype: Any = None,
) -> Any:
    """Return the array with these diagonals."""
    if dtype is not None:
        refuse_option("scipy.sparse.diags", "dtype=", "cast the diagonals")
    rest = {"offsets": offsets, "shape": shape}
    return _of_diagonals(sparse.diags, diagonals, rest)


def matmul(a: Any, b: Any) -> Any:
    """Return ``a @ b``, where one may be sparse or a linear operator.

    >>> import numpy as np, scipy.sparse
    >>> from diffops import grad
    >>> from diffops.scipy import sparse
    >>> s = scipy.sparse.eye_array(2, k=1)
    >>> grad(lambda x: sparse.matmul(s, x) @ x)(np.array([2.0, 3.0]))
    array([3., 2.])
    """
    from diffops.scipy.sparse.linalg.linear_operators import as_operator, is_operator

    if is_operator(a) and tracked_in([b]):
        return as_operator(a) @ b
    return a @ b
