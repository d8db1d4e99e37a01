"""Truth values and whole numbers of modes that keep them: Python's bit operators."""

from __future__ import annotations

import numpy as np

from diffops.values.operators import binary, reflected, unary


class Discrete:
    """Mixed into values that can be truth values: those of batches and recordings."""

    __slots__ = ()

    __and__, __rand__ = binary(np.bitwise_and), reflected(np.bitwise_and)
    __or__, __ror__ = binary(np.bitwise_or), reflected(np.bitwise_or)
    __xor__, __rxor__ = binary(np.bitwise_xor), reflected(np.bitwise_xor)
    __invert__ = unary(np.invert)
