"""Inline paths: taken where they may be, and no different from the general dispatch."""

import numpy as np
import pytest

from diffops import grad, jvp
from diffops.primitive import Primitive

MODES = {
    "reverse": lambda f, x: grad(lambda x: np.sum(f(x)))(x),
    "forward": lambda f, x: jvp(f, (x,), (np.ones_like(x)[()],)),
}


@pytest.fixture
def dispatched(monkeypatch):
    """Return the names of the primitives that went through the general dispatch."""
    names = []
    general = Primitive.__call__

    def counting(self, *args, **params):
        names.append(self.name)
        return general(self, *args, **params)

    monkeypatch.setattr(Primitive, "__call__", counting)
    return names


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("x", [0.7, np.float64(0.7)])
def test_scalar_arithmetic_is_not_dispatched(dispatched, mode, x):
    def f(x):
        y = 2 * np.sin(x) * x - 3.0 / (x + 1) + x**2 - np.exp(-x) + np.sqrt(x)
        return np.log(y * y) + np.arctan2(y, x) + np.float64(2.0) * y

    MODES[mode](f, x)
    assert [name for name in dispatched if name != "sum"] == []


@pytest.mark.parametrize("mode", MODES)
def test_array_arithmetic_is_not_dispatched(dispatched, mode):
    c = np.linspace(1, 2, 50)
    MODES[mode](lambda x: np.sin(x) * x + 2 * x - c * x + x**3 - np.exp(-x), c)
    assert [name for name in dispatched if name != "sum"] == []


UNUSUAL = [
    lambda x: x * np.int64(2),
    lambda x: x * np.ones((2, 1)),
    lambda x: x * (1 + 2j) * (1 - 2j),
    lambda x: x**0.5 + x**-2 + 2.0**x,
    lambda x: x / np.float64(3) + 1 / x,
    lambda x: np.where(x > 0, np.sqrt(x), 0.0) * x,
    lambda x: np.maximum(x, 1.0) * np.hypot(x, 2),
]


@pytest.mark.parametrize("f", UNUSUAL)
@pytest.mark.parametrize("x", [0.7, np.array([0.7, 1.3])])
def test_unusual_operands_have_the_right_derivative(f, x):
    def real(x):
        return np.sum(np.real(f(x)))

    h = 1e-6
    wanted = np.array(
        [(real(x + h * e) - real(x - h * e)) / (2 * h) for e in np.eye(np.size(x))]
        if np.ndim(x)
        else (real(x + h) - real(x - h)) / (2 * h)
    )
    np.testing.assert_allclose(grad(real)(x), wanted, rtol=1e-8)
    _, change = jvp(real, (x,), (np.ones_like(x)[()],))
    np.testing.assert_allclose(change, np.sum(wanted), rtol=1e-8)
