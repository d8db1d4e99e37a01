"""What LLVM computes for each code, at special values too."""

import itertools
import math

import numpy as np
import pytest
from natively import natively

from diffops.jit.numbers import functions
from diffops.native import codes
from diffops.native.interface import MISMATCH

SPECIAL = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 2.5, 3.0, 1e300, -1e300, 5e-324, -5e-324]
    + [np.inf, -np.inf, np.nan, 0.1, -0.7, 1e-9, 123456.789]
)
PAIRS = np.array(list(itertools.product(SPECIAL, repeat=2))).T.copy()
SAME = [f for f in functions._SAME if isinstance(f, np.ufunc)]


@pytest.mark.parametrize("ufunc", SAME, ids=lambda f: f.__name__)
def test_the_bits_are_those_of_numpy(ufunc):
    if ufunc.__name__ in ("bitwise_and", "bitwise_or", "bitwise_xor", "invert"):
        operands = [SPECIAL > 0, SPECIAL > 1][: ufunc.nin]
        f = {
            1: lambda x: 1.0 * ufunc(x > 0),
            2: lambda x: 1.0 * ufunc(x > 0, x > 1),
        }[ufunc.nin]
        found = natively(f, np.ones_like(SPECIAL))(SPECIAL)
    else:
        operands = [SPECIAL] if ufunc.nin == 1 else list(PAIRS)
        ones = [np.ones_like(x) for x in operands]
        found = natively(lambda *xs: 1.0 * ufunc(*xs), *ones)(*operands)
    with np.errstate(all="ignore"):
        wanted = 1.0 * ufunc(*operands)
    np.testing.assert_array_equal(found, wanted)
    unknown = np.isnan(wanted)
    if ufunc in (np.maximum, np.minimum):  # either zero may be the greater one
        unknown |= wanted == 0
    np.testing.assert_array_equal(
        np.signbit(found)[~unknown], np.signbit(wanted)[~unknown]
    )


def test_choosing():
    f = lambda a, b: np.where(a > b, a * 2, b)  # noqa: E731
    native = natively(f, *np.ones_like(PAIRS))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(native(*PAIRS), f(*PAIRS))


@pytest.mark.parametrize(
    ("factor", "slope", "wanted"),
    [(0.0, np.inf, 0.0), (0.0, np.nan, 0.0), (2.0, np.inf, np.inf), (0.0, 3.0, 0.0)],
)
def test_strong_products(factor, slope, wanted):
    from diffops.primitive import table
    from diffops.rules._fitting import strong_product

    native = natively(lambda a, b: table[strong_product](a, b), 0.5, 0.7)
    assert native(factor, slope) == wanted


@pytest.mark.parametrize("n", [2, 3, 5, 8])
@pytest.mark.parametrize("exact", [False, True])
def test_whole_powers(n, exact):
    native = natively(lambda a: a**n, np.float64(0.5), exact=exact)
    for a in (0.3, -1.7, 2.0, 0.0, 1e200, np.inf):
        with np.errstate(all="ignore"):
            wanted = np.float64(a) ** n
        found = native(np.float64(a))
        if exact:
            assert found == wanted
        else:
            np.testing.assert_allclose(found, wanted, rtol=4e-16)


READS = {
    "true": (lambda a: a if a > 1 else -a, 2.0, [3.0], [0.0, 1.0, np.nan]),
    "false": (lambda a: a if a > 1 else -a, 0.0, [-3.0, np.nan], [1.5]),
    "int": (lambda a: a * int(a), 2.5, [2.0, 2.9], [3.0, -2.5, np.nan, np.inf]),
    "floor": (lambda a: a * math.floor(a), -1.5, [-1.1, -2.0], [-0.5, 1.0]),
    "round": (lambda a: a * round(a), 2.5, [2.0, 1.6], [2.6, 1.4]),
    "float": (lambda a: a * float(a), 2.5, [2.5], [2.6, np.nan]),
    "float of NaN": (lambda a: a * float(a), np.nan, [np.nan], [2.6]),
    "float of -0": (lambda a: a + float(a), -0.0, [-0.0], [0.0, 1.0]),
}


@pytest.mark.parametrize("name", READS)
def test_guards(name):
    f, at, same, others = READS[name]
    native = natively(f, at)
    for value in same:
        np.testing.assert_array_equal(native(value), f(value))
    for value in others:
        assert native(value) is MISMATCH


def test_python_s_powers_of_negative_numbers_are_complex():
    native = natively(lambda a, b: a**b, 2.0, 0.5)
    assert native(4.0, 0.5) == 2.0
    assert native(-4.0, 2.0) == 16.0
    assert native(-4.0, 0.5) is MISMATCH
    assert np.isnan(native(np.nan, 0.5))


def test_codes_are_found_by_number():
    assert all(code is codes.codes[code.number] for code in codes.codes)
    assert repr(codes.ADD) == "add"
