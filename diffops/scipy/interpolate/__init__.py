"""A mirror of `scipy.interpolate`: curves through tracked data, at tracked places.

Curves that these classes make of plain data are SciPy's own, and may be called at
tracked places as well.

>>> import numpy as np
>>> from diffops import diff
>>> from diffops.scipy import interpolate
>>> x = np.linspace(0.0, np.pi, 20)
>>> sine = interpolate.CubicSpline(x, np.sin(x))
>>> round(float(diff(sine)(1.0)), 3), round(float(np.cos(1.0)), 3)
(0.54, 0.54)
"""

from diffops.scipy.interpolate.bsplines import BSpline as BSpline
from diffops.scipy.interpolate.cubic import CubicSpline as CubicSpline
from diffops.scipy.interpolate.fitpack_splines import (
    InterpolatedUnivariateSpline as InterpolatedUnivariateSpline,
    LSQUnivariateSpline as LSQUnivariateSpline,
    UnivariateSpline as UnivariateSpline,
)
from diffops.scipy.interpolate.hermite import (
    Akima1DInterpolator as Akima1DInterpolator,
    CubicHermiteSpline as CubicHermiteSpline,
    PchipInterpolator as PchipInterpolator,
)
from diffops.scipy.interpolate.interpolating_polynomials import (
    BarycentricInterpolator as BarycentricInterpolator,
    KroghInterpolator as KroghInterpolator,
    barycentric_interpolate as barycentric_interpolate,
    krogh_interpolate as krogh_interpolate,
)
from diffops.scipy.interpolate.interpolating_splines import (
    make_interp_spline as make_interp_spline,
    splev as splev,
    splrep as splrep,
)
from diffops.scipy.interpolate.lines import interp1d as interp1d
from diffops.scipy.interpolate.piecewise import PPoly as PPoly
from diffops.scipy.interpolate.plain_only import the_rest as _the_rest
from diffops.scipy.interpolate.regular_grids import (
    RegularGridInterpolator as RegularGridInterpolator,
    interpn as interpn,
)

__getattr__ = _the_rest(globals())
