"""logsumexp, softmax and the Dirichlet kernel beside SciPy's, and at infinity."""

import numpy as np
import pytest
import scipy.special
from mirrored import compare
from truth import entries, sampler

from diffops import NoDerivativeError, diff, grad, hessian, jacobian, vmap
from diffops.scipy import special

array = sampler(61)
AXES = [None, 0, -1, (0, 1)]


def both(name, *rest, **options):
    """Return the mirror and SciPy's function, as functions of arrays."""
    return (
        lambda *xs, f=f: f(*xs, *rest, **options)
        for f in (getattr(special, name), getattr(scipy.special, name))
    )


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", AXES)
def test_logsumexp(axis, keepdims):
    def with_weights(f, signed):
        return lambda a, b: f(a, axis, b, keepdims, signed)

    a = array((3, 4))
    b = entries(3, 4) * [1, 2, -0.1, 1]
    for x in (a, array((3, 4), complex)):
        compare(*both("logsumexp", axis=axis, keepdims=keepdims), x)
    functions = special.logsumexp, scipy.special.logsumexp
    compare(*(with_weights(f, False) for f in functions), a, np.abs(b))
    compare(*(with_weights(f, True) for f in functions), a, b)
    compare(*(with_weights(f, True) for f in functions), a + 1j * b, b)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax(name, axis):
    compare(*both(name, axis=axis), array((3, 4)))


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax"])
def test_single_precision_and_numbers(name):
    compare(*both(name), array(5).astype(np.float32), bound=1e-6, order=1)
    compare(*both(name), 0.3)


def test_weights_broadcast_and_may_be_whole():
    a = array((3, 4))
    compare(*both("logsumexp", b=np.array([1, 2, 0, 1])), a)
    weights = entries(4)
    functions = special.logsumexp, scipy.special.logsumexp
    compare(*(lambda b, f=f: f(a, 0, b) for f in functions), weights)


@pytest.mark.parametrize(
    ("a", "shares"),
    [
        ([-np.inf, 0.0], [0, 1]),
        ([-np.inf, -np.inf], [0.5, 0.5]),
        ([np.inf, 0.0], [1, 0]),
        ([np.inf, np.inf, -np.inf], [0.5, 0.5, 0]),
        ([1000.0, 1000.0], [0.5, 0.5]),
    ],
)
def test_infinite_entries(a, shares):
    a = np.array(a)
    np.testing.assert_array_equal(grad(special.logsumexp)(a), shares)
    steps = np.arange(1.0, 1 + a.size)
    along = diff(lambda t: special.logsumexp(a + t * steps))(0.0)
    assert along == np.dot(steps, shares)
    assert np.isfinite(hessian(special.logsumexp)(a)).all()


def test_a_weight_of_zero_silences_even_an_infinite_entry():
    slopes = grad(lambda a: special.logsumexp(a, b=np.array([0.0, 2.0])))
    np.testing.assert_array_equal(slopes(np.array([np.inf, 0.0])), [0, 1])
    np.testing.assert_array_equal(slopes(np.array([np.nan, 0.0])), [0, 1])
    in_b = grad(lambda b: special.logsumexp(np.zeros(2), b=b))(np.array([0.0, 2.0]))
    np.testing.assert_array_equal(in_b, [0.5, 0.5])


def test_nan_and_nothing():
    assert np.isnan(grad(special.logsumexp)(np.array([np.nan, 0.0]))).all()
    assert grad(special.logsumexp)(np.empty(0)).shape == (0,)
    slopes = jacobian(special.log_softmax)(np.array([-np.inf, 0.0]))
    np.testing.assert_array_equal(slopes, [[1, -1], [0, 0]])


def test_batches():
    members = array((5, 2, 3))
    found = vmap(lambda a: special.logsumexp(a, axis=0))(members)
    wanted = scipy.special.logsumexp(members, axis=1)
    np.testing.assert_allclose(found, wanted, rtol=1e-15)
    slopes = vmap(grad(special.logsumexp))(members)
    shares = scipy.special.softmax(members, axis=(1, 2))
    np.testing.assert_allclose(slopes, shares, rtol=1e-14)


@pytest.mark.parametrize("n", [1, 4, 5, np.array([[3], [4], [7]])])
def test_dirichlets_kernel(n):
    compare(*both("diric", n), array((3, 4)))
    assert np.all(diff(lambda x: special.diric(x, n))(0.0) == 0)
    bend = diff(diff(lambda x: special.diric(x, n)))(2 * np.pi)
    sign = np.where(n % 2 == 1, 1, -1)
    np.testing.assert_allclose(bend, -sign * (n * n - 1) / 12, rtol=1e-11, atol=1e-14)


def test_a_count_is_constant():
    with pytest.raises(NoDerivativeError, match="'n'"):
        grad(lambda n: special.diric(0.3, n))(3.0)
