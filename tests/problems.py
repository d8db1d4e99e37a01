"""Integrals and initial value problems with derivatives in closed form."""

import itertools

import mpmath
import numpy as np

from diffops import diff, grad, taylor

#: Operators that take the derivative of a function of one number.
MODES = {
    "F": diff,
    "R": grad,
    "T": lambda f: lambda x: taylor(f, x, 1)[1],
}


#: All sequences of one mode and of two, and some of three.
MIXES = [
    *("".join(mix) for n in (1, 2) for mix in itertools.product(MODES, repeat=n)),
    *("FFF", "RRR", "FRF", "RFR", "TRF", "RFT"),
]


def all_orders(f, x, truth, bounds=(1e-7, 1e-7, 1e-7), mixes=MIXES):
    """Compare derivatives up to third order, in mixes of modes, with the truth."""
    for mix in mixes:
        derivative, n = f, len(mix)
        for mode in mix:
            derivative = MODES[mode](derivative)
        error = abs(derivative(x) - truth[n])
        assert error <= bounds[n - 1] * (1e-3 + abs(truth[n])), (mix, error)


def mp_derivatives(f, x):
    """Return f and its derivatives up to the third, to all digits."""
    return [float(mpmath.diff(f, x, n)) if n else float(f(x)) for n in range(4)]


RATES = np.array([1.5, 1.0, 3.0, 1.0])
START = np.array([1.0, 1.0])


def hunting(t, y, p):
    """Lotka and Volterra's equations."""
    prey, hunters = y[0], y[1]
    return np.stack(
        [p[0] * prey - p[1] * prey * hunters, p[3] * prey * hunters - p[2] * hunters]
    )


def reacting(t, y, k):
    """Robertson's equations, which are stiff."""
    fast, slow = k[1] * y[1] * y[2], k[2] * y[1] ** 2
    return np.stack([fast - k[0] * y[0], k[0] * y[0] - fast - slow, slow])


def error_of(found, wanted):
    """Return the error in relation to the largest entry."""
    return np.max(np.abs(np.asarray(found) - wanted)) / np.max(np.abs(wanted))
