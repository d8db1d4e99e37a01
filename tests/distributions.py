"""Distributions of one variable beside differences of SciPy's own.

All are taken at one location and scale; shapes are those around which they are smooth.
"""

import numpy as np
import scipy.stats
from orders import check_batch, check_orders
from truth import check

from diffops import diff, grad, jvp
from diffops.scipy import stats

METHODS = ("logpdf", "pdf", "cdf", "sf", "logcdf", "logsf")
PLACE = (0.2, 1.5)
LEVELS = np.array([0.15, 0.4, 0.8])


def check_density(name, shapes):
    """Check all methods at points, and all that they vary with."""
    mirror, original = getattr(stats, name), getattr(scipy.stats, name)
    x = original.ppf(LEVELS, *shapes, *PLACE)
    for method in METHODS:
        f = getattr(mirror, method)
        y = jvp(f, (x, *shapes, *PLACE), (x, *shapes, *PLACE))[0]
        wanted = getattr(original, method)(x, *shapes, *PLACE)
        np.testing.assert_allclose(y, wanted, 1e-13, 1e-15)
        order = 2 if method in ("logpdf", "cdf") else 1
        check(f, x, *shapes, *PLACE, order=order)


def check_quantiles(name, shapes):
    """Check both inverses, which SciPy may find by iteration, to some 12 digits."""
    for method in ("ppf", "isf"):
        f = getattr(getattr(stats, name), method)
        found = jvp(f, (LEVELS, *shapes, *PLACE), (0 * LEVELS + 1, *shapes, *PLACE))[1]
        h = 1e-4

        def along(t, f=f):
            return f(LEVELS + t, *(s * (1 + t) for s in (*shapes, *PLACE)))

        wide, near = (along(2 * h) - along(-2 * h)) / 4, (along(h) - along(-h)) / 2
        np.testing.assert_allclose(found, (4 * near - wide) / (3 * h), rtol=1e-7)


def check_outside(name, shapes):
    """Check that beyond the support all is as in SciPy, and constant."""
    mirror, original = getattr(stats, name), getattr(scipy.stats, name)
    low, high = original.support(*shapes)
    outside = [end + step for end, step in ((low, -0.5), (high, 0.5)) if abs(end) < 9]
    for x in outside:
        for method in METHODS:
            f, wanted = getattr(mirror, method), getattr(original, method)(x, *shapes)
            args = (x, *shapes, 0.0, 1.0)
            for i, arg in enumerate(args):

                def of_one(value, i=i, f=f, args=args):
                    return f(*args[:i], value, *args[i + 1 :])

                assert jvp(of_one, (arg,), (1.0,)) == (wanted, 0)
                assert grad(of_one)(arg) == 0
                assert diff(diff(of_one))(arg) == 0


def check_all_orders(name, shapes):
    """Check the logarithm of the density in every mix of modes, and in a batch."""
    x = getattr(scipy.stats, name).ppf(LEVELS, *shapes, *PLACE)
    args = (x, *map(np.float64, (*shapes, *PLACE)))
    check_orders(getattr(stats, name).logpdf, *args)
    check_batch(getattr(stats, name).logpdf, *args)
