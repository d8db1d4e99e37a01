"""Functions of SciPy's on Dask's blocks: lazily, or refused by their names."""

import numpy as np
import pytest
import scipy.special
from blocks import assert_alike, blocked, computed, nothing_computed

from diffops import NoDerivativeError, grad
from diffops.scipy import integrate, linalg, ndimage, signal, special, stats

X = np.random.default_rng(0).uniform(0.3, 1.2, size=8)
LAZY = {
    "softmax": lambda x: special.softmax(x)[0],
    "log_softmax": lambda x: special.log_softmax(x)[1],
    "zscore": lambda x: stats.zscore(x)[1],
    "gmean": stats.gmean,
    "simpson": integrate.simpson,
    "cumulative_trapezoid": lambda x: np.sum(integrate.cumulative_trapezoid(x) ** 2),
    "ufuncs": lambda x: np.sum(scipy.special.expit(x) * scipy.special.gammaln(x)),
}
REFUSED = {
    "scipy.linalg.det": lambda x: linalg.det(x.reshape(2, 4)[:, :2]),
    "scipy.special.logsumexp": special.logsumexp,
    "scipy.stats.logpdf": stats.norm.logpdf,
    "scipy.signal.convolve": lambda x: signal.convolve(x, x),
    "scipy.ndimage.gaussian_filter": lambda x: ndimage.gaussian_filter(x, 1.0),
}


@pytest.mark.filterwarnings("error::FutureWarning")
@pytest.mark.parametrize("name", LAZY)
def test_what_is_made_of_numpys_functions_is_lazy(name):
    with nothing_computed():
        found = grad(LAZY[name])(blocked(X))
    assert_alike(computed([found]), [grad(LAZY[name])(X)])


@pytest.mark.parametrize("name", REFUSED)
def test_what_scipy_would_compute_is_refused(name):
    with nothing_computed(), pytest.raises(NoDerivativeError) as raised:
        grad(lambda x: np.sum(REFUSED[name](x)))(blocked(X))
    assert str(raised.value).startswith(f"{name} of a Dask array")
