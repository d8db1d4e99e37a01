"""Special points of functions of one number, to third order in every mix of modes.

At kinks and singularities a derivative is a convention, an infinity or NaN: the tables
say which. Smooth functions that other libraries get wrong there have their true ones.
"""

import itertools

import numpy as np
import pytest
from scipy import special

from diffops import diffn, grad, jvp

INF, NAN, PI, E = np.inf, np.nan, np.pi, np.e

#: One order of forward mode, and one of reverse mode.
MODES = {"F": lambda f: lambda x: jvp(f, (x,), (1.0,))[1], "R": grad}

#: All sequences of them, innermost first; Taylor mode takes every order at once.
MIXES = ["".join(mix) for n in (1, 2, 3) for mix in itertools.product("FR", repeat=n)]


def relu(x):
    return np.where(x > 0, x, 0.0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def norm(*entries):
    return np.linalg.norm(np.stack(entries))


def nested_root(x):
    r = np.sqrt(x)
    return r * r * r * r


def minus_square(r):
    return -r * r


def matern(r):
    """Return a covariance that is a function of a distance, twice differentiable."""
    return (1 + r) * np.exp(-r)


#: A function, where, and its first, second and third derivative there (or fewer).
KINKS = {
    "abs": (abs, 0.0, [0, 0, 0]),
    "np.abs": (np.abs, 0.0, [0, 0, 0]),
    "fabs": (np.fabs, 0.0, [0, 0, 0]),
    "sign": (lambda x: np.sign(x) * x, 0.0, [0, 0, 0]),
    "relu": (relu, 0.0, [0, 0, 0]),
    "relu by maximum": (lambda x: np.maximum(x, 0.0), 0.0, [0.5, 0, 0]),
    "relu by clip": (lambda x: np.clip(x, 0.0, None), 0.0, [0.5, 0, 0]),
    "relu by abs": (lambda x: (x + abs(x)) / 2, 0.0, [0.5, 0, 0]),
    "leaky": (lambda x: np.where(x >= 0, x, 0.1 * x), 0.0, [1, 0, 0]),
    "minimum": (lambda x: np.minimum(x, 2 * x), 0.0, [1.5, 0, 0]),
    "fmax": (lambda x: np.fmax(x * x, 0.0), 0.0, [0, 1, 0]),
    "maximum of itself": (lambda x: np.maximum(x, x), 0.3, [1, 0, 0]),
    "maximum of parabolas": (lambda x: np.maximum(x * x, x), 1.0, [1.5, 1, 0]),
    "clip, lower edge": (lambda x: np.clip(x, 0.0, 1.0), 0.0, [0.5, 0, 0]),
    "clip, upper edge": (lambda x: np.clip(x, 0.0, 1.0), 1.0, [0.5, 0, 0]),
    "clip, inside": (lambda x: np.clip(x, 0.0, 1.0), 0.4, [1, 0, 0]),
    "clip, outside": (lambda x: np.clip(x, 0.0, 1.0), 1.4, [0, 0, 0]),
    "norm": (lambda x: norm(x, 2 * x), 0.0, [0, 0, 0]),
    "hypot": (lambda x: np.hypot(x, 0.0), 0.0, [0, 0, 0]),
    "hypot of both": (lambda x: np.hypot(x, 2 * x), 0.0, [0, 0, 0]),
    "std": (lambda x: np.std(np.stack([x, 2 * x, -x])), 0.0, [0, 0, 0]),
    "l1 norm": (lambda x: np.linalg.norm(np.stack([x, -x]), 1), 0.0, [0, 0, 0]),
    "max norm": (lambda x: np.linalg.norm(np.stack([x, -x]), INF), 0.0, [0, 0, 0]),
    "least norm": (lambda x: np.linalg.norm(np.stack([x, -x]), -INF), 0.0, [0, 0, 0]),
    "norm of order 3": (lambda x: np.linalg.norm(np.stack([x, x]), 3), 0.0, [0, 0, 0]),
    "nuclear norm": (lambda x: np.linalg.norm(x * np.eye(2), "nuc"), 0.0, [0, 0, 0]),
    "heaviside": (lambda x: np.heaviside(x, 0.5), 0.0, [0, 0, 0]),
    "floor": (lambda x: np.floor(x) * x, 1.0, [1, 0, 0]),
}

SINGULARITIES = {
    "sqrt": (np.sqrt, 0.0, [INF]),
    "sqrt by power": (lambda x: x**0.5, 0.0, [INF]),
    "cbrt": (np.cbrt, 0.0, [INF]),
    "log": (np.log, 0.0, [INF]),
    "log1p": (np.log1p, -1.0, [INF]),
    "arcsin": (np.arcsin, 1.0, [INF]),
    "arccos": (np.arccos, 1.0, [-INF]),
    "arccosh": (np.arccosh, 1.0, [INF]),
    "arctanh": (np.arctanh, 1.0, [INF]),
    "1 / x": (lambda x: 1 / x, 0.0, [-INF, INF, -INF]),
    "1 / x²": (lambda x: x**-2, 0.0, [-INF, INF, -INF]),
    "x ** 1.5": (lambda x: x**1.5, 0.0, [0, INF]),
    "√x x": (lambda x: np.sqrt(x) * x, 0.0, [0, INF]),
    "√x³": (lambda x: np.sqrt(x) ** 3, 0.0, [0, INF]),
    "exp √x": (lambda x: np.exp(np.sqrt(x)), 0.0, [INF]),
    "0 ** y at 2": (lambda y: 0.0**y, 2.0, [0, 0, 0]),
    "0 ** y at 0": (lambda y: 0.0**y, 0.0, [-INF]),
    "x ** x": (lambda x: x**x, 0.0, [-INF]),
    "arctan2": (lambda x: np.arctan2(x, x), 0.0, [NAN]),
    "(-1) ** y": (lambda y: (-1.0) ** y, 2.0, [NAN]),
    "log of less than 0": (np.log, -1.0, [-1, -1, -2]),  # as of log |x|
    "cbrt³": (lambda x: np.cbrt(x) ** 3, 0.0, [NAN]),  # not followed, but never 0
    "(x ** 0.25)⁴": (lambda x: (x**0.25) ** 4, 0.0, [NAN]),
    "x cbrt": (lambda x: np.cbrt(x) * x, 0.0, [0, INF]),
}

SMOOTH = {
    "x ** 0": (lambda x: x**0, 0.0, [0, 0, 0]),
    "x ** 0.0": (lambda x: x**0.0, 0.0, [0, 0, 0]),
    "x ** 1": (lambda x: x**1, 0.0, [1, 0, 0]),
    "x ** 1.0": (lambda x: x**1.0, 0.0, [1, 0, 0]),
    "x ** 2": (lambda x: x**2, 0.0, [0, 2, 0]),
    "x ** 2.0": (lambda x: x**2.0, 0.0, [0, 2, 0]),
    "x ** 3": (lambda x: x**3, 0.0, [0, 0, 6]),
    "power 2.0": (lambda x: np.power(x, 2.0), 0.0, [0, 2, 0]),
    "power of arrays": (lambda x: np.power(x, np.array([2, 3])).sum(), 0.0, [0, 2, 6]),
    "float_power": (lambda x: np.float_power(x, 3), -2.0, [12, -12, 6]),
    "(-2) ** 3.0": (lambda x: x**3.0, -2.0, [12, -12, 6]),
    "(-2) ** -1": (lambda x: x**-1, -2.0, [-0.25, -0.25, -0.375]),
    "x ** x at 1": (lambda x: x**x, 1.0, [1, 2, 3]),
    "x ** y, y whole": (lambda y: 2.0**y, 0.0, np.log(2) ** np.arange(1, 4)),
    "sinc": (np.sinc, 0.0, [0, -(PI**2) / 3, 0]),
    "norm²": (lambda x: norm(x, 2 * x) ** 2, 0.0, [0, 10, 0]),
    "(norm/2)²": (lambda x: (norm(x, 2 * x) / 2) ** 2, 0.0, [0, 2.5, 0]),
    "-norm norm": (lambda x: minus_square(norm(x, 2 * x)), 0.0, [0, -10, 0]),
    "norm³": (lambda x: norm(x, 0.0) ** 3, 0.0, [0, 0]),
    "norm⁴": (lambda x: norm(x, 0.0) ** 4, 0.0, [0, 0, 0]),
    "cos norm": (lambda x: np.cos(norm(x, 2 * x)), 0.0, [0, -5, 0]),
    "sinc norm": (lambda x: np.sinc(norm(x, 0.0)), 0.0, [0, -(PI**2) / 3, 0]),
    "matérn": (lambda x: matern(norm(x, x)), 0.0, [0, -2]),
    "√(1 + norm²)": (lambda x: np.hypot(norm(x, x), 2.0), 0.0, [0, 1, 0]),
    "abs²": (lambda x: abs(x) ** 2, 0.0, [0, 2, 0]),
    "abs abs": (lambda x: np.abs(x) * np.abs(x), 0.0, [0, 2, 0]),
    "std²": (lambda x: (3 * np.std(np.stack([x, -x]))) ** 2, 0.0, [0, 18, 0]),
    "hypot²": (lambda x: np.hypot(x, x) ** 2 / 2, 0.0, [0, 2, 0]),
    "√x²": (lambda x: np.sqrt(x) ** 2, 0.0, [1, 0, 0]),
    "√x √x": (lambda x: np.sqrt(x) * np.sqrt(x), 0.0, [1, 0, 0]),
    "√x⁴": (nested_root, 0.0, [0, 2, 0]),
    "(x ** 0.5) ** 2": (lambda x: (x**0.5) ** 2, 0.0, [1, 0, 0]),
    "cos √x": (lambda x: np.cos(np.sqrt(x)), 0.0, [-1 / 2, 1 / 12, -1 / 120]),
    "√(x x)²": (lambda x: np.sqrt(x * x) ** 2, 0.0, [0, 2, 0]),
    "arccos²": (lambda x: np.arccos(x) ** 2, 1.0, [-2, 2 / 3, -8 / 15]),
    "arccosh²": (lambda x: np.arccosh(x) ** 2, 1.0, [2, -2 / 3, 8 / 15]),
    "cosh arccosh": (lambda x: np.cosh(np.arccosh(x)), 1.0, [1, 0, 0]),
    "logaddexp(0, 800)": (lambda x: np.logaddexp(0.0, x), 800.0, [1, 0, 0]),
    "logaddexp(0, -800)": (lambda x: np.logaddexp(0.0, x), -800.0, [0, 0, 0]),
    "logaddexp(0, -∞)": (lambda x: np.logaddexp(0.0, x), -INF, [0, 0, 0]),
    "logaddexp(0, ∞)": (lambda x: np.logaddexp(0.0, x), INF, [1, 0, 0]),
    "logaddexp(-∞, x)": (lambda x: np.logaddexp(-INF, x), 0.5, [1, 0, 0]),
    "logaddexp2(-∞, x)": (lambda x: np.logaddexp2(-INF, x), 0.5, [1, 0, 0]),
    "expit(-800)": (special.expit, -800.0, [0, 0, 0]),
    "expit(800)": (special.expit, 800.0, [0, 0, 0]),
    "where √": (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, [0, 0, 0]),
    "where log": (lambda x: np.where(x > 0, np.log(x), 0.0), 0.0, [0, 0, 0]),
    "where 1 / x": (lambda x: np.where(x != 0, 1 / x, 0.0), 0.0, [0, 0, 0]),
    "where √(-x)": (lambda x: np.where(x < 0, np.sqrt(-x), x), 1.0, [1, 0, 0]),
    "where x ** x": (lambda x: np.where(x > 0, x**x, x), 0.0, [1, 0, 0]),
    "where arcsin": (lambda x: np.where(x < 1, np.arcsin(x), x), 1.0, [1, 0, 0]),
    "where arccosh": (lambda x: np.where(x > 1, np.arccosh(x), x), 0.5, [1, 0, 0]),
    "where arctanh": (lambda x: np.where(x < 1, np.arctanh(x), x), 1.0, [1, 0, 0]),
    "where cbrt": (lambda x: np.where(x > 0, np.cbrt(x), x), 0.0, [1, 0, 0]),
    "where reciprocal": (
        lambda x: np.where(x > 0, np.reciprocal(x), x),
        0.0,
        [1, 0, 0],
    ),
    "where x ** -1.5": (lambda x: np.where(x > 0, x**-1.5, x), 0.0, [1, 0, 0]),
    "where arctan2": (lambda x: np.where(x > 0, np.arctan2(x, x), x), 0.0, [1, 0, 0]),
    "where norm": (lambda x: np.where(x != 0, norm(x, x), x), 0.0, [1, 0, 0]),
    "(√x - 1)²": (lambda x: (np.sqrt(x) - 1) ** 2, 1.0, [0, 0.5, -0.75]),
    "xlogy(0, 0)": (lambda x: special.xlogy(x * x, 2.0), 0.0, [0, 2 * np.log(2), 0]),
    "0 ** x²": (lambda x: x * 0.0 ** (1 + x * x), 0.5, [0, 0, 0]),
    "x / x": (lambda x: np.where(x == 0, 1.0, x) / 1.0 * x, 0.0, [1, 0, 0]),
    "1 / norm far away": (lambda x: 1 / norm(x, 3.0), 4.0, [-4 / 125, 23 / 3125]),
}

POINTS = KINKS | SINGULARITIES | SMOOTH


def assert_same(found, wanted):
    np.testing.assert_allclose(found, wanted, 1e-11, 1e-13)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("name", POINTS)
def test_every_mix_of_modes(name, mix):
    f, x, wanted = POINTS[name]
    if len(mix) > len(wanted):
        return
    for mode in mix:
        f = MODES[mode](f)
    assert_same(f(x), wanted[len(mix) - 1])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", POINTS)
def test_taylor_mode(name):
    f, x, wanted = POINTS[name]
    for n, derivative in enumerate(wanted, 1):
        assert_same(diffn(n, f)(x), derivative)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", POINTS)
def test_entries_of_an_array_are_numbers_like_others(name):
    """Beside each other, and beside a point that is not special."""
    f, x, wanted = POINTS[name]

    def total(v):
        return sum(f(v[i]) for i in range(2))

    assert_same(grad(total)(np.array([x, x])), wanted[0])
    assert_same(jvp(total, (np.array([x, x]),), (np.ones(2),))[1], 2.0 * wanted[0])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("D", MODES.values(), ids=MODES)
def test_overflow_is_never_turned_into_zero(D):
    for f, x, wanted in (
        (lambda x: np.log1p(np.exp(x)), 800.0, 1.0),
        (sigmoid, -800.0, 0.0),
        (lambda x: x * np.exp(-x) * np.exp(x), 800.0, 1.0),
    ):
        found = D(f)(x)
        assert np.isnan(found) or found == wanted
