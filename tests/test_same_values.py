"""Differentiation does not change values: not their bits, dtype, shape or type.

The kernels of large arrays do change last bits: see docs/accuracy.md.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scenarios import CURVES, FIELDS, SURFACES, newton_root

from diffops import (
    ffdiff2,
    fgrad,
    fgradhessianv,
    fgradv,
    fjacobian,
    jvp,
    kernels,
    vjp,
)

PROGRAMS = {
    "sums": lambda x: x + 2.5 - x / 3 + 1.5 * x - (2 - x),
    "products": lambda x: x * x * 0.1 + 3 * x / (x + 1) - 2 / x,
    "whole powers": lambda x: x**2 + x**3 - x**4 + x**0 - x**1 + x**2.0,
    "other powers": lambda x: x**0.5 + x**1.5 + x**-1 + x**-2 - x**-2.5,
    "exponents": lambda x: 2.0**x + 2**x - x**x,
    "signs": lambda x: -x * abs(x) + (+x),
    "remainders": lambda x: x % 1 + x // 0.3 + x % 0.3 + 1 % x + 2 // x,
    "booleans": lambda x: x * (x > 0.5) + True * x,
    "ufuncs": lambda x: np.sin(x) + np.exp(x) * np.log(x) - np.tanh(x) / np.sqrt(x),
    "more ufuncs": lambda x: np.arctan2(x, x + 1) + np.hypot(x, 2.0) + np.cbrt(x),
    "numpy powers": lambda x: np.power(x, 2) + np.power(x, 2.5) + np.square(x),
    "float64": lambda x: x * np.float64(1.1) + np.float64(2.2) / x,
    "float32": lambda x: x * np.float32(1.1) + np.float32(2.2) - x,
    "integers": lambda x: x * 3 + np.int64(3) * x - np.int8(2) / x,
    "choices": lambda x: np.maximum(x, 0.6) + np.clip(x, 0.2, 0.7) + np.minimum(x, 1),
    "where": lambda x: np.where(x > 0.6, x * 2, x * x) + 0.0,
    "float32 array": lambda x: np.sum(x) * np.arange(3, dtype=np.float32) ** 1,
    "powers of arrays": lambda x: np.arange(1.0, 4.0) ** np.mean(x),
    "reductions": lambda x: np.sum(x * x) + np.mean(x) - np.max(x) * np.prod(x),
}

POINTS = {
    "float": 0.73,
    "float64": np.float64(0.73),
    "float32": np.float32(0.73),
    "float16": np.float16(0.73),
    "longdouble": np.longdouble("0.73"),
    "vector": np.linspace(0.2, 0.9, 5),
    "single": np.linspace(0.2, 0.9, 5, dtype=np.float32),
    "half": np.linspace(0.2, 0.9, 5, dtype=np.float16),
    "matrix": np.linspace(0.2, 0.9, 6).reshape(2, 3),
    "large": np.linspace(0.2, 0.9, 5000),
}


@pytest.fixture(autouse=True)
def without_kernels():
    with kernels.use("numpy"):
        yield


def identical(found, wanted):
    """Compare bits, dtype and shape; a 0-d array counts as its number."""
    assert np.shape(found) == np.shape(wanted)
    assert np.result_type(found) == np.result_type(wanted)
    np.testing.assert_array_equal(found, wanted)
    if np.ndim(wanted) == 0 and not isinstance(wanted, np.ndarray):
        assert type(found) is type(wanted)


@pytest.mark.parametrize("x", POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("f", PROGRAMS.values(), ids=PROGRAMS)
def test_programs(f, x):
    wanted = f(x)
    identical(vjp(f, x)[0], wanted)
    one = np.ones_like(x) if isinstance(x, np.ndarray) else 1.0
    identical(jvp(f, (x,), (one,))[0], wanted)
    # Once more as the constant of an inner differentiation, and of an outer one.
    identical(vjp(lambda y: jvp(f, (y,), (one,))[0], x)[0], wanted)
    identical(jvp(lambda y: vjp(f, y)[0], (x,), (one,))[0], wanted)


@pytest.mark.parametrize("name", SURFACES)
def test_values_of_scalar_functions(name):
    f, x = SURFACES[name].f, SURFACES[name].x
    v = np.ones_like(x)[()]
    for found in (fgrad(f)(x), fgradv(f)(x, v), fgradhessianv(f)(x, v)):
        identical(found[0], f(x))


@pytest.mark.parametrize("name", FIELDS)
def test_values_of_vector_functions(name):
    f, x = FIELDS[name].f, FIELDS[name].x
    identical(fjacobian(f, mode="forward")(x)[0], f(x))
    identical(fjacobian(f, mode="reverse")(x)[0], f(x))


@pytest.mark.parametrize("name", CURVES)
def test_values_of_functions_of_a_number(name):
    f = CURVES[name].f
    for x in (CURVES[name].x, np.float64(CURVES[name].x)):
        identical(ffdiff2(f)(x)[0], f(x))


def test_control_flow_goes_the_same_way():
    for x in (2.0, 3.0, 5.0, 1e8):
        identical(fgrad(newton_root)(x)[0], newton_root(x))


@pytest.mark.parametrize("x", [0.1, 0.7, 1.0, 1e-300, 3e7, 1e300])
@pytest.mark.parametrize("name", ["sin", "cos", "sqrt", "exp", "log", "tanh", "arctan"])
def test_elementary_functions_at_extreme_numbers(name, x):
    f = getattr(np, name)
    if name == "exp" and x > 700:
        x = -x
    for point in (x, np.float64(x)):
        identical(fgrad(f)(point)[0], f(point))
        assert math.isfinite(fgrad(f)(point)[0])
