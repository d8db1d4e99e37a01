"""The programs of the benchmarks, as one would write them, for any array library.

Each takes numbers, or what its ``np`` (NumPy, jax.numpy, torch, …) makes of them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy

#: Parameters a, b, c, d and the start (x, y) of the two populations.
POPULATIONS = numpy.array([1.5, 1.0, 3.0, 1.0, 1.0, 1.0])
STEP = 0.01
#: What `lotka_volterra` computes in one step: four slopes of 8, and 26 to combine them.
OPERATIONS_PER_STEP = 58

#: Rotation, centre, focal length, principal point, distortion, point in space, weight.
CAMERA = numpy.array(
    [0.6, 1.0, 0.3, 1.1, 0.4, 0.5, 0.9, 0.5, 0.6, 0.1, 0.8, 0.6, 0.4, 0.9, 0.4]
)
#: Where the camera saw the point.
FEATURE = (0.3, 0.1)

#: Mean anomaly and eccentricity; they take 4, 5, 5 and 6 iterations.
ORBITS = tuple(
    numpy.array(orbit) for orbit in ((2.9, 0.3), (1.2, 0.6), (0.9, 0.8), (0.3, 0.9))
)


def slopes(a: Any, b: Any, c: Any, d: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Return how fast prey x and predators y grow (Lotka, Volterra)."""
    return a * x - b * x * y, d * x * y - c * y


def advance(a: Any, b: Any, c: Any, d: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Return both populations after one step of the classical Runge-Kutta method."""
    k, p = slopes(a, b, c, d, x, y)
    m, q = slopes(a, b, c, d, x + STEP / 2 * k, y + STEP / 2 * p)
    n, r = slopes(a, b, c, d, x + STEP / 2 * m, y + STEP / 2 * q)
    o, s = slopes(a, b, c, d, x + STEP * n, y + STEP * r)
    x = x + STEP / 6 * (k + 2.0 * m + 2.0 * n + o)
    y = y + STEP / 6 * (p + 2.0 * q + 2.0 * r + s)
    return x, y


def lotka_volterra(parameters: Any, steps: int) -> Any:
    """Return x² + y after some steps, as a plain loop over numbers."""
    a, b, c, d, x, y = parameters
    for _ in range(steps):
        x, y = advance(a, b, c, d, x, y)
    return x * x + y


class Mixture:
    """A mixture of n gases (Peng-Robinson): the data of its Helmholtz energy."""

    def __init__(self, n: int) -> None:
        random = numpy.random.default_rng(n)
        half = random.random((n, n))
        self.attraction = (half + half.T) / 2
        self.volume = random.random(n) / n
        self.amounts = (random.random(n) + 0.1) / n

    def energy_in_loops(self, x: Any, log: Any) -> Any:
        """Return the energy of the amounts x, entry by entry."""
        n = len(self.amounts)
        attraction, volume = self.attraction.tolist(), self.volume.tolist()
        filled = 0.0
        for i in range(n):
            filled = filled + volume[i] * x[i]
        pull = 0.0
        for i in range(n):
            for j in range(n):
                pull = pull + x[i] * attraction[i][j] * x[j]
        mixing = 0.0
        for i in range(n):
            mixing = mixing + x[i] * log(x[i] / (1.0 - filled))
        return mixing - pull / (math.sqrt(8.0) * filled) * log(
            (1.0 + (1.0 + math.sqrt(2.0)) * filled)
            / (1.0 + (1.0 - math.sqrt(2.0)) * filled)
        )

    def energy_of_arrays(
        self, x: Any, np: Any, volume: Any = None, attraction: Any = None
    ) -> Any:
        """Return the same in the words of arrays."""
        filled = (self.volume if volume is None else volume) @ x
        pull = x @ (self.attraction if attraction is None else attraction) @ x
        ratio = (1.0 + (1.0 + math.sqrt(2.0)) * filled) / (
            1.0 + (1.0 - math.sqrt(2.0)) * filled
        )
        mixing = np.sum(x * np.log(x / (1.0 - filled)))
        return mixing - pull / (math.sqrt(8.0) * filled) * np.log(ratio)


def reprojection(camera: Any, np: Any) -> tuple[Any, Any]:
    """Return by how much a camera misses a point, in x and y (bundle adjustment)."""
    rx, ry, rz, cx, cy, cz, focal, u, v, k, m, px, py, pz, weight = camera
    x, y, z = px - cx, py - cy, pz - cz
    angle = np.sqrt(rx * rx + ry * ry + rz * rz)
    cosine, sine = np.cos(angle), np.sin(angle)
    ax, ay, az = rx / angle, ry / angle, rz / angle
    along = (ax * x + ay * y + az * z) * (1.0 - cosine)
    tx = x * cosine + (ay * z - az * y) * sine + ax * along
    ty = y * cosine + (az * x - ax * z) * sine + ay * along
    tz = z * cosine + (ax * y - ay * x) * sine + az * along
    ex, ey = tx / tz, ty / tz
    square = ex * ex + ey * ey
    distortion = 1.0 + square * (k + square * m)
    missed_x = weight * (ex * distortion * focal + u - FEATURE[0])
    missed_y = weight * (ey * distortion * focal + v - FEATURE[1])
    return missed_x, missed_y


def squared_reprojection(camera: Any, np: Any) -> Any:
    """Return the square of the distance by which a camera misses a point."""
    x, y = reprojection(camera, np)
    return x * x + y * y


def eccentric_anomaly(orbit: Any, np: Any) -> Any:
    """Return E with E - e sin E = M, by Newton's method until its steps are small."""
    mean, eccentricity = orbit
    at, change = mean + 0.0, 1.0
    while abs(change) > 1e-12:
        change = (at - eccentricity * np.sin(at) - mean) / (
            1.0 - eccentricity * np.cos(at)
        )
        at = at - change
    return at
