"""Where a NumPy function's derivative lives: that of exp is at ``np.exp,``.

Importing the package fills the table in `diffops.primitive`.
"""

from diffops.rules import (
    applying as applying,
    arithmetic as arithmetic,
    casting as casting,
    constants as constants,
    contractions as contractions,
    convolutions as convolutions,
    creation as creation,
    cumulative as cumulative,
    determinants as determinants,
    diagonals as diagonals,
    differences as differences,
    eigen as eigen,
    elementary as elementary,
    fft as fft,
    hermitian as hermitian,
    indexing as indexing,
    infix as infix,
    joining as joining,
    linalg as linalg,
    matmul as matmul,
    norms as norms,
    padding as padding,
    polynomials as polynomials,
    products as products,
    quantiles as quantiles,
    reductions as reductions,
    selecting as selecting,
    shaping as shaping,
    singular as singular,
    sorting as sorting,
    statistics as statistics,
    triangular as triangular,
)
