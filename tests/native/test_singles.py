"""Codes on singles compute what NumPy computes with float32, to the last bit."""

import numpy as np
import pytest
from natively import natively_of_arrays

from diffops.jit.numbers.functions import _SAME, code_of
from diffops.native import codes, singles

SAME = [f for f in _SAME if isinstance(f, np.ufunc)]
SPECIAL = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 2.5, 3.0, 1e38, -1e38, 1e-45, -1e-45]
    + [np.inf, -np.inf, np.nan, 0.1, -0.7, 1e-9, 123456.789, 16777217.0],
    np.float32,
)
PAIRS = [x.ravel().copy() for x in np.meshgrid(SPECIAL, SPECIAL)]


@pytest.mark.parametrize("ufunc", SAME, ids=lambda f: f.__name__)
def test_the_bits_are_those_of_numpy(ufunc):
    operands = [SPECIAL] if ufunc.nin == 1 else PAIRS
    truths = ufunc.__name__ in ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")

    def f(*xs):
        if truths:
            return np.where(ufunc(*[x > 0 for x in xs]), xs[0], 2.0)
        return ufunc(*xs) * np.float32(1)

    with np.errstate(all="ignore"):
        wanted = f(*operands)
    found = natively_of_arrays(f, *(np.ones_like(x) for x in operands))(*operands)
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found, wanted)
    known = ~np.isnan(wanted)
    if ufunc in (np.maximum, np.minimum):
        known &= wanted != 0
    np.testing.assert_array_equal(np.signbit(found)[known], np.signbit(wanted)[known])


def test_names_of_functions_and_intrinsics():
    sine = singles.in_single(code_of(np.sin, exact=False))
    assert "call float @sinf(float" in sine.template
    assert singles.in_single(codes.SQRT).declares == (
        "declare float @llvm.sqrt.f32(float) #0"
    )
    assert "@exact.powf(" in singles.in_single(codes.POWER).template
    assert singles.in_single(codes.ADD) is singles.in_single(codes.ADD)


def test_texts():
    text = "call double @llvm.maximum.f64(double"
    assert singles.in_real(text, "float") == "call float @llvm.maximum.f32(float"
    assert singles.in_real(text, "double") == text


def test_what_needs_no_other_form():
    assert singles.coded(codes.ADD, "double") is codes.ADD
    assert singles.coded(codes.GUARD_TRUE, "float") is codes.GUARD_TRUE
    assert singles.coded(singles.NARROW, "float") is singles.NARROW


def test_loops_of_ufuncs():
    x = np.linspace(-3, 3, 100, dtype=np.float32)
    found = natively_of_arrays(lambda x: np.fmod(x, 0.7) * 2, x)(x)
    np.testing.assert_array_equal(found, np.fmod(x, np.float32(0.7)) * 2)
    assert found.dtype == np.float32
    assert singles.in_single(code_of(np.fmod, exact=False)).symbols
