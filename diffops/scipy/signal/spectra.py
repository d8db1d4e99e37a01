"""Spectra of windowed segments: periodograms, Welch's method, coherence."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import signal as original

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex, shape_of
from diffops.rules.matmul import conj
from diffops.scipy._mirror import mirrors
from diffops.scipy.signal.smoothing import detrend as subtract_trend, single_or_double

Function = Callable[..., Any]
HANN = "hann_periodic"


class Plan(NamedTuple):
    """How a signal is cut into segments, and what is done to each of them."""

    fs: float
    window: Any
    nperseg: int
    noverlap: int
    nfft: int
    detrend: Any
    onesided: bool
    scaling: str

    def factor(self, squared: bool) -> float:
        """Return the scale of a spectrum (of amplitudes, unless squared)."""
        if self.scaling == "spectrum":
            scale = 1.0 / self.window.sum() ** 2
        elif self.scaling == ("density" if squared else "psd"):
            scale = 1.0 / (self.fs * (self.window**2).sum())
        else:
            raise ValueError(f"Unknown scaling: {self.scaling!r}")
        return float(scale if squared else np.sqrt(scale))

    def frequencies(self) -> Any:
        """Return the frequencies of the spectrum."""
        of = np.fft.rfftfreq if self.onesided else np.fft.fftfreq
        return of(self.nfft, 1 / self.fs)

    def times(self, size: int) -> Any:
        """Return the middles of the segments of a signal of some size."""
        step = self.nperseg - self.noverlap
        middle = self.nperseg / 2
        return np.arange(middle, size - middle + 1, step) / float(self.fs)

    def spectra(self, rows: Any) -> Any:
        """Return the transforms of the segments of every row: (..., segment, f)."""
        step = self.nperseg - self.noverlap
        view = np.lib.stride_tricks.sliding_window_view
        parts = view(rows, self.nperseg, axis=-1)[..., ::step, :]
        if callable(self.detrend):
            parts = self.detrend(parts)
        elif self.detrend:
            parts = subtract_trend(parts, type=self.detrend)
        parts = parts * self.window.astype(np.real(parts[:0]).dtype)
        transform: Function = np.fft.rfft if self.onesided else np.fft.fft
        return transform(parts, n=self.nfft)


def plan_for(
    size: int,
    real: bool,
    fs: float,
    window: Any,
    nperseg: int | None,
    noverlap: int | None,
    nfft: int | None,
    detrend: Any,
    onesided: bool,
    scaling: str,
) -> Plan:
    """Return how a signal is cut into segments, with SciPy's defaults and checks."""
    if isinstance(window, (str, tuple)):
        nperseg = 256 if nperseg is None else int(nperseg)
        if nperseg > size:
            warnings.warn(
                f"nperseg={nperseg} is greater than signal length = {size}, using "
                f"nperseg = {size}",
                stacklevel=4,
            )
            nperseg = size
        taps = original.get_window(window, nperseg)
    else:
        taps = np.asarray(window)
        if taps.ndim != 1:
            raise ValueError("window must be 1-D")
        if nperseg is not None and nperseg != len(taps):
            raise ValueError(
                "value specified for nperseg is different from length of window"
            )
        nperseg = len(taps)
        if nperseg > size:
            raise ValueError("window is longer than input signal")
    noverlap = nperseg // 2 if noverlap is None else int(noverlap)
    nfft = nperseg if nfft is None else int(nfft)
    if nfft < nperseg:
        raise ValueError("nfft must be greater than or equal to nperseg.")
    if noverlap >= nperseg:
        raise ValueError("noverlap must be less than nperseg.")
    return Plan(fs, taps, nperseg, noverlap, nfft, detrend, onesided and real, scaling)


def powers(plan: Plan, rows: Any, others: Any) -> Any:
    """Return the cross powers of every segment: (..., segment, f)."""
    first = plan.spectra(rows)
    second = first if others is rows else plan.spectra(others)
    power = conj(first) * second
    if others is rows:
        power = np.real(power)
    power = power * plan.factor(squared=True)
    if plan.onesided:
        doubled = np.full(shape_of(power)[-1], 2.0)
        doubled[0] = 1.0
        if plan.nfft % 2 == 0:
            doubled[-1] = 1.0
        power = power * doubled.astype(np.real(power[:0]).dtype)
    return power


