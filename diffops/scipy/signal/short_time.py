"""Short-time Fourier transforms: how the spectrum of a signal changes in time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy import signal as original

from diffops.rules._fitting import is_complex, shape_of
from diffops.scipy._mirror import mirrors
from diffops.scipy.signal.smoothing import single_or_double
from diffops.scipy.signal.spectra import HANN, plan_for


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
    ndim = np.ndim(spectra)
    spectra = np.moveaxis(np.swapaxes(spectra, -1, -2), -2, axis % (ndim - 1))
    return plan.frequencies(), times, spectra


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
