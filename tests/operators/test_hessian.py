"""Second derivatives of scalar functions."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import SURFACES, assert_equal, surfaces

from diffops import (
    fgradhessian,
    fgradhessianv,
    fhessian,
    fhessianv,
    flaplacian,
    grad,
    gradhessian,
    gradhessianv,
    gradv,
    hessian,
    hessianv,
    jacobian,
    laplacian,
)

MODES = ["auto", "forward", "reverse"]


def direction(x):
    return np.cos(np.arange(float(np.size(x)))).reshape(np.shape(x))[()]


@surfaces
@pytest.mark.parametrize("mode", MODES)
def test_matrices(surface, mode):
    f, x = surface.f, surface.x
    value, gradient, matrix = surface.value, surface.gradient, surface.hessian
    assert_equal(hessian(f, mode=mode)(x), matrix)
    assert_equal(fhessian(f, mode=mode)(x), (value, matrix))
    assert_equal(gradhessian(f, mode=mode)(x), (gradient, matrix))
    assert_equal(fgradhessian(f, mode=mode)(x), (value, gradient, matrix))
    assert_equal(hessian(f, mode=mode, chunk_size=2)(x), matrix)


@surfaces
def test_products_with_vectors(surface):
    f, x = surface.f, surface.x
    v = direction(x)
    rank = np.ndim(x)
    product = np.tensordot(surface.hessian, v, rank)
    slope = np.sum(surface.gradient * v)
    assert_equal(hessianv(f)(x, v), product)
    assert_equal(fhessianv(f)(x, v), (surface.value, product))
    assert_equal(gradhessianv(f)(x, v), (slope, product))
    assert_equal(fgradhessianv(f)(x, v), (surface.value, slope, product))


@surfaces
def test_laplacians(surface):
    f, x = surface.f, surface.x
    n = np.size(x)
    wanted = np.trace(np.reshape(surface.hessian, (n, n)))
    assert_equal(laplacian(f)(x), wanted)
    assert_equal(flaplacian(f)(x), (surface.value, wanted))


@surfaces
def test_identities(surface):
    """The same things, reached in other ways."""
    f, x = surface.f, surface.x
    matrix = hessian(f)(x)
    v = direction(x)
    assert_equal(jacobian(grad(f))(x), matrix)
    assert_equal(jacobian(grad(f), mode="forward")(x), matrix)
    n = np.size(x)
    flat = np.reshape(matrix, (n, n))
    assert_equal(flat, flat.T)
    assert_equal(laplacian(f)(x), np.trace(flat))
    assert_equal(gradhessianv(f)(x, v)[0], gradv(f)(x, v))
    assert_equal(gradhessian(f)(x)[0], grad(f)(x))
    # The derivative of ∇f·v along v is v·H v.
    assert_equal(gradv(lambda x: gradv(f)(x, v))(x, v), np.sum(v * hessianv(f)(x, v)))


@pytest.mark.parametrize("mode", MODES)
def test_containers(mode):
    """A container of containers of blocks."""

    def f(p):
        return p["a"] ** 2 * np.sum(p["b"][0]) + p["b"][0] @ p["b"][0] * p["b"][1]

    p = {"a": 3.0, "b": (np.array([1.0, 2.0]), np.float64(0.5))}
    ones, y = np.ones(2), p["b"][0]
    wanted = {
        "a": {"a": 6.0, "b": (6 * ones, 0.0)},
        "b": (
            {"a": 6 * ones, "b": (np.eye(2), 2 * y)},
            {"a": 0.0, "b": (2 * y, 0.0)},
        ),
    }
    assert_equal(hessian(f, mode=mode)(p), wanted)
    v = {"a": 1.0, "b": (np.array([0.0, 1.0]), 2.0)}
    product = {"a": 12.0, "b": (6 * ones + [0.0, 1.0] + 4 * y, 2 * y[1])}
    assert_equal(hessianv(f)(p, v), product)
    assert_equal(laplacian(f)(p), 2 * np.sum(y) + 2 * 0.5 * 2)


@pytest.mark.parametrize("mode", MODES)
def test_several_arguments(mode):
    def f(x, y):
        return x @ x * y**2

    x, y = np.array([1.0, 2.0]), 3.0
    assert_equal(hessian(f, 1, mode=mode)(x, y), 10.0)
    (xx, xy), (yx, yy) = hessian(f, (0, 1), mode=mode)(x, y)
    assert_equal(xx, 18 * np.eye(2))
    assert_equal([xy, yx], [12 * x, 12 * x])
    assert_equal(yy, 10.0)


def test_dtype_and_shape():
    x = np.ones((2, 2), np.float32)
    matrix = hessian(lambda x: np.sum(x**3))(x)
    assert matrix.dtype == np.float32
    assert matrix.shape == (2, 2, 2, 2)
    product = hessianv(lambda x: np.sum(x**3))(x, np.ones((2, 2)))
    assert product.dtype == np.float32
    assert hessian(lambda x: np.sum(x**3))(np.zeros(0)).shape == (0, 0)
    assert laplacian(lambda x: np.sum(x**3))(np.zeros(0)) == 0.0
    assert hessian(lambda x: x**3)(2) == 12.0


def test_auxiliary_values():
    def f(x):
        return np.sum(x**2), {"x": x * 2}

    x = np.array([1.0, 2.0])
    v, value, slope, matrix = x[::-1], 5.0, 2 * x, 2 * np.eye(2)
    for found, wanted in (
        (hessian(f, has_aux=True)(x), (matrix, {"x": slope})),
        (hessian(f, has_aux=True, mode="forward")(x), (matrix, {"x": slope})),
        (fhessian(f, has_aux=True)(x), ((value, {"x": slope}), matrix)),
        (gradhessian(f, has_aux=True)(x), ((slope, matrix), {"x": slope})),
        (fgradhessian(f, has_aux=True)(x), ((value, {"x": slope}), slope, matrix)),
        (hessianv(f, has_aux=True)(x, v), (2 * v, {"x": slope})),
        (gradhessianv(f, has_aux=True)(x, v), ((8.0, 2 * v), {"x": slope})),
        (fgradhessianv(f, has_aux=True)(x, v), ((value, {"x": slope}), 8.0, 2 * v)),
        (laplacian(f, has_aux=True)(x), (4.0, {"x": slope})),
        (flaplacian(f, has_aux=True)(x), ((value, {"x": slope}), 4.0)),
    ):
        assert_equal(found, wanted)


def test_third_derivatives():
    x = SURFACES["cubes"].x
    third = jacobian(hessian(lambda x: np.sum(x**4)))(x)
    wanted = np.zeros((3, 3, 3))
    wanted[range(3), range(3), range(3)] = 24 * x
    assert_equal(third, wanted)
    assert_equal(grad(laplacian(lambda x: np.sum(x**4)))(x), 24 * x)
    v = np.array([1.0, -1.0, 2.0])
    assert_equal(
        grad(lambda x: hessianv(lambda x: np.sum(x**4))(x, v) @ v)(x), 24 * x * v * v
    )


def test_newton_steps_and_scipys_hessp():
    from scipy.optimize import minimize, rosen

    start = np.array([1.3, 0.7, 0.8, 1.9, 1.2])
    options = {"jac": grad(rosen), "hessp": hessianv(rosen), "tol": 1e-9}
    found = minimize(rosen, start, method="Newton-CG", **options)
    np.testing.assert_allclose(found.x, np.ones(5), rtol=1e-5)


def test_errors():
    x = np.ones(3)
    with pytest.raises(TypeError, match=r"hessian wants .*shape \(3,\)"):
        hessian(np.sin)(x)
    with pytest.raises(TypeError, match=r"laplacian wants .*shape \(3,\)"):
        laplacian(np.sin)(x)
    with pytest.raises(ValueError, match=r"shape \(2,\).*shape \(3,\)"):
        hessianv(np.sum)(x, np.ones(2))
    with pytest.raises(ValueError, match="mode must be"):
        hessian(np.sum, mode="sideways")
    with pytest.raises(ValueError, match="chunk_size must be at least 1"):
        hessian(np.sum, chunk_size=0)
    with pytest.raises(TypeError, match="vector after the point"):
        hessianv(np.sum)(x)
