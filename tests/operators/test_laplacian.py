"""Laplacians: closed forms, containers, and inside other differentiations."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios import SURFACES, assert_equal

from diffops import (
    NoDerivativeError,
    diff,
    flaplacian,
    grad,
    jvp,
    laplacian,
    taylor,
    vmap,
)


@pytest.mark.parametrize("name", SURFACES)
def test_laplacians_of_surfaces(name):
    surface = SURFACES[name]
    n = np.size(surface.x)
    wanted = np.trace(np.reshape(surface.hessian, (n, n)))
    assert_equal(laplacian(surface.f)(surface.x), wanted, rtol=1e-12)
    assert_equal(flaplacian(surface.f)(surface.x), (surface.value, wanted), rtol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 7, 300])
def test_radial_functions_in_many_dimensions(n):
    """Δ r^p = p (p + n − 2) r^(p−2), and Δ exp(−r²/2) = (r² − n) exp(−r²/2)."""
    x = np.linspace(0.1, 0.9, n)
    r = np.sqrt(x @ x)
    for p in (1.0, 2.5, -1.0):
        found = laplacian(lambda x, p=p: np.linalg.norm(x) ** p)(x)
        assert found == pytest.approx(p * (p + n - 2) * r ** (p - 2), rel=1e-11)
    found = laplacian(lambda x: np.exp(-x @ x / 2))(x)
    assert found == pytest.approx((r * r - n) * np.exp(-r * r / 2), rel=1e-12)


def test_harmonic_functions():
    def real_part(p):
        return np.real((p[0] + 1j * p[1]) ** 5)

    assert laplacian(real_part)(np.array([0.7, -0.4])) == pytest.approx(0, abs=1e-13)
    newton = laplacian(lambda x: 1 / np.linalg.norm(x))
    assert newton(np.array([1.0, 2.0, -0.5])) == pytest.approx(0, abs=1e-15)


def test_the_ground_state_of_hydrogen():
    """−ψ″/2 − ψ/r = −ψ/2, everywhere."""

    def psi(x):
        return np.exp(-np.linalg.norm(x))

    x = np.array([0.3, -0.8, 1.1])
    value, bend = flaplacian(psi)(x)
    energy = -bend / (2 * value) - 1 / np.linalg.norm(x)
    assert energy == pytest.approx(-0.5, rel=1e-13)


def test_kinks_and_masks():
    zeros = np.zeros(3)
    assert laplacian(lambda x: np.linalg.norm(x) ** 2)(zeros) == 6.0
    assert laplacian(lambda x: np.sum(np.abs(x) ** 3 + x**2))(zeros) == 6.0
    x = np.array([-1.0, 0.0, 4.0])

    def masked(x):
        with np.errstate(all="ignore"):
            return np.sum(np.where(x > 0, np.sqrt(x) + np.log(x), x))

    assert laplacian(masked)(x) == pytest.approx(-1 / 32 - 1 / 16, rel=1e-14)


def test_containers_and_several_arguments():
    def f(p, scale):
        return scale**2 * p["a"] ** 3 * np.sum(p["b"][0] ** 2)

    p = {"a": 2.0, "b": (np.array([1.0, 2.0]),)}
    assert laplacian(f)(p, 3.0) == 9 * (12 * 5 + 8 * 2 * 2)
    assert laplacian(f, 1)(p, 3.0) == 2 * 8 * 5
    assert laplacian(f, (0, "scale"))(p, scale=3.0) == 9 * 92 + 80


def test_auxiliary_values_and_kinds():
    def f(x):
        return np.sum(x**3), {"x": x[0]}

    assert flaplacian(f, has_aux=True)(np.ones(2)) == ((2.0, {"x": 1.0}), 12.0)
    assert laplacian(np.sin)(0.5) == -np.sin(0.5)
    assert laplacian(lambda x: x**3)(2) == 12.0
    assert laplacian(lambda x: 7.0)(np.ones(2)) == 0.0
    assert laplacian(np.sum)(np.ones(0)) == 0.0
    assert laplacian(lambda x: np.sum(x) * 2)(np.ones((2, 2))) == 0.0
    assert type(laplacian(lambda x: x @ x)(np.ones(2))) is np.float64
    assert laplacian(lambda x: x @ x)(np.ones(2, np.float32)).dtype == np.float32
    # A real function of complex numbers, along the real axes.
    assert laplacian(lambda z: np.sum(np.abs(z) ** 2))(np.array([1 + 2j, 3])) == 4.0


def test_errors():
    with pytest.raises(TypeError, match=r"laplacian wants f to return one number"):
        laplacian(np.sin)(np.ones(2))
    with pytest.raises(TypeError, match="a real number"):
        laplacian(lambda x: x[0] * 1j)(np.ones(2))
    with pytest.raises(NoDerivativeError, match=r"float\(x\)"):
        laplacian(lambda x: float(x[0]) ** 2)(np.ones(2))


# Inside other differentiations, and around them

X = np.array([0.3, -0.7, 1.1])


def f(x):
    return np.sum(np.exp(x) * np.roll(x, 1) ** 2)


def laplacian_of_f(x):
    """Δf in closed form."""
    return np.sum(np.exp(x) * (np.roll(x, 1) ** 2 + 2))


def test_derivatives_of_laplacians():
    delta = laplacian(f)
    assert delta(X) == pytest.approx(laplacian_of_f(X), rel=1e-13)
    assert_equal(grad(delta)(X), grad(laplacian_of_f)(X), rtol=1e-12)
    v = np.array([1.0, 0.5, -2.0])
    assert_equal(jvp(delta, (X,), (v,)), jvp(laplacian_of_f, (X,), (v,)), rtol=1e-12)
    found, wanted = taylor(delta, X, 3, v), taylor(laplacian_of_f, X, 3, v)
    assert_equal(found, wanted, rtol=1e-11)
    assert delta(X) == pytest.approx(sum(2 * taylor(f, X, 2, e)[2] for e in np.eye(3)))


def test_the_bilaplacian():
    assert laplacian(laplacian(f))(X) == pytest.approx(laplacian(laplacian_of_f)(X))
    found = laplacian(laplacian(lambda x: (x @ x) ** 2))(X)
    assert found == pytest.approx(8 * 3 * 5, rel=1e-12)


def test_laplacians_of_derivatives():
    found = laplacian(lambda x: grad(f)(x) @ np.ones(3))(X)
    assert found == pytest.approx(grad(laplacian_of_f)(X) @ np.ones(3), rel=1e-12)
    found = diff(lambda c: laplacian(lambda x: c**2 * x @ x * c)(X))(2.0)
    assert found == pytest.approx(3 * 4 * 6.0)


def test_batches():
    points = np.stack([X, X + 1, -X])
    wanted = [laplacian_of_f(x) for x in points]
    assert_equal(vmap(laplacian(f))(points), np.array(wanted), rtol=1e-12)
    total = laplacian(lambda x: np.sum(vmap(f)(x)))(points)
    assert total == pytest.approx(sum(wanted), rel=1e-12)


def test_paths_that_differ_between_directions():
    """A rule may ask for values of directions: those that agree run together."""

    def repeated(x):
        a = np.stack([np.stack([1 + x[0], x[1]]), np.stack([x[1], 1 + x[2]])])
        return np.sum(np.linalg.eigvalsh(a) ** 3)

    # tr(a³), at the identity, whose eigenvalues are equal
    assert laplacian(repeated)(np.zeros(3)) == pytest.approx(6 + 6 + 12, rel=1e-12)
