"""Products with SciPy's sparse arrays, which do not ask NumPy's protocols.

``x @ S`` asks x first. ``S @ x`` asks S, which is shown an object without axes
(`opaque_interface`), and so leaves the product to x.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.scipy_sparse import (
    is_sparse,
    multiplies_by_star,
    sparse_product,
)
from diffops.values.protocol import implementation

Method = Callable[[Any, Any], Any]


def with_sparse(dense: Method, left: bool, star: bool = False) -> Method:
    """Return the method of a product, of which self is the left operand or the right.

    ``star`` says that it is that of ``*``, the product of matrices, not of arrays.
    """

    def method(self: Any, other: Any) -> Any:
        found = dense(self, other)
        if found is not NotImplemented or not is_sparse(other):
            return found
        if (star and not multiplies_by_star(other)) or self.ndim not in (1, 2):
            return NotImplemented
        product = implementation(sparse_product)
        if not left:
            return product(self, matrix=other)
        return np.transpose(product(np.transpose(self), matrix=other.T))

    return method
