"""Truth values and whole numbers of modes that keep them: Python's bit operators."""

from __future__ import annotations

import operator

from diffops.values.operators import binary, reflected, unary


class Discrete:
    """Mixed into values that can be truth values: those of batches and recordings."""

    __slots__ = ()

    __and__, __rand__ = binary(operator.and_), reflected(operator.and_)
    __or__, __ror__ = binary(operator.or_), reflected(operator.or_)
    __xor__, __rxor__ = binary(operator.xor), reflected(operator.xor)
    __invert__ = unary(operator.invert)
