"""A mirror of `scipy.signal`: convolutions, filters, spectra of tracked values.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import signal
>>> b, a = signal.butter(2, 0.3)
>>> x = np.array([0.0, 1.0, 0.0, -1.0])
>>> np.allclose(grad(lambda x: signal.lfilter(b, a, x)[-1])(x)[-1], b[0])
True
"""

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.signal.convolving import (
    convolve as convolve,
    convolve2d as convolve2d,
    correlate as correlate,
    correlate2d as correlate2d,
    fftconvolve as fftconvolve,
    oaconvolve as oaconvolve,
)
from diffops.scipy.signal.filtering import (
    filtfilt as filtfilt,
    lfilter as lfilter,
    lfilter_zi as lfilter_zi,
    sosfilt as sosfilt,
    sosfilt_zi as sosfilt_zi,
    sosfiltfilt as sosfiltfilt,
)
from diffops.scipy.signal.short_time import (
    istft as istft,
    spectrogram as spectrogram,
    stft as stft,
)
from diffops.scipy.signal.smoothing import (
    decimate as decimate,
    detrend as detrend,
    hilbert as hilbert,
    resample as resample,
    resample_poly as resample_poly,
    savgol_filter as savgol_filter,
    upfirdn as upfirdn,
)
from diffops.scipy.signal.spectra import (
    coherence as coherence,
    csd as csd,
    periodogram as periodogram,
    welch as welch,
)

__getattr__ = _the_rest("scipy.signal", globals())
