"""The survey's example, and the numbers of its Tables 2 and 3, by mpmath.

Baydin, Pearlmutter, Radul, Siskind, Automatic differentiation in machine learning: a
survey, JMLR 18 (2018): f(x1, x2) = ln x1 + x1 x2 − sin x2 at (2, 5).
"""

from __future__ import annotations

import mpmath
import numpy as np

X1, X2 = 2.0, 5.0
_a, _b = mpmath.mpf(2), mpmath.mpf(5)


def example(x1, x2):
    """Compute in the order of the survey."""
    a = np.log(x1)
    b = x1 * x2
    c = np.sin(x2)
    return a + b - c


#: v₋₁, v₀, …, v₅: their values, their tangents along x1, and their adjoints.
VALUES = [
    _a,
    _b,
    mpmath.log(_a),
    _a * _b,
    mpmath.sin(_b),
    mpmath.log(_a) + _a * _b,
    mpmath.log(_a) + _a * _b - mpmath.sin(_b),
]
TANGENTS = [1, 0, 1 / _a, _b, 0, 1 / _a + _b, 1 / _a + _b]
ADJOINTS = [1 / _a + _b, _a - mpmath.cos(_b), 1, 1, -1, 1, 1]

#: The rows of Table 3 from the top, with the value that each adjoint has then.
INCREMENTS = [
    ("v̄₋₁", "v̄₋₁ + v̄₁ / v₋₁", 1 / _a + _b),
    ("v̄₀", "v̄₀ + v̄₂ × v₋₁", _a - mpmath.cos(_b)),
    ("v̄₋₁", "v̄₂ × v₀", _b),
    ("v̄₀", "v̄₃ × cos v₀", -mpmath.cos(_b)),
    ("v̄₂", "v̄₄ × 1", 1),
    ("v̄₁", "v̄₄ × 1", 1),
    ("v̄₃", "v̄₅ × (−1)", -1),
    ("v̄₄", "v̄₅ × 1", 1),
]
NAMES = ["v₋₁", "v₀", "v₁", "v₂", "v₃", "v₄", "v₅"]
