"""Test functions of optimisation with their starts and minima.

Moré, Garbow & Hillstrom, Testing unconstrained optimization software (1981), and what
SciPy tests its solvers with.
"""

from __future__ import annotations

import numpy as np


def rosen(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x):
    a, b = x[0], x[1]
    return (
        (1.5 - a + a * b) ** 2
        + (2.25 - a + a * b**2) ** 2
        + (2.625 - a + a * b**3) ** 2
    )


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def booth(x):
    return (x[0] + 2 * x[1] - 7) ** 2 + (2 * x[0] + x[1] - 5) ** 2


def wood(x):
    a, b, c, d = x[0], x[1], x[2], x[3]
    return (
        100 * (b - a**2) ** 2
        + (1 - a) ** 2
        + 90 * (d - c**2) ** 2
        + (1 - c) ** 2
        + 10 * (b + d - 2) ** 2
        + 0.1 * (b - d) ** 2
    )


def helical_valley(x):
    angle = np.arctan2(x[1], x[0]) / (2 * np.pi)
    radius = np.sqrt(x[0] ** 2 + x[1] ** 2)
    return 100 * ((x[2] - 10 * angle) ** 2 + (radius - 1) ** 2) + x[2] ** 2


def maxent(x):
    """Return the dual of the small entropy problem that SciPy tests with."""
    rows = np.array([[1.0, 1, 1], [1, 1, 0], [1, 0, 1], [1, 0, 0], [1, 0, 0]])
    return np.log(np.sum(np.exp(rows @ x))) - np.array([1.0, 0.3, 0.5]) @ x


#: Name: the function, where to begin, and the minimum (None: its value is not unique).
LANDSCAPES = {
    "rosen": (rosen, [-1.2, 1.0], [1.0, 1.0]),
    "rosen of five": (rosen, [1.3, 0.7, 0.8, 1.9, 1.2], np.ones(5)),
    "beale": (beale, [1.0, 1.0], [3.0, 0.5]),
    "himmelblau": (himmelblau, [0.0, 0.0], [3.0, 2.0]),
    "booth": (booth, [0.0, 0.0], [1.0, 3.0]),
    "wood": (wood, [-3.0, -1.0, -3.0, -1.0], np.ones(4)),
    "helical valley": (helical_valley, [-1.0, 0.1, 0.0], [1.0, 0.0, 0.0]),
    "maxent": (maxent, [0.0, 0.0, 0.0], None),
}


class Counted:
    """A function that counts its calls."""

    def __init__(self, f):
        self.f = f
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.f(*args)
