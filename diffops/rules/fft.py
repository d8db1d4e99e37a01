"""Discrete Fourier transforms: each is its own transpose, up to order and weights.

Transforms in several dimensions are compositions of those along one axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.creating import counted
from diffops.engines.loading import engine_of
from diffops.primitive import adopt, implements
from diffops.rules._batches import along
from diffops.rules._kinds import linear

Shape = tuple[int, ...]

#: The norm that scales a backward transform as the key scales a forward one.
_OPPOSITE: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "forward": "backward",
    "ortho": "ortho",
}


def _fitted(x: Any, size: int, axis: int) -> Any:
    """Crop an axis, or fill it up with zeros, to a size."""
    found = x.shape[axis]
    if found == size:
        return x
    if found > size:
        key: list[Any] = [slice(None)] * x.ndim
        key[axis] = slice(size)
        return x[tuple(key)]
    widths = [(0, 0)] * x.ndim
    widths[axis] = (0, size - found)
    return np.pad(x, widths)


def _forward(x: Any, n: int, axis: int, norm: Any) -> Any:
    return np.fft.fft(x, n, axis, norm)


def _inverse(x: Any, n: int, axis: int, norm: Any) -> Any:
    return np.fft.ifft(x, n, axis, norm)


def _real_forward(x: Any, n: int, axis: int, norm: Any) -> Any:
    return np.fft.rfft(x, n, axis, norm)


def _real_inverse(x: Any, n: int, axis: int, norm: Any) -> Any:
    return np.fft.irfft(x, n, axis, norm)


def _joined(g: Any, axis: int) -> Any:
    """Return a cotangent in one block along an axis, as what was transformed is."""
    engine = engine_of(g)
    return g if engine is None else engine.in_one_block(g, axis)


def _transpose_forward(g: Any, shape: Shape, n: int, axis: int, norm: Any) -> Any:
    return _fitted(np.fft.fft(_joined(g, axis), n, axis, norm), shape[axis], axis)


def _transpose_inverse(g: Any, shape: Shape, n: int, axis: int, norm: Any) -> Any:
    return _fitted(np.fft.ifft(_joined(g, axis), n, axis, norm), shape[axis], axis)


def _transpose_real_inverse(g: Any, shape: Shape, n: int, axis: int, norm: Any) -> Any:
    """Return the conjugate transform, twice where a frequency stands for its mirror."""
    places = counted(n // 2 + 1, g)
    weights = 1.0 + ((places > 0) & (2 * places < n))
    along = [1] * len(shape)
    along[axis] = len(weights)
    spectrum = np.conj(np.fft.rfft(_joined(g, axis), n, axis, _OPPOSITE[norm]))
    weighted = spectrum * weights.reshape(along).astype(g.dtype)
    return _fitted(weighted, shape[axis], axis)


forward = linear(_forward, _transpose_forward, batch=along)
inverse = linear(_inverse, _transpose_inverse, batch=along)
real_forward = linear(_real_forward, _transpose_forward, batch=along)
real_inverse = linear(_real_inverse, _transpose_real_inverse, batch=along)


@implements(np.fft.fft)
def fft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform along one axis."""
    return _along(forward, adopt(a), n, axis, norm)


@implements(np.fft.ifft)
def ifft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform back along one axis."""
    return _along(inverse, adopt(a), n, axis, norm)


@implements(np.fft.rfft)
def rfft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform real values to half of their spectrum."""
    return _along(real_forward, adopt(a), n, axis, norm)


@implements(np.fft.irfft)
def irfft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform half of a spectrum back to real values."""
    a = adopt(a)
    size = 2 * (a.shape[axis] - 1) if n is None else n
    return _along(real_inverse, a, size, axis, norm)


@implements(np.fft.hfft)
def hfft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform a Hermitian signal to its real spectrum."""
    return np.fft.irfft(np.conj(adopt(a)), n, axis, _OPPOSITE[norm])


