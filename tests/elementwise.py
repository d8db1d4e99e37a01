"""Functions that work alike on a number and on each entry of an array.

Beside each one stands its derivative; the second table takes complex numbers too.
"""

from __future__ import annotations

import numpy as np
import pytest

REAL = {
    "abs(x)": (abs, np.sign),
    "x // 0.3 + x": (lambda x: x // 0.3 + x, np.ones_like),
    "x % 0.3": (lambda x: x % 0.3, np.ones_like),
    "maximum(x, 0.5)": (lambda x: np.maximum(x, 0.5), lambda x: x > 0.5),
    "arctan2(x, 2)": (lambda x: np.arctan2(x, 2.0), lambda x: 2 / (x * x + 4)),
    "hypot(x, 2 x)": (lambda x: np.hypot(x, 2 * x), lambda x: np.sqrt(0 * x + 5)),
    "logaddexp(0, x)": (lambda x: np.logaddexp(0, x), lambda x: 1 / (1 + np.exp(-x))),
}
HOLOMORPHIC = {
    "x + 1.5": (lambda x: x + 1.5, np.ones_like),
    "2 - x": (lambda x: 2 - x, lambda x: -np.ones_like(x)),
    "x + x": (lambda x: x + x, lambda x: 2 * np.ones_like(x)),
    "x - x": (lambda x: x - x, np.zeros_like),
    "-x": (lambda x: -x, lambda x: -np.ones_like(x)),
    "+x": (lambda x: +x, np.ones_like),
    "3 x": (lambda x: 3 * x, lambda x: 3 * np.ones_like(x)),
    "x x": (lambda x: x * x, lambda x: 2 * x),
    "x x x": (lambda x: x * x * x, lambda x: 3 * x * x),
    "x / 4": (lambda x: x / 4, lambda x: np.ones_like(x) / 4),
    "3 / x": (lambda x: 3 / x, lambda x: -3 / (x * x)),
    "x / (x + 1)": (lambda x: x / (x + 1), lambda x: 1 / ((x + 1) * (x + 1))),
    "x**0": (lambda x: x**0, np.zeros_like),
    "x**1": (lambda x: x**1, np.ones_like),
    "x**2": (lambda x: x**2, lambda x: 2 * x),
    "x**3.0": (lambda x: x**3.0, lambda x: 3 * x * x),
    "x**-1": (lambda x: x**-1, lambda x: -1 / (x * x)),
    "x**0.5": (lambda x: x**0.5, lambda x: 1 / (2 * np.sqrt(x))),
    "2**x": (
        lambda x: 2.0**x,
        lambda x: np.exp(np.log(2 + 0 * x) * x) * np.log(2 + 0 * x),
    ),
    "x**x": (lambda x: x**x, lambda x: np.exp(x * np.log(x)) * (1 + np.log(x))),
    "square": (np.square, lambda x: 2 * x),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "exp(2 x)": (lambda x: np.exp(2 * x), lambda x: 2 * np.exp(2 * x)),
    "log": (np.log, lambda x: 1 / x),
    "sqrt": (np.sqrt, lambda x: 1 / (2 * np.sqrt(x))),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "sin(cos(x)) x": (
        lambda x: np.sin(np.cos(x)) * x,
        lambda x: np.sin(np.cos(x)) - np.cos(np.cos(x)) * np.sin(x) * x,
    ),
}
ELEMENTWISE = REAL | HOLOMORPHIC

REAL_NUMBERS = {
    "float": 0.73,
    "float64": np.float64(0.73),
    "float32": np.float32(0.73),
    "float16": np.float16(0.73),
    "longdouble": np.longdouble("0.73"),
}
COMPLEX_NUMBERS = {
    "complex": 0.73 + 0.2j,
    "complex128": np.complex128(0.73 + 0.2j),
    "complex64": np.complex64(0.73 + 0.2j),
}


def _elementwise(real, complex_points):
    for functions, points in ((ELEMENTWISE, real), (HOLOMORPHIC, complex_points)):
        for name, (f, slope) in functions.items():
            for kind, x in points.items():
                yield pytest.param(f, slope, x, id=f"{name}-{kind}")


ARRAYS = {
    "vector": np.linspace(0.1, 2.0, 7),
    "matrix": np.linspace(0.1, 2.0, 6).reshape(2, 3),
    "fortran": np.asfortranarray(np.linspace(0.1, 2.0, 6).reshape(2, 3)),
    "float32": np.linspace(0.1, 2.0, 7).astype(np.float32),
    "longdouble": np.linspace(0.1, 2.0, 7).astype(np.longdouble),
    "0-d": np.array(0.73),
    "empty": np.zeros((0, 3)),
    "large": np.linspace(0.1, 2.0, 3000),
    "large float32": np.linspace(0.1, 2.0, 6000).astype(np.float32),
}
COMPLEX_ARRAYS = {
    "complex128": np.linspace(0.1, 2.0, 7) + 0.3j,
    "complex64": (np.linspace(0.1, 2.0, 7) + 0.3j).astype(np.complex64),
    "large complex": np.linspace(0.1, 2.0, 2000) - 0.3j,
}

#: A test under this mark gets f, its derivative, and a number of some dtype.
on_numbers = pytest.mark.parametrize(
    ("f", "slope", "x"), list(_elementwise(REAL_NUMBERS, COMPLEX_NUMBERS))
)

#: And one under this, an array: large ones are those beyond modes/graph.py's _LARGE.
on_arrays = pytest.mark.parametrize(
    ("f", "slope", "x"), list(_elementwise(ARRAYS, COMPLEX_ARRAYS))
)


def assert_accurate(found, wanted, like, ulps=16):
    """Compare to a few units in the last place of the dtype of like."""
    assert np.shape(found) == np.shape(wanted)
    error = np.max(np.abs(np.subtract(found, wanted)), initial=0.0)
    unit = np.finfo(np.result_type(like)).eps
    assert error <= ulps * unit * np.max(np.abs(wanted) + 1, initial=0.0)
