"""Unit directions, and matrices of derivatives along all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from diffops.numerical._extrapolation import Estimate
from diffops.numerical._quotient import shaped
from diffops.numerical._sampling import Samples, Shift, dtype_of
from diffops.numerical._stencils import along, mixed
from diffops.operators._vectors import size
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex

Blocks = list[list[Estimate]]


def units(leaves: Sequence[Any]) -> Iterator[tuple[Any, Shift]]:
    """Yield, for each entry, the leaf that it is of and its unit direction."""
    for i, leaf in enumerate(leaves):
        for place in np.ndindex(shape(leaf)):
            direction = [np.zeros(shape(other)) for other in leaves]
            direction[i][place] = 1
            yield leaf, direction


def slopes(samples: Samples) -> Estimate:
    """Return the matrix of f: a row per entry of f(x), a column per entry of x.

    Complex entries follow the exact operators: a real output has ∂/∂a − i ∂/∂b, for
    x = a + ib, and a complex one must be holomorphic.
    """
    columns = [_column(samples, *unit) for unit in units(samples.point.leaves)]
    return _stacked(columns, samples.count)


def _stacked(columns: Sequence[Estimate], count: int) -> Estimate:
    if not columns:
        return Estimate(np.zeros((count, 0)), np.zeros((count, 0)))
    return Estimate(
        np.stack([column.value for column in columns], axis=1),
        np.stack([column.error for column in columns], axis=1),
    )


def _column(samples: Samples, leaf: Any, direction: Shift) -> Estimate:
    first = along(samples, direction)
    if not is_complex(leaf):
        return first
    second = along(samples, [1j * part for part in direction])
    flags = [np.full(size(y), is_complex(y)) for y in samples.output.leaves]
    holomorphic = np.concatenate([np.zeros(0, bool), *flags])
    error = first.error + second.error
    defect = np.abs(second.value - 1j * first.value)
    tolerance = samples.unit**0.5 * np.max(np.abs(first.value), initial=0.0)
    if np.any(holomorphic & (defect > error + tolerance)):
        raise TypeError(
            "f is not holomorphic at x, so it has no matrix of complex derivatives; "
            "differentiate with respect to the real and the imaginary part of x"
        )
    gradient = first.value - 1j * second.value
    return Estimate(np.where(holomorphic, first.value, gradient), error)


def weighted_slopes(samples: Samples, weights: Any) -> Estimate:
    """Return the gradient of Re Σᵢ wᵢ fᵢ, as one row over all entries of x."""

    def weighed(direction: Shift) -> Estimate:
        found = along(samples, direction)
        value = np.real(weights @ found.value)
        return Estimate(value, np.abs(weights) @ found.error)

    row = []
    for leaf, direction in units(samples.point.leaves):
        found = weighed(direction)
        if is_complex(leaf):
            other = weighed([1j * part for part in direction])
            value = found.value - 1j * other.value
            found = Estimate(value, found.error + other.error)
        row.append(found)
    values = [entry.value for entry in row]
    return Estimate(np.array(values), np.array([entry.error for entry in row]))


def bends(samples: Samples) -> Estimate:
    """Return the Hessian of a scalar f, as one matrix over all entries of x."""
    refuse_complex(samples)
    directions = [unit for _, unit in units(samples.point.leaves)]
    n = len(directions)
    value, error = np.zeros((n, n), samples.dtype), np.zeros((n, n))
    for i, u in enumerate(directions):
        for j, v in enumerate(directions[: i + 1]):
            found = along(samples, u, 2) if i == j else mixed(samples, u, v)
            value[i, j] = value[j, i] = found.value[0]
            error[i, j] = error[j, i] = found.error[0]
    return Estimate(value, error)


def refuse_complex(samples: Samples) -> None:
    """Say that second derivatives are those of real numbers."""
    if any(map(is_complex, samples.point.leaves)):
        raise TypeError(
            f"numerical.{samples.name} wants real x; differentiate with respect to the "
            "real and the imaginary part of x"
        )


def blocks_of(matrix: Estimate, rows: Sequence[Any], columns: Sequence[Any]) -> Blocks:
    """Cut a matrix into blocks: one for each pair of leaves, of both their shapes."""
    blocks = []
    top = 0
    for leaf in rows:
        across = slice(top, top + size(leaf))
        row, left = [], 0
        for into in columns:
            down = slice(left, left + size(into))
            block = Estimate(matrix.value[across, down], matrix.error[across, down])
            row.append(shaped(block, shape(leaf) + shape(into), _kin(leaf, into)))
            left += size(into)
        blocks.append(row)
        top += size(leaf)
    return blocks


def _kin(leaf: Any, into: Any) -> Any:
    """Return a value of the kind of a block: an output's, but complex if x is."""
    if is_complex(into) and not is_complex(leaf):
        return np.result_type(dtype_of(leaf), np.complex64).type(0)
    return leaf
