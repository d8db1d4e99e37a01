"""`scipy.sparse`, of arrays with tracked entries too.

SciPy's own arrays multiply tracked vectors as they are: ``S @ x``, ``x @ S``,
``S.dot(x)``. Here are constructors that take tracked entries, and give a
`SparseArray` of these; solvers are in `diffops.scipy.sparse.linalg`. All else refuses
tracked values by its name.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import sparse
>>> x = np.array([1.0, 2.0])
>>> grad(lambda d: x @ (sparse.diags_array(d) @ x))(np.ones(2))
array([1., 4.])
"""

from importlib import import_module as _import_module
from typing import Any as _Any

from scipy import sparse as _sparse

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.sparse.tracked_entries import (
    SparseArray as SparseArray,
    coo_array as coo_array,
    coo_matrix as coo_matrix,
    csc_array as csc_array,
    csc_matrix as csc_matrix,
    csr_array as csr_array,
    csr_matrix as csr_matrix,
    diags as diags,
    diags_array as diags_array,
    matmul as matmul,
)

__all__ = _sparse.__all__ + ["SparseArray", "matmul"]

_from_scipy = _the_rest("scipy.sparse", globals())


def __getattr__(name: str) -> _Any:
    if name == "linalg":
        return _import_module(f"{__name__}.linalg")
    return _from_scipy(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
