"""Differences of scalar functions, beside closed forms and the exact operators."""

import numpy as np
import pytest
from bounds import bounded
from scenarios import SURFACES, surfaces

import diffops
from diffops import numerical


@surfaces
def test_first_order(surface):
    f, x = surface.f, surface.x
    bounded(numerical.grad(f, error=True)(x), surface.gradient, 1e-9)
    value, slope = numerical.fgrad(f)(x)
    assert value == surface.value
    np.testing.assert_array_equal(slope, numerical.value_and_grad(f)(x)[1])
    v = np.cos(np.arange(np.size(x))).reshape(np.shape(x))[()]
    wanted = np.sum(surface.gradient * v)
    bounded(numerical.gradv(f, error=True)(x, v), wanted, 1e-9)
    value, change = numerical.fgradv(f)(x, v)
    assert value == surface.value
    assert change == numerical.gradv(f)(x, v)


@surfaces
def test_second_order(surface):
    f, x, matrix = surface.f, surface.x, surface.hessian
    bounded(numerical.hessian(f, error=True)(x), matrix, 1e-6)
    value, found = numerical.fhessian(f)(x)
    assert value == surface.value
    slope, same = numerical.gradhessian(f)(x)
    np.testing.assert_array_equal(found, same)
    np.testing.assert_array_equal(slope, numerical.grad(f)(x))
    everything = numerical.fgradhessian(f)(x)
    assert everything[0] == value
    np.testing.assert_array_equal(everything[2], found)
    size = np.size(x)
    trace = np.trace(np.reshape(matrix, (size, size)))
    bounded(numerical.laplacian(f, error=True)(x), trace, 1e-6)
    assert numerical.flaplacian(f)(x) == (value, numerical.laplacian(f)(x))


@surfaces
def test_products_with_the_hessian(surface):
    f, x = surface.f, surface.x
    v = np.cos(np.arange(np.size(x))).reshape(np.shape(x))[()]
    wanted = np.tensordot(surface.hessian, v, np.ndim(x))
    bounded(numerical.hessianv(f, error=True)(x, v), wanted, 1e-6)
    value, product = numerical.fhessianv(f)(x, v)
    np.testing.assert_array_equal(product, numerical.hessianv(f)(x, v))
    slope, same = numerical.gradhessianv(f)(x, v)
    np.testing.assert_array_equal(same, product)
    assert numerical.fgradhessianv(f)(x, v)[:2] == (value, slope)


def test_containers():
    def f(d):
        return np.sum(np.sin(d["a"])) * d["b"][0] ** 2

    x = {"a": np.array([0.5, 1.0]), "b": [2.0]}
    found = numerical.hessian(f)(x)
    exact = diffops.hessian(f)(x)
    for i in "ab":
        for j in "ab":
            one, other = found[i], exact[i]
            one, other = (one[0], other[0]) if i == "b" else (one, other)
            one, other = (one[j][0], other[j][0]) if j == "b" else (one[j], other[j])
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)
    v = {"a": np.array([1.0, 0.0]), "b": [1.0]}
    found, exact = numerical.hessianv(f)(x, v), diffops.hessianv(f)(x, v)
    np.testing.assert_allclose(found["a"], exact["a"], rtol=1e-9)
    np.testing.assert_allclose(found["b"], exact["b"], rtol=1e-9)


def test_no_entries():
    for name in ("grad", "hessian"):
        found, error = getattr(numerical, name)(np.sum, error=True)(np.zeros(0))
        exact = getattr(diffops, name)(np.sum)(np.zeros(0))
        assert found.shape == error.shape == exact.shape
    assert numerical.laplacian(np.sum)(np.zeros(0)) == 0


def test_calls_grow_as_documented():
    calls = [0]

    def f(x):
        calls[0] += 1
        return SURFACES["logsumexp"].f(x)

    for name, most in (("grad", 14 * 6), ("hessian", 20 * 36), ("laplacian", 24 * 6)):
        calls[0] = 0
        getattr(numerical, name)(f)(np.linspace(0.5, 1.5, 6))
        assert calls[0] <= most + 1


@pytest.mark.parametrize("name", ["grad", "gradv", "hessian", "hessianv", "laplacian"])
def test_one_number_is_wanted(name):
    x = np.ones(2)
    args = (x, x) if name.endswith("v") else (x,)
    with pytest.raises(TypeError, match=rf"{name} wants f to return one number"):
        getattr(numerical, name)(np.sin)(*args)
