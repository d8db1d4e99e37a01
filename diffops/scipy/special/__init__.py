"""`scipy.special`, with those functions that SciPy does not dispatch.

SciPy's ufuncs, and what it writes with them alone, take tracked values by themselves:
here they are as SciPy has them. The functions imported here have derivatives of any
order in every mode; all others of SciPy's raise `NoDerivativeError` by their name.
Whole numbers, such as the degree of a polynomial, are constants: not to be varied.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import special
>>> grad(special.logsumexp)(np.array([0.0, -np.inf, 0.0]))
array([0.5, 0. , 0.5])
"""

from scipy.special import (
    assoc_laguerre as assoc_laguerre,
    h1vp as h1vp,
    h2vp as h2vp,
    ivp as ivp,
    jvp as jvp,
    kvp as kvp,
    lambertw as lambertw,
    sinc as sinc,
    softplus as softplus,
    yvp as yvp,
    zeta as zeta,
)

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.special.factorials import (
    comb as comb,
    factorial as factorial,
    multigammaln as multigammaln,
    perm as perm,
    polygamma as polygamma,
)
from diffops.scipy.special.legendre_functions import (
    assoc_legendre_p as assoc_legendre_p,
    legendre_p as legendre_p,
    sph_harm_y as sph_harm_y,
    sph_legendre_p as sph_legendre_p,
)
from diffops.scipy.special.spherical_bessel import (
    riccati_jn as riccati_jn,
    riccati_yn as riccati_yn,
    spherical_in as spherical_in,
    spherical_jn as spherical_jn,
    spherical_kn as spherical_kn,
    spherical_yn as spherical_yn,
)
from diffops.scipy.special.sums_of_exponentials import (
    diric as diric,
    log_softmax as log_softmax,
    logsumexp as logsumexp,
    softmax as softmax,
)

__getattr__ = _the_rest("scipy.special", globals())
