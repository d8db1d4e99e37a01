"""Values in Taylor mode: their kinds, and in which precision they compute."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from diffops import taylor
from diffops.modes.jet import Jets
from diffops.modes.jet_values import ArrayJet, OtherJet, PythonJet, ScalarJet


def test_kinds_of_values():
    level = Jets(3)
    assert type(level.jet(0.5, 1.0)) is PythonJet
    assert type(level.jet(np.float64(0.5), 1.0)) is ScalarJet
    assert type(level.jet(np.float32(0.5), 1.0)) is OtherJet
    assert type(level.jet(0.5j, 1.0)) is OtherJet
    assert type(level.jet(np.ones(2), np.ones(2))) is ArrayJet
    x = level.jet(np.float64(0.5), 1.0)
    y = x * x
    assert (type(y), y.primal, y.carry) == (ScalarJet, 0.25, [0.25, 1.0, 1.0])
    assert type(y.value()) is np.float64


def test_what_does_not_vary_is_no_jet():
    x = Jets(3).jet(np.ones(2), np.ones(2))
    for f in (np.floor, np.sign, lambda x: x > 0, lambda x: np.heaviside(x, 0.5)):
        assert isinstance(f(x), np.ndarray)
    assert type(np.copysign(2.0, x)) is np.ndarray


def test_what_may_be_written_into_is_one():
    x = Jets(3).jet(np.ones(2), np.ones(2))
    zeros = np.zeros_like(x)
    assert type(zeros) is ArrayJet
    zeros[0] = x[1] * x[1]
    np.testing.assert_array_equal(zeros.carry, [[1, 0], [2, 0], [1, 0]])


def test_double_numbers_among_singles_stay_double():
    """A float64 number does not yield to float32 values, nor do its coefficients."""
    c = np.array([0.1, 0.7], np.float32)
    wide = c.astype(float)
    cases = [
        lambda t, c: np.exp(t) * c,
        lambda t, c: np.exp(t) / c,
        lambda t, c: np.exp(t) * (c * t),
        lambda t, c: np.where(wide > 0.5, np.exp(t), c),
        lambda t, c: np.power(c, np.exp(t)),
        lambda t, c: np.exp(t) * c[0] + c[1] * np.exp(-t),
        lambda t, c: np.hypot(np.exp(t), c),
    ]
    for f in cases:
        found = taylor(lambda t, f=f: f(t, c), np.float64(0.3), 4)
        wanted = taylor(lambda t, f=f: f(t, wide), np.float64(0.3), 4)
        for a, b in zip(found, wanted, strict=True):
            assert np.result_type(a) == np.float64
            np.testing.assert_allclose(a, b, rtol=1e-14)
    # One that varies in single precision beside one that does in double.
    _, change, bend = taylor(lambda p: p[0] * np.exp(p[1]), (c, np.float64(0.3)), 2)
    assert change.dtype == bend.dtype == np.float64
    np.testing.assert_allclose(change, np.exp(0.3) * (1 + wide), rtol=1e-15)
    np.testing.assert_allclose(bend, np.exp(0.3) * (1 + wide / 2), rtol=1e-15)
    number = taylor(lambda p: p[0] * np.exp(p[1]), (c[0], np.float64(0.3)), 2)[1]
    assert (type(number), number) == (np.float64, pytest.approx(change[0], rel=1e-15))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.longdouble, np.complex64])
def test_dtypes_last_through_a_program(kind):
    def f(x):
        y = x
        for k in range(1, 4):
            y = y * x + 0.5 / k - y / (k + 1)
        return y * np.sin(y) + np.cbrt(np.real(y)) + np.float_power(2, -1)

    def g(x):
        y = f(x)
        return y if kind is not np.float16 else y.astype(kind)

    for x in (kind(0.3), np.full(2, 0.3, kind)):
        dtype = g(x).dtype
        assert {c.dtype for c in taylor(g, x, 4)} == {dtype}


def test_extended_precision():
    x = np.longdouble("0.3")
    found = taylor(lambda x: np.exp(x) * np.sqrt(x) / (1 + x), x, 4)
    with mpmath.workdps(30):
        exact = mpmath.taylor(
            lambda x: mpmath.exp(x) * mpmath.sqrt(x) / (1 + x), mpmath.mpf(3) / 10, 4
        )
        eps = float(np.finfo(np.longdouble).eps)
        for c, wanted in zip(found, exact, strict=True):
            high = float(c)
            rest = float(c - np.longdouble(high))
            error = mpmath.mpf(high) + mpmath.mpf(rest) - wanted
            assert abs(error) <= 50 * eps * abs(wanted)


def test_arrays_without_axes():
    x = np.array(0.5)
    for f in (
        lambda x: (x * x)[()],
        lambda x: x[...] * x[None, ...],
        lambda x: np.stack([x, x])[0] ** 2,
        lambda x: np.reshape(x.copy(), (1, 1))[0, 0] * x,
        lambda x: np.where(x > 0, x, 0.0)[...] ** 2,
        lambda x: x[True] * x,
    ):
        found = taylor(f, x, 3)
        np.testing.assert_array_equal(np.ravel(found), [0.25, 1, 1, 0])
        assert {np.shape(c) for c in found} == {np.shape(f(x))}
