"""Linear maps of sequences: trends, polynomial smoothing, analytic signals, rates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import signal as original

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex, shape_of
from diffops.scipy import ndimage
from diffops.scipy._mirror import mirrors, refuse_option
from diffops.scipy.signal.convolving import along_last, upsampled
from diffops.scipy.signal.filtering import sosfiltfilt


def single_or_double(x: Any) -> Any:
    """Return an array in the precision that SciPy computes in: single stays single."""
    x = adopt(x)
    return x.astype(np.result_type(x.dtype, np.float32))


def _applied(matrix: Any, x: Any) -> Any:
    """Multiply the rows of x by a constant matrix."""
    return np.matmul(x, matrix.T.astype(np.real(x[:0]).dtype))


@mirrors(original.detrend)
def detrend(
    data: Any,
    axis: int = -1,
    type: str = "linear",
    bp: Any = 0,
    overwrite_data: bool = False,
) -> Any:
    """Subtract the mean or the best line, as `scipy.signal.detrend`."""
    if type not in ("linear", "l", "constant", "c"):
        raise ValueError("Trend type must be 'linear' or 'constant'.")
    data = adopt(data)
    if type in ("constant", "c"):
        return data - np.mean(data, axis=axis, keepdims=True)
    rows = np.moveaxis(data, axis, -1)
    size = shape_of(rows)[-1]
    ends = np.unique(np.concatenate([[0], np.atleast_1d(bp), [size]])).astype(int)
    if ends[-1] > size:
        raise ValueError("Breakpoints must be less than length of data along axis.")
    parts = []
    for start, stop in itertools.pairwise(ends):
        line = np.vander(np.arange(1, stop - start + 1) / (stop - start), 2)
        basis = np.linalg.qr(line)[0]
        part = rows[..., start:stop]
        parts.append(part - _applied(basis, _applied(basis.T, part)))
    return np.moveaxis(np.concatenate(parts, axis=-1), -1, axis)


@mirrors(original.savgol_filter)
def savgol_filter(
    x: Any,
    window_length: int,
    polyorder: int,
    deriv: int = 0,
    delta: float = 1.0,
    axis: int = -1,
    mode: str = "interp",
    cval: Any = 0.0,
) -> Any:
    """Smooth by local polynomials, as `scipy.signal.savgol_filter`; linear in x."""
    x = single_or_double(x)
    options = (window_length, polyorder, deriv, delta)
    kernel = original.savgol_coeffs(*options)
    if mode != "interp":
        if mode not in ("mirror", "constant", "nearest", "wrap"):
            raise ValueError(
                "mode must be 'mirror', 'constant', 'nearest' 'wrap' or 'interp'."
            )
        return ndimage.convolve1d(x, kernel, axis=axis, mode=mode, cval=cval)
    rows = np.moveaxis(x, axis, -1)
    if window_length > shape_of(rows)[-1]:
        raise ValueError(
            "If mode is 'interp', window_length must be less than or equal to the size "
            "of x."
        )
    half = window_length // 2
    y = ndimage.convolve1d(rows, kernel, axis=-1, mode="constant")
    edges = original.savgol_filter(np.eye(window_length), *options, axis=0)
    y = np.concatenate(
        [
            _applied(edges[:half], rows[..., :window_length]),
            y[..., half : shape_of(y)[-1] - half],
            _applied(edges[window_length - half :], rows[..., -window_length:]),
        ],
        axis=-1,
    )
    return np.moveaxis(y, -1, axis)


@mirrors(original.hilbert)
def hilbert(x: Any, N: int | None = None, axis: int = -1) -> Any:
    """Return the analytic signal of real x, as `scipy.signal.hilbert`."""
    x = single_or_double(x)
    if is_complex(x):
        raise ValueError("x must be real.")
    n = shape_of(x)[axis] if N is None else N
    if n <= 0:
        raise ValueError("N must be positive.")
    once = np.arange(n) * 2 % n == 0  # frequency 0, and the highest if n is even
    weights = np.where(once, 1.0, np.where(np.arange(n) < n / 2, 2.0, 0.0))
    along = [1] * np.ndim(x)
    along[axis] = n
    spectrum = np.fft.fft(x, n, axis) * weights.reshape(along).astype(x.dtype)
    return np.fft.ifft(spectrum, n, axis)


def _transforms(rows: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    if is_complex(rows):
        return np.fft.fft, np.fft.ifft
    return np.fft.rfft, np.fft.irfft


@mirrors(original.resample)
def resample(
    x: Any,
    num: int,
    t: Any = None,
    axis: int = 0,
    window: Any = None,
    domain: str = "time",
) -> Any:
    """Change the number of samples of a period, as `scipy.signal.resample`."""
    if window is not None:
        refuse_option("scipy.signal.resample", "window=", "weigh the spectrum yourself")
    if domain != "time":
        refuse_option("scipy.signal.resample", f"domain={domain!r}", "pass its values")
    rows = np.moveaxis(single_or_double(x), axis, -1)
    n = shape_of(rows)[-1]
    kept = min(n, num)
    forward, back = _transforms(rows)
    spectrum = forward(rows)
    half = kept // 2 + 1
    weights = np.ones(half)
    if kept % 2 == 0 and n != num:
        # The highest frequency stands for its mirror image too, or no longer does.
        weights[-1] = 2.0 if num < n else 0.5
    low = spectrum[..., :half] * weights.astype(np.real(rows[:0]).dtype)
    if is_complex(rows):
        negative = (kept - 1) // 2
        low = _both_sides(spectrum, low, kept, negative, n, num)
    y = np.moveaxis(back(low, num) * (num / n), -1, axis)
    if t is None:
        return y
    t = adopt(t)
    return y, np.arange(num) * (t[1] - t[0]) * n / float(num) + t[0]


def _both_sides(
    spectrum: Any, low: Any, kept: int, negative: int, n: int, num: int
) -> Any:
    """Return a complex spectrum of the new length, from its low frequencies."""
    high = spectrum[..., n - negative :] if negative else spectrum[..., :0]
    if kept % 2 == 0 and n != num:
        edge = spectrum[..., kept // 2 : kept // 2 + 1]
        if num < n:
            mirrored = spectrum[..., n - kept // 2 : n - kept // 2 + 1]
            edge = edge + mirrored
            return np.concatenate([low[..., :-1], edge, high], axis=-1)
        edge = edge * 0.5
        low = np.concatenate([low[..., :-1], edge], axis=-1)
        high = np.concatenate([edge, high], axis=-1)
    gap = num - shape_of(low)[-1] - shape_of(high)[-1]
    zeros = np.zeros_like(np.repeat(low[..., :1], gap, axis=-1))
    return np.concatenate([low, zeros, high], axis=-1)


@mirrors(original.upfirdn)
def upfirdn(
    h: Any,
    x: Any,
    up: int = 1,
    down: int = 1,
    axis: int = -1,
    mode: str = "constant",
    cval: Any = 0,
) -> Any:
    """Upsample, filter and downsample, as `scipy.signal.upfirdn` beyond zeros."""
    if mode != "constant" or np.any(cval):
        refuse_option("scipy.signal.upfirdn", f"mode={mode!r}", "pad x with np.pad")
    rows = np.moveaxis(adopt(x), axis, -1)
    y = along_last(upsampled(rows, up), adopt(h))[..., ::down]
    return np.moveaxis(y, -1, axis)


_BACKGROUNDS: dict[str, Callable[..., Any]] = {
    "mean": np.mean,
    "median": np.median,
    "minimum": np.min,
    "maximum": np.max,
}


@mirrors(original.resample_poly)
def resample_poly(
    x: Any,
    up: int,
    down: int,
    axis: int = 0,
    window: Any = ("kaiser", 5.0),
    padtype: str = "constant",
    cval: Any = None,
) -> Any:
    """Change the rate by up / down with a filter, as `scipy.signal.resample_poly`."""
    if padtype in _BACKGROUNDS:
        background = _BACKGROUNDS[padtype](adopt(x), axis=axis, keepdims=True)
    elif padtype == "constant":
        background = 0.0 if cval is None else cval
    else:
        refuse_option(
            "scipy.signal.resample_poly", f"padtype={padtype!r}", "pad x with np.pad"
        )
    common = math.gcd(up, down)
    up, down = up // common, down // common
    rows = np.moveaxis(single_or_double(x) - background, axis, -1)
    if up == down == 1:
        return np.moveaxis(rows, -1, axis) + background
    rate = max(up, down)
    if isinstance(window, (tuple, str)):
        kernel = original.firwin(20 * rate + 1, 1 / rate, window=window)
    else:
        kernel = adopt(window)
    kernel = up * kernel.astype(np.real(rows[:0]).dtype)
    count = -(-shape_of(rows)[-1] * up // down)
    half = (shape_of(kernel)[0] - 1) // 2
    filtered = along_last(upsampled(rows, up), kernel)
    need = half + (count - 1) * down + 1 - shape_of(filtered)[-1]
    if need > 0:
        filtered = np.pad(filtered, [(0, 0)] * (np.ndim(filtered) - 1) + [(0, need)])
    y = filtered[..., half::down][..., :count]
    return np.moveaxis(y, -1, axis) + background


@mirrors(original.decimate)
def decimate(
    x: Any,
    q: int,
    n: int | None = None,
    ftype: Any = "iir",
    axis: int = -1,
    zero_phase: bool = True,
) -> Any:
    """Filter and keep every q-th sample, as `scipy.signal.decimate` without phase."""
    if not zero_phase or ftype not in ("iir", "fir"):
        refuse_option(
            "scipy.signal.decimate",
            "these options",
            "filter with lfilter or filtfilt, and index",
        )
    x = single_or_double(x)
    if ftype == "fir":
        taps = original.firwin((20 * q if n is None else n) + 1, 1 / q)
        return resample_poly(x, 1, q, axis=axis, window=taps)
    sos = original.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos")
    y = sosfiltfilt(sos.astype(np.real(x[:0]).dtype), x, axis=axis)
    return y[(slice(None),) * (axis % np.ndim(y)) + (slice(None, None, q),)]
