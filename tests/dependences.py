"""Which inputs outputs depend on, found by differences of plain NumPy functions."""

from __future__ import annotations

import numpy as np

STEP = 1e-5


def true_pattern(f, x, points=4, seed=0):
    """Return where slopes of f, at several points around x, differ from zero."""
    x = np.asarray(x, dtype=float)
    random = np.random.default_rng(seed)
    found = False
    for _ in range(points):
        here = x + 0.5 * random.standard_normal(x.shape)
        columns = []
        for j in range(x.size):
            unit = np.zeros(x.size)
            unit[j] = STEP
            unit = unit.reshape(x.shape)
            slope = (np.ravel(f(here + unit)) - np.ravel(f(here - unit))) / (2 * STEP)
            columns.append(np.abs(slope) > 1e-6)
        found = found | np.stack(columns, axis=1)
    return found


def true_curvature(f, x, points=3, seed=0):
    """Return where mixed second differences of f, at several points, are not zero."""
    x = np.asarray(x, dtype=float)
    random = np.random.default_rng(seed)
    found = np.zeros((x.size, x.size), dtype=bool)
    step = 1e-3
    units = step * np.eye(x.size).reshape(x.size, *x.shape)
    for _ in range(points):
        here = x + 0.3 * random.standard_normal(x.shape)
        for i, a in enumerate(units):
            for j, b in enumerate(units):
                bend = f(here + a + b) - f(here + a - b) - f(here - a + b)
                bend = (bend + f(here - a - b)) / (4 * step**2)
                found[i, j] |= abs(bend) > 1e-5
    return found


def bratu(u):
    """Return the residual of Δu + eᵘ = 0 on a square grid with zeros around it."""
    n = round(np.size(u) ** 0.5)
    grid = np.pad(np.reshape(u, (n, n)), 1)
    inner = grid[1:-1, 1:-1]
    sums = grid[2:, 1:-1] + grid[:-2, 1:-1] + grid[1:-1, 2:] + grid[1:-1, :-2]
    return np.ravel((n + 1) ** 2 * (sums - 4 * inner) + np.exp(inner))


def rosenbrock(x):
    """Return the chained Rosenbrock function, whose Hessian is tridiagonal."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def arrow(x):
    """Return a function whose Jacobian has a dense row, a dense column, a diagonal."""
    y = x * x[0] + np.sin(x)
    y[0] = np.sum(x**3)
    return y


def adjustment(cameras, points, seen):
    """Return residuals each of which sees one camera and one point.

    The shape of bundle adjustment: cameras turn and move points in the plane.
    """
    which, what = seen
    angle, shift = cameras[which, 0], cameras[which, 1:]
    x, y = points[what, 0], points[what, 1]
    turned = np.stack(
        [np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y],
        axis=1,
    )
    return turned + shift
