"""Instructions: shared expressions once, own functions for vectors, libm for one."""

import numpy as np
import pytest

from diffops.kernels.compilation import lanes
from diffops.kernels.instructions import Instructions
from diffops.kernels.symbols import NotElementwise, Power, Symbol, expressions

X = Symbol(None, ())
SINE = Symbol(np.sin, (X,))


def test_an_expression_is_computed_once():
    text = Instructions(8, [X])
    product = Symbol(np.multiply, (SINE, SINE))
    assert text.name(X) == "%x0"
    assert text.name(product) == text.name(product)
    assert sum("call double @own.sin" in line for line in text.lines) == 1
    assert text.own == {"sin"}


def test_one_number_at_a_time_is_libms():
    text = Instructions(1, [X])
    text.name(SINE)
    assert (text.own, text.libm, text.misfits) == (set(), {"sin"}, [])


def test_misfits_are_told_where_an_own_function_has_limits():
    text = Instructions(8, [X])
    text.name(SINE)
    text.name(Symbol(np.exp, (X,)))
    assert len(text.misfits) == 1


def test_numbers_are_literals():
    assert Instructions(8, []).name(1.0) == "0x3FF0000000000000"


def test_powers_are_own_functions_everywhere():
    for width in (1, 8):
        text = Instructions(width, [X])
        text.name(Symbol(Power(5), (X,)))
        assert text.own == {"power5"}


@pytest.mark.skipif(not lanes(), reason="for CPUs with vectors")
def test_vector_forms_are_those_of_libmvec():
    text = Instructions(lanes(), [X])
    text.name(Symbol(np.log, (X,)))
    assert text.libm == {"log"}


def test_functions_without_vector_form_are_refused():
    for function in (np.spacing, np.logaddexp2):
        with pytest.raises(NotElementwise):
            Instructions(8, [X]).name(Symbol(function, (X, X)))


@pytest.mark.skipif(not lanes(), reason="for CPUs with vectors")
def test_singles():
    args, (found,) = expressions(lambda x: np.exp(x) * 0.1 + x**3, [], 1, "float")
    text = Instructions(2 * lanes(), args, "float")
    text.name(found)
    lines = "\n".join(text.lines)
    assert "call float @own.exp(float %x0)" in lines
    assert float(np.float32(0.1)).hex() != (0.1).hex()
    assert "0x3FB99999A0000000" in lines  # 0.1, rounded to a single
    assert "call float @own.power3(float" in lines
    assert not text.libm
