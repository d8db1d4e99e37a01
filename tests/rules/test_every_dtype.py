"""Every primitive in every dtype that NumPy takes there, in every mode.

Values, tangents and cotangents have the dtypes of NumPy's own results; complex
arguments are compared with complex differences; extended precision with mpmath.
"""

import mpmath
import numpy as np
import pytest
from test_every_rule import ALL, example
from truth import check

from diffops import diffn, grad, jvp, vjp

REAL = {"half": np.float16, "single": np.float32, "extended": np.longdouble}


def plain_value(f, args):
    """Return what NumPy makes of some arguments, or skip where it takes none such."""
    try:
        with np.errstate(all="ignore"):
            return f(*args)
    except TypeError as error:
        pytest.skip(str(error))


def assert_alike(found, wanted):
    for a, b in zip(found, wanted, strict=True):
        assert np.result_type(a) == np.result_type(b)
        assert np.shape(a) == np.shape(b)
        assert isinstance(a, np.ndarray) == isinstance(b, np.ndarray)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", REAL.values(), ids=REAL)
@pytest.mark.parametrize("name", ALL)
def test_dtypes_stay(name, kind):
    f, args = example(name)
    args = tuple(kind(x) for x in args)
    value = plain_value(f, args)
    u = np.ones_like(value)[()]
    vs = tuple(np.ones_like(x)[()] for x in args)

    y, tangent = jvp(f, args, vs)
    assert_alike((y, tangent), (value, value))
    y, pullback = vjp(f, *args)
    assert_alike((y, *pullback(u)), (value, *args))

    _, second = jvp(lambda *xs: vjp(f, *xs)[1](u), args, vs)
    assert_alike(second, args)
    assert_alike(vjp(lambda *xs: jvp(f, xs, vs)[1], *args)[1](u), args)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", [name for name in ALL if name != "cast"])
def test_complex_arguments(name):
    f, args = example(name)
    random = np.random.default_rng(len(name))
    args = [np.asarray(x + 0.1j * random.uniform(-1, 1, np.shape(x)))[()] for x in args]
    value = plain_value(f, args)
    if not np.all(np.isfinite(value)):
        pytest.skip("outside of the domain")
    check(f, *args)
    single = [np.asarray(x).astype(np.complex64)[()] for x in args]
    y, pullback = vjp(f, *single)
    assert_alike((y, *pullback(np.ones_like(y)[()])), (f(*single), *single))


#: Functions of one number, and mpmath's of the same name.
EXTENDED = {
    "exp": (np.exp, mpmath.exp),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x),
    "expm1": (np.expm1, mpmath.expm1),
    "log": (np.log, mpmath.log),
    "log2": (np.log2, lambda x: mpmath.log(x) / mpmath.log(2)),
    "log10": (np.log10, mpmath.log10),
    "log1p": (np.log1p, mpmath.log1p),
    "sqrt": (np.sqrt, mpmath.sqrt),
    "cbrt": (np.cbrt, lambda x: mpmath.root(x, 3)),
    "tan": (np.tan, mpmath.tan),
    "arcsin": (np.arcsin, mpmath.asin),
    "arccos": (np.arccos, mpmath.acos),
    "arctan": (np.arctan, mpmath.atan),
    "tanh": (np.tanh, mpmath.tanh),
    "arcsinh": (np.arcsinh, mpmath.asinh),
    "arctanh": (np.arctanh, mpmath.atanh),
    "radians": (np.radians, lambda x: x * mpmath.pi / 180),
    "degrees": (np.degrees, lambda x: x * 180 / mpmath.pi),
    "2.0 ** x": (lambda x: 2.0**x, lambda x: mpmath.mpf(2) ** x),
    "3 ** x": (lambda x: 3**x, lambda x: mpmath.mpf(3) ** x),
    "np.power(2.0, x)": (lambda x: np.power(2.0, x), lambda x: mpmath.mpf(2) ** x),
    "arrays": (lambda x: np.sum(3.0 ** np.stack([x, x])), lambda x: 2 * 3**x),
    "x ** x": (lambda x: x**x, lambda x: x**x),
    "x / 3": (lambda x: x / 3, lambda x: x / 3),
    "1 / x / 7.0": (lambda x: 1 / x / 7.0, lambda x: 1 / x / 7),
    "arctan2": (lambda x: np.arctan2(x, 3.0), lambda x: mpmath.atan2(x, 3)),
    "logaddexp": (
        lambda x: np.logaddexp(x, 0.5),
        lambda x: mpmath.log(mpmath.exp(x) + mpmath.exp(mpmath.mpf("0.5"))),
    ),
    "mean": (lambda x: np.mean(np.stack([x, x * x, x])), lambda x: (2 * x + x * x) / 3),
    "norm of order 3": (
        lambda x: np.linalg.norm(np.stack([x, x * x]), 3),
        lambda x: mpmath.root(x**3 + x**6, 3),
    ),
    "logspace": (
        lambda x: np.logspace(x, 2 * x, 3)[1],
        lambda x: mpmath.mpf(10) ** (1.5 * x),
    ),
}

X = np.longdouble("0.7312345678901234567")


@pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="no extended precision")
@pytest.mark.parametrize("name", EXTENDED)
def test_extended_precision_is_not_rounded(name):
    f, exact = EXTENDED[name]
    mpmath.mp.dps = 40
    x = mpmath.mpf(np.format_float_scientific(X, precision=30, unique=False))
    one = np.longdouble(1)
    for order, found in (
        (1, grad(f)(X)),
        (1, jvp(f, (X,), (one,))[1]),
        (1, diffn(1, f)(X)),
        (2, jvp(grad(f), (X,), (one,))[1]),
        (2, grad(grad(f))(X)),
        (2, diffn(2, f)(X)),
    ):
        assert np.result_type(found) == np.longdouble
        wanted = mpmath.diff(exact, x, order)
        found = mpmath.mpf(
            np.format_float_scientific(found, precision=30, unique=False)
        )
        bound = {1: 1e-18, 2: 5e-18}[order]
        assert abs(found - wanted) < bound * (1 + abs(wanted)), order
