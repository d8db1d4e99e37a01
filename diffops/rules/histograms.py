"""Histograms: counts are constant, sums of weights are not, nor is where bins end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.creating import alongside
from diffops.primitive import adopt, implements, table
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of
from diffops.rules.indexing import scatter


@implements(np.histogram_bin_edges)
def histogram_bin_edges(
    a: Any, bins: Any = 10, range: Any = None, weights: Any = None
) -> Any:
    """Return the edges of bins, which go from the least to the greatest entry."""
    a = adopt(a)
    plain = np.histogram_bin_edges(
        known(a),
        known(bins),
        known(range),
        known(weights),
    )
    return _edges(a, bins, range, len(plain) - 1)


def _edges(a: Any, bins: Any, range: Any, count: int) -> Any:
    """Return edges: those that are given, or as many as count and one between two."""
    if np.ndim(bins) == 1:
        return adopt(alongside(bins, a))
    if range is not None:
        first, last = range
    elif not math.prod(shape_of(a)):
        first, last = 0.0, 1.0
    else:
        first, last = np.min(a), np.max(a)
    if known(first) == known(last):
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, count + 1)


def _bin_of(values: Any, edges: Any) -> Any:
    """Return each value's bin, the last of which contains its right edge; or −1."""
    place = np.searchsorted(edges, values, side="right") - 1
    place = np.where(values == edges[-1], len(edges) - 2, place)
    return np.where(values <= edges[-1], place, -1)


def _weighed(weights: Any, places: Any, size: int) -> Any:
    """Return the sum of the weights in each bin."""
    inside = places >= 0
    return table[scatter](weights[inside], key=places[inside], shape=(size,))


@implements(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """Count, or add up weights, in each bin; a density divides by width and total."""
    a = adopt(a)
    values = known(a)
    counts, plain = np.histogram(
        values,
        known(bins),
        known(range),
        weights=known(weights),
    )
    edges = _edges(a, bins, range, len(plain) - 1)
    if weights is not None:
        places = _bin_of(np.ravel(values), plain)
        counts = _weighed(np.ravel(adopt(weights)), places, len(counts))
    if density:
        counts = counts / np.diff(edges) / np.sum(counts)
    return counts, edges


@implements(np.histogramdd)
def histogramdd(
    sample: Any,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    weights: Any = None,
) -> tuple[Any, Any]:
    """Count, or add up weights, in each cell of a grid of any number of axes."""
    sample = _points(sample)
    values = known(sample)
    counts, plain = np.histogramdd(
        values,
        known(bins),
        known(range),
        weights=known(weights),
    )
    axes = len(plain)
    each = bins if hasattr(bins, "__len__") else [bins] * axes
    ranges = [None] * axes if range is None else range
    edges = [
        _edges(sample[:, i], each[i], ranges[i], len(plain[i]) - 1)
        for i in np.arange(axes)
    ]
    if weights is not None:
        columns = [_bin_of(values[:, i], plain[i]) for i in np.arange(axes)]
        inside = np.all(np.stack(columns) >= 0, axis=0)
        cells = np.ravel_multi_index(
            [np.maximum(column, 0) for column in columns], counts.shape
        )
        sums = _weighed(adopt(weights), np.where(inside, cells, -1), counts.size)
        counts = np.reshape(sums, counts.shape).astype(float, copy=False)
    if density:
        total = np.sum(counts)
        for i, own in enumerate(edges):
            counts = counts / np.reshape(np.diff(own), (-1,) + (1,) * (axes - 1 - i))
        counts = counts / total
    return counts, type(plain)(edges)


def _points(sample: Any) -> Any:
    """Return points as rows; a sequence lists their first coordinates, and so on."""
    if len(getattr(sample, "shape", ())) == 2:
        return sample
    return np.atleast_2d(adopt(sample)).T


@implements(np.histogram2d)
def histogram2d(
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,
    density: Any = None,
    weights: Any = None,
) -> tuple[Any, Any, Any]:
    """Count, or add up weights, in each cell of a grid in the plane."""
    x, y = adopt(x), adopt(y)
    if shape_of(x) != shape_of(y):
        raise ValueError("x and y must have the same length.")
    if hasattr(bins, "__len__") and len(bins) not in (1, 2):
        bins = [adopt(bins)] * 2
    counts, edges = histogramdd(_points([x, y]), bins, range, density, weights)
    return counts, edges[0], edges[1]
