"""Compositions are the functions that they stand for."""

import numpy as np

from diffops.kernels import compositions

X = np.array(
    [0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 800.0, -800.0, np.inf, -np.inf, np.nan]
)


def test_the_table_is_covered():
    assert set(compositions.COMPOSED) == {np.logaddexp}


def test_logaddexp():
    a, b = (x.ravel() for x in np.meshgrid(X, X))
    with np.errstate(all="ignore"):
        found = compositions.COMPOSED[np.logaddexp](a, b)
        np.testing.assert_allclose(found, np.logaddexp(a, b), rtol=1e-15)
