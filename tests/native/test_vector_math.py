"""Vector functions: found where glibc has them, within four units, special values."""

import mpmath
import numpy as np
import pytest
from natively import natively_of_arrays

from diffops.native import vector_math
from diffops.native.ufunc_codes import LIBM

SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 5e-324, 1e308, -1e308]
DOMAINS = {
    np.sin: (-100, 100),
    np.cos: (-100, 100),
    np.tan: (-10, 10),
    np.exp: (-700, 700),
    np.exp2: (-1000, 1000),
    np.expm1: (-30, 30),
    np.log: (1e-300, 1e300),
    np.log2: (1e-5, 1e5),
    np.log10: (1e-5, 1e5),
    np.log1p: (-0.9, 10),
    np.tanh: (-20, 20),
    np.sinh: (-20, 20),
    np.cosh: (-20, 20),
    np.arcsin: (-1, 1),
    np.arccos: (-1, 1),
    np.arctan: (-50, 50),
    np.arcsinh: (-50, 50),
    np.arccosh: (1, 50),
    np.arctanh: (-0.999, 0.999),
    np.cbrt: (-100, 100),
}
PRECISE = {
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
    "arcsinh": mpmath.asinh,
    "arccosh": mpmath.acosh,
    "arctanh": mpmath.atanh,
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
}


@pytest.mark.parametrize("ufunc", DOMAINS, ids=lambda f: f.__name__)
def test_within_four_units_in_the_last_place(ufunc):
    low, high = DOMAINS[ufunc]
    x = np.random.default_rng(0).uniform(low, high, 400)
    found = natively_of_arrays(lambda x: ufunc(x) * 1.0, np.full(400, 0.5 * high))(x)
    precise = PRECISE.get(ufunc.__name__) or getattr(mpmath, ufunc.__name__)
    with mpmath.workdps(40):
        wanted = [precise(mpmath.mpf(v)) for v in x.tolist()]
        errors = [
            abs(mpmath.mpf(y) - w) / mpmath.mpf(np.spacing(abs(float(w))))
            for y, w in zip(found.tolist(), wanted, strict=True)
        ]
    assert max(errors) <= 4


@pytest.mark.parametrize("ufunc", DOMAINS, ids=lambda f: f.__name__)
def test_special_values(ufunc):
    x = np.resize(np.array(SPECIAL), 64)
    with np.errstate(all="ignore"):
        wanted = ufunc(x)
    at = np.full(64, 1.5 if ufunc is np.arccosh else 0.5)
    found = natively_of_arrays(lambda x: ufunc(x) * 1.0, at)(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-15)


def test_without_libmvec_there_are_no_variants(monkeypatch):
    def fail(name):
        raise OSError

    monkeypatch.setattr(vector_math.ctypes, "CDLL", fail)
    vector_math.variants.cache_clear()
    try:
        assert vector_math.variants("sin") == ()
        assert "abi" not in vector_math.declaration("sin", 7)
    finally:
        vector_math.variants.cache_clear()


def test_only_functions_of_libm_have_variants():
    assert vector_math.variants("fmod") == ()
    text = vector_math.declaration("pow", 9)
    assert text.startswith("declare double @pow(double, double) #9")


#: Every 100003rd of all singles: NaN, infinities, denormals and huge ones among them.
SINGLES = np.arange(0, 2**32, 100_003, dtype=np.uint64).astype(np.uint32)
SINGLES = np.concatenate(
    [
        SINGLES.view(np.float32),
        np.float32(SPECIAL[:7]),
        np.random.default_rng(0).uniform(-9, 9, 9000).astype(np.float32),
    ]
)


@pytest.mark.parametrize("ufunc", LIBM, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore")
def test_singles_are_within_four_units_everywhere(ufunc):
    """A double has 29 bits more: NumPy's functions of doubles tell the true value."""
    xs = (SINGLES, np.random.default_rng(1).permutation(SINGLES))[: ufunc.nin]
    found = natively_of_arrays(lambda *xs: ufunc(*xs) * np.float32(1), *xs)(*xs)
    true = ufunc(*(x.astype(float) for x in xs))
    assert found.dtype == (np.float64 if ufunc is np.float_power else np.float32)
    nearest = true.astype(np.float32)
    largest = np.finfo(np.float32).max
    unit = np.spacing(np.minimum(np.abs(nearest), largest)).astype(float)
    close = np.abs(found.astype(float) - true) <= 4 * unit
    close |= (found == nearest) | (np.isnan(found) & np.isnan(true))
    assert close.all(), [x[~close] for x in xs]
    known = ~np.isnan(true)
    np.testing.assert_array_equal(np.signbit(found)[known], np.signbit(true)[known])
