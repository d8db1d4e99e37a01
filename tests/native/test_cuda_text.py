"""How CUDA C writes numbers; what it computes for codes is in test_expressions."""

import numpy as np
import pytest

from diffops.native.cuda_text import CODES, FROM_LIBM, LOOPED, number
from diffops.native.ufunc_codes import LIBM, SAME


@pytest.mark.parametrize("value", [0.1, -0.0, 5e-324, 1e308, -1e-9, 3.0, 1 / 3])
def test_numbers_are_written_to_the_last_bit(value):
    text = number(value).removeprefix("(real)")
    assert repr(float(text)) == repr(value)


def test_numbers_that_are_not_finite():
    assert number(float("inf")) == "(real)diffops_infinity()"
    assert number(float("-inf")) == "-(real)diffops_infinity()"
    assert number(float("nan")) == "(real)diffops_nan()"
    assert number(np.float64(2.5)) == "(real)2.5"


def test_what_llvm_computes_has_a_text():
    assert set(SAME.values()) <= CODES.keys()
    assert LIBM.keys() == FROM_LIBM.keys()
    assert FROM_LIBM[np.arctan2] == "atan2({0}, {1})"
    for name, text in LOOPED.items():
        assert "{0}" in text, name
