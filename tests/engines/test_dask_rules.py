"""Every primitive on Dask's blocks: derivatives of first and second order, lazily.

The examples are those of `test_every_rule`, and so is what is compared with: NumPy's
derivatives. FutureWarnings, by which Dask says that it computes in NumPy, are errors.
"""

import numpy as np
import pytest
from blocks import assert_alike, blocked, computed, nothing_computed
from test_every_rule import ALL, example

from diffops import NoDerivativeError, grad, jvp

pytestmark = pytest.mark.filterwarnings(
    "error::FutureWarning", "ignore::RuntimeWarning"
)

#: What Dask cannot express.
REFUSED = {
    "convolve",
    "det",
    "sign_and_log",
    "cholesky",
    "eigh",
    "finite",
    "eig",
    "svd",
    "pinv",
    "roots",
    "characteristic",
    "cross",
    "linspace",
    "permute",
    "logaddexp_reduce",
    "logaddexp2_reduce",
    "hypot_reduce",
    "sparse_product",
}

#: What Dask expresses for some blocks or numbers of axes: examples that suit it.
M = np.random.default_rng(3).normal(size=(3, 3))
SUITED = {
    "inv": (np.linalg.inv, (M + 3 * np.eye(3),)),
    "solve": (np.linalg.solve, (M + 3 * np.eye(3), M)),
    "qr": (lambda x: np.linalg.qr(x)[1], (M[:, :2],)),
}
IN_ONE_BLOCK = {"inv", "solve", "qr", "reshape"}
IN_ONE_BLOCK |= {"forward", "inverse", "real_forward", "real_inverse"}


def derivatives(name, args, array):
    """Return two sums of derivatives, and the gradients of both."""
    f, _ = SUITED.get(name) or example(name)
    numbers = tuple(range(len(args)))
    directions = [np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in args]
    xs, vs = [array(x) for x in args], [array(v) for v in directions]

    def phi(*xs):
        y = f(*xs)
        return np.sum(np.sin(1 + np.arange(y.size)).reshape(y.shape) * y)

    def along(*xs):
        return sum(
            np.sum(v * g) for v, g in zip(vs, grad(phi, numbers)(*xs), strict=True)
        )

    slope = jvp(phi, xs, vs)[1]
    bend = jvp(lambda *xs: jvp(phi, xs, vs)[1], xs, vs)[1]
    return [slope, bend, *grad(phi, numbers)(*xs), *grad(along, numbers)(*xs)]


@pytest.mark.parametrize("name", [name for name in ALL if name not in REFUSED])
def test_derivatives_are_lazy_and_those_of_numpy(name):
    _, args = SUITED.get(name) or example(name)
    args = [np.asarray(x, float) for x in args]
    count = 1 if name in IN_ONE_BLOCK else 2
    with nothing_computed():
        found = derivatives(name, args, lambda x: blocked(x, count))
    wanted = derivatives(name, args, np.asarray)
    assert_alike(computed(found), wanted)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_dask_cannot_express_is_refused(name):
    f, args = example(name)
    with nothing_computed(), pytest.raises(NoDerivativeError, match="Dask"):
        grad(lambda *xs: np.sum(f(*xs)))(*map(blocked, args))
