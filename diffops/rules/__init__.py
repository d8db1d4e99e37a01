"""Where a NumPy function's derivative lives: that of exp is at ``np.exp,``.

Importing the package fills the table in `diffops.primitive`.
"""

from diffops.rules import (
    arithmetic as arithmetic,
)
from diffops.rules import (
    casting as casting,
)
from diffops.rules import (
    constants as constants,
)
from diffops.rules import (
    contractions as contractions,
)
from diffops.rules import (
    convolutions as convolutions,
)
from diffops.rules import (
    creation as creation,
)
from diffops.rules import (
    cumulative as cumulative,
)
from diffops.rules import (
    determinants as determinants,
)
from diffops.rules import (
    diagonals as diagonals,
)
from diffops.rules import (
    differences as differences,
)
from diffops.rules import (
    eigen as eigen,
)
from diffops.rules import (
    elementary as elementary,
)
from diffops.rules import (
    hermitian as hermitian,
)
from diffops.rules import (
    fft as fft,
)
from diffops.rules import (
    indexing as indexing,
)
from diffops.rules import (
    joining as joining,
)
from diffops.rules import (
    linalg as linalg,
)
from diffops.rules import (
    matmul as matmul,
)
from diffops.rules import (
    norms as norms,
)
from diffops.rules import (
    padding as padding,
)
from diffops.rules import (
    products as products,
)
from diffops.rules import (
    quantiles as quantiles,
)
from diffops.rules import (
    reductions as reductions,
)
from diffops.rules import (
    selecting as selecting,
)
from diffops.rules import (
    shaping as shaping,
)
from diffops.rules import (
    singular as singular,
)
from diffops.rules import (
    sorting as sorting,
)
from diffops.rules import (
    statistics as statistics,
)
from diffops.rules import (
    triangular as triangular,
)
