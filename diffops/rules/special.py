"""The rules of `scipy.special`, by family: that of gamma is at ``special.gamma,``.

SciPy's ufuncs dispatch as NumPy's do. This module is imported when the first of them
meets a tracked value: by then SciPy is loaded.
"""

from diffops.rules import (
    special_airy as special_airy,
    special_bessel as special_bessel,
    special_beta as special_beta,
    special_convex as special_convex,
    special_distributions as special_distributions,
    special_elliptic as special_elliptic,
    special_error as special_error,
    special_exponential as special_exponential,
    special_gamma as special_gamma,
    special_hypergeometric as special_hypergeometric,
    special_incomplete_beta as special_incomplete_beta,
    special_incomplete_gamma as special_incomplete_gamma,
    special_kolmogorov as special_kolmogorov,
    special_noncentral as special_noncentral,
    special_normal as special_normal,
    special_orthogonal as special_orthogonal,
    special_scaled as special_scaled,
    special_waves as special_waves,
)
from diffops.rules.special_kinds import rules as rules
