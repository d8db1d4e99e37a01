"""Short-time Fourier transforms: how the spectrum of a signal changes in time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy import signal as original

from diffops.rules._fitting import is_complex, shape_of
from diffops.scipy._mirror import mirrors
from diffops.scipy.signal.smoothing import single_or_double
from diffops.scipy.signal.spectra import HANN, Plan, plan_for, powers


@mirrors(original.stft)
def stft(
    x: Any,
    fs: float = 1.0,
    window: Any = HANN,
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = False,
    return_onesided: bool = True,
    boundary: Any = "zeros",
    padded: bool = True,
    axis: int = -1,
    scaling: str = "spectrum",
) -> Any:
    """Return frequencies, times and transforms of segments, as `scipy.signal.stft`."""
    rows = np.moveaxis(single_or_double(x), axis, -1)
    if is_complex(rows) and return_onesided:
        warnings.warn(
            "Input data is complex, switching to return_onesided=False", stacklevel=3
        )
    plan = plan_for(
        shape_of(rows)[-1],
        not is_complex(rows),
        fs,
        window,
        nperseg,
        noverlap,
        nfft,
        detrend,
        return_onesided,
        scaling,
    )
    rows = _continued(rows, boundary, plan.nperseg // 2)
    if padded:
        step = plan.nperseg - plan.noverlap
        missing = -(shape_of(rows)[-1] - plan.nperseg) % step % plan.nperseg
        rows = np.pad(rows, [(0, 0)] * (np.ndim(rows) - 1) + [(0, missing)])
    spectra = plan.spectra(rows) * plan.factor(squared=False)
    times = plan.times(shape_of(rows)[-1])
    if boundary is not None:
        times = times - (plan.nperseg / 2) / fs
    return plan.frequencies(), times, _times_last(spectra, axis)


def _times_last(spectra: Any, axis: int) -> Any:
    """Put frequencies in the place of the signal's axis, and segments last."""
    ndim = len(shape_of(spectra))
    return np.moveaxis(np.swapaxes(spectra, -1, -2), -2, axis % (ndim - 1))


@mirrors(original.spectrogram)
def spectrogram(
    x: Any,
    fs: float = 1.0,
    window: Any = ("tukey_periodic", 0.25),
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = "constant",
    return_onesided: bool = True,
    scaling: str = "density",
    axis: int = -1,
    mode: str = "psd",
) -> Any:
    """Return frequencies, times and powers, as `scipy.signal.spectrogram`.

    ``mode`` may also ask for the transforms, their magnitudes, angles or phases.
    """
    if mode not in (modes := ["psd", "complex", "magnitude", "angle", "phase"]):
        raise ValueError(f"unknown value for mode {mode}, must be one of {modes}")
    rows = np.moveaxis(single_or_double(x), axis, -1)
    size, real = shape_of(rows)[-1], not is_complex(rows)
    plan = plan_for(
        size, real, fs, window, nperseg, 0, nfft, detrend, return_onesided, scaling
    )
    plan = plan._replace(noverlap=plan.nperseg // 8 if noverlap is None else noverlap)
    if mode == "psd":
        spectra = powers(plan, rows, rows)
    else:
        named = "psd" if scaling == "density" else scaling
        spectra = plan.spectra(rows) * plan._replace(scaling=named).factor(False)
        if mode == "magnitude":
            spectra = np.abs(spectra)
        elif mode != "complex":
            spectra = np.angle(spectra)
    found = _times_last(spectra, axis)
    if mode == "phase":
        found = np.unwrap(found, axis=axis - 1 if axis < 0 else axis)
    return plan.frequencies(), plan.times(size), found


@mirrors(original.istft)
def istft(
    Zxx: Any,
    fs: float = 1.0,
    window: Any = HANN,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: Any = True,
    time_axis: int = -1,
    freq_axis: int = -2,
    scaling: str = "spectrum",
) -> Any:
    """Return times and the signal of least squares, as `scipy.signal.istft`."""
    spectra = single_or_double(Zxx) + 0j
    ndim = len(shape_of(spectra))
    if ndim < 2:
        raise ValueError("Input stft must be at least 2d!")
    freq_axis, time_axis = freq_axis % ndim, time_axis % ndim
    if freq_axis == time_axis:
        raise ValueError("Must specify differing time and frequency axes!")
    spectra = np.moveaxis(spectra, (time_axis, freq_axis), (-2, -1))
    count = shape_of(spectra)[-1]
    size = 2 * (count - 1) if input_onesided else count
    nperseg = size if nperseg is None else int(nperseg)
    if nfft is None:
        odd = input_onesided and nperseg == size + 1
        nfft = nperseg if odd else size
    noverlap = nperseg // 2 if noverlap is None else int(noverlap)
    plan = plan_for(
        nperseg, True, fs, window, nperseg, noverlap, nfft, False, False, scaling
    )
    transform = np.fft.irfft if input_onesided else np.fft.ifft
    parts = transform(spectra, n=nfft)[..., :nperseg] / plan.factor(squared=False)
    taps = plan.window.astype(np.real(parts[:0]).dtype)
    signal = _overlapped(parts * taps, plan)
    segments = shape_of(parts)[-2]
    weights = _overlapped(np.broadcast_to(taps * taps, (segments, nperseg)), plan)
    if boundary:
        inner = slice(nperseg // 2, -(nperseg // 2))
        signal, weights = signal[..., inner], weights[inner]
    if np.any(weights <= _TINY):
        cause = "" if boundary else " Possibly due to missing boundary"
        warnings.warn(
            "NOLA condition failed, STFT may not be invertible." + cause, stacklevel=3
        )
    signal = signal / np.where(weights > _TINY, weights, 1.0).astype(weights.dtype)
    signal = np.moveaxis(signal, -1, time_axis - (freq_axis < time_axis))
    # SciPy counts along the first axis, wherever time is.
    return np.arange(shape_of(signal)[0]) / float(fs), signal


#: Weights that are taken for zero.
_TINY = 1e-10


def _overlapped(parts: Any, plan: Plan) -> Any:
    """Add up segments, each a step later than the one before: (..., segment, time)."""
    step = plan.nperseg - plan.noverlap
    *stack, segments, size = shape_of(parts)
    blocks = -(-size // step)
    around = [(0, 0)] * len(stack)
    rows = np.pad(parts, [*around, (0, 0), (0, blocks * step - size)])
    rows = np.reshape(rows, (*stack, segments, blocks, step))
    total = sum(
        np.pad(rows[..., k, :], [*around, (k, blocks - 1 - k), (0, 0)])
        for k in range(blocks)
    )
    flat = np.reshape(total, (*stack, (segments + blocks - 1) * step))
    return flat[..., : size + (segments - 1) * step]


def _continued(rows: Any, boundary: Any, count: int) -> Any:
    """Continue rows beyond their ends."""
    if boundary is None:
        return rows
    if boundary not in ("even", "odd", "constant", "zeros"):
        raise ValueError(
            f"Unknown boundary option '{boundary}', must be one of: "
            "['even', 'odd', 'constant', 'zeros', None]"
        )
    around = [(0, 0)] * (np.ndim(rows) - 1) + [(count, count)]
    if boundary == "zeros":
        return np.pad(rows, around)
    if boundary == "constant":
        return np.pad(rows, around, mode="edge")
    return np.pad(rows, around, mode="reflect", reflect_type=boundary)
