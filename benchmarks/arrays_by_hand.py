"""Gradients of programs of arrays written by hand for Numba, in loops."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

Run = Callable[[Any], Any]


def elementwise() -> Run:
    """Return the gradient of `array_programs.elementwise`, as one loop."""

    @numba.njit(error_model="numpy")
    def gradient(x):
        y = np.empty_like(x)
        for i in range(x.size):
            v = x[i]
            t, e = math.tanh(v), math.exp(-v * v)
            y[i] = math.cos(v) * v + math.sin(v) + e * (1.0 - t * t - 2.0 * v * t)
        return y

    return gradient


def logistic(a: Any, signs: Any) -> Run:
    """Return the gradient of `array_programs.logistic`: row by row."""

    @numba.njit(error_model="numpy", fastmath={"reassoc", "contract"})
    def slopes(a, signs, w):
        y = w.copy()
        for i in range(a.shape[0]):
            z = 0.0
            for j in range(a.shape[1]):
                z += a[i, j] * w[j]
            c = -signs[i] / (1.0 + math.exp(signs[i] * z))
            for j in range(a.shape[1]):
                y[j] += c * a[i, j]
        return y

    return lambda w: slopes(a, signs, w)


def mixture_model(x: Any, places: Any, sizes: Any) -> Run:
    """Return the gradient of `array_programs.mixture_model`: point by point."""
    k, d = sizes

    @numba.njit(error_model="numpy", fastmath={"reassoc", "contract"})
    def slopes(w, x, places):
        n, below = x.shape[0], d * (d - 1) // 2
        y = np.zeros_like(w)
        means, logs, lower = k, k + k * d, k + 2 * k * d
        roots = np.zeros((k, d, d))
        for c in range(k):
            for i in range(d):
                roots[c, i, i] = math.exp(w[logs + c * d + i])
                for j in range(i):
                    roots[c, i, j] = w[lower + c * below + places[i, j] - 1]
        pulls = np.zeros((k, d, d))
        moved = np.empty((k, d))
        terms = np.empty(k)
        for p in range(n):
            for c in range(k):
                square = total = 0.0
                for i in range(d):
                    v = 0.0
                    for j in range(i + 1):
                        v += roots[c, i, j] * (x[p, j] - w[means + c * d + j])
                    moved[c, i] = v
                    square += v * v
                    total += w[logs + c * d + i]
                terms[c] = w[c] + total - 0.5 * square
            top = terms.max()
            whole = 0.0
            for c in range(k):
                terms[c] = math.exp(terms[c] - top)
                whole += terms[c]
            for c in range(k):
                share = terms[c] / whole
                y[c] += share
                for i in range(d):
                    y[logs + c * d + i] += share
                    v = share * moved[c, i]
                    for j in range(i + 1):
                        y[means + c * d + j] += v * roots[c, i, j]
                        pulls[c, i, j] -= v * (x[p, j] - w[means + c * d + j])
        peak = w[:k].max()
        whole = 0.0
        for c in range(k):
            whole += math.exp(w[c] - peak)
        for c in range(k):
            y[c] -= n * math.exp(w[c] - peak) / whole
            for i in range(d):
                e = roots[c, i, i]
                y[logs + c * d + i] += (pulls[c, i, i] + e) * e
                for j in range(i):
                    y[lower + c * below + places[i, j] - 1] = (
                        pulls[c, i, j] + roots[c, i, j]
                    )
        return y

    return lambda w: slopes(w, x, places)
