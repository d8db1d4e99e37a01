"""Samples for interpolation: places far enough apart for differences in them."""

import numpy as np
import scipy.interpolate

from diffops.scipy import interpolate

X = np.array([0.0, 0.8, 1.9, 2.6, 3.7, 4.4, 5.3])
Y = np.array([1.2, -0.4, 0.7, 2.1, 0.3, -1.1, 0.6])
ROWS = np.stack([Y, np.cos(X)], axis=1)
PLACES = np.array([0.35, 1.4, 2.2, 5.0])


def both(make):
    """Return a function of interpolants by diffops, and the same by SciPy."""
    return (
        lambda *args: make(interpolate, *args),
        lambda *args: make(scipy.interpolate, *args),
    )


def closing(y):
    """Return values of which the last is the first."""
    return np.concatenate([y[:-1], y[:1]])
