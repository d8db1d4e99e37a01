"""Where there is no libmvec, loops of arrays compute with functions of our own."""

import mpmath
import numpy as np
import pytest
from natively import array_text, natively_of_arrays
from random_arrays import check

from diffops.jit.arrays import vector_functions
from diffops.native import vector_math

N = 500
DRAW = np.random.default_rng(0)
NEAR = np.concatenate([DRAW.uniform(-1, 1, N), DRAW.normal(size=N) * 1e-3])
TINY = 10.0 ** DRAW.uniform(-320, 0, N) * DRAW.choice([-1.0, 1.0], N)
DOMAINS = {
    "sin": [NEAR, TINY, DRAW.uniform(-1e6, 1e6, N), np.arange(1, 200) * (np.pi / 2)],
    "cos": [NEAR, TINY, DRAW.uniform(-1e6, 1e6, N), np.arange(1, 200) * (np.pi / 2)],
    "tan": [NEAR, TINY, DRAW.uniform(-1e6, 1e6, N), np.arange(1, 200) * (np.pi / 4)],
    "exp": [NEAR, TINY, DRAW.uniform(-745, 709.7, N)],
    "expm1": [NEAR, TINY, DRAW.uniform(-60, 709.7, N), DRAW.uniform(-2, 2, N)],
    "log": [abs(NEAR), abs(TINY), 10.0 ** DRAW.uniform(0, 308, N), 1 + NEAR / 100],
    "log1p": [
        NEAR,
        TINY,
        10.0 ** DRAW.uniform(0, 308, N),
        np.fmax(-1 + abs(TINY), -1 + 2**-53),
    ],
    "tanh": [NEAR, TINY, DRAW.uniform(-25, 25, N), DRAW.uniform(-2, 2, N)],
    "exp2": [NEAR, TINY, DRAW.uniform(-1074, 1024, N)],
    "log2": [abs(NEAR), abs(TINY), 10.0 ** DRAW.uniform(0, 308, N), 1 + NEAR / 100],
    "log10": [abs(NEAR), abs(TINY), 10.0 ** DRAW.uniform(0, 308, N), 1 + NEAR / 100],
    "arctan": [NEAR, TINY, 1 / TINY[abs(TINY) > 1e-300], DRAW.uniform(-3, 3, N)],
    "cbrt": [NEAR, TINY, 1 / TINY[abs(TINY) > 1e-300], DRAW.uniform(-3, 3, N)],
}
TRUE = {
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x, 2),
    "arctan": mpmath.atan,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "arctan2": mpmath.atan2,
    "hypot": mpmath.hypot,
    "power": mpmath.power,
}
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 5e-324, -5e-324, 1e308]
SPECIAL += [-1e308, 1e6, -1e6, -2e22, 710.0, -750.0, -1.5, -np.nextafter(1, 2)]


@pytest.fixture
def no_libmvec(monkeypatch):
    monkeypatch.setattr(vector_math, "variants", lambda name: ())
    if not vector_functions._lanes():
        pytest.skip("products are not fused here")


def without(ufunc, size):
    return natively_of_arrays(lambda x: ufunc(x) * 1.0, np.full(size, 0.5))


@pytest.mark.parametrize("name", DOMAINS)
def test_within_two_units_in_the_last_place(name, no_libmvec):
    x = np.concatenate(DOMAINS[name])
    found = without(getattr(np, name), x.size)(x)
    true = TRUE.get(name) or getattr(mpmath, name)
    with mpmath.workprec(200):
        for at, y in zip(x.tolist(), found.tolist(), strict=True):
            wanted = true(mpmath.mpf(at))
            assert abs(y - wanted) <= 2 * np.spacing(abs(float(wanted))), at


def without_of_two(name, size):
    half = np.full(size, 0.5)
    return natively_of_arrays(lambda a, b: getattr(np, name)(a, b) * 1.0, half, half)


@pytest.mark.parametrize("name", ["arctan2", "hypot"])
def test_functions_of_two_within_two_units(name, no_libmvec):
    a = np.concatenate([NEAR, TINY, 1 / TINY[abs(TINY) > 1e-300]])
    b = np.concatenate([NEAR[::-1], DRAW.permutation(a[NEAR.size :])])
    found = without_of_two(name, a.size)(a, b)
    with mpmath.workprec(200):
        for x, y, value in zip(a.tolist(), b.tolist(), found.tolist(), strict=True):
            wanted = TRUE[name](mpmath.mpf(x), mpmath.mpf(y))
            assert abs(value - wanted) <= 2 * np.spacing(abs(float(wanted))), (x, y)


def test_powers_within_two_units(no_libmvec):
    """Over the whole range of results, with bases of all sizes and close to 1."""
    tiny = abs(TINY[abs(TINY) > 1e-307])
    x = np.concatenate([1 / tiny, tiny, 1 + NEAR / 3, 1 + NEAR * 1e-6])
    x = x[x != 1.0]
    y = DRAW.uniform(-745, 709.7, x.size) / np.log(x)
    found = without_of_two("power", x.size)(x, y)
    with mpmath.workprec(200):
        for base, n, value in zip(x.tolist(), y.tolist(), found.tolist(), strict=True):
            wanted = mpmath.power(base, n)
            assert abs(value - wanted) <= 2 * np.spacing(float(wanted)), (base, n)


@pytest.mark.parametrize("name", ["arctan2", "hypot", "power"])
def test_special_values_of_functions_of_two(name, no_libmvec):
    a, b = np.repeat(SPECIAL, len(SPECIAL)), np.tile(SPECIAL, len(SPECIAL))
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(a, b)
    found = without_of_two(name, a.size)(a, b)
    np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=0)
    known = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(wanted[known]))


@pytest.mark.parametrize("name", DOMAINS)
def test_special_values_are_those_of_numpy(name, no_libmvec):
    x = np.resize(np.array(SPECIAL), 64)  # full vectors, and large angles among others
    with np.errstate(all="ignore"):
        wanted = getattr(np, name)(x)
    found = without(getattr(np, name), 64)(x)
    np.testing.assert_allclose(found, wanted, rtol=1e-15, atol=0)
    known = ~np.isnan(wanted)
    np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(wanted[known]))


def test_loops_call_our_own_only_where_there_is_no_libmvec(monkeypatch):
    f = lambda x: np.sum(np.exp(x) * np.tanh(x))  # noqa: E731
    if vector_math.variants("tanh"):
        assert "_LLVM_" not in array_text(f, np.ones(100))
    monkeypatch.setattr(vector_math, "variants", lambda name: ())
    text = array_text(f, np.ones(100))
    assert ("_LLVM_" in text) == bool(vector_functions._lanes())
    monkeypatch.setattr(vector_functions, "has_features", lambda *names: False)
    monkeypatch.setattr(vector_functions, "binding", lambda: FakeBinding)
    assert "_LLVM_" not in array_text(f, np.ones(100))


class FakeBinding:
    """LLVM on a processor without vectors."""

    @staticmethod
    def get_process_triple():
        return "riscv64-unknown-linux-gnu"


@pytest.mark.filterwarnings("ignore")
def test_random_programs(no_libmvec):
    assert {check(seed) for seed in range(700, 712)} <= {"native", "plain", "refused"}
