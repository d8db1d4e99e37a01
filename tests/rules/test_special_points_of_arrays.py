"""Special points of functions of arrays: zeros, ties, singular matrices, nothing.

Smooth functions are compared with differences of the plain ones, to third order in
every mix of modes.
"""

import itertools
import math

import numpy as np
import pytest
from test_every_rule import ALL, example
from truth import differences

from diffops import diff, grad, hessian, jvp, vjp

INF, NAN = np.inf, np.nan
RANDOM = np.random.default_rng(5)
MODES = {"F": diff, "R": grad}
MIXES = ["".join(mix) for n in (1, 2, 3) for mix in itertools.product("FR", repeat=n)]


def deficient(n, rank):
    return RANDOM.normal(size=(n, rank)) @ RANDOM.normal(size=(rank, n))


def gram(a):
    return a @ a.T


def logsumexp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


#: Functions that are smooth where they are taken, and the points.
SMOOTH = {
    "prod, one zero": (np.prod, [2.0, 0.0, 3.0, -1.0]),
    "prod, two zeros": (np.prod, [2.0, 0.0, 3.0, 0.0]),
    "prod, three zeros": (np.prod, [0.0, 0.0, 3.0, 0.0]),
    "prod, one axis": (lambda x: np.prod(x, axis=0), [[0.0, 1.0], [0.0, 0.0]]),
    "prod, two axes": (lambda x: np.prod(x, axis=(0, 1)), [[0.0, 1.0], [0.0, 2.0]]),
    "prod, masked": (lambda x: np.prod(x, where=[True, False, True]), [0.0, 0.0, 2.0]),
    "nanprod": (np.nanprod, [0.0, 2.0, 0.0]),
    "multiply.reduce": (np.multiply.reduce, [0.0, 2.0, 3.0]),
    "cumprod, one zero": (np.cumprod, [2.0, 0.0, 3.0, -1.0]),
    "cumprod, two zeros": (np.cumprod, [2.0, 0.0, 3.0, 0.0]),
    "cumprod, three zeros": (np.cumprod, [0.0, 0.0, 3.0, 0.0]),
    "cumprod, one axis": (lambda x: np.cumprod(x, axis=1), [[0.0, 1.0], [0.0, 0.0]]),
    "det, rank n - 1": (np.linalg.det, deficient(4, 3)),
    "det, rank n - 2": (np.linalg.det, deficient(4, 2)),
    "det, rank 1": (np.linalg.det, deficient(3, 1)),
    "det, zero": (np.linalg.det, np.zeros((3, 3))),
    "det, stack": (np.linalg.det, np.stack([np.eye(3), deficient(3, 2)])),
    "norm²": (lambda x: np.linalg.norm(x) ** 2, np.zeros(3)),
    "norms²": (lambda x: np.linalg.norm(x, axis=1) ** 2, [[0.0, 0.0], [3.0, 4.0]]),
    "half the norm, squared": (lambda x: (np.linalg.norm(x) / 2) ** 2, np.zeros(3)),
    "gaussian": (lambda x: np.exp(-(np.linalg.norm(x) ** 2) / 2), np.zeros(3)),
    "cosh of norms": (lambda x: np.cosh(np.linalg.norm(x, axis=1)), np.eye(3, 2)),
    "hypot²": (lambda x: np.hypot(x[0], x[1]) ** 2, np.zeros((2, 3))),
    "abs²": (lambda x: np.abs(x) ** 2, [0.0, -1.0, 0.0]),
    "√²": (lambda x: np.sqrt(np.sum(x**2)) ** 2, np.zeros(3)),
    "spectrum": (lambda x: np.abs(np.fft.fft(x)) ** 2, np.ones(4)),
    "var": (np.var, np.ones(4)),
    "var, complex": (lambda x: np.var(x * (1 + 2j)), np.ones(4)),
    "std²": (lambda x: np.std(x, axis=1) ** 2, [[1.0, 1.0], [1.0, 2.0]]),
    "cov": (np.cov, np.ones((2, 3))),
    "sum of eigenvalues³": (
        lambda a: np.sum(np.linalg.eigvalsh(gram(a)) ** 3),
        np.eye(3),
    ),
    "sum of singular values⁴": (lambda a: np.sum(np.linalg.svdvals(a) ** 4), np.eye(3)),
    "the same, at 0": (lambda a: np.sum(np.linalg.svdvals(a) ** 4), np.zeros((2, 3))),
    "matrix power 0": (lambda a: np.linalg.matrix_power(a, 0), np.zeros((2, 2))),
    "matrix power 3": (lambda a: np.linalg.matrix_power(a, 3), np.zeros((2, 2))),
    "whole powers": (lambda x: x ** np.array([0, 1, 2]), [0.0, 0.0, 0.0]),
    "powers of negatives": (lambda x: x ** np.array([2.0, 3.0]), [-1.5, -2.0]),
    "integers to x": (lambda x: np.array([0, 1, 2, 3]) ** x, [2.0, 3.0, 0.5, -1.0]),
    "polynomial": (lambda x: np.polyval([1.0, 2.0, 3.0], x), [0.0, 1.0]),
    "sinc": (np.sinc, [0.0, 1.0, 1e-9]),
    "logaddexp": (lambda x: np.logaddexp(x, x[::-1]), [1.0, 1.0, 1.0]),
    "logaddexp, far": (lambda x: np.logaddexp(x, -900.0), [1.0, 800.0]),
    "logsumexp": (logsumexp, [0.5, 0.5, 0.5]),
    "interp at a knot of one line": (
        lambda x: np.interp(x, [0.0, 1.0, 2.0], [1.0, 2.0, 3.0]),
        [1.0, 0.5],
    ),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_have_their_derivatives(name):
    f, point = SMOOTH[name]
    point = np.array(point)
    v = np.cos(1 + np.arange(point.size)).reshape(point.shape)
    weights = np.sin(1 + np.arange(np.size(f(point)))).reshape(np.shape(f(point)))

    def phi(t):
        return np.sum(weights * f(point + t * v))

    for order, bound in ((1, 1e-9), (2, 1e-7), (3, 2e-5)):
        wanted = float(differences(lambda t: np.real(phi(t)), order, 0.1))
        for mix in (mix for mix in MIXES if len(mix) == order):
            derivative = phi
            for mode in mix:
                derivative = MODES[mode](derivative)
            assert abs(derivative(0.0) - wanted) < bound * (1 + abs(wanted)), mix


HALF = [0.5, 0.5, 0.0]
THIRD = [1 / 3] * 3

#: Ties: functions, points, and how the derivative is shared.
TIES = {
    "max": (np.max, [2.0, 2.0, 1.0], HALF),
    "max of three": (np.max, [2.0, 2.0, 2.0], THIRD),
    "nanmax": (np.nanmax, [2.0, 2.0, NAN], HALF),
    "min": (np.min, [-2.0, -2.0, 1.0], HALF),
    "ptp": (np.ptp, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    "maximum.reduce": (np.maximum.reduce, [2.0, 2.0, 1.0], HALF),
    "maximum": (lambda x: np.maximum(x[0], x[1]), [2.0, 2.0, 1.0], HALF),
    "median, odd": (np.median, [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]),
    "median, even": (np.median, [1.0, 1.0, 1.0, 1.0], [0.0, 0.5, 0.5, 0.0]),
    "percentile": (lambda x: np.percentile(x, 25), [1.0, 1.0, 1.0], [0.5, 0.5, 0.0]),
    "sort": (lambda x: np.sort(x)[0], [1.0, 1.0, 1.0], [1.0, 0.0, 0.0]),
    "sort, last": (lambda x: np.sort(x)[-1], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]),
    "unique": (lambda x: np.sum(np.unique(x)), [1.0, 1.0, 2.0], [1.0, 0.0, 1.0]),
    "max norm": (lambda x: np.linalg.norm(x, INF), [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    "min norm": (lambda x: np.linalg.norm(x, -INF), [2.0, -1.0, 1.0], [0.0, -0.5, 0.5]),
    "clip": (lambda x: np.sum(np.clip(x, 0, 1)), [0.0, 0.5, 1.0], [0.5, 1.0, 0.5]),
    "fancy index": (lambda x: np.sum(x[[0, 0, 1]]), [1.0, 1.0, 1.0], [2.0, 1.0, 0.0]),
    "logaddexp of -∞": (
        lambda x: np.logaddexp(x[0], x[1]),
        [-INF, -INF, 1.0],
        HALF,
    ),
    "logaddexp of -∞ and 0": (
        lambda x: np.logaddexp(x[0], x[1]),
        [-INF, 0.0, 1.0],
        [0.0, 1.0, 0.0],
    ),
    "logsumexp of -∞ and 0": (logsumexp, [-INF, 0.0, -INF], [0.0, 1.0, 0.0]),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", TIES)
def test_ties(name):
    f, x, wanted = TIES[name]
    x, v = np.array(x), np.array([1.0, 3.0, -2.0, 5.0])[: len(x)]
    np.testing.assert_allclose(grad(f)(x), wanted, atol=1e-15)
    np.testing.assert_allclose(jvp(f, (x,), (v,))[1], v @ wanted, atol=1e-15)


NORMS = [None, 1, 2, 3, 1.5, 4, INF, -INF, 0]


@pytest.mark.parametrize("order", NORMS)
def test_norms_of_zero_have_the_derivative_zero(order):
    def f(x):
        return np.linalg.norm(x, order)

    assert np.all(grad(f)(np.zeros(3)) == 0)
    assert jvp(f, (np.zeros(3),), (np.ones(3),))[1] == 0
    assert np.all(hessian(f)(np.zeros(3)) == 0)


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, 2, -1, -2, INF, -INF])
@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (3, 2)])
def test_norms_of_zero_matrices_have_the_derivative_zero(order, shape):
    def f(x):
        return np.linalg.norm(x, order)

    assert np.all(grad(f)(np.zeros(shape)) == 0)
    assert jvp(f, (np.zeros(shape),), (np.ones(shape),))[1] == 0


