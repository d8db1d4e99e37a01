"""Copies, dtypes, and the parts of complex values."""

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad, vjp, vmap

CASES = {
    "copy": (lambda x: np.copy(x), entries(2, 3)),
    "astype": (lambda x: np.astype(x, np.longdouble), entries(2, 3)),
    "real": (lambda x: np.real(x) * np.real(x), entries(3)),
    "imag": (lambda x: np.imag(x) + x, entries(3)),
    "angle": (lambda x: np.angle(x) + x, entries(3)),
    "angle of complex": (
        lambda x: np.angle(x + 1j * x[::-1] ** 2, deg=True),
        entries(3),
    ),
    "parts": (lambda x: (x * (1 + 2j)).imag * (x + 1j).real, entries(3)),
    "conjugate": (lambda x: np.real(np.conj(x * 1j) * (x - 1j) ** 2), entries(2, 2)),
    "conjugate of real": (np.conjugate, entries(3)),
    "number": (lambda x: (np.conj(x * 1j + 2)).imag * (x + 0j).real, 1.5),
    "real_if_close": (lambda x: np.real_if_close(x + 0j), entries(3)),
    "real_if_far": (lambda x: np.abs(np.real_if_close(x + 2j)), entries(3)),
    "nan_to_num": (lambda x: np.nan_to_num(x * x), entries(3)),
    "nan_to_num complex": (
        lambda x: np.nan_to_num(x * (1 + 1j) + [np.inf, np.nan, 0], posinf=3).imag,
        entries(3),
    ),
    "float32": (
        lambda x: np.nan_to_num(np.imag(np.copy(x) * np.complex64(2j))),
        entries(3, dtype=np.float32),
    ),
    "empty": (lambda x: np.nan_to_num(x.conj().real.copy()), entries(0, 2)),
    "0-d": (lambda x: np.imag(np.copy(x) * 1j), np.array(2.0)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


@pytest.mark.parametrize("f", [np.real, np.imag, np.conjugate, np.copy, np.angle])
def test_complex_arguments(f):
    check(f, entries(4) + 1j * entries(4)[::-1])
    check(f, 0.6 - 0.8j)


@pytest.mark.parametrize("f", [np.real, np.imag, np.conjugate, np.angle])
def test_members_of_a_batch(f):
    x = entries(2, 3)
    np.testing.assert_array_equal(vmap(f)(x), f(x))
    np.testing.assert_array_equal(vmap(f)(1j * x), f(1j * x))


@pytest.mark.parametrize("x", [entries(3), 1.5, np.float32(1.5)])
def test_casts_keep_the_dtype_of_the_cotangent(x):
    y, back = vjp(lambda x: (3 * x).astype(np.float32).astype(complex), x)
    assert y.dtype == complex
    (cotangent,) = back(np.full_like(y, 1 + 2j))
    assert np.result_type(cotangent) == np.result_type(x)
    np.testing.assert_array_equal(cotangent, np.full_like(x, 3.0))


def test_integers_are_constants():
    def f(x):
        n = x.astype(int)
        assert isinstance(n, np.ndarray)
        assert n.dtype == int
        assert type((x[0] * 1.0).astype("i4")) is np.int32
        assert x.astype(bool).all()
        return np.sum(x * n)

    np.testing.assert_array_equal(grad(f)(np.array([1.5, 2.5])), [1.0, 2.0])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x * 1j).astype(float),
        lambda x: x.astype(object),
        lambda x: np.astype(x, str),
    ],
)
def test_casts_that_lose_the_derivative_are_refused(f):
    with pytest.raises(NoDerivativeError):
        grad(lambda x: np.sum(f(x)))(entries(2))


def test_nan_to_num_at_special_points():
    x = np.array([np.nan, np.inf, -np.inf, 2.0])

    def f(x):
        return np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0) ** 2

    y, back = vjp(f, x)
    np.testing.assert_array_equal(y, [1, 4, 9, 4])
    np.testing.assert_array_equal(back(np.ones(4))[0], [0, 0, 0, 4])
    largest = np.finfo(np.float32).max
    y, back = vjp(np.nan_to_num, x.astype(np.float32))
    np.testing.assert_array_equal(y, np.array([0, largest, -largest, 2], np.float32))

    def in_place(x):
        y = x * 1.0
        np.nan_to_num(y, copy=False)
        return y

    np.testing.assert_array_equal(vjp(in_place, x)[1](np.ones(4))[0], [0, 0, 0, 1])


def test_copies_are_independent():
    def f(x):
        y = x * 1.0
        kept = np.copy(y)
        y[0] = x[1] ** 2
        kept[1] *= 2.0
        return y * kept

    check(f, entries(2))


def test_writes_go_through_real_and_imaginary_parts():
    def f(x):
        z = x * (2 - 3j)
        part = z.imag
        z.real[0] = x[1] ** 2
        part[1] *= x[0]
        z *= 1j
        return z.real * part

    def parts(x):
        z = x * (2 - 3j)
        z.real[0], z.imag[1] = x[1] ** 2, z.imag[1] * x[0]
        z *= 1j
        return z.real * z.imag

    x = entries(3)
    np.testing.assert_array_equal(f(x), parts(x))
    check(f, x)
