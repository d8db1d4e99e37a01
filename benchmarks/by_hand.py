"""The same gradients written by hand for Numba, as one would who has the time.

The adjoint of Runge-Kutta keeps the populations at each step and computes the stages
again; the mixture uses that its matrix is symmetric; the camera is a reverse sweep in
the words of vectors; Kepler's equation is differentiated where it is solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from programs import FEATURE, STEP, Mixture


def lotka_volterra(steps: int) -> Callable[[Any], Any]:
    """Return the gradient of `programs.lotka_volterra`."""
    h = STEP

    @numba.njit(inline="always")
    def slopes(a, b, c, d, x, y):
        return a * x - b * x * y, d * x * y - c * y

    @numba.njit(inline="always")
    def pull(a, b, c, d, x, y, gx, gy):
        xy = x * y
        to_x = (a - b * y) * gx + d * y * gy
        to_y = -b * x * gx + (d * x - c) * gy
        return x * gx, -xy * gx, -y * gy, xy * gy, to_x, to_y

    @numba.njit
    def gradient(p):
        a, b, c, d, x, y = p
        xs, ys = np.empty(steps), np.empty(steps)
        for i in range(steps):
            xs[i], ys[i] = x, y
            k, q = slopes(a, b, c, d, x, y)
            m, r = slopes(a, b, c, d, x + h / 2 * k, y + h / 2 * q)
            n, s = slopes(a, b, c, d, x + h / 2 * m, y + h / 2 * r)
            o, t = slopes(a, b, c, d, x + h * n, y + h * s)
            x = x + h / 6 * (k + 2.0 * m + 2.0 * n + o)
            y = y + h / 6 * (q + 2.0 * r + 2.0 * s + t)
        to_a = to_b = to_c = to_d = 0.0
        gx, gy = 2.0 * x, 1.0
        for i in range(steps - 1, -1, -1):
            x, y = xs[i], ys[i]
            k, q = slopes(a, b, c, d, x, y)
            x2, y2 = x + h / 2 * k, y + h / 2 * q
            m, r = slopes(a, b, c, d, x2, y2)
            x3, y3 = x + h / 2 * m, y + h / 2 * r
            n, s = slopes(a, b, c, d, x3, y3)
            x4, y4 = x + h * n, y + h * s
            a4, b4, c4, d4, u4, v4 = pull(a, b, c, d, x4, y4, h / 6 * gx, h / 6 * gy)
            a3, b3, c3, d3, u3, v3 = pull(
                a, b, c, d, x3, y3, h / 3 * gx + h * u4, h / 3 * gy + h * v4
            )
            a2, b2, c2, d2, u2, v2 = pull(
                a, b, c, d, x2, y2, h / 3 * gx + h / 2 * u3, h / 3 * gy + h / 2 * v3
            )
            a1, b1, c1, d1, u1, v1 = pull(
                a, b, c, d, x, y, h / 6 * gx + h / 2 * u2, h / 6 * gy + h / 2 * v2
            )
            to_a += a1 + a2 + a3 + a4
            to_b += b1 + b2 + b3 + b4
            to_c += c1 + c2 + c3 + c4
            to_d += d1 + d2 + d3 + d4
            gx += u1 + u2 + u3 + u4
            gy += v1 + v2 + v3 + v4
        return np.array([to_a, to_b, to_c, to_d, gx, gy])

    return gradient


def mixture(data: Mixture) -> Callable[[Any], Any]:
    """Return the gradient of a mixture's Helmholtz energy."""
    attraction, volume = data.attraction, data.volume
    plus, minus, root = 1.0 + math.sqrt(2.0), 1.0 - math.sqrt(2.0), math.sqrt(8.0)

    @numba.njit(fastmath={"reassoc", "contract"})  # sums in vector registers
    def gradient(x):
        n = len(x)
        filled = total = 0.0
        for i in range(n):
            filled += volume[i] * x[i]
            total += x[i]
        pulls = np.empty(n)
        pull = 0.0
        for i in range(n):
            row = 0.0
            for j in range(n):
                row += attraction[i, j] * x[j]
            pulls[i] = row
            pull += x[i] * row
        ratio = math.log((1.0 + plus * filled) / (1.0 + minus * filled))
        bend = plus / (1.0 + plus * filled) - minus / (1.0 + minus * filled)
        by_pull = 2.0 * ratio / (root * filled)
        by_filled = (
            total / (1.0 - filled) - pull / root * (bend - ratio / filled) / filled
        )
        free = math.log(1.0 - filled)
        for i in range(n):
            pulls[i] = (
                math.log(x[i]) - free + 1.0 + volume[i] * by_filled - by_pull * pulls[i]
            )
        return pulls

    return gradient