#: What depends on two kinks at once is bent in no determined way.
UNDETERMINED = {
    "|x| |y|": lambda x: abs(x[0]) * abs(x[1]),
    "(|x| + |y|)²": lambda x: (abs(x[0]) + abs(x[1])) ** 2,
    "l1 norm, squared": lambda x: np.sum(np.abs(x)) ** 2,
    "combinations": lambda x: np.sum((np.eye(2, 3) @ np.abs(x)) ** 2),
    "product": lambda x: np.dot(np.abs(x), np.abs(x[::-1])),
}


@pytest.mark.parametrize("name", UNDETERMINED)
def test_what_is_not_determined_is_nan(name):
    f = UNDETERMINED[name]
    assert np.all(grad(f)(np.zeros(3)) == 0)
    assert np.isnan(hessian(f)(np.zeros(3))).any()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "f",
    [np.sin, np.exp, np.log, np.sqrt, np.tanh, np.arctan, np.cbrt, np.square, np.sinc]
    + [np.log1p, np.logaddexp.reduce, np.sum, np.prod, np.max, np.mean, np.var]
    + [np.cumsum, np.cumprod, np.sort, np.median, np.abs, np.linalg.norm, np.std]
    + [lambda x: np.clip(x, -1, 1), lambda x: x / (1 + x * x), lambda x: x**3]
    + [lambda x: np.maximum(x, 0.5), lambda x: np.hypot(x, 1), lambda x: x @ x],
)
@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_nan_and_infinities_pass_as_in_numpy(f, bad):
    """Values are those of NumPy; what does not meet the bad entry is not spoilt."""
    x = np.array([0.5, bad, 0.25])
    y, pullback = vjp(f, x)
    np.testing.assert_array_equal(y, f(x))
    np.testing.assert_array_equal(jvp(f, (x,), (np.ones(3),))[0], f(x))
    if np.shape(y) == (3,) and f not in (np.cumsum, np.cumprod, np.sort):
        kept = pullback(np.array([1.0, 0.0, 1.0]))[0]
        wanted = vjp(f, x[[0, 2]])[1](np.ones(2))[0]
        np.testing.assert_allclose(kept[[0, 2]], wanted)


