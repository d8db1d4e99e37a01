"""A mirror of `scipy.ndimage`: filters and splines of tracked images and points.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import ndimage
>>> x = np.array([0.0, 1.0, 0.0, 0.0])
>>> peak = lambda width: ndimage.gaussian_filter1d(x, width)[1]
>>> bool(grad(peak)(1.0) < 0)  # a wider kernel is a lower one
True
"""

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.ndimage.gaussian import (
    gaussian_filter as gaussian_filter,
    gaussian_filter1d as gaussian_filter1d,
    gaussian_gradient_magnitude as gaussian_gradient_magnitude,
    gaussian_laplace as gaussian_laplace,
)
from diffops.scipy.ndimage.splines import (
    affine_transform as affine_transform,
    map_coordinates as map_coordinates,
    shift as shift,
    spline_filter as spline_filter,
    spline_filter1d as spline_filter1d,
)
from diffops.scipy.ndimage.windows import (
    convolve as convolve,
    convolve1d as convolve1d,
    correlate as correlate,
    correlate1d as correlate1d,
    laplace as laplace,
    prewitt as prewitt,
    sobel as sobel,
    uniform_filter as uniform_filter,
    uniform_filter1d as uniform_filter1d,
)

__getattr__ = _the_rest("scipy.ndimage", globals())
