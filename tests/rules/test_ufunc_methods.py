"""The methods of every ufunc: reduce, accumulate, reduceat, outer and at."""

import numpy as np
import pytest
from truth import check, check_single, entries

from diffops import NoDerivativeError, grad, jvp
from diffops.primitive import table
from diffops.rules._constant import Constant
from diffops.rules._refused import Refused

UFUNCS = {u for u in vars(np).values() if isinstance(u, np.ufunc)}
DERIVED = [
    u
    for u in sorted(UFUNCS, key=lambda u: u.__name__)
    if u.nout == 1
    and not u.signature
    and not isinstance(table.get(u), (Constant, Refused))
    and u is not np.ldexp  # takes a whole number, which no result of its own is
]
UNARY = [u for u in DERIVED if u.nin == 1]
BINARY = [u for u in DERIVED if u.nin == 2]
FOLDS = [u for u in BINARY if u not in (np.power, np.arctan2)]

#: Entries at which folds of any of these functions are smooth.
X = np.array([[1.7, 0.61, 1.13], [0.43, 1.37, 0.83]])
Y = np.array([[0.9, 1.21, 0.35], [1.47, 0.52, 0.97]])
MASK = np.array([[True, False, True], [True, True, False]])

each_binary = pytest.mark.parametrize("ufunc", BINARY, ids=lambda u: u.__name__)
each_fold = pytest.mark.parametrize("ufunc", FOLDS, ids=lambda u: u.__name__)
each_unary = pytest.mark.parametrize("ufunc", UNARY, ids=lambda u: u.__name__)


def into(array, write):
    """Return a copy of an array, written into."""
    copied = np.copy(array)
    write(copied)
    return copied


@each_fold
def test_reduce(ufunc):
    check(lambda x: ufunc.reduce(x), X)
    check(lambda x: ufunc.reduce(x, axis=1, keepdims=True), X)
    check(lambda x: ufunc.reduce(x, 1, initial=x[0, 2]), X)
    check(lambda x: ufunc.reduce(x, initial=None), X)
    check(lambda x: ufunc.reduce(x, axis=1, where=MASK, initial=1.9), X)
    check(lambda x: ufunc.reduce(x[0], dtype=float), X)


@each_fold
def test_reduce_of_several_axes_or_none(ufunc):
    check(lambda x: ufunc.reduce(x, axis=()) * x, X)
    if ufunc in (np.add, np.multiply, np.hypot, np.maximum, np.fmin, np.logaddexp):
        check(lambda x: ufunc.reduce(x, axis=None), X)
        check(lambda x: ufunc.reduce(x[None], axis=(0, 2), keepdims=True), X)


@pytest.mark.parametrize("ufunc", [np.power, np.arctan2])
def test_folds_that_numpy_gets_wrong(ufunc):
    """NumPy's reduce of these drops entries on processors with AVX-512."""

    def fold(x):
        return ufunc(ufunc(ufunc(x[0], x[1]), x[2]), x[3])

    x = X.ravel()[:4]
    found, change = jvp(lambda x: ufunc.reduce(x), (x,), (Y.ravel()[:4],))
    wanted, slope = jvp(fold, (x,), (Y.ravel()[:4],))
    np.testing.assert_allclose((found, change), (wanted, slope), rtol=1e-14)
    np.testing.assert_allclose(found, fold(x), rtol=1e-14)
    np.testing.assert_allclose(grad(ufunc.reduce)(x), grad(fold)(x), rtol=1e-14)
    parts, _ = jvp(lambda x: ufunc.reduceat(x, [0, 3]), (x,), (x,))
    np.testing.assert_allclose(parts, [ufunc(ufunc(x[0], x[1]), x[2]), x[3]])


@each_binary
def test_accumulate(ufunc):
    check(lambda x: ufunc.accumulate(x), X)
    check(lambda x: ufunc.accumulate(x, axis=1, dtype=float), X)


@each_fold
def test_reduceat(ufunc):
    check(lambda x: ufunc.reduceat(x, [0, 2], axis=1), X)
    check(lambda x: ufunc.reduceat(x.ravel(), [1, 5, 2, 2, 3], dtype=float), X)


@each_binary
def test_outer(ufunc):
    if ufunc in (np.maximum, np.minimum, np.fmax, np.fmin, np.fmod, np.remainder):
        check(lambda x, y: ufunc.outer(x[0], 0.3 * y), X, Y)
    else:
        check(lambda x, y: ufunc.outer(x, y), X, Y)


@each_binary
def test_at_of_two(ufunc):
    check(
        lambda x, y: into(x + 0 * y, lambda a: ufunc.at(a, (0, [2, 1]), y[1, :2])), X, Y
    )
    check(lambda x: into(x, lambda a: ufunc.at(a, [1, 1, 1], x[0] / 1.05)), X)
    check(lambda x: into(x[0], lambda a: ufunc.at(a, [0, 2, 0], 0.87)), X)