EMPTY = {
    "elementwise": lambda x: np.sum(np.sin(x) * np.sqrt(x) / (1 + x) ** x),
    "sum": np.sum,
    "prod": np.prod,
    "max": lambda x: np.max(x, initial=0.0),
    "norm": np.linalg.norm,
    "l1 norm": lambda x: np.linalg.norm(x, 1),
    "cumulative": lambda x: np.sum(np.cumsum(x)) + np.sum(np.cumprod(x)),
    "sort": lambda x: np.sum(np.sort(x)),
    "roll": lambda x: np.sum(np.roll(x, 1) * np.flip(x)),
    "abs": lambda x: np.sum(np.abs(x) * np.hypot(x, x)),
    "dot": lambda x: x @ x + np.dot(x, x) + np.vdot(x, x),
    "outer": lambda x: np.sum(np.outer(x, x)),
    "einsum": lambda x: np.einsum("i,i->", x, x),
    "concatenate": lambda x: np.sum(np.concatenate([x, x]) ** 2),
    "stack": lambda x: np.sum(np.stack([x, x]) ** 2),
    "index": lambda x: np.sum(x[1:] * x[:-1]) + np.sum(x[[]]) + np.sum(x[x > 0]),
    "where": lambda x: np.sum(np.where(x > 0, x, x**2)),
    "clip": lambda x: np.sum(np.clip(x, 0, 1)),
    "reshape": lambda x: np.sum(x.reshape(0, 3) ** 2),
    "diff": lambda x: np.sum(np.diff(x) ** 2),
    "det": lambda x: np.sum(np.linalg.det(x.reshape(0, 2, 2))),
    "eigh": lambda x: np.sum(np.linalg.eigvalsh(x.reshape(0, 2, 2))),
    "svd": lambda x: np.sum(np.linalg.svdvals(x.reshape(0, 2, 3))),
    "inv": lambda x: np.sum(np.linalg.inv(x.reshape(0, 2, 2))),
    "writing": lambda x: np.sum(written(x)),
}


