"""First derivatives of scalar functions."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import SURFACES, assert_equal, surfaces

from diffops import (
    fgrad,
    fgradv,
    grad,
    gradv,
    hessian,
    jacobian,
    laplacian,
    value_and_grad,
)


def direction(x):
    return np.cos(np.arange(float(np.size(x)))).reshape(np.shape(x))[()]


@surfaces
def test_gradients(surface):
    f, x = surface.f, surface.x
    assert_equal(grad(f)(x), surface.gradient)
    assert_equal(fgrad(f)(x), (surface.value, surface.gradient))
    value, _ = fgrad(f)(x)
    assert value == f(x)
    assert_equal(jacobian(f)(x), surface.gradient)
    assert_equal(jacobian(f, mode="forward")(x), surface.gradient)


@surfaces
def test_gradients_along_directions(surface):
    f, x = surface.f, surface.x
    v = direction(x)
    wanted = np.sum(surface.gradient * v)
    assert_equal(gradv(f)(x, v), wanted)
    assert_equal(fgradv(f)(x, v), (surface.value, wanted))


@pytest.mark.parametrize("operator", [grad, fgrad, hessian, laplacian])
@pytest.mark.parametrize("f", [lambda x: x[0] > 0, lambda x: np.allclose(x, 1)])
def test_comparisons_have_no_gradient(operator, f):
    with pytest.raises(TypeError, match="returned a bool"):
        operator(f)(np.ones(3))
    with pytest.raises(TypeError, match="returned a bool"):
        gradv(f)(np.ones(3), np.ones(3))


def test_value_and_grad_is_another_name():
    assert value_and_grad is fgrad


def test_results_take_shape_and_dtype_of_the_point():
    def f(x):
        return np.sum(np.sin(x) ** 2)

    for x in (
        0.5,
        np.float32(0.5),
        np.float64(0.5),
        np.array(0.5),
        np.ones(3, np.float32),
        np.ones((2, 1, 3)),
        np.ones((2, 3), order="F"),
        np.zeros((0, 2)),
        np.ones(2, np.longdouble),
        np.ones(4)[::2],
    ):
        g = grad(f)(x)
        assert type(g) is type(x)
        assert np.shape(g) == np.shape(x)
        assert np.result_type(g) == np.result_type(x)
        np.testing.assert_allclose(g, np.sin(2 * np.asarray(x)), rtol=1e-6)


def test_integers_count_as_floats():
    assert grad(lambda x: x**2)(3) == 6.0
    assert type(grad(lambda x: x**2)(3)) is float
    g = grad(lambda x: np.sum(x / 2))(np.arange(3))
    np.testing.assert_array_equal(g, [0.5] * 3)
    assert g.dtype == np.float64
    assert grad(lambda x: x**2)(np.int64(3)) == 6.0


def test_outputs_with_one_entry():
    """One number in an array is one number, as in autograd."""
    x = np.array([1.0, 2.0])
    for f in (
        lambda x: (x @ x)[None],
        lambda x: np.reshape(x @ x, (1, 1)),
        lambda x: np.array(x @ x),
    ):
        assert_equal(grad(f)(x), 2 * x)
        assert_equal(gradv(f)(x, x), f(x) * 2)


def test_outputs_that_do_not_depend_on_the_point():
    x = np.array([1.0, 2.0], np.float32)
    for constant in (3.0, 3, np.float32(3), np.int64(3), np.array(3.0)):
        g = grad(lambda x, constant=constant: constant)(x)
        np.testing.assert_array_equal(g, [0, 0])
        assert g.dtype == np.float32
        assert gradv(lambda x, constant=constant: constant)(x, x) == 0


def test_complex_points():
    """The conjugate convention: |z|² has the gradient 2 z̄."""
    z = 1.0 + 2.0j
    assert grad(lambda z: abs(z) ** 2)(z) == 2 - 4j
    assert grad(lambda z: np.real(z * z))(z) == 2 * z
    assert grad(lambda z: np.imag(z * z))(z) == -2j * z
    zs = np.array([1 + 2j, -0.5j, 3.0])
    assert_equal(grad(lambda z: np.sum(np.abs(z) ** 2))(zs), 2 * zs.conj())
    single = zs.astype(np.complex64)
    assert grad(lambda z: np.sum(np.abs(z) ** 2))(single).dtype == np.complex64
    # gradv is the change Re(∇f dz), whatever the convention.
    v = 0.25 - 1j
    assert_equal(gradv(lambda z: abs(z) ** 2)(z, v), 2 * (z.conjugate() * v).real)


def test_real_functions_through_complex_numbers():
    x = np.array([0.5, -1.0])

    def f(x):
        z = x[0] + 1j * x[1]
        return np.abs(np.exp(z) * z) ** 2

    a, b = x
    scale = np.exp(2 * a)
    wanted = scale * np.array([2 * (a**2 + b**2) + 2 * a, 2 * b])
    assert_equal(grad(f)(x), wanted)
    assert_equal(gradv(f)(x, np.array([1.0, 2.0])), wanted @ [1.0, 2.0])


def test_descent_directions_match_differences():
    surface = SURFACES["logsumexp"]
    step = 1e-5 * direction(surface.x)
    change = surface.f(surface.x + step) - surface.f(surface.x - step)
    np.testing.assert_allclose(gradv(surface.f)(surface.x, step), change / 2, rtol=1e-8)


def test_errors():
    x = np.ones(3)
    for operator in (grad, fgrad):
        with pytest.raises(TypeError, match=r"sin returned .*shape \(3,\).*jacobian"):
            operator(np.sin)(x)
    with pytest.raises(TypeError, match=r"shape \(3,\).*jacobian"):
        gradv(np.sin)(x, x)
    with pytest.raises(TypeError, match=r"2 values.*jacobian.*has_aux"):
        grad(lambda x: (x[0], x[1]))(x)
    with pytest.raises(TypeError, match=r"complex.*np\.real"):
        grad(lambda z: z * z)(1j)
    with pytest.raises(TypeError, match="has_aux=True wants f to return a pair"):
        grad(lambda x: x[0], has_aux=True)(x)
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        gradv(np.sum)(x, np.ones(2))
    with pytest.raises(TypeError, match=r"vector after the point.*\(x, v\)"):
        gradv(np.sum)(x)
    with pytest.raises(TypeError, match=r"returned a str"):
        grad(lambda x: "text")(x)
    with pytest.raises(TypeError, match="returned None"):
        grad(lambda x: None)(x)


def test_what_does_not_depend_on_an_infinite_argument():
    for x in (np.inf, np.float64(np.inf), np.nan, np.array([np.inf, 1.0])):
        np.testing.assert_array_equal(grad(lambda x: 3.0)(x), np.zeros(np.shape(x)))
    assert grad(lambda x: 3.0)(np.float32(np.inf)).dtype == np.float32
    assert grad(lambda x: np.exp(-x) * 0 + grad(lambda y: x)(1.0))(2.0) == 0.0