@each_unary
def test_at_of_one(ufunc):
    x = X[0] + 1 if ufunc is np.arccosh else X[0] / 2
    check(lambda x: into(x, lambda a: ufunc.at(a, [0, 2])), x)
    check(lambda x: into(x, lambda a: ufunc.at(a, slice(1, None))), x)
    if ufunc not in (np.arccos, np.arccosh, np.log, np.log2, np.log10):
        check(lambda x: into(x, lambda a: ufunc.at(a, [1, 0, 1])), x / 2)


def test_applications_in_order_where_an_entry_is_named_often():
    def f(x):
        return into(x, lambda a: np.divide.at(a, [0, 1, 0, 0], [2.0, 3.0, x[1], x[0]]))

    y, _ = jvp(f, (X[0],), (X[1],))
    a, b, c = X[0]
    np.testing.assert_allclose(y, [a / 2 / b / a, b / 3, c], rtol=1e-15)
    check(f, X[0])


def test_constant_functions_have_constant_methods():
    def f(x):
        assert type(np.floor_divide.reduce(x)) is np.ndarray
        assert type(np.logical_xor.reduce(x)) is np.ndarray
        assert type(np.less.outer(x, x)) is np.ndarray
        return np.sum(into(x, lambda a: np.floor.at(a, 0)))

    np.testing.assert_array_equal(grad(f)(X), [[0, 0, 0], [1, 1, 1]])


def test_functions_of_python_fold_too():
    ufunc = np.frompyfunc(lambda a, b: a * b + b, 2, 1)
    want = grad(lambda x: (x[0] * x[1] + x[1]) * x[2] + x[2])(X[0])
    np.testing.assert_allclose(grad(lambda x: ufunc.reduce(x))(X[0]), want)
    np.testing.assert_allclose(grad(lambda x: ufunc.accumulate(x)[2])(X[0]), want)


def test_single_precision():
    for ufunc in (np.hypot, np.divide, np.arctan2):
        check_single(lambda x, u=ufunc: u.reduce(x), X)
        check_single(lambda x, u=ufunc: u.accumulate(x), X)
        check_single(lambda x, u=ufunc: u.reduceat(x, [0, 1]), X)


@pytest.mark.parametrize(
    ("run", "error"),
    [
        (lambda x: np.matmul.reduce(x), RuntimeError),
        (lambda x: np.sin.reduce(x), ValueError),
        (lambda x: np.matmul.outer(x, x), TypeError),
        (lambda x: np.sin.outer(x, x), ValueError),
        (lambda x: np.modf.at(x, 0), ValueError),
        (lambda x: np.matmul.at(x, 0, x), TypeError),
        (lambda x: np.sin.at(x, 0, 1.0), ValueError),
        (lambda x: np.subtract.reduce(x, where=MASK), ValueError),
        (lambda x: np.subtract.reduce(x, axis=2), np.exceptions.AxisError),
        (lambda x: np.subtract.reduceat(x, [4]), IndexError),
        (lambda x: np.divide.at(x, [4], 1.0), IndexError),
        (lambda x: np.add(x, x, axes=[0, 0, 0]), TypeError),
        (lambda x: np.matmul(x, x, axis=0), TypeError),
    ],
)
def test_errors_are_numpys(run, error):
    with pytest.raises(error) as wanted:
        run(X.copy())
    with pytest.raises(error) as found:
        grad(lambda x: np.sum(run(x + 0)))(X)
    assert str(found.value)[:20] == str(wanted.value)[:20]


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (lambda x: np.multiply.at(np.ones(3), 0, x[0, 0]), "multiply.at"),
        (lambda x: np.divide.at(x, x[0], 1.0), "divide.at"),
        (lambda x: np.divide.reduceat(x, x[0]), "divide.reduceat"),
    ],
)
def test_refusals(program, name):
    with pytest.raises(NoDerivativeError, match=name):
        grad(lambda x: np.sum(program(x)))(X)


A, B = entries(2, 3, 4), entries(4, 3)


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda a, b: np.matmul(a, b, axes=[(0, 1), (1, 0), (2, 0)]), (A, B)),
        (lambda a, b: np.matmul(a, b, axes=[(-1, 0), 0, 0]), (B, B[:, 0])),
        (lambda a, b: np.vecdot(a, b, axis=1), (A[0], A[1])),
        (lambda a, b: np.vecdot(a, b, axis=0, keepdims=True), (A[0], A[1])),
        (lambda a, b: np.vecdot(a, b, axes=[1, 0]), (B, B.T + 1)),
        (lambda a, b: np.matvec(a, b, axes=[(1, 0), 0, 0]), (B, B)),
        (lambda a, b: np.vecmat(a, b, axes=[1, (1, 0), 0]), (B, B)),
        (lambda a, b: np.multiply(a, b, signature="dd->d"), (B, B)),
        (lambda a: np.add(a, 1, signature=(None, None, np.float64)), (B,)),
    ],
)
def test_axes_of_products_and_signatures(f, args):
    check(f, *args)


def test_a_signature_casts_the_arguments():
    y, _ = jvp(
        lambda x: np.add(x, 0.1, signature="ff->f", casting="unsafe"), (B,), (B,)
    )
    assert y.dtype == np.float32