@implements(np.fft.ihfft)
def ihfft(
    a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None
) -> Any:
    """Transform a real spectrum back to half of its Hermitian signal."""
    return np.conj(np.fft.rfft(adopt(a), n, axis, _OPPOSITE[norm]))


def _along(
    transform: Callable[..., Any], a: Any, n: int | None, axis: int, norm: Any
) -> Any:
    axis = axis % a.ndim
    return transform(a, n=a.shape[axis] if n is None else n, axis=axis, norm=norm)


def _sizes(a: Any, s: Any, axes: Any) -> tuple[list[int | None], list[int]]:
    """Return the size and the number of every axis to transform.

    A size of -1 is that of the axis before any transform; so are all without ``s``.
    """
    if axes is None:
        axes = range(a.ndim) if s is None else range(a.ndim - len(s), a.ndim)
    axes = list(axes)
    sizes = [-1] * len(axes) if s is None else list(s)
    if len(sizes) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    pairs = zip(sizes, axes, strict=True)
    return [a.shape[axis] if m == -1 else m for m, axis in pairs], axes


def _each(transform: Callable[..., Any], a: Any, s: Any, axes: Any, norm: Any) -> Any:
    a = adopt(a)
    return _one_by_one(transform, a, *_sizes(a, s, axes), norm)


def _one_by_one(
    transform: Callable[..., Any],
    a: Any,
    sizes: Sequence[int | None],
    axes: Sequence[int],
    norm: Any,
) -> Any:
    for n, axis in zip(reversed(sizes), reversed(axes), strict=True):
        a = transform(a, n, axis, norm)
    return a


@implements(np.fft.fftn)
def fftn(
    a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None
) -> Any:
    """Transform along several axes."""
    return _each(np.fft.fft, a, s, axes, norm)


@implements(np.fft.ifftn)
def ifftn(
    a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None
) -> Any:
    """Transform back along several axes."""
    return _each(np.fft.ifft, a, s, axes, norm)


@implements(np.fft.rfftn)
def rfftn(
    a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None
) -> Any:
    """Transform real values along several axes, the last of them first."""
    a = adopt(a)
    sizes, axes = _sizes(a, s, axes)
    a = np.fft.rfft(a, sizes[-1], axes[-1], norm)
    return _one_by_one(np.fft.fft, a, sizes[:-1], axes[:-1], norm)


@implements(np.fft.irfftn)
def irfftn(
    a: Any, s: Any = None, axes: Any = None, norm: Any = None, out: Any = None
) -> Any:
    """Transform half of a spectrum back to real values along several axes."""
    a = adopt(a)
    sizes, axes = _sizes(a, s, axes)
    last = 2 * (a.shape[axes[-1]] - 1) if s is None else sizes[-1]
    a = _one_by_one(np.fft.ifft, a, sizes[:-1], axes[:-1], norm)
    return np.fft.irfft(a, last, axes[-1], norm)


for _planar, _general in (
    (np.fft.fft2, fftn),
    (np.fft.ifft2, ifftn),
    (np.fft.rfft2, rfftn),
    (np.fft.irfft2, irfftn),
):

    def _two(
        a: Any,
        s: Any = None,
        axes: Any = (-2, -1),
        norm: Any = None,
        out: Any = None,
        general: Callable[..., Any] = _general,
    ) -> Any:
        return general(a, s, axes, norm)

    implements(_planar)(_two)


@implements(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    """Move the zero frequency to the centre."""
    return _shifted(adopt(x), axes, 1)


@implements(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    """Move the zero frequency back from the centre."""
    return _shifted(adopt(x), axes, -1)


def _shifted(x: Any, axes: Any, sign: int) -> Any:
    if axes is None:
        axes = tuple(range(x.ndim))
    elif isinstance(axes, int):
        axes = (axes,)
    steps = [x.shape[a] // 2 if sign > 0 else -(x.shape[a] // 2) for a in axes]
    return np.roll(x, steps, axes)