def _bias(count: int) -> float:
    """Return the mean of the median of as many squared amplitudes of noise."""
    even = 2 * np.arange(1.0, (count - 1) // 2 + 1)
    return float(1 + np.sum(1.0 / (even + 1) - 1.0 / even))


def _averaged(power: Any, average: str) -> Any:
    """Return the mean or the unbiased median over the segments."""
    if average == "mean":
        return np.mean(power, axis=-2)
    if average != "median":
        raise ValueError(f'average must be "median" or "mean", got {average}')
    bias = _bias(shape_of(power)[-2])
    if is_complex(power):
        real, imag = (np.median(part, axis=-2) for part in (power.real, power.imag))
        return (real + 1j * imag) / bias
    return np.median(power, axis=-2) / bias


@mirrors(original.csd)
def csd(
    x: Any,
    y: Any,
    fs: float = 1.0,
    window: Any = HANN,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = "constant",
    return_onesided: bool = True,
    scaling: str = "density",
    axis: int = -1,
    average: str = "mean",
) -> Any:
    """Return frequencies and the cross power of x and y, as `scipy.signal.csd`."""
    rows = np.moveaxis(single_or_double(x), axis, -1)
    others = rows if y is x else np.moveaxis(single_or_double(y), axis, -1)
    sizes = [shape_of(part)[-1] for part in (rows, others)]
    size = max(sizes)
    if others is not rows and sizes[0] != sizes[1]:
        rows, others = (
            np.pad(part, [(0, 0)] * (np.ndim(part) - 1) + [(0, size - n)])
            for part, n in zip((rows, others), sizes, strict=True)
        )
    real = not (is_complex(rows) or is_complex(others))
    plan = plan_for(
        size,
        real,
        fs,
        window,
        nperseg,
        noverlap,
        nfft,
        detrend,
        return_onesided,
        scaling,
    )
    power = _averaged(powers(plan, rows, others), average)
    return plan.frequencies(), np.moveaxis(power, -1, axis)


@mirrors(original.welch)
def welch(x: Any, *args: Any, **kwargs: Any) -> Any:
    """Return frequencies and Welch's estimate of the power, as `scipy.signal.welch`.

    Powers are quadratic in x; their average over segments, with ``average="median"``,
    is differentiated as medians are.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import signal
    >>> x = np.array([1.0, -1.0, 1.0, -1.0])
    >>> top = lambda x: signal.welch(x, nperseg=4, detrend=False)[1][2]
    >>> round(float(grad(top)(x) @ x / top(x)), 12)  # by Euler's theorem
    2.0
    """
    return csd(x, x, *args, **kwargs)


@mirrors(original.periodogram)
def periodogram(
    x: Any,
    fs: float = 1.0,
    window: Any = "boxcar",
    nfft: int | None = None,
    detrend: Any = "constant",
    return_onesided: bool = True,
    scaling: str = "density",
    axis: int = -1,
) -> Any:
    """Return frequencies and the power of all of x, as `scipy.signal.periodogram`."""
    x = adopt(x)
    size = shape_of(x)[axis]
    if nfft is not None and nfft < size:
        x = x[(slice(None),) * (axis % np.ndim(x)) + (slice(nfft),)]
        size = nfft
    if not isinstance(window, (str, tuple)) and len(window) != size:
        raise ValueError(
            "the size of the window must be the same size of the input on the "
            "specified axis"
        )
    if window is None:
        window = "boxcar"
    return welch(x, fs, window, size, 0, nfft, detrend, return_onesided, scaling, axis)


@mirrors(original.coherence)
def coherence(
    x: Any,
    y: Any,
    fs: float = 1.0,
    window: Any = HANN,
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = "constant",
    axis: int = -1,
) -> Any:
    """Return frequencies and the squared coherence, as `scipy.signal.coherence`."""
    options = (fs, window, nperseg, noverlap, nfft, detrend)
    frequencies, own = welch(x, *options, axis=axis)
    _, other = welch(y, *options, axis=axis)
    _, cross = csd(x, y, *options, axis=axis)
    power = np.real(cross) ** 2 + np.imag(cross) ** 2
    return frequencies, power / own / other
