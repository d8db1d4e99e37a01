"""Tracked numbers behave as Python's and NumPy's do."""

import copy
import math
import numbers
import operator

import numpy as np
import pytest

from diffops import NoDerivativeError, diff, grad, jvp, vjp

both = pytest.mark.parametrize("D", [diff, grad])
POINTS = [1.3, np.float64(1.3), np.float32(1.3)]

#: Functions of one number, and their derivatives at 1.3.
FUNCTIONS = {
    "abs": (lambda x: abs(-x), 1.0),
    "round": (lambda x: round(x) * x, 1.0),
    "round digits": (lambda x: round(x, 1) * x, 1.3),
    "floor": (lambda x: math.floor(x) * x, 1.0),
    "ceil": (lambda x: math.ceil(x) * x, 2.0),
    "divmod": (lambda x: divmod(x, 0.4)[0] * divmod(x, 0.4)[1], 3.0),
    "rdivmod": (lambda x: divmod(7.0, x)[1], -5.0),
    "floor division": (lambda x: x // 0.4 * x, 3.0),
    "remainder": (lambda x: x % 0.4 + 7.0 % x, -4.0),
    "power of a negative": (lambda x: (-x) ** 3, -3 * 1.3**2),
    "negative power": (lambda x: x**-2, -2 * 1.3**-3),
    "power as exponent": (lambda x: 2**x, 2**1.3 * math.log(2)),
    "to itself": (lambda x: x**x, 1.3**1.3 * (math.log(1.3) + 1)),
    "pos and neg": (lambda x: +x - -x, 2.0),
    "conjugate": (lambda x: x.conjugate() * x.real + x.imag, 2.6),
    "is_integer": (lambda x: x * x.is_integer() + x * (x / x).is_integer(), 1.0),
    "sum": (lambda x: sum([x, x, 1]), 2.0),
    "max": (lambda x: max(x, 1, x / 2) + min(x, 5, 2 * x), 2.0),
    "sorted": (lambda x: sorted([3 * x, x, x * x])[1], 2.6),
    "copy": (lambda x: copy.copy(x) * copy.deepcopy([x])[0], 2.6),
    "item": (lambda x: x.item() * x.tolist(), 2.6),
    "indexed": (lambda x: x[()] * x[...] * x[None][0], 3 * 1.3**2),
    "methods": (lambda x: x.sin() + x.sum(), math.cos(1.3) + 1),
    "huge": (lambda x: x * 10**30 / 10**30, 1.0),
    "assigned": (lambda x: operator.iadd(x, x) * operator.imul(x, 2), 8 * 1.3),
    "branches": (lambda x: x if 1 < x <= 2 else x * x, 1.0),
    "ints and floats": (lambda x: 1 + x * 2 - 3 / x, 2 + 3 / 1.3**2),
    "bools": (lambda x: True * x + x * np.True_ + False, 2.0),
}


@both
@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(D, x, name):
    f, slope = FUNCTIONS[name]
    tolerance = 1e-5 if x.__class__ is np.float32 else 1e-13
    np.testing.assert_allclose(D(f)(x), slope, rtol=tolerance)
    plain = np.float64(x)
    if name != "methods":  # np.float64 has no x.sin()
        found = jvp(f, (x,), (x,))[0]
        np.testing.assert_allclose(found, f(plain), rtol=tolerance)


@both
def test_trunc(D):
    assert D(lambda x: math.trunc(x) * x)(-1.7) == -1.0


@both
@pytest.mark.parametrize("x", POINTS)
def test_it_is_a_number_and_no_sequence(D, x):
    def program(x):
        assert isinstance(x, numbers.Number)
        assert np.isscalar(x)
        assert np.ndim(x) == 0 and np.shape(x) == () and x.size == 1
        assert not hasattr(x, "__len__") and not hasattr(x, "__array__")
        for probe in (iter, len, list):
            with pytest.raises(TypeError):
                probe(x)
        with pytest.raises(IndexError):
            x[0]
        with pytest.raises(TypeError):
            x.fill(2.0)
        assert {x: 1}[x] == 1 and hash(x) == hash(x)
        return x * 2

    assert D(program)(x) == 2.0


@both
@pytest.mark.parametrize(
    "convert", [float, int, complex, math.sin, range, operator.index]
)
def test_conversions_are_refused(D, convert):
    with pytest.raises(NoDerivativeError, match=r"stop_gradient|NumPy's"):
        D(lambda x: convert(x) and x)(2.0)


@both
def test_after_the_end_it_is_a_plain_number(D):
    kept = []
    D(lambda x: kept.append(x * 3) or x)(2.0)
    (x,) = kept
    assert float(x) == 6.0 and int(x) == 6 and complex(x) == 6 and math.sqrt(x + 3) == 3
    assert D(lambda y: y * x)(1.0) == 6.0


#: Where Python raises, NumPy has infinities and NaN: (function, point, derivative).
SPECIAL = {
    "1 / 0": (lambda x: 1.0 / x, 0.0, -math.inf),
    "x / 0": (lambda x: x / 0.0, 1.0, math.inf),
    "overflow": (lambda x: x**2, 1e200, 2e200),
    "power overflows": (lambda x: x**400, 10.0, math.inf),
    "exp overflows": (np.exp, 800.0, math.inf),
    "log of 0": (np.log, 0.0, math.inf),
    "sqrt of 0": (np.sqrt, 0.0, math.inf),
    "log of a negative": (np.log, -1.0, math.nan),
    "0 ** -1": (lambda x: x**-1, 0.0, -math.inf),
    "inf": (lambda x: x * 2, math.inf, 2.0),
    "inf - inf": (lambda x: x - x, math.inf, 0.0),
    "nan": (lambda x: x * x, math.nan, math.nan),
    "nan in a comparison": (lambda x: x if x < 1 else 2 * x, math.nan, 2.0),
}


@both
@pytest.mark.parametrize("kind", [float, np.float64])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", SPECIAL)
def test_special_values(D, kind, name):
    f, x, slope = SPECIAL[name]
    found = D(f)(kind(x))
    if name == "log of a negative":
        assert np.isnan(found) or found == -1.0
    else:
        np.testing.assert_equal(float(found), slope)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", SPECIAL)
def test_values_there_are_numpys(name):
    f, x, _ = SPECIAL[name]
    np.testing.assert_equal(float(jvp(f, (x,), (1.0,))[0]), float(f(np.float64(x))))


@both
def test_huge_integers(D):
    assert D(lambda x: x * 10**300)(1.0) == 1e300
    with pytest.raises(OverflowError):
        D(lambda x: x * 10**400)(1.0)


def test_complex_numbers():
    z = 0.3 + 0.4j
    y, change = jvp(lambda z: z * z + np.exp(z) / z, (z,), (1j,))
    slope = 2 * z + np.exp(z) * (z - 1) / z**2
    np.testing.assert_allclose([y, change], [z * z + np.exp(z) / z, 1j * slope])
    (cotangent,) = vjp(lambda z: z * z.conjugate(), z)[1](1.0 + 0j)
    np.testing.assert_allclose(cotangent, 2 * z.conjugate())
    assert type(cotangent) is complex
    for part in (np.real, np.imag, np.abs, lambda z: z.real * z.imag):
        for h, direction in ((1e-6, 1.0), (1e-6j, 1j)):
            found = jvp(part, (z,), (direction,))[1]
            wanted = (part(z + h) - part(z - h)) / 2e-6
            np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-9)
