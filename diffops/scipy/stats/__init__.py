"""`scipy.stats`: distributions and statistics of tracked values.

The distributions here have derivatives with respect to the point and to all of their
parameters, of any order. Beyond the support densities and their derivatives are 0. So
have the statistics of samples; what order or rank they look at is a constant. All other
functions and methods refuse tracked values by their name.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy import stats
>>> x = np.array([1.0, 2.0, 6.0])
>>> grad(lambda mu: np.sum(stats.norm.logpdf(x, mu, 2.0)))(3.0)
0.0
>>> grad(lambda p: stats.binom(10, p).logpmf(4))(0.4)
0.0
"""

from typing import Any as _Any

from scipy import stats as _stats

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.stats.associations import (
    energy_distance as energy_distance,
    linregress as linregress,
    pearsonr as pearsonr,
    wasserstein_distance as wasserstein_distance,
)
from diffops.scipy.stats.bent_normals import (
    dgamma as dgamma,
    dweibull as dweibull,
    exponnorm as exponnorm,
    foldnorm as foldnorm,
    genlogistic as genlogistic,
    gennorm as gennorm,
    halfgennorm as halfgennorm,
    halflogistic as halflogistic,
    hypsecant as hypsecant,
    johnsonsb as johnsonsb,
    johnsonsu as johnsonsu,
    laplace_asymmetric as laplace_asymmetric,
    loggamma as loggamma,
    powernorm as powernorm,
    rice as rice,
    skewcauchy as skewcauchy,
    skewnorm as skewnorm,
)
from diffops.scipy.stats.circular_statistics import (
    circmean as circmean,
    circstd as circstd,
    circvar as circvar,
)
from diffops.scipy.stats.continuous import (
    beta as beta,
    cauchy as cauchy,
    chi2 as chi2,
    expon as expon,
    f as f,
    gamma as gamma,
    gumbel_l as gumbel_l,
    gumbel_r as gumbel_r,
    halfcauchy as halfcauchy,
    halfnorm as halfnorm,
    invgamma as invgamma,
    laplace as laplace,
    logistic as logistic,
    lognorm as lognorm,
    norm as norm,
    pareto as pareto,
    rayleigh as rayleigh,
    t as t,
    truncnorm as truncnorm,
    uniform as uniform,
    vonmises as vonmises,
    weibull_min as weibull_min,
    wrapcauchy as wrapcauchy,
)
from diffops.scipy.stats.descriptive import (
    entropy as entropy,
    gmean as gmean,
    gstd as gstd,
    gzscore as gzscore,
    hmean as hmean,
    kurtosis as kurtosis,
    moment as moment,
    pmean as pmean,
    sem as sem,
    skew as skew,
    variation as variation,
    zmap as zmap,
    zscore as zscore,
)
from diffops.scipy.stats.discrete_distributions import (
    bernoulli as bernoulli,
    betabinom as betabinom,
    binom as binom,
    geom as geom,
    nbinom as nbinom,
    poisson as poisson,
)
from diffops.scipy.stats.discrete_tails import (
    logser as logser,
    planck as planck,
    yulesimon as yulesimon,
    zipf as zipf,
)
from diffops.scipy.stats.distributions import Distribution as _Distribution
from diffops.scipy.stats.extremes import (
    exponweib as exponweib,
    fatiguelife as fatiguelife,
    genextreme as genextreme,
    genpareto as genpareto,
    gompertz as gompertz,
    invgauss as invgauss,
    invweibull as invweibull,
    levy as levy,
    lomax as lomax,
    moyal as moyal,
    wald as wald,
    weibull_max as weibull_max,
)
from diffops.scipy.stats.kernel_density import gaussian_kde as gaussian_kde
from diffops.scipy.stats.multivariate import (
    dirichlet as dirichlet,
    invwishart as invwishart,
    matrix_normal as matrix_normal,
    multinomial as multinomial,
    multivariate_normal as multivariate_normal,
    multivariate_t as multivariate_t,
    wishart as wishart,
)
from diffops.scipy.stats.positive_powers import (
    arcsine as arcsine,
    betaprime as betaprime,
    bradford as bradford,
    burr as burr,
    burr12 as burr12,
    chi as chi,
    fisk as fisk,
    gengamma as gengamma,
    kappa3 as kappa3,
    loglaplace as loglaplace,
    loguniform as loguniform,
    maxwell as maxwell,
    mielke as mielke,
    nakagami as nakagami,
    powerlaw as powerlaw,
    reciprocal as reciprocal,
    semicircular as semicircular,
    triang as triang,
    truncexpon as truncexpon,
    truncpareto as truncpareto,
)
from diffops.scipy.stats.power_transforms import (
    boxcox as boxcox,
    boxcox_llf as boxcox_llf,
    yeojohnson as yeojohnson,
    yeojohnson_llf as yeojohnson_llf,
)
from diffops.scipy.stats.robust import (
    iqr as iqr,
    median_abs_deviation as median_abs_deviation,
    tmean as tmean,
    trim_mean as trim_mean,
    tsem as tsem,
    tstd as tstd,
    tvar as tvar,
)

__all__ = _stats.__all__

_from_scipy = _the_rest("scipy.stats", globals())


def __getattr__(name: str) -> _Any:
    value = getattr(_stats, name, None)
    is_distribution = hasattr(value, "rvs") or hasattr(value, "logpmf")
    if is_distribution and not isinstance(value, type):
        return globals().setdefault(name, _Distribution(value, {}))
    return _from_scipy(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