def _camera() -> tuple[Any, Any]:
    """Return how far a camera misses with what its sweep needs, and the sweep."""
    at_x, at_y = FEATURE

    @numba.njit
    def forward(p):
        dx, dy, dz = p[11] - p[3], p[12] - p[4], p[13] - p[5]
        angle = math.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2])
        c, s = math.cos(angle), math.sin(angle)
        nx, ny, nz = p[0] / angle, p[1] / angle, p[2] / angle
        along = nx * dx + ny * dy + nz * dz
        qx, qy, qz = ny * dz - nz * dy, nz * dx - nx * dz, nx * dy - ny * dx
        tz = dz * c + qz * s + nz * along * (1.0 - c)
        ex = (dx * c + qx * s + nx * along * (1.0 - c)) / tz
        ey = (dy * c + qy * s + ny * along * (1.0 - c)) / tz
        rho = ex * ex + ey * ey
        lens = 1.0 + rho * (p[9] + rho * p[10])
        missed_x = ex * lens * p[6] + p[7] - at_x
        missed_y = ey * lens * p[6] + p[8] - at_y
        vectors = (dx, dy, dz), (nx, ny, nz), (qx, qy, qz)
        return missed_x, missed_y, vectors, (angle, c, s, along, tz, ex, ey, rho, lens)

    @numba.njit
    def backward(p, missed_x, missed_y, vectors, scalars, gx, gy, out):
        (dx, dy, dz), (nx, ny, nz), (qx, qy, qz) = vectors
        angle, c, s, along, tz, ex, ey, rho, lens = scalars
        out[14] = gx * missed_x + gy * missed_y
        gx, gy = p[14] * gx, p[14] * gy
        out[7], out[8] = gx, gy
        both = ex * gx + ey * gy
        out[6] = lens * both
        by_lens = p[6] * both
        out[9], out[10] = by_lens * rho, by_lens * rho * rho
        by_rho = 2.0 * by_lens * (p[9] + 2.0 * rho * p[10])
        hx = (lens * p[6] * gx + ex * by_rho) / tz
        hy = (lens * p[6] * gy + ey * by_rho) / tz
        hz = -(ex * hx + ey * hy)
        turned = nx * hx + ny * hy + nz * hz
        rest = 1.0 - c
        bx = c * hx + s * (hy * nz - hz * ny) + nx * turned * rest
        by = c * hy + s * (hz * nx - hx * nz) + ny * turned * rest
        bz = c * hz + s * (hx * ny - hy * nx) + nz * turned * rest
        out[3], out[4], out[5] = -bx, -by, -bz
        out[11], out[12], out[13] = bx, by, bz
        mx = s * (dy * hz - dz * hy) + rest * (hx * along + dx * turned)
        my = s * (dz * hx - dx * hz) + rest * (hy * along + dy * turned)
        mz = s * (dx * hy - dy * hx) + rest * (hz * along + dz * turned)
        by_angle = (
            c * (hx * qx + hy * qy + hz * qz)
            - s * (hx * dx + hy * dy + hz * dz - turned * along)
            - (mx * nx + my * ny + mz * nz) / angle
        )
        out[0] = mx / angle + nx * by_angle
        out[1] = my / angle + ny * by_angle
        out[2] = mz / angle + nz * by_angle

    return forward, backward


def camera_gradient() -> Callable[[Any], Any]:
    """Return the gradient of `programs.squared_reprojection`."""
    forward, backward = _camera()

    @numba.njit
    def gradient(p):
        x, y, vectors, scalars = forward(p)
        out = np.empty(15)
        twice = 2.0 * p[14]
        backward(p, x, y, vectors, scalars, twice * x, twice * y, out)
        return out

    return gradient


def camera_jacobian() -> Callable[[Any], Any]:
    """Return the 2×15 Jacobian of `programs.reprojection`: one sweep for each row."""
    forward, backward = _camera()

    @numba.njit
    def jacobian(p):
        x, y, vectors, scalars = forward(p)
        out = np.empty((2, 15))
        backward(p, x, y, vectors, scalars, 1.0, 0.0, out[0])
        backward(p, x, y, vectors, scalars, 0.0, 1.0, out[1])
        return out

    return jacobian


def kepler() -> Callable[[Any], Any]:
    """Return the gradient of E in M and e, from E - e sin E = M where it holds."""

    @numba.njit
    def gradient(p):
        mean, eccentricity = p
        at, change = mean, 1.0
        while abs(change) > 1e-12:
            change = (at - eccentricity * math.sin(at) - mean) / (
                1.0 - eccentricity * math.cos(at)
            )
            at -= change
        slope = 1.0 - eccentricity * math.cos(at)
        return np.array([1.0 / slope, math.sin(at) / slope])

    return gradient
