"""Where a NumPy function's derivative lives: search for ``np.exp,`` to find that of exp.

Importing the package fills the table in `diffops.primitive`.
"""

from diffops.rules import (
    arithmetic as arithmetic,
)
from diffops.rules import (
    constants as constants,
)
from diffops.rules import (
    creation as creation,
)
from diffops.rules import (
    elementary as elementary,
)
from diffops.rules import (
    indexing as indexing,
)
from diffops.rules import (
    linalg as linalg,
)
from diffops.rules import (
    products as products,
)
from diffops.rules import (
    reductions as reductions,
)
from diffops.rules import (
    shaping as shaping,
)
