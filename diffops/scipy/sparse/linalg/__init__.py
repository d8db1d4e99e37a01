"""`scipy.sparse.linalg`, whose solvers take tracked values too.

Entries of a `SparseArray` and right-hand sides are differentiated by the equations that
their solutions solve. Operators and preconditioners are constants.

>>> import numpy as np
>>> import scipy.sparse
>>> from diffops import grad
>>> from diffops.scipy.sparse.linalg import cg
>>> a = scipy.sparse.diags_array([2.0, 4.0])
>>> grad(lambda b: cg(a, b, rtol=1e-12)[0].sum())(np.ones(2))
array([0.5 , 0.25])
"""

from scipy.sparse import linalg as _linalg

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.sparse.linalg.direct_solvers import (
    factorized as factorized,
    splu as splu,
    spsolve as spsolve,
)
from diffops.scipy.sparse.linalg.iterative_solvers import (
    bicg as bicg,
    bicgstab as bicgstab,
    cg as cg,
    cgs as cgs,
    gcrotmk as gcrotmk,
    gmres as gmres,
    lgmres as lgmres,
    minres as minres,
    tfqmr as tfqmr,
)
from diffops.scipy.sparse.linalg.linear_operators import (
    aslinearoperator as aslinearoperator,
)

__all__ = _linalg.__all__

__getattr__ = _the_rest("scipy.sparse.linalg", globals())


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
