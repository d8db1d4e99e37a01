"""Recursive filters against SciPy's own and differences of them."""

import numpy as np
import pytest
import scipy.signal
from mirrored import compare
from truth import check, check_single, sampler

from diffops import NoDerivativeError, grad, jacobian
from diffops.scipy import signal

array = sampler(32)


def both(name):
    return getattr(signal, name), getattr(scipy.signal, name)


def coefficients(count, kind=float):
    """Return a denominator of a stable filter, which does not begin with 1."""
    return np.concatenate([[1.3], 0.3 * array(count - 1, kind)])


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("sizes", [(3, 3), (1, 3), (3, 1), (4, 2), (1, 1)])
def test_lfilter(sizes, kind):
    b, a = array(sizes[0], kind), coefficients(sizes[1], kind)
    order = max(sizes) - 1
    for shape, axis in (((6,), -1), ((2, 5), -1), ((5, 2), 0), ((2,), 0)):
        x = array(shape, kind)
        compare(*both("lfilter"), b, a, x, axis=axis)
        state = list(shape)
        state[axis] = order
        mirror, original = (
            lambda b, a, x, zi, f=f, axis=axis: f(b, a, x, axis, zi)
            for f in both("lfilter")
        )
        compare(mirror, original, b, a, x, array(tuple(state), kind))


def test_the_impulse_response_of_one_pole():
    """y[n] = pⁿ, whose derivatives by p are n pⁿ⁻¹ and n (n - 1) pⁿ⁻²."""
    x = np.eye(1, 6)[0]
    response = lambda p: signal.lfilter([1.0], np.stack([1.0, -p]), x)  # noqa: E731
    n = np.arange(6)
    slope = jacobian(response)
    np.testing.assert_allclose(slope(0.5), n * 0.5 ** (n - 1.0), rtol=1e-14)
    wanted = n * (n - 1) * 0.5 ** (n - 2.0)
    np.testing.assert_allclose(jacobian(slope)(0.5), wanted, rtol=1e-14)


def test_single_precision_and_mixed_precision():
    b, a, x = array(2), coefficients(2), array(5)
    check_single(signal.lfilter, b, a, x)
    compare(*both("lfilter"), b.astype(np.float32), a.astype(np.float32), x, order=0)
    check(lambda x: signal.lfilter([1.0, 0.5], [1.0, 0.2], x), x)


@pytest.mark.parametrize("padtype", ["odd", "even", "constant", None])
def test_filtfilt(padtype):
    b, a = array(3), coefficients(3)
    compare(*both("filtfilt"), b, a, array((2, 14)), padtype=padtype)
    compare(*both("filtfilt"), b, a, array((9, 2)), axis=0, padtype=padtype, padlen=4)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_cascades(order):
    sos = scipy.signal.butter(order, 0.3, output="sos")
    free = sos[:, [0, 1, 2, 4, 5]]

    def whole(free):
        first, last = free[:, :3], free[:, 3:]
        ones = np.ones_like(first[:, :1])  # sos[:, 3] must be 1
        return np.copy(np.concatenate([first, ones, last], axis=1), order="C")

    for name, x, options in (
        ("sosfilt", array((2, 6)), {}),
        ("sosfiltfilt", array((2, 20)), {"padlen": 9}),
    ):
        mirror, original = (
            lambda c, x, f=f, options=options: f(whole(c), x, **options)
            for f in both(name)
        )
        compare(mirror, original, free, x)
        mirror, original = (lambda x, f=f: f(sos, x, axis=0) for f in both(name))
        compare(mirror, original, x.T.copy())
    compare(
        lambda x, zi: signal.sosfilt(sos, x, zi=zi),
        lambda x, zi: scipy.signal.sosfilt(sos, x, zi=zi),
        array((2, 6)),
        array((len(sos), 2, 2)),
    )


def test_states_of_a_constant():
    compare(*both("lfilter_zi"), array(3), coefficients(2))
    compare(*both("lfilter_zi"), array(2), coefficients(3, complex))
    sos = scipy.signal.butter(3, 0.3, output="sos")
    check(lambda b: signal.sosfilt_zi(np.concatenate([b, sos[:, 3:]], 1)), sos[:, :3])


def test_errors():
    x = np.ones(5)
    with pytest.raises(ValueError, match="shape for zi"):
        grad(lambda x: signal.lfilter([1.0], [1.0, 0.5], x, zi=np.ones(2))[0][0])(x)
    with pytest.raises(ValueError, match="padlen"):
        grad(lambda x: signal.filtfilt([1.0], [1.0, 0.5], x)[0])(x)
    with pytest.raises(ValueError, match="padtype"):
        grad(lambda x: signal.filtfilt([1.0], [1.0, 0.5], x, padtype="big")[0])(x)
    with pytest.raises(NoDerivativeError, match="method='gust'"):
        grad(lambda x: signal.filtfilt([1.0], [1.0, 0.5], x, method="gust")[0])(x)
    with pytest.raises(ValueError, match="all ones"):
        grad(lambda x: signal.sosfilt(2 * np.eye(1, 6, 3), x)[0])(x)
    with pytest.raises(ValueError, match="n_sections, 6"):
        grad(lambda x: signal.sosfilt(np.ones((1, 5)), x)[0])(x)
    for b, a in (([1.0], [1.0]), ([1.0, 2.0], [0.0, 0.0])):
        with pytest.raises(ValueError):
            grad(lambda b, a=a: signal.lfilter_zi(b, a)[0])(np.array(b))
