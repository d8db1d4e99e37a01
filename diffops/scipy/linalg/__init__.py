"""`scipy.linalg`, whose functions take tracked values too.

Plain arrays go to SciPy as they are. The functions imported here have derivatives of
any order in every mode; all others of SciPy's raise `NoDerivativeError` by their name.
A derivative is that with respect to the entries that the function reads, and
``overwrite_a`` and its like are ignored.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import linalg
>>> a = np.array([[4.0, 1.0], [1.0, 3.0]])
>>> np.round(grad(linalg.det)(a), 12)  # the cofactors
array([[ 3., -1.],
       [-1.,  4.]])
"""

from scipy import linalg as _linalg

from diffops.scipy._mirror import refusing as _refusing, the_rest as _the_rest
from diffops.scipy.linalg.arrangements import (
    block_diag as block_diag,
    circulant as circulant,
    companion as companion,
    convolution_matrix as convolution_matrix,
    diagsvd as diagsvd,
    fiedler as fiedler,
    fiedler_companion as fiedler_companion,
    hankel as hankel,
    khatri_rao as khatri_rao,
    leslie as leslie,
    toeplitz as toeplitz,
)
from diffops.scipy.linalg.bands import (
    solve_banded as solve_banded,
    solveh_banded as solveh_banded,
)
from diffops.scipy.linalg.cholesky_factors import (
    cho_factor as cho_factor,
    cholesky as cholesky,
    ldl as ldl,
)
from diffops.scipy.linalg.eigenvalues import (
    eig as eig,
    eigvals as eigvals,
)
from diffops.scipy.linalg.functions_of_eigenvalues import funm as funm
from diffops.scipy.linalg.hermitian_eigenvalues import (
    eig_banded as eig_banded,
    eigh as eigh,
    eigh_tridiagonal as eigh_tridiagonal,
    eigvals_banded as eigvals_banded,
    eigvalsh as eigvalsh,
    eigvalsh_tridiagonal as eigvalsh_tridiagonal,
)
from diffops.scipy.linalg.inverses import (
    det as det,
    inv as inv,
    pinv as pinv,
    pinvh as pinvh,
)
from diffops.scipy.linalg.lu_factors import (
    lu as lu,
    lu_factor as lu_factor,
    lu_solve as lu_solve,
)
from diffops.scipy.linalg.matrix_functions import (
    coshm as coshm,
    cosm as cosm,
    expm as expm,
    expm_frechet as expm_frechet,
    fractional_matrix_power as fractional_matrix_power,
    logm as logm,
    signm as signm,
    sinhm as sinhm,
    sinm as sinm,
    sqrtm as sqrtm,
    tanhm as tanhm,
    tanm as tanm,
)
from diffops.scipy.linalg.orthogonal_factors import (
    orthogonal_procrustes as orthogonal_procrustes,
    polar as polar,
    qr as qr,
    rq as rq,
)
from diffops.scipy.linalg.riccati import (
    solve_continuous_are as solve_continuous_are,
    solve_discrete_are as solve_discrete_are,
)
from diffops.scipy.linalg.singular_values import (
    orth as orth,
    svd as svd,
    svdvals as svdvals,
)
from diffops.scipy.linalg.sizes import (
    bandwidth as bandwidth,
    ishermitian as ishermitian,
    issymmetric as issymmetric,
    lstsq as lstsq,
    norm as norm,
)
from diffops.scipy.linalg.sylvester import (
    solve_continuous_lyapunov as solve_continuous_lyapunov,
    solve_discrete_lyapunov as solve_discrete_lyapunov,
    solve_lyapunov as solve_lyapunov,
    solve_sylvester as solve_sylvester,
)
from diffops.scipy.linalg.systems import (
    cho_solve as cho_solve,
    solve as solve,
    solve_triangular as solve_triangular,
)
from diffops.scipy.linalg.toeplitz_systems import (
    matmul_toeplitz as matmul_toeplitz,
    solve_circulant as solve_circulant,
    solve_toeplitz as solve_toeplitz,
)

schur = _refusing(
    _linalg.schur,
    "scipy.linalg.schur",
    "its vectors depend on how the eigenvalues are ordered; use eig, or what is wanted "
    "of it: sqrtm, logm, solve_sylvester and their kin have derivatives",
)

null_space = _refusing(
    _linalg.null_space,
    "scipy.linalg.null_space",
    "its columns are determined only up to a rotation; use the projector onto it, "
    "1 - pinv(A) @ A, which has a derivative",
)

__all__ = _linalg.__all__

__getattr__ = _the_rest("scipy.linalg", globals())


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
