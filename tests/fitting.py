"""Fits by Gauss and Newton's method with derivatives by hand, to the last digits."""

from __future__ import annotations

import numpy as np

TIMES = np.linspace(0.0, 3.0, 25)
DATA = 2.5 * np.exp(-1.3 * TIMES) + 0.5 + 0.1 * np.random.default_rng(7).normal(size=25)

#: The slopes of SciPy's losses in the squares of the residuals.
WEIGHTS = {
    "linear": lambda z: np.ones_like(z),
    "soft_l1": lambda z: (1 + z) ** -0.5,
    "huber": lambda z: np.where(z <= 1, 1.0, np.maximum(z, 1.0) ** -0.5),
    "cauchy": lambda z: 1 / (1 + z),
    "arctan": lambda z: 1 / (1 + z**2),
}


def decay(x, a, b, c):
    return a * np.exp(-b * x) + c


def fitted_decay(x, y, sigma=1.0, loss="linear", f_scale=1.0):
    """Return the parameters of a decay, and their covariance."""
    p = np.array([2.5, 1.3, 0.5])
    for _ in range(300):
        falling = np.exp(-p[1] * x)
        residuals = (decay(x, *p) - y) / sigma
        columns = [falling, -p[0] * x * falling, np.ones_like(x)]
        rows = np.stack(columns, axis=1) / np.reshape(sigma * np.ones_like(x), (-1, 1))
        weighted = rows * WEIGHTS[loss]((residuals / f_scale) ** 2)[:, None]
        step = np.linalg.solve(weighted.T @ rows, weighted.T @ residuals)
        p = p - step
        if np.max(np.abs(step)) < 1e-15:
            break
    spread = np.linalg.inv(rows.T @ rows) * (residuals @ residuals) / (len(x) - 3)
    return p, spread
