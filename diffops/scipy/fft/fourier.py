"""Discrete Fourier transforms: the rules of those of NumPy, under SciPy's signatures.

Half precision is transformed in single, as SciPy does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import fft as original

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex
from diffops.scipy._mirror import mirrors

Function = Callable[..., Any]

#: The norm that scales a backward transform as the key scales a forward one.
_OPPOSITE: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "forward": "backward",
    "ortho": "ortho",
}


def _ready(x: Any, real: bool) -> Any:
    """Return a tracked array in the precision of the transform."""
    x = adopt(x)
    if real and is_complex(x):
        raise TypeError("x must be a real sequence")
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _along(function: Function, transform: Function, real: bool = False) -> Function:
    """Mirror a transform along one axis."""

    @mirrors(function)
    def run(
        x: Any,
        n: int | None = None,
        axis: int = -1,
        norm: Any = None,
        overwrite_x: bool = False,
        workers: Any = None,
        *,
        plan: Any = None,
    ) -> Any:
        return transform(_ready(x, real), n, axis, norm)

    return run


def _over(
    function: Function, transform: Function, real: bool = False, axes: Any = None
) -> Function:
    """Mirror a transform along several axes."""

    @mirrors(function)
    def run(
        x: Any,
        s: Any = None,
        axes: Any = axes,
        norm: Any = None,
        overwrite_x: bool = False,
        workers: Any = None,
        *,
        plan: Any = None,
    ) -> Any:
        x = _ready(x, real)
        return transform(x, *_both(s, axes, np.ndim(x)), norm)

    return run


def _both(s: Any, axes: Any, ndim: int) -> tuple[Any, Any]:
    """Return shape and axes as NumPy wants them: both, or none."""
    s = (s,) if isinstance(s, (int, np.integer)) else s
    axes = (axes,) if isinstance(axes, (int, np.integer)) else axes
    if s is not None and axes is None:
        axes = tuple(range(ndim - len(s), ndim))
    return s, axes


def _hermitian(x: Any, s: Any, axes: Any, norm: Any) -> Any:
    return np.fft.irfftn(np.conj(x), s, axes, _OPPOSITE[norm])


def _inverse_hermitian(x: Any, s: Any, axes: Any, norm: Any) -> Any:
    return np.conj(np.fft.rfftn(x, s, axes, _OPPOSITE[norm]))


def _shifting(function: Function, shift: Function) -> Function:
    @mirrors(function)
    def run(x: Any, axes: Any = None) -> Any:
        return shift(x, axes)

    return run


_TWO = (-2, -1)

fft = _along(original.fft, np.fft.fft)
ifft = _along(original.ifft, np.fft.ifft)
rfft = _along(original.rfft, np.fft.rfft, real=True)
irfft = _along(original.irfft, np.fft.irfft)
hfft = _along(original.hfft, np.fft.hfft)
ihfft = _along(original.ihfft, np.fft.ihfft, real=True)

fftn = _over(original.fftn, np.fft.fftn)
ifftn = _over(original.ifftn, np.fft.ifftn)
rfftn = _over(original.rfftn, np.fft.rfftn, real=True)
irfftn = _over(original.irfftn, np.fft.irfftn)
hfftn = _over(original.hfftn, _hermitian)
ihfftn = _over(original.ihfftn, _inverse_hermitian, real=True)

fft2 = _over(original.fft2, np.fft.fftn, axes=_TWO)
ifft2 = _over(original.ifft2, np.fft.ifftn, axes=_TWO)
rfft2 = _over(original.rfft2, np.fft.rfftn, real=True, axes=_TWO)
irfft2 = _over(original.irfft2, np.fft.irfftn, axes=_TWO)
hfft2 = _over(original.hfft2, _hermitian, axes=_TWO)
ihfft2 = _over(original.ihfft2, _inverse_hermitian, real=True, axes=_TWO)

fftshift = _shifting(original.fftshift, np.fft.fftshift)
ifftshift = _shifting(original.ifftshift, np.fft.ifftshift)
