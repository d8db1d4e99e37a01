"""What is particular to SciPy's sparse arrays."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from diffops.engines.arrays import keep
from diffops.engines.loading import is_lazy
from diffops.errors import NoDerivativeError, at_user_line


def is_sparse(value: Any) -> bool:
    """Tell whether a value is one of SciPy's sparse arrays or matrices, of two axes."""
    module = sys.modules.get("scipy.sparse")
    return module is not None and module.issparse(value) and value.ndim == 2


def multiplies_by_star(value: Any) -> bool:
    """Tell whether ``*`` means the matrix product to a sparse value."""
    return hasattr(value, "asfptype")  # as of matrices, and not of arrays


def sparse_product(x: Any, matrix: Any) -> Any:
    """Return ``matrix @ x``."""
    if is_lazy(x):
        raise NoDerivativeError(
            f"a sparse matrix of SciPy's times a Dask array{at_user_line()} would be "
            "computed on one machine; make the matrix one of Dask's, of sparse blocks"
        )
    return matrix @ x


def kept(matrix: Any) -> Any:
    """Return a matrix that later writes into this one do not reach."""
    if matrix.format != "csc":
        matrix = matrix.tocsr()
    parts = keep(matrix.data), keep(matrix.indices), keep(matrix.indptr)
    return type(matrix)(parts, shape=matrix.shape)


#: What ``np.asanyarray(x)`` is where SciPy is to leave x alone.
_OPAQUE = np.empty((), object)


def opaque_interface() -> dict[str, Any]:
    """Return an ``__array_interface__`` by which SciPy gives the other operand a turn.

    Its sparse arrays do so where np.asanyarray makes an object without axes.
    """
    return _OPAQUE.__array_interface__


def asks_for_its_turn(frame: Any) -> bool:
    """Tell whether a frame is that of a sparse product which looks at its operand."""
    return frame.f_code.co_name == "_matmul_dispatch" and frame.f_globals.get(
        "__name__", ""
    ).startswith("scipy.sparse.")
