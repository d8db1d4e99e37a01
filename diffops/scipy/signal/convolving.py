"""Convolutions and correlations of arrays, whatever the method that computes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import fft as fourier, signal as original

from diffops.engines.creating import zeros
from diffops.primitive import adopt
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules._kinds import bilinear
from diffops.rules.matmul import conj
from diffops.rules.padding import pad
from diffops.scipy._mirror import mirrors
from diffops.tags import strip

Shape = tuple[int, ...]


def convolve_arrays(a: Any, b: Any, mode: str, method: str) -> Any:
    """Return the convolution of two arrays of as many axes, as SciPy computes it."""
    return original.convolve(a, b, mode, method)


def _starts(n: Shape, m: Shape, mode: str) -> list[int]:
    """Return where in the full convolution a mode's part begins."""
    if mode == "full":
        return [0] * len(n)
    if mode == "same":
        return [(q - 1) // 2 for q in m]
    return [min(p, q) - 1 for p, q in zip(n, m, strict=True)]


def _whole(g: Any, n: Shape, m: Shape, mode: str) -> Any:
    """Put the cotangent of a part of the convolution at its place in the whole."""
    widths = [
        (start, p + q - 1 - start - size)
        for start, p, q, size in zip(_starts(n, m, mode), n, m, g.shape, strict=True)
    ]
    return np.pad(g, widths) if any(map(any, widths)) else g


def _flipped(b: Any) -> Any:
    return np.flip(b, tuple(range(len(shape_of(b)))))


def _left(g: Any, a: Any, b: Any, mode: str, method: str) -> Any:
    whole = _whole(g, shape_of(a), shape_of(b), mode)
    return convolution(whole, _flipped(b), mode="valid", method=method)


def _right(g: Any, a: Any, b: Any, mode: str, method: str) -> Any:
    whole = _whole(g, shape_of(a), shape_of(b), mode)
    return convolution(whole, _flipped(a), mode="valid", method=method)


convolution = bilinear(convolve_arrays, _left, _right)


def _pair(
    in1: Any, in2: Any, mode: str, name: str = "convolve", axes: Any = None
) -> tuple[Any, Any]:
    """Return both arrays, after the checks that SciPy makes."""
    if mode not in ("full", "same", "valid"):
        raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'.")
    a, b = adopt(in1), adopt(in2)
    n, m = np.shape(a), np.shape(b)
    if len(n) != len(m):
        raise ValueError(f"{name}: in1 and in2 should have the same dimensionality")
    if mode == "valid":
        pairs = [(n[i], m[i]) for i in (range(len(n)) if axes is None else axes)]
        if not (all(p >= q for p, q in pairs) or all(p <= q for p, q in pairs)):
            raise ValueError(
                "For 'valid' mode, one must be at least as large as the other in every "
                "dimension"
            )
    return a, b


@mirrors(original.convolve)
def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Convolve two arrays of as many axes, as `scipy.signal.convolve`.

    Bilinear; shapes (n,), (m,) give (n + m - 1,) in full, (n,) for "same".

    Raises ValueError where modes or shapes do not suit, as SciPy does.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import signal
    >>> total = lambda x: np.sum(signal.convolve(x, np.array([1.0, 2.0])) ** 2)
    >>> grad(total)(np.array([1.0, 0.0, -1.0]))
    array([ 10.,   0., -10.])
    """
    a, b = _pair(in1, in2, mode)
    if np.ndim(a) == 0:
        return a * b
    return convolution(a, b, mode=mode, method=method)


@mirrors(original.correlate)
def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    """Correlate two arrays, as `scipy.signal.correlate`; the second is conjugated."""
    a, b = _pair(in1, in2, mode, "correlate")
    if np.ndim(a) == 0:
        return a * conj(b)
    return convolution(a, _flipped(conj(b)), mode=mode, method=method)


@mirrors(original.fftconvolve)
def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Convolve two arrays along axes by FFT, as `scipy.signal.fftconvolve`."""
    axes = [axes] if isinstance(axes, (int, np.integer)) else axes
    a, b = _pair(in1, in2, mode, "fftconvolve", axes)
    if np.ndim(a) == 0:
        return a * b
    if axes is None:
        return convolution(a, b, mode=mode, method="fft")
    return _along_axes(a, b, mode, sorted(range(np.ndim(a))[i] for i in axes))


@mirrors(original.oaconvolve)
def oaconvolve(in1: Any, in2: Any, mode: str = "full", axes: Any = None) -> Any:
    """Convolve two arrays of different sizes, as `scipy.signal.oaconvolve`."""
    return fftconvolve(in1, in2, mode, axes)


def _along_axes(a: Any, b: Any, mode: str, axes: Sequence[int]) -> Any:
    """Multiply the spectra along some axes; the other axes are broadcast."""
    n, m = shape_of(a), shape_of(b)
    full = [n[i] + m[i] - 1 for i in axes]
    sizes = [fourier.next_fast_len(size, True) for size in full]
    whole: Any
    if is_complex(a) or is_complex(b):
        spectrum = np.fft.fftn(a, sizes, axes) * np.fft.fftn(b, sizes, axes)
        whole = np.fft.ifftn(spectrum, sizes, axes)
    else:
        spectrum = np.fft.rfftn(a, sizes, axes) * np.fft.rfftn(b, sizes, axes)
        whole = np.fft.irfftn(spectrum, sizes, axes)
    starts = _starts(n, m, mode)
    key = [slice(None)] * len(n)
    if mode == "same":
        # Axes that were broadcast are cropped too.
        key = [slice((max(p, q) - p) // 2, None) for p, q in zip(n, m, strict=True)]
        key = [slice(k.start, k.start + p) for k, p in zip(key, n, strict=True)]
    for i, size in zip(axes, full, strict=True):
        length = {"full": size, "same": n[i], "valid": abs(n[i] - m[i]) + 1}[mode]
        key[i] = slice(starts[i], starts[i] + length)
    return whole[tuple(key)]


_BOUNDARIES = {"wrap": "wrap", "circular": "wrap"}
_BOUNDARIES |= {"symm": "symmetric", "symmetric": "symmetric"}


def _in_plane(function: Callable[..., Any], correlating: bool) -> Callable[..., Any]:
    """Mirror a convolution in the plane: beyond its edges in1 goes on as told."""

    @mirrors(function)
    def run(
        in1: Any,
        in2: Any,
        mode: str = "full",
        boundary: str = "fill",
        fillvalue: Any = 0,
    ) -> Any:
        a, b = _pair(in1, in2, mode, function.__name__)
        if np.ndim(a) != 2:
            raise ValueError(f"{function.__name__} inputs must both be 2-D arrays")
        n, m = shape_of(a), shape_of(b)
        if correlating:
            b = _flipped(conj(b))
        if mode == "valid":
            y = convolution(a, b, mode=mode, method="direct")
            # SciPy exchanges the arrays, and conjugates the wrong one.
            return conj(y) if correlating and n[0] < m[0] else y
        around = [(size - 1, size - 1) for size in m]
        if boundary in ("fill", "pad"):
            a = pad(a, around, constant_values=fillvalue)
        elif boundary in _BOUNDARIES:
            a = np.pad(a, around, mode=_BOUNDARIES[boundary])  # type: ignore[call-overload]
        else:
            raise ValueError(
                "Acceptable boundary flags are 'fill', 'circular' (or 'wrap'), and "
                "'symmetric' (or 'symm')."
            )
        y = convolution(a, b, mode="valid", method="direct")
        if mode == "full":
            return y
        starts = [(q - 1 + correlating) // 2 for q in m]
        return y[tuple(slice(k, k + p) for k, p in zip(starts, n, strict=True))]

    return run


convolve2d = _in_plane(original.convolve2d, correlating=False)
correlate2d = _in_plane(original.correlate2d, correlating=True)


def along_last(x: Any, kernel: Any) -> Any:
    """Return the full convolution of every row of x with one kernel."""
    shape = (1,) * (np.ndim(x) - 1) + (-1,)
    row = np.reshape(kernel, shape)
    return convolution(x, row, mode="full", method="direct")


def upsampled(x: Any, up: int) -> Any:
    """Put up - 1 zeros between the entries along the last axis."""
    shape = shape_of(x)
    gaps = zeros((*shape, up - 1), like=strip(x))
    spread = np.reshape(np.concatenate([x[..., None], gaps], -1), (*shape[:-1], -1))
    return spread[..., : (shape[-1] - 1) * up + 1]
