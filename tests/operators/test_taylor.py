"""Taylor coefficients along directions, alone and inside other differentiations."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
import pytest
from mixes import MIXES
from scenarios import SURFACES, assert_equal, curves

from diffops import (
    diff,
    diffn,
    grad,
    hessian,
    jacobian,
    jvp,
    linearize,
    taylor,
    vjp,
    vmap,
)


def derivatives(f, x, v, n):
    """Return the derivatives of t ↦ f(x + t v) at 0 by nested forward mode."""
    found = [f(x)]
    for _ in range(n):
        f = directional(f, v)
        found.append(f(x))
    return found


def directional(f, v):
    return lambda x: jvp(f, (x,), (v,))[1]


@curves
def test_coefficients_of_functions_of_a_number(curve):
    found = taylor(curve.f, curve.x, len(curve.orders) - 1)
    assert len(found) == len(curve.orders)
    for k, (c, wanted) in enumerate(zip(found, curve.orders, strict=True)):
        assert_equal(c, wanted / math.factorial(k), rtol=1e-13)


@pytest.mark.parametrize("name", SURFACES)
def test_directional_derivatives_of_surfaces(name):
    surface = SURFACES[name]
    f, x = surface.f, surface.x
    v = np.cos(np.arange(float(np.size(x)))).reshape(np.shape(x))
    found = taylor(f, x, 4, v)
    assert_equal(found[0], surface.value)
    assert_equal(found[1], np.sum(surface.gradient * v), rtol=1e-12)
    n = np.ndim(x)
    bend = np.tensordot(np.tensordot(surface.hessian, v, n), v, n)
    assert_equal(2 * found[2], bend, rtol=1e-12)
    wanted = derivatives(f, x, v, 4)
    for k, c in enumerate(found):
        bound = 1e-12 * max(map(abs, wanted))
        assert abs(math.factorial(k) * c - wanted[k]) <= bound


def test_entries_move_together_without_a_direction():
    x = np.array([[0.5, 1.0, 2.0]])
    found = taylor(lambda x: np.exp(2 * x), x, 3)
    for k, c in enumerate(found):
        assert_equal(c, 2**k / math.factorial(k) * np.exp(2 * x), rtol=1e-14)
    product = taylor(lambda x: x[0, 0] * x[0, 1] * x[0, 2], x, 4)
    assert_equal(product, (1.0, 3.5, 3.5, 1.0, 0.0))


def test_mixed_derivatives_by_polarisation():
    """Derivatives along several directions follow from those along their sums."""

    def f(x):
        return np.sin(x[0] * x[1]) + x[2] ** 3 * np.exp(x[0])

    x = np.array([0.3, -0.7, 1.1])
    e = np.eye(3)

    def third(v):
        return 6 * taylor(f, x, 3, v)[3]

    for i, j, k in itertools.combinations_with_replacement(range(3), 3):
        a, b, c = e[i], e[j], e[k]
        found = third(a + b + c) - third(a + b) - third(a + c) - third(b + c)
        found = (found + third(a) + third(b) + third(c)) / 6
        wanted = directional(directional(directional(f, c), b), a)(x)
        assert found == pytest.approx(wanted, rel=1e-12, abs=1e-12)


class Pair(NamedTuple):
    a: float
    b: object


def test_containers():
    def f(p):
        return {"product": p.a * p.b[0], "rest": [p.b[1]["y"] ** 2, 7.0]}

    x = Pair(2.0, (3.0, {"y": np.array([1.0, 2.0])}))
    v = Pair(1.0, (-1.0, {"y": np.array([0.0, 1.0])}))
    zeroth, first, second, third = taylor(f, x, 3, v)
    assert_equal(zeroth, {"product": 6.0, "rest": [np.array([1.0, 4.0]), 7.0]})
    assert_equal(first, {"product": 1.0, "rest": [np.array([0.0, 4.0]), 0.0]})
    assert_equal(second, {"product": -1.0, "rest": [np.array([0.0, 1.0]), 0.0]})
    assert_equal(third, {"product": 0.0, "rest": [np.array([0.0, 0.0]), 0.0]})
    together = taylor(f, x, 1)[1]
    assert_equal(together, {"product": 5.0, "rest": [np.array([2.0, 4.0]), 0.0]})


def test_auxiliary_values():
    found, aux = taylor(lambda x: (x**2, {"x": x, "name": "f"}), 3.0, 2, has_aux=True)
    assert found == (9.0, 6.0, 1.0)
    assert aux == {"x": 3.0, "name": "f"}
    assert taylor(lambda x: (x, "aux"), 3.0, 0, has_aux=True) == ((3.0,), "aux")


def test_orders():
    assert taylor(np.sin, 0.5, 0) == (np.sin(0.5),)
    assert taylor(np.sin, 0.5, 1) == (np.sin(0.5), np.cos(0.5))
    assert taylor(lambda x: 7.0, 0.5, 3) == (7.0, 0.0, 0.0, 0.0)
    assert taylor(lambda x: x, 0.5, np.int64(3)) == (0.5, 1.0, 0.0, 0.0)
    assert taylor(lambda x: x * x, 3, 2) == (9.0, 6.0, 1.0)
    assert len(taylor(np.exp, 0.5, 40)) == 41


def test_f_is_called_once():
    calls = []

    def f(x):
        calls.append(None)
        return np.sin(x)

    for n in (0, 1, 2, 9):
        calls.clear()
        taylor(f, 0.5, n)
        assert len(calls) == 1


def test_results_have_their_own_memory():
    x, v = np.ones(3), np.array([1.0, 2.0, 3.0])
    functions = [lambda x: x, lambda x: x[::-1], lambda x: x + 1, np.ravel]
    for f in [*functions, lambda x: np.broadcast_to(x, (2, 3))]:
        for n in (1, 3):
            found = taylor(f, x, n, v)
            for i, c in enumerate(found):
                for other in (x, v, *found[:i]):
                    assert not np.shares_memory(c, other)
                c[...] = np.nan
            np.testing.assert_array_equal(x, 1.0)
            np.testing.assert_array_equal(v, [1.0, 2.0, 3.0])


def test_kinds_of_results():
    for x in (0.5, np.float64(0.5), np.float32(0.5)):
        for n in (1, 3):
            assert {type(c) for c in taylor(lambda x: x * x / 3, x, n)} == {type(x)}
    found = taylor(lambda x: x.astype(np.float32), np.ones(2), 2)
    assert {c.dtype for c in found} == {np.dtype(np.float32)}


def test_empty_arrays():
    found = taylor(lambda x: np.exp(x) * x, np.ones((0, 2)), 3)
    assert [c.shape for c in found] == [(0, 2)] * 4
    assert taylor(np.sum, np.ones(0), 2) == (0.0, 0.0, 0.0)


def test_complex_directions():
    z, v = np.array([0.3 + 0.1j, -0.2j]), np.array([1j, 1 + 1j])
    found = taylor(lambda z: np.exp(z) * z, z, 3, v)
    for k, factor in enumerate((z, z + 1, z + 2, z + 3)):
        wanted = np.exp(z) * factor * v**k / math.factorial(k)
        assert_equal(found[k], wanted, rtol=1e-14)
    # |z|² is no holomorphic function: along v it is a parabola.
    found = taylor(lambda z: np.abs(z) ** 2, z, 3, v)
    cross = 2 * np.real(z * np.conj(v))
    parabola = (np.abs(z) ** 2, cross, np.abs(v) ** 2, 0 * cross)
    for c, wanted in zip(found, parabola, strict=True):
        np.testing.assert_allclose(c, wanted, rtol=1e-13, atol=1e-15)


def test_errors():
    with pytest.raises(TypeError, match="function first"):
        taylor(1.0, np.sin, 2)
    with pytest.raises(TypeError, match=r"int n, not 1\.5"):
        taylor(np.sin, 0.5, 1.5)
    with pytest.raises(ValueError, match="order -1"):
        taylor(np.sin, 0.5, -1)
    with pytest.raises(ValueError, match=r"vector of taylor has shape \(3,\)"):
        taylor(np.sin, np.ones(2), 2, np.ones(3))
    with pytest.raises(TypeError, match=r"returned a function.*diffn"):
        taylor(lambda x: lambda y: x * y, 0.5, 2)
    with pytest.raises(TypeError, match="returned None"):
        taylor(lambda x: None, 0.5, 2)


# Inside other differentiations, and around them


def jets(f):
    """Differentiate a function of a number by an expansion of higher order."""
    return lambda x: taylor(f, x, 3)[1]


def jets_of_vectors(f):
    def derivative(x):
        point, v = np.stack([x, 3.0]), np.array([1.0, 0.0])
        return taylor(lambda p: f(p[0] + 0 * p[1]), point, 2, v)[1]

    return derivative


WITH_JETS = {**MIXES, "J": jets, "j": jets_of_vectors}
SEQUENCES = [
    "".join(names)
    for depth in (2, 3)
    for names in itertools.product(WITH_JETS, repeat=depth)
    if set(names) & set("Jj")
]


@pytest.mark.parametrize("names", SEQUENCES)
def test_every_mix_of_modes(names):
    def f(x):
        return np.sin(x) * np.exp(x / 2) + x**3 / (1 + x)

    wanted = diffn(len(names), f)(0.7)
    derivative = f
    for name in names:
        derivative = WITH_JETS[name](derivative)
    assert derivative(0.7) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("names", [names for names in SEQUENCES if len(names) == 2])
def test_variables_of_several_levels(names):
    outer, inner = (WITH_JETS[name] for name in names)
    found = outer(lambda x: x * inner(lambda y: x * y * y)(x + 1.0))(2.0)
    # x · 2 x (x + 1)
    assert found == pytest.approx(6 * 2.0**2 + 4 * 2.0, rel=1e-14)
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == pytest.approx(1.0)
    assert outer(lambda x: inner(lambda y: y**3)(x) * 0 + x)(5.0) == pytest.approx(1.0)


def f_of_vectors(x):
    return np.sum(np.exp(x) * np.roll(x, 1)) / (1 + x @ x)


X, V = np.array([0.5, -0.3, 0.8]), np.array([1.0, 0.5, -2.0])


def test_gradients_of_coefficients():
    """∇ of the second derivative along v, both ways around."""
    along = grad(lambda x: 2 * taylor(f_of_vectors, x, 2, V)[2])(X)
    other = taylor(grad(f_of_vectors), X, 2, V)[2] * 2
    assert_equal(along, other, rtol=1e-12)
    by_jvp = directional(directional(grad(f_of_vectors), V), V)(X)
    assert_equal(along, by_jvp, rtol=1e-12)


def test_coefficients_as_functions_of_the_direction():
    """The second coefficient is v·H·v / 2: its gradient in v is H v."""
    h = hessian(f_of_vectors)(X)
    found = grad(lambda v: taylor(f_of_vectors, X, 2, v)[2])(V)
    assert_equal(found, h @ V, rtol=1e-12)
    found = hessian(lambda v: taylor(f_of_vectors, X, 2, v)[2])(V)
    assert_equal(found, h, rtol=1e-12)
    _, change = jvp(lambda v: taylor(f_of_vectors, X, 2, v)[2], (V,), (X,))
    assert change == pytest.approx(X @ h @ V, rel=1e-12)
    found = taylor(lambda v: taylor(f_of_vectors, X, 2, v)[2], V, 2, X)
    assert_equal(found, (V @ h @ V / 2, X @ h @ V, X @ h @ X / 2), rtol=1e-12)


def test_other_transformations_of_coefficients():
    def third(x):
        return taylor(f_of_vectors, x, 3, V)[3]

    gradient = grad(third)(X)
    _, pullback = vjp(third, X)
    assert_equal(pullback(2.0)[0], 2 * gradient, rtol=1e-13)
    _, pushforward = linearize(third, X)
    assert pushforward(V) == pytest.approx(gradient @ V, rel=1e-12)
    fourth = taylor(f_of_vectors, X, 4, V)[4]
    assert gradient @ V == pytest.approx(4 * fourth, rel=1e-12)
    matrix = jacobian(lambda x: np.stack(taylor(f_of_vectors, x, 3, V)))(X)
    assert_equal(matrix[3], gradient, rtol=1e-12)


def test_batches():
    """vmap around and inside; members that go different ways run apart."""

    def f(x):
        y = x / (1 + x * x) + np.sqrt(x) if x > 0.5 else np.log1p(x) * x**2.5
        return y * np.sum(np.exp(x * np.arange(3.0)))

    points = np.linspace(0.1, 1.0, 7)
    wanted = np.array([taylor(f, x, 4) for x in points])
    found = vmap(lambda x: np.stack(taylor(f, x, 4)))(points)
    assert_equal(found, wanted, rtol=1e-12)
    inside = taylor(vmap(f), points, 4)
    assert_equal(np.array(inside).T, wanted, rtol=1e-12)
    assert_equal(vmap(diffn(3, f))(points), 6 * wanted[:, 3], rtol=1e-12)
    along = vmap(lambda v: taylor(f_of_vectors, X, 3, v)[3])(np.eye(3))
    alone = [taylor(f_of_vectors, X, 3, v)[3] for v in np.eye(3)]
    assert_equal(along, np.array(alone), rtol=1e-12)


def test_expansions_of_derivatives():
    found = taylor(lambda t: diff(lambda y: np.sin(t * y))(2.0), 0.5, 4)
    # t cos(2 t)
    turns = np.cos(1.0 + np.arange(5) * np.pi / 2)
    coefficients = [turns[k] * 2**k / math.factorial(k) for k in range(5)]
    product = np.convolve([0.5, 1.0], coefficients)[:5]
    assert_equal(np.array(found), product, rtol=1e-14)
    found = taylor(lambda t: np.sum(jacobian(lambda y: y**2 * t)(X)), 2.0, 2)
    assert_equal(found, (4 * np.sum(X), 2 * np.sum(X), 0.0), rtol=1e-15)


def test_a_solution_of_a_differential_equation():
    """y′ = y² + t has the series that its own expansion gives, order by order."""
    y = [1.0]
    for k in range(12):
        slope = taylor(lambda t, y=y: np.polyval(y[::-1], t) ** 2 + t, 0.0, k)[k]
        y.append(slope / (k + 1))
    exact = [1.0]
    for k in range(12):
        total = sum(exact[j] * exact[k - j] for j in range(k + 1)) + (k == 1)
        exact.append(total / (k + 1))
    assert_equal(np.array(y), np.array(exact), rtol=1e-14)
