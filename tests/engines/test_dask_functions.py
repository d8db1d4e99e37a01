"""Every function of NumPy's on Dask's blocks: lazily, or refused by its name.

The same example calls as in `tests/coverage`, on arrays of two blocks along each axis,
or of one where Dask asks for that. FutureWarnings, by which Dask says that it computes
in NumPy, are errors here.
"""

import numpy as np
import pytest
from blocks import assert_alike, blocked, computed, nothing_computed
from calls import EACH
from points import function_of

from diffops import NoDerivativeError, grad, vjp
from diffops.engines.dask import REFUSED

pytestmark = pytest.mark.filterwarnings(
    "error::FutureWarning",
    "ignore::RuntimeWarning",
    "ignore:`row_stack`",
    "ignore:numpy.fix",
    "ignore:the matrix subclass",
)

#: Options that Dask's namesakes do not have, and say so.
OPTIONS = {
    "np.eye(3, M=4, k=-1, order='C', device='cpu', dtype=np.float64, like=x) * s",
    "np.zeros_like(x, order='C', subok=True, device='cpu') + y",
    "np.ones_like(x, order='C', subok=True, device='cpu') * y",
    "np.empty_like(x[:0], order='C', subok=True, device='cpu')",
    "np.matmul(A, B, axes=[(0, 1), (0, 1), (0, 1)])",
    "np.matmul(A, C, axes=[(0, 1), (1, 2), (2, 1)])",
}
#: Blocks have no order in memory, theirs is C.
IN_MEMORY = {"np.ravel(C.T, order='A')"}
#: It is written in Python, and asks whether a slope is 0: that computes it, as ``if``
#: of a Dask array always does.
ASKING = {"P.polyline(s, t)"}
#: Functions of which every call is refused, though Dask has their names.
REFUSED_NAMES = {f"np.{name}" for names in REFUSED.values() for name in names.split()}


def paired(f, value):
    """Return f with its real and imaginary entries summed under weights."""
    leaves = value if isinstance(value, (tuple, list)) else [value]
    random = np.random.default_rng(1)
    weights = [random.normal(size=(2, *np.shape(leaf))) for leaf in leaves]

    def phi(*xs):
        ys = f(*xs)
        ys = ys if isinstance(ys, (tuple, list)) else [ys]
        return sum(
            np.sum(np.real(y) * u) + np.sum(np.imag(y) * v)
            for y, (u, v) in zip(ys, weights, strict=True)
        )

    return phi


def gradients(phi, args):
    """Return the gradients on blocks, of one along each axis if Dask wants that."""
    numbers = tuple(range(len(args)))
    with nothing_computed():
        try:
            return grad(phi, numbers)(*map(blocked, args))
        except (ValueError, NotImplementedError):
            return grad(phi, numbers)(*(blocked(x, 1) for x in args))


#: Variances under roots that may vanish: such graphs are large, and one is enough.
LARGE = {"np.corrcoef(A)", "np.corrcoef(A, rowvar=False, dtype=np.float64)"}


@pytest.mark.parametrize(
    ("name", "call"), [entry for entry in EACH if entry[1] not in ASKING | LARGE]
)
def test_gradients_are_lazy_and_right_or_refused(name, call):
    f, args = function_of(call)
    phi = paired(f, f(*args))
    if call in OPTIONS:
        with pytest.raises(TypeError, match="unexpected keyword argument"):
            gradients(phi, args)
        return
    wanted = vjp(phi, *args)[1](1.0)
    try:
        found = gradients(phi, args)
    except NoDerivativeError as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert any(word in refusal for word in ("np.", "x[mask]"))
        assert any(word in refusal for word in ("Dask", "np.asarray(x)"))
        return
    assert name not in REFUSED_NAMES
    if call not in IN_MEMORY:
        assert_alike(computed(found), wanted)
