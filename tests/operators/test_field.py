"""Divergence and curl of vector fields."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import SPACES, SURFACES, assert_equal, spaces

from diffops import (
    curl,
    curldiv,
    div,
    fcurl,
    fcurldiv,
    fdiv,
    grad,
    gradv,
    jacobian,
    laplacian,
)


@spaces
def test_fields_in_space(space):
    f, x = space.f, space.x
    value = f(x)
    assert_equal(curl(f)(x), space.curl)
    assert_equal(div(f)(x), space.div)
    assert_equal(curldiv(f)(x), (space.curl, space.div))
    assert_equal(fcurl(f)(x), (value, space.curl))
    assert_equal(fdiv(f)(x), (value, space.div))
    assert_equal(fcurldiv(f)(x), (value, space.curl, space.div))


@spaces
def test_identities(space):
    """div curl F = 0, curl grad g = 0, div grad g = Δg, and curl curl F."""
    f, x = space.f, space.x

    def g(x):
        return np.sum(np.stack(f(x)) * x)

    assert_equal(div(curl(f))(x), 0.0, rtol=1e-12)
    assert_equal(curl(grad(g))(x), np.zeros(3), rtol=1e-12)
    assert_equal(div(grad(g))(x), laplacian(g)(x), rtol=1e-12)
    vector_laplacian = [laplacian(lambda x, i=i: f(x)[i])(x) for i in range(3)]
    wanted = grad(div(f))(x) - np.array(vector_laplacian)
    assert_equal(curl(curl(f))(x), wanted, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_divergence_in_any_dimension(n):
    x = np.linspace(-1.0, 1.0, n)
    matrix = np.arange(float(n * n)).reshape(n, n)
    assert_equal(div(lambda x: matrix @ x + x**2)(x), np.trace(matrix) + 2 * x.sum())
    value, found = fdiv(np.sin)(x)
    assert_equal(value, np.sin(x))
    assert_equal(found, np.cos(x).sum())


def test_rules_of_products():
    """div(gF) = ∇g·F + g div F, and curl(gF) = ∇g × F + g curl F."""
    g, space = SURFACES["logsumexp"].f, SPACES["abc"]
    f, x = space.f, space.x

    def product(x):
        return g(x) * f(x)

    rotation, divergence = curldiv(product)(x)
    slope = SURFACES["logsumexp"].gradient
    assert_equal(x, SURFACES["logsumexp"].x)
    assert_equal(divergence, slope @ f(x) + g(x) * space.div)
    assert_equal(rotation, np.cross(slope, f(x)) + g(x) * space.curl)
    assert_equal(gradv(g)(x, f(x)), slope @ f(x))


def test_points_and_results_of_several_numbers():
    """x and f(x) may be numbers in containers, as long as they are as many."""

    def f(p):
        return {"u": p["x"] * p["y"], "v": p["y"] ** 2, "w": p["z"] * p["x"]}

    p = {"x": 2.0, "y": 3.0, "z": 5.0}
    assert_equal(div(f)(p), 3.0 + 6.0 + 2.0)
    assert_equal(curl(f)(p), np.array([0.0, -5.0, -2.0]))
    found = div(lambda x, y: (x * y, y**3), argnums=(0, 1))(2.0, 3.0)
    assert_equal(found, 3.0 + 27.0)


def test_auxiliary_values():
    def f(x):
        return x**2, "aux"

    x = np.array([1.0, 2.0, 3.0])
    assert_equal(div(f, has_aux=True)(x)[0], 12.0)
    assert div(f, has_aux=True)(x)[1] == "aux"
    (value, aux), rotation, divergence = fcurldiv(f, has_aux=True)(x)
    assert_equal([value, rotation, divergence], [x**2, np.zeros(3), 12.0])
    assert aux == "aux"
    (rotation, divergence), aux = curldiv(f, has_aux=True)(x)
    assert_equal([rotation, divergence], [np.zeros(3), 12.0])
    assert aux == "aux"


def test_dtypes():
    x = np.ones(3, np.float32)
    assert curl(lambda x: x[::-1] * x)(x).dtype == np.float32
    assert div(lambda x: x[::-1] * x)(x).dtype == np.float32
    assert_equal(div(lambda x: x**2)(np.array([1, 2, 3])), 12.0)


def test_jacobian_knows_the_same():
    x = SPACES["cyclic"].x
    matrix = jacobian(SPACES["cyclic"].f)(x)
    assert_equal(div(SPACES["cyclic"].f)(x), np.trace(matrix))


def test_errors():
    x = np.ones(3)
    with pytest.raises(ValueError, match=r"div wants .*shape \(3,\).*shape \(2,\)"):
        div(lambda x: x[:2])(x)
    with pytest.raises(ValueError, match=r"fdiv|div wants"):
        fdiv(np.sum)(x)
    with pytest.raises(ValueError, match=r"curl wants .*\(3,\).*shape \(2,\)"):
        curl(np.sin)(np.ones(2))
    with pytest.raises(ValueError, match=r"curl wants .*\(3,\).*shape \(3, 3\)"):
        curl(lambda x: np.outer(x, x))(x)
    with pytest.raises(ValueError, match="curldiv wants"):
        curldiv(np.sin)(np.ones(4))
    with pytest.raises(ValueError, match="div wants"):
        div(np.sin)(np.ones((2, 2)))
    with pytest.raises(TypeError, match=r"function, not a list"):
        div([1.0])
