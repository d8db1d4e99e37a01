"""NumPy's functions in native code: libm's accuracy, or NumPy's bits where exact."""

import numpy as np
import pytest
import scipy.special
from natively import natively, path_of

from diffops.jit.numbers import functions
from diffops.native import codes
from diffops.native.ufunc_codes import LIBM

DOMAINS = {
    np.arcsin: (-1, 1),
    np.arccos: (-1, 1),
    np.arctanh: (-0.99, 0.99),
    np.arccosh: (1, 50),
    np.log: (1e-3, 50),
    np.log2: (1e-3, 50),
    np.log10: (1e-3, 50),
    np.log1p: (-0.9, 50),
    np.power: (0.1, 5),
    np.float_power: (0.1, 5),
}


def points(ufunc, seed=0):
    low, high = DOMAINS.get(ufunc, (-5, 5))
    random = np.random.default_rng(seed)
    return [random.uniform(low, high, 60) for _ in range(ufunc.nin)]


@pytest.mark.parametrize("ufunc", LIBM, ids=lambda f: f.__name__)
def test_libm_is_as_accurate_as_numpy(ufunc):
    args = points(ufunc)
    found = natively(lambda *xs: ufunc(*xs), *args)(*args)
    np.testing.assert_allclose(found, ufunc(*args), rtol=1e-15, atol=0)


@pytest.mark.parametrize("ufunc", LIBM, ids=lambda f: f.__name__)
def test_exact_programs_have_numpy_s_bits(ufunc):
    args = points(ufunc, seed=1)
    # A single number and many take different ways through NumPy's vectorised loops.
    single = [float(arg[0]) for arg in args]
    native = natively(lambda *xs: ufunc(*xs) * 1.0, *single, exact=True)
    for row in np.stack(args).T.tolist():
        assert native(*row) == ufunc(*row)


@pytest.mark.parametrize(
    "ufunc", [scipy.special.gammaln, scipy.special.erf, scipy.special.expit]
)
def test_all_other_ufuncs_run_their_own_loops(ufunc):
    native = natively(lambda a: ufunc(a) * 2, 1.5)
    for a in (0.3, 2.0, 7.5):
        assert native(a) == ufunc(a) * 2


def test_what_has_no_loop_for_doubles_has_no_code():
    assert functions.code_of(np.gcd, exact=False) is None
    assert functions.code_of(np.matmul, exact=False) is None
    assert functions.code_of(np.linalg.inv, exact=False) is None


def test_two_ufuncs_of_one_name_keep_apart():
    double = np.frompyfunc(lambda a: 2 * a, 1, 1)  # named otherwise than any other
    first = functions._name_of(scipy.special.erf)
    assert functions._name_of(scipy.special.erf) == first
    assert functions._name_of(double) != functions._name_of(np.add)


def test_codes_of_operators_are_those_of_their_ufuncs():
    import operator

    from diffops.primitive import table

    assert functions.code_of(table[operator.mul].function, False) is codes.MULTIPLY
    assert functions.code_of(np.multiply, True) is codes.MULTIPLY


def test_powers_have_codes_of_their_own():
    assert functions.power_code(2, exact=False) is codes.SQUARE
    assert functions.power_code(2, exact=True) is None
    assert functions.power_code(7, exact=False) is None


def test_programs_of_other_things_stay_plain():
    assert path_of(lambda a: a * 2, 1 + 2j).native is None
    assert path_of(lambda x: x * 2, np.ones(3, np.float16)).native is None
    assert path_of(lambda x: np.linalg.inv(x), np.eye(2)).native is None


@pytest.mark.parametrize("shape", [(), (3,), (2000,)])
def test_a_rectified_negative_zero_is_zero(shape):
    f = lambda x: np.maximum(x, 0.0)  # noqa: E731
    x = np.full(shape, -0.0)[()]
    assert not np.signbit(natively(f, x)(x)).any()
