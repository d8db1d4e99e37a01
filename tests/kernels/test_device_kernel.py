"""Value and partials of a GPU's arrays by one launch, on the double of CuPy."""

import numpy as np
import pytest
import strict_arrays
from cuda_on_cpu import needs_compiler
from strict_arrays import asarray, counting
from strict_arrays.device import allocated, launched

from diffops import elementwise, grad, jit, jvp, kernels
from diffops.kernels.device_kernel import DeviceKernel, serve, strong_product
from diffops.primitive import primitives, table

pytestmark = needs_compiler

X = np.linspace(-2.0, 2.0, 301)


@pytest.fixture(autouse=True)
def served():
    serve(primitives)
    launched.clear()
    allocated.clear()


def kernel(function):
    return table[function].kernel


FUNCTIONS = {
    "one array": lambda x: np.sum(np.sin(x) * 2.0),
    "two arrays": lambda x: np.sum(np.maximum(x, np.tanh(x))),
    "a number": lambda x: np.sum(np.logaddexp(x, 0.5)),
    "a power": lambda x: np.sum(x**3) + np.sum(x**5),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients(name):
    """They are NumPy's, with a kernel and without; the host reads nothing."""
    f = FUNCTIONS[name]
    with counting() as counts:
        found = grad(f)(asarray(X))
    assert counts.transfers == 0
    assert launched.count("elementwise") == len(launched) >= 1
    launched.clear()
    with kernels.use("numpy"):
        plain = grad(f)(asarray(X))
    assert launched == []
    for g in (found, plain):
        np.testing.assert_allclose(g.get(), grad(f)(X), rtol=1e-14, atol=1e-15)


def test_forward_mode():
    y, change = jvp(np.tanh, (asarray(X),), (asarray(X),))
    assert launched == ["elementwise"]
    np.testing.assert_allclose(y.get(), np.tanh(X), rtol=1e-15)
    np.testing.assert_allclose(change.get(), X / np.cosh(X) ** 2, rtol=1e-13)


def test_memory():
    """That of value and partial, from the module."""
    found = kernel(np.sin).on_device((asarray(X),), (0,))
    assert allocated == [X.nbytes, X.nbytes]
    y, (slope,) = found
    np.testing.assert_allclose(slope.get(), np.cos(X), rtol=1e-15)
    np.testing.assert_allclose(y.get(), np.sin(X), rtol=1e-15)


def test_single_precision():
    x = X.astype(np.float32)
    y, (slope,) = kernel(np.sin).on_device((asarray(x),), (0,))
    assert y.dtype == slope.dtype == np.float32
    np.testing.assert_allclose(slope.get(), np.cos(x), rtol=1e-6)


def test_what_is_left_to_cupy():
    sine, x = kernel(np.sin), asarray(X)
    assert sine.on_device((x[::2],), (0,)) is None  # not side by side
    assert sine.on_device((x[:0],), (0,)) is None
    assert sine.on_device((asarray(np.array(1.0)),), (0,)) is None
    assert sine.on_device((asarray(np.arange(3)),), (0,)) is None
    assert sine.on_device((1.0,), (0,)) is None
    larger = kernel(np.maximum)
    assert larger.on_device((x, asarray(X[:1])), (0,)) is None
    assert larger.on_device((x, asarray(np.array(1.0))), (0, 1)) is None
    assert larger.on_device((x, asarray(X.astype(np.float32))), (0,)) is None
    assert kernel(np.exp).on_device((x,), (0,)) is None  # its partial is its value
    with strict_arrays.cuda.Device(1):
        assert sine.on_device((x,), (0,)) is None
    assert launched == []


def test_one_entry_for_all():
    """As sums give it, and np.broadcast_to."""
    x, y = asarray(X), asarray(np.array(0.5))
    for other in (y, np.broadcast_to(y, X.shape)):
        value, (slope,) = kernel(np.maximum).on_device((x, other), (0,))
        np.testing.assert_array_equal(value.get(), np.maximum(X, 0.5))
        np.testing.assert_array_equal(slope.get(), X > 0.5)


def test_strong_zeros():
    """Of functions with singular points the products are one launch, too."""
    x = np.array([0.0, 0.0, 4.0, np.inf])
    g = np.array([0.0, 1.0, 2.0, 0.0])
    with np.errstate(all="ignore"):
        d = 1 / np.sqrt(x)
    found = strong_product(asarray(g), asarray(d))
    np.testing.assert_array_equal(found.get(), [0.0, np.inf, 1.0, 0.0])
    assert strong_product(asarray(g), asarray(g[:1])) is None
    launched.clear()
    f = lambda x: np.sum(np.where(x > 0, np.log(x), 0.0))  # noqa: E731
    with counting() as counts, np.errstate(all="ignore"):
        slope = grad(f)(asarray(np.array([0.0, 4.0])))
    assert (launched, counts.transfers) == (["elementwise"], 0)
    assert slope.get().tolist() == [0.0, 0.25]


def test_which_functions_have_one():
    assert isinstance(kernel(np.sin), DeviceKernel)
    assert not isinstance(kernel(np.log), DeviceKernel)  # it is infinite at 0
    mine = elementwise(lambda x: x * 2, lambda y, x: 2.0 + 0 * x)
    serve(primitives)
    assert mine.kernel is None  # whose partials may depend on anything


def test_arrays_of_numpy_are_served_as_before():
    host = kernel(np.sin).host
    assert kernel(np.sin).least == host.least
    large = np.ones(host.least)
    for found in (kernel(np.sin)((large,), (0,)), host((large,), (0,))):
        if found is not None:  # there are kernels for this processor
            np.testing.assert_array_equal(found[1][0], np.cos(large))
    assert kernel(np.maximum)((large, large), (0, 1)) is None


def test_derivatives_of_derivatives_and_recordings():
    """Tracked values go by the rules."""
    f = lambda x: np.sum(np.sin(x) * np.tanh(x))  # noqa: E731
    x = X[::60].copy()
    second = grad(lambda x: np.sum(grad(f)(x) * x))
    np.testing.assert_allclose(second(asarray(x)).get(), second(x), rtol=1e-13)
    program = jit(grad(f)).program(asarray(x))
    names = [step.name for step in program.operations]
    assert {"sin", "cos", "tanh"} <= set(names)
