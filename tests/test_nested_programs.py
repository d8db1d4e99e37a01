"""Pullbacks and whole programs that differentiate inside differentiations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from mixes import MIXES, PURE, assert_close, by_vectors, modes, nested

from diffops import (
    diff,
    diff2,
    fdiff,
    ffdiff2,
    fgrad,
    grad,
    gradv,
    hessian,
    hessianv,
    linearize,
    vjp,
)

# Second-order operators


@nested(MIXES, 2)
def test_hessian_inside_and_around(D):
    x = np.array([0.4, 1.5])

    def f(t):
        matrix = hessian(lambda v: np.sum(v**3) * t**2 + t * v[0] * v[1])(x * t)
        return D[1](lambda s: np.sum(matrix) * s**2)(t)

    # matrix sums to 6 t³ Σx + 2t; the inner derivative doubles and multiplies by t.
    t = 0.9
    assert_close(D[0](f)(t), 48 * t**3 * x.sum() + 8 * t)


@modes
def test_second_order_operators_inside(D):
    x = 0.8
    assert_close(D(diff2(lambda y: y**5))(x), 60 * x**2)
    found = D(lambda t: diff2(lambda y: np.exp(t * y))(1.0))(x)
    assert_close(found, (x**2 + 2 * x) * np.exp(x))
    found = D(lambda t: ffdiff2(lambda y: t**2 * y**3)(t)[2])(x)
    assert_close(found, 18 * x**2)
    v = np.array([1.0, -2.0])
    found = D(lambda t: hessianv(lambda y: t * np.sum(y**3))(t * v, v).sum())(x)
    assert_close(found, 12 * x * np.sum(v**2))


# Pullbacks


@nested(PURE, 2)
def test_pullback_inside_another_differentiation(D):
    def f(x):
        return np.stack([x[0] * x[1], x[1] ** 3])

    y, pullback = vjp(f, np.array([2.0, 3.0]))
    assert_close(y, [6.0, 27.0])
    u = np.array([0.5, -1.0])
    # J = [[3, 2], [0, 27]]; the pullback is linear in u.
    found = D[0](lambda t: pullback(t**2 * u)[0] @ np.array([1.0, 1.0]))(3.0)
    assert_close(found, 6 * (0.5 * 5 - 27))
    found = D[0](lambda s: D[1](lambda t: pullback(s * t * u)[0][1])(1.0))(1.0)
    assert_close(found, 2 * 0.5 - 27)
    assert_close(pullback(u)[0], [1.5, -26.0])


@nested(PURE, 2)
def test_pullback_made_inside_another_differentiation(D):
    """The point of the pullback moves with the outer variable, and so does u."""

    def outer(t):
        _, pullback = vjp(lambda x, y: np.sin(x) * y * t, t, 2 * t)
        for_x, _ = pullback(t)  # 2 t³ cos t
        _, for_y = pullback(1.0)  # t sin t
        return for_x * D[1](lambda s: s * for_y)(1.0)

    t = 0.6
    wanted = 8 * t**3 * np.cos(t) * np.sin(t) + 2 * t**4 * np.cos(2 * t)
    assert_close(D[0](outer)(t), wanted)


@modes
def test_pullback_used_after_the_differentiation_it_was_made_in(D):
    """The outer perturbation has ended: what remains is a constant."""
    kept = []

    def f(t):
        kept.append(vjp(lambda x: x**2 * t, 3.0)[1])
        return t

    D(f)(5.0)
    (slope,) = kept[0](1.0)
    assert_close(grad(lambda s: s * kept[0](s)[0])(1.0), 60.0)
    assert float(slope) == 30.0


@modes
def test_linear_map_inside_another_differentiation(D):
    x = np.array([0.3, 0.7])
    _, pushforward = linearize(lambda x: np.sin(x) * x[0], x)
    v = np.array([1.0, -1.0])
    wanted = np.cos(x) * x[0] * v + np.sin(x) * v[0]
    assert_close(D(lambda t: pushforward(t**2 * v).sum())(1.0), 2 * wanted.sum())


def test_several_pullbacks_of_one_trace():
    x = np.linspace(0.2, 1.0, 5)
    _, pullback = vjp(lambda x: np.cumsum(np.exp(x)) * x[0], x)
    lower = np.tril(np.ones((5, 5)))
    matrix = lower * np.exp(x) * x[0]
    matrix[:, 0] += np.cumsum(np.exp(x))
    for u in (*np.eye(5), np.arange(5.0), np.eye(5)[2]):
        assert_close(pullback(u)[0], u @ matrix, rtol=1e-13)


@nested(MIXES, 2)
def test_hypergradient_of_unrolled_descent(D):
    """The loss after some steps, differentiated in the step size and the penalty."""
    matrix = np.array([[2.0, 0.3], [0.3, 1.0]])
    b = np.array([1.0, -2.0])

    def loss(w, penalty):
        return w @ matrix @ w / 2 - b @ w + penalty * np.sum(w**4)

    def slope(w, penalty):
        return matrix @ w - b + 4 * penalty * w**3

    def trained(rate, penalty, gradient):
        w = np.array([0.5, 0.5])
        for _ in range(12):
            w = w - rate * gradient(w, penalty)
        return loss(w, 0.0)

    def gradient(w, penalty):
        if D[1] is grad or D[1] is by_vectors:
            return grad(loss)(w, penalty)
        return np.stack([gradv(loss)(w, unit, penalty) for unit in np.eye(2)])

    def richardson(f, x):
        coarse, middle, fine = (
            (f(x + h) - f(x - h)) / (2 * h) for h in (2e-3, 1e-3, 5e-4)
        )
        return (64 * fine - 20 * middle + coarse) / 45

    point = 0.15, 0.05
    for k in range(2):

        def at(x, gradient, k=k):
            return trained(*(x if i == k else p for i, p in enumerate(point)), gradient)

        wanted = richardson(lambda x, at=at: at(x, slope), point[k])
        found = D[0](lambda x, at=at: at(x, gradient))(point[k])
        assert_close(found, wanted, rtol=1e-10)


def final_position(w, force):
    """Fly the charged particle of Siskind and Pearlmutter 2008 until it lands.

    It starts at (0, 8) with velocity (0.75, 0), repelled by charges at (10, 10 − w)
    and (10, 0), in Euler steps of 0.1; a linear step back ends it at height zero.
    """
    x, y, along, up = 0.0, 8.0, 0.75, 0.0
    while y > 0:
        a, b = force(x, y, w)
        x, y, along, up = x + 0.1 * along, y + 0.1 * up, along + 0.1 * a, up + 0.1 * b
    return x - y / up * along


def potential(x, y, w):
    return 1 / np.hypot(x - 10, y - (10 - w)) + 1 / np.sqrt((x - 10) ** 2 + y**2)


def force_by_hand(x, y, w):
    upper, lower = np.hypot(x - 10, y - (10 - w)) ** 3, np.hypot(x - 10, y) ** 3
    return (x - 10) * (1 / upper + 1 / lower), (y - 10 + w) / upper + y / lower


def force_on_vectors(x, y, w):
    def energy(place):
        upper = np.stack([place[0] - 10, place[1] - (10 - w)])
        lower = np.linalg.norm(place - np.array([10.0, 0.0]))
        return 1 / np.linalg.norm(upper) + 1 / lower

    return -grad(energy)(np.stack([x, y]))


FORCES = {
    "R": lambda x, y, w: [-d for d in grad(potential, argnums=(0, 1))(x, y, w)],
    "F": lambda x, y, w: [-d for d in diff(potential, argnums=(0, 1))(x, y, w)],
    "r": force_on_vectors,
}


@pytest.mark.parametrize("mix", [*map("".join, product("FR", repeat=3)), "RRr"])
def test_charged_particle(mix):
    """Newton's method finds the charge that lands it at 0: −0.2665 in 4 steps."""
    force = FORCES[mix[2]]
    slope = PURE[mix[1]](lambda w: final_position(w, force) ** 2)
    w = 0.0
    for _ in range(4):
        first, second = {"F": fdiff, "R": fgrad}[mix[0]](slope)(w)
        w = w - first / second
    assert abs(w + 0.2665) < 5e-5
    # With the force by hand it lands there too, and nearby only there.
    assert abs(final_position(w, force_by_hand)) < 1e-6
    left, right = (final_position(w + h, force_by_hand) for h in (-1e-3, 1e-3))
    assert left * right < 0


def test_value_variants_nest():
    value, slope = fdiff(lambda x: x * fgrad(lambda y: x * y**2)(3.0)[1])(2.0)
    assert_close([value, slope], [24.0, 24.0])