def written(x):
    y = np.zeros_like(x)
    y[...] = x
    return y


@pytest.mark.parametrize("name", EMPTY)
def test_functions_of_nothing(name):
    f, x = EMPTY[name], np.zeros(0)
    assert grad(f)(x).shape == (0,)
    assert hessian(f)(x).shape == (0, 0)
    assert jvp(f, (x,), (x,)) == (f(x), 0.0)


#: Ways to leave nothing of an array: no rows, no columns, neither.
CUTS = {
    "rows": lambda x: x[:0],
    "columns": lambda x: x[..., :0],
    "both": lambda x: x[:0, ..., :0] if np.ndim(x) > 1 else x[:0],
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", [name for name in ALL if name != "rearrange"])
def test_every_rule_of_nothing(name, cut):
    f, args = example(name)
    args = tuple(CUTS[cut](np.asarray(x)) if np.ndim(x) else x for x in args)
    try:
        value = f(*args)
    except (ValueError, IndexError, TypeError, np.linalg.LinAlgError):
        pytest.skip("NumPy has no result either")
    u = np.ones_like(value)[()]
    ones = tuple(np.ones_like(x)[()] for x in args)
    y, change = jvp(f, args, ones)
    np.testing.assert_array_equal(y, value)
    assert np.shape(change) == np.shape(value)
    shapes = list(map(np.shape, args))
    assert list(map(np.shape, vjp(f, *args)[1](u))) == shapes
    _, changes = jvp(lambda *xs: vjp(f, *xs)[1](u), args, ones)
    assert list(map(np.shape, changes)) == shapes


def test_integers():
    """A Python int is a number like others; an array of integers is not varied."""
    assert grad(lambda n: n**3)(2) == 12.0
    assert diff(lambda n: n * n)(3) == 6.0
    assert grad(lambda x: np.sum(np.arange(3) ** x))(2.0) == 4 * math.log(2)
