"""Recorded programs as native code, for the tests of `diffops.jit.native`."""

import numpy as np

from diffops import jit
from diffops.jit.native.compiling import compiled

rng = np.random.default_rng(7)

#: Where functions are special: zeros, denormals, huge numbers, infinities, no number.
SPECIAL = [
    *(0.0, -0.0, 5e-324, -5e-324, 2.2e-308, -1e-310, 1e-17, -1e-8),
    *(0.5, -0.5, 1.0, -1.0, 1.5, 2.0, -2.0, 2.5, 3.0, -3.0, np.pi, 0.1),
    *(22.0, 709.7, 745.2, -745.2, 1e15, 4503599627370497.5, 1e22, -1e22),
    *(1.7e308, -1.7e308, 1e300, 1e-300, np.inf, -np.inf, np.nan),
]

NUMBERS = [
    *SPECIAL,
    *rng.uniform(-1.0, 1.0, 40),
    *rng.uniform(-30.0, 30.0, 40),
    *np.exp(rng.uniform(-40.0, 40.0, 20)),
]


def program_of(f, *args):
    """Return what f records at some arguments."""
    with np.errstate(all="ignore"):
        return jit(f).program(*args)


def native_of(f, *args, **options):
    """Return what f records at some arguments, as native code."""
    native = compiled(program_of(f, *args), **options)
    assert native is not None
    return native


def is_same(found, wanted):
    """Tell whether numbers or arrays are of one type and the same bit for bit.

    One NaN is as good as another.
    """
    if type(found) is not type(wanted) or np.shape(found) != np.shape(wanted):
        return False
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.dtype != wanted.dtype:
        return False
    if found.dtype.kind != "f":
        return np.array_equal(found, wanted)
    lost = np.isnan(wanted)
    bits = found.view(np.int64) == wanted.view(np.int64)
    return bool(np.all(np.where(lost, np.isnan(found), bits)))
