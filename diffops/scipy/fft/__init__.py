"""A mirror of `scipy.fft`: transforms of tracked values, each linear.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import fft
>>> power = lambda x: np.sum(np.abs(fft.fft(x)) ** 2)
>>> grad(power)(np.array([1.0, 2.0, 3.0]))  # Parseval: 2 n x
array([ 6., 12., 18.])
"""

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.fft.cosine import (
    dct as dct,
    dctn as dctn,
    dst as dst,
    dstn as dstn,
    idct as idct,
    idctn as idctn,
    idst as idst,
    idstn as idstn,
)
from diffops.scipy.fft.fourier import (
    fft as fft,
    fft2 as fft2,
    fftn as fftn,
    fftshift as fftshift,
    hfft as hfft,
    hfft2 as hfft2,
    hfftn as hfftn,
    ifft as ifft,
    ifft2 as ifft2,
    ifftn as ifftn,
    ifftshift as ifftshift,
    ihfft as ihfft,
    ihfft2 as ihfft2,
    ihfftn as ihfftn,
    irfft as irfft,
    irfft2 as irfft2,
    irfftn as irfftn,
    rfft as rfft,
    rfft2 as rfft2,
    rfftn as rfftn,
)

__getattr__ = _the_rest("scipy.fft", globals())
