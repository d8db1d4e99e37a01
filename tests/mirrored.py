"""Mirrors of SciPy's functions beside the originals: values, dtypes, derivatives."""

import numpy as np
from truth import check

from diffops import jvp


def compare(mirror, original, *args, bound=1e-12, order=2, **options):
    """Compare a mirror with SciPy's function: plain, tracked, and its derivatives."""
    wanted = _parts(original(*args, **options))
    for found, value in zip(_parts(mirror(*args, **options)), wanted, strict=True):
        np.testing.assert_array_equal(found, value)
    tangents = tuple(np.ones_like(x) for x in args)
    tracked, _ = jvp(lambda *xs: mirror(*xs, **options), args, tangents)
    for found, value in zip(_parts(tracked), wanted, strict=True):
        assert np.shape(found) == np.shape(value)
        assert np.result_type(found) == np.result_type(value)
        np.testing.assert_allclose(found, value, rtol=bound, atol=bound)
    if order:
        check(lambda *xs: mirror(*xs, **options), *args, order=order)


def _parts(y):
    return y if isinstance(y, tuple) else (y,)
