"""Where f divides by zero or overflows, jit raises what f raises, at every call."""

from __future__ import annotations

import math
import operator
import warnings

import numpy as np
import pytest

from diffops import grad, jit

# (f, a point where it computes, a point where Python raises)
RAISING = {
    "truediv": (lambda a: 1.0 / a, 2.0, 0.0),
    "by a difference": (lambda a: a / (a - 1), 2.0, 1.0),
    "whole numbers": (lambda a: 3 // (a + 1), 2.0, -1.0),
    "mod": (lambda a: a % a, 2.0, 0.0),
    "divmod": (lambda a: divmod(3.0, a)[1], 2.0, 0.0),
    "by a count": (lambda a: 1 / ((a > 0) + (a > 1)), 2.0, -1.0),
    "negative power": (lambda a: a**-2, 2.0, -0.0),
    "overflow": (lambda a: a**200, 2.0, 1e9),
    "overflow of a variable power": (lambda a: a**a, 2.0, 1e9),
    "reflected power": (lambda a: 2.0**a, 2.0, 1e9),
    "complex": (lambda a: 1 / (a - 1j), 2j, 1j),
    "by nothing": (lambda a: a / 0.0 if a < 1 else a, 2.0, 0.5),
    "unused": (lambda a: (1 / a, 3.0 * a)[1], 2.0, 0.0),
}


@pytest.mark.parametrize("name", RAISING)
def test_jit_raises_what_f_raises(name):
    f, fine, raising = RAISING[name]
    with pytest.raises(ArithmeticError) as error:
        f(raising)
    for points in ((fine, fine, fine, raising, fine, raising), (raising, fine, fine)):
        jitted = jit(f)
        for a in points:
            if a == raising:
                with pytest.raises(type(error.value)):
                    jitted(a)
            else:
                assert jitted(a) == f(a)


def test_what_f_does_about_it_is_done():
    def safe(a):
        try:
            return 1 / a
        except ZeroDivisionError:
            return -1.0

    jitted = jit(safe)
    for a in (2.0, 2.0, 0.0, 4.0, 0.0, 2.0):
        assert jitted(a) == safe(a)


def test_infinite_bases_have_powers():
    for a in (math.inf, -math.inf):
        for f in (lambda a: a**3, lambda a: a**1.5, lambda a: a**a):
            jitted = jit(f)
            for b in (a, a, 2.0, a, 2.0, math.nan):
                np.testing.assert_equal(jitted(b), f(b))
            with pytest.raises(OverflowError):
                jitted(1e308)


@pytest.mark.parametrize("operate", [operator.truediv, operator.pow, operator.mod])
def test_numbers_of_numpy_do_not_raise(operate):
    jitted = jit(lambda a: operate(a, np.float64(0.0) * a - 1 + 1) + operate(2, a))
    with np.errstate(all="ignore"):
        for a in map(np.float64, (2.0, 2.0, 0.0, 1e6)):
            np.testing.assert_equal(jitted(a), jitted.f(a))
        assert not jitted.program(np.float64(2.0)).guards


def test_derivatives_go_on_where_f_raises():
    slope = grad(lambda a: 1 / a)
    jitted = jit(slope)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for a in (2.0, 2.0, 4.0, 0.0, 2.0):
            assert jitted(a) == slope(a)


def test_constant_divisors_are_not_guarded():
    assert not jit(lambda a: a / 2 + a // 3.0).program(1.0).guards


def test_a_power_that_turns_complex_is_another_way():
    f = lambda a: a**0.5  # noqa: E731
    slope = jit(grad(f))
    for _ in range(3):
        assert slope(4.0) == 0.25
    with pytest.raises(TypeError, match="complex"):
        slope(-4.0)
    assert np.isnan(slope(math.nan))
    assert slope(9.0) == grad(f)(9.0)


def test_a_variable_power_of_a_negative_number_may_be_real():
    f = lambda a, b: np.abs(a**b)  # noqa: E731
    slope = jit(grad(f))
    for a, b in [(2.0, 0.5), (-2.0, 3.0), (-2.0, 0.5), (-2.0, 5.0), (2.0, 0.5)] * 3:
        np.testing.assert_allclose(slope(a, b), grad(f)(a, b), rtol=1e-14)
