"""Own functions: symmetries and limits to the bit; test_accuracy has the rest."""

import numpy as np
import pytest
import scipy.special

from diffops.kernels import own_functions
from diffops.kernels.compilation import compiled
from diffops.kernels.symbols import Power, SingleSymbol, Symbol

X = np.concatenate(
    [
        np.linspace(-40, 40, 4001),
        np.arange(-60, 61) * (np.pi / 2),
        [0.0, 5e-324, 1e-300],
    ]
)


def run(function, x):
    """Return a function of one argument, by its kernel."""
    arg = Symbol(None, ())
    return compiled("f", [arg], [Symbol(function, (arg,))])(x)


def test_sine_is_odd_and_cosine_even():
    np.testing.assert_array_equal(run(np.sin, -X), -run(np.sin, X))
    np.testing.assert_array_equal(run(np.cos, -X), run(np.cos, X))
    assert np.signbit(run(np.sin, np.array([-0.0])))[0]


def test_the_circle():
    s, c = run(np.sin, X), run(np.cos, X)
    np.testing.assert_allclose(s * s + c * c, 1.0, rtol=1e-15)
    assert (np.abs(s) <= 1).all()
    assert (np.abs(c) <= 1).all()


def test_beyond_the_largest_angle_libm_serves():
    large = np.array([1e6, 1.5e6, -3e9, 1e22, 1e300])
    np.testing.assert_array_max_ulp(run(np.sin, large), np.sin(large), 1)
    np.testing.assert_array_max_ulp(run(np.cos, large), np.cos(large), 1)


def test_the_exponential_rises_from_zero_to_infinity():
    x = np.linspace(-760, 720, 20_001)
    y = run(np.exp, x)
    assert (np.diff(y[y < np.inf]) >= 0).all()
    assert (y[0], y[-1]) == (0.0, np.inf)
    assert run(np.exp, np.zeros(1))[0] == 1.0
    assert run(np.exp, np.array([-745.0]))[0] == 5e-324


def test_the_logistic_function_rises_from_zero_to_one():
    y = run(scipy.special.expit, np.linspace(-760, 720, 20_001))
    assert (np.diff(y) >= 0).all()
    assert (y[0], y[-1]) == (0.0, 1.0)
    assert run(scipy.special.expit, np.zeros(1))[0] == 0.5


def test_the_logistic_function_is_our_own_beside_angles_that_libm_serves():
    x = np.array([1.0, -2.0, 3e6, -4e9])
    arg = Symbol(None, ())
    both = [Symbol(f, (arg,)) for f in (np.sin, scipy.special.expit)]
    sines, found = compiled("f", [arg], both)(x)
    np.testing.assert_array_max_ulp(sines, np.sin(x), 1)
    np.testing.assert_array_max_ulp(found, scipy.special.expit(x), 2)


@pytest.mark.parametrize("n", [3, 6, 64])
def test_powers_of_two_are_exact(n):
    x = np.array([2.0, -2.0, 0.5, -4.0])
    np.testing.assert_array_equal(run(Power(n), x), [int(2 * v) ** n / 2**n for v in x])


@pytest.mark.parametrize("real", ["double", "float"])
def test_sources_define_what_they_say(real):
    for name, (_, fits) in own_functions.OWN.items():
        text = own_functions.source(name, real)
        assert f"{real} @own.{name}({real} %x)" in text
        assert (f"i1 @fits.{name}(" in text) == (fits is not None)
        assert ("double" in text) == (real == "double")


def test_singles_beyond_the_largest_angle():
    x = np.float32([9999.0, 10_001.0, -3e9, 1e22, 3e38])
    arg = SingleSymbol(None, ())
    sine = compiled("f", [arg], [SingleSymbol(np.sin, (arg,))], "float")
    np.testing.assert_allclose(sine(x), np.sin(x.astype(float)), rtol=2e-7)
