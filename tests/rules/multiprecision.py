"""Truth for special functions: derivatives that mpmath finds in thirty digits."""

import mpmath as mp
import numpy as np

from diffops import diff, grad


def agree(f, truth, *points, first=1e-12, second=1e-10, digits=30, wrt=None):
    """Compare all first and second partial derivatives of f with those of its twin.

    Points are numbers, or tuples of arguments; ``wrt`` numbers those that vary.
    First derivatives are from forward mode, second ones from reverse over forward.
    """
    with mp.workdps(digits):
        for point in points:
            point = point if isinstance(point, tuple) else (point,)
            exact = tuple(map(mp.mpf, point))
            numbers = range(len(point)) if wrt is None else wrt
            for i in numbers:
                compare(slope(f, i)(*point), truth, exact, [i], first)
                for j in numbers:
                    found = slope(slope(f, i), j, grad)(*point)
                    compare(found, truth, exact, [i, j], second)


def slope(f, i, mode=diff):
    """Return the derivative of f in its i-th argument."""
    return lambda *xs: mode(lambda t: f(*xs[:i], t, *xs[i + 1 :]))(xs[i])


def compare(found, truth, point, numbers, bound):
    """Compare a derivative in the arguments of these numbers."""
    orders = [numbers.count(i) for i in range(len(point))]
    if len(point) == 1:
        wanted = mp.diff(truth, *point, orders[0])
    else:
        wanted = mp.diff(truth, point, tuple(orders))
    np.testing.assert_allclose(
        float(found),
        float(mp.re(wanted)),
        rtol=bound,
        atol=1e-15,
        err_msg=f"in {numbers} at {point}",
    )


def parts(f, truth):
    """Return the real and imaginary parts of a complex function and of its twin."""
    return (
        (lambda *xs: np.real(f(*xs)), lambda *xs: mp.re(truth(*xs))),
        (lambda *xs: np.imag(f(*xs)), lambda *xs: mp.im(truth(*xs))),
    )
