"""Choosing by conditions, indices and intervals."""

import numpy as np
import pytest
from truth import check, entries

from diffops import NoDerivativeError, grad, gradv, hessian, jvp, vjp

MASK = np.array([[True, False, True], [False, False, True]])
KNOTS = np.array([0.0, 0.5, 1.2, 2.0])
SPACED = 0.3 + 0.12 * np.arange(12).reshape(3, 4)

CASES = {
    "where": (lambda x, y: np.where(MASK, x, y), entries(2, 3), entries(2, 1)),
    "where broadcasts": (lambda x, y: np.where(MASK, x, y), entries(3), 1.5),
    "where constant": (lambda x: np.where(x > 1, x, 2.0), entries(2, 3)),
    "where list": (lambda x: np.where([True, False], x, [3.0, x * x]), 1.5),
    "where number": (lambda x: np.where(x > 1, x * x, 0.0) * 2, 1.5),
    "where tracked": (lambda x: np.where(np.floor(x) * x, x, -x), entries(2, 3)),
    "where by a number": (lambda x: np.where(x[0], x, -x), entries(3)),
    "select": (
        lambda x: np.select([x > 1.2, x > 0.72, x > 0.6], [x * x, 1.0, -x], np.sum(x)),
        SPACED,
    ),
    "select broadcasts": (
        lambda x, y: np.select([MASK, MASK[0]], [x, y]),
        entries(2, 1),
        entries(3),
    ),
    "piecewise": (
        lambda x: np.piecewise(x, [x < 0.6, x > 1.2], [np.exp, 3.0, lambda t: t * t]),
        SPACED,
    ),
    "piecewise one": (
        lambda x: np.piecewise(x, x < 1, [lambda t: -t, np.sqrt]),
        entries(5),
    ),
    "piecewise arguments": (
        lambda x: np.piecewise(x, [x < 1], [lambda t, a, b: a * t**b], x[0], b=2),
        entries(5),
    ),
    "piecewise 0-d": (
        lambda x: np.piecewise(x, [x < 1, x >= 1], [np.sin, np.cos]),
        np.array(1.5),
    ),
    "choose": (
        lambda x, y: np.choose([[0, 1, 2], [2, 0, 0]], [x, y, 4.0]),
        entries(2, 3),
        entries(3),
    ),
    "choose rows": (lambda x: np.choose([2, 0, 1], x * x), entries(3, 3)),
    "choose wrap": (lambda x: np.choose([5, -1], [x, -x], mode="wrap"), entries(2)),
    "choose clip": (lambda x: np.choose([5, -1], [x, -x], mode="clip"), entries(2)),
    "clip": (lambda x: np.clip(x, 0.5, 1.1), entries(3, 4)),
    "clip low": (lambda x: np.clip(x, 0.8, None), entries(3, 4)),
    "clip keywords": (lambda x: np.clip(x, min=0.7, max=1.3), entries(3, 4)),
    "clip method": (lambda x: x.clip(max=1.0), entries(3, 4)),
    "clip nothing": (lambda x: np.clip(x, None, None), entries(3)),
    "clip tracked bounds": (
        np.clip,
        entries(2, 3),
        entries(3) / 2,
        np.array([1.0, 1.2, 0.2]),
    ),
    "clip constant": (lambda lo: np.clip(np.arange(4.0), lo, 2 * lo), 1.2),
    "clip number": (lambda x: np.clip(x, -1, 1), 0.5),
    "extract": (lambda x: np.extract(MASK, x), entries(2, 3)),
    "extract tracked": (lambda x: np.extract(x > 1, x * x), entries(2, 3)),
    "compress": (lambda x: np.compress([True, False, True], x, axis=1), entries(2, 4)),
    "compress flat": (lambda x: np.compress([True, False, True], x), entries(2, 3)),
    "compress method": (lambda x: x.compress([False, True], axis=0), entries(2, 3)),
    "interp": (lambda x: np.interp(x, KNOTS, KNOTS**2), entries(2, 4)),
    "interp number": (lambda x: np.interp(x, KNOTS, KNOTS**2), 0.7),
    "interp values": (
        lambda x, fp: np.interp(x, KNOTS, fp),
        entries(5) * 2 - 1,
        entries(4),
    ),
    "interp knots": (
        lambda x, xp, fp: np.interp(x, xp, fp),
        np.array([-1.0, 0.2, 0.9, 1.9, 2.5]),
        KNOTS,
        entries(4),
    ),
    "interp ends": (
        lambda x, left: np.interp(x + 0 * left, KNOTS, KNOTS**2, left=left, right=9),
        np.array([-1.0, 0.2, 2.5]),
        1.5,
    ),
    "interp constant x": (lambda fp: np.interp([0.1, 1.5], KNOTS, fp), entries(4)),
    "interp list": (lambda a: np.interp(a, [0.0, 1.0], [a, a * a]), 0.3),
    "interp period": (
        lambda x, xp, fp: np.interp(x, xp, fp, period=1.7),
        np.array([-1.0, 0.2, 4.3]),
        KNOTS + 0.1,
        entries(4),
    ),
    "interp complex": (
        lambda x: np.interp(x, KNOTS, KNOTS * (1 + 2j)).imag,
        entries(3),
    ),
    "float32": (
        lambda x: np.clip(np.where(x > 1.08, x, 2 * x), 1.32, 1.9 * x[0]),
        np.float32(SPACED[1:]),
    ),
    "float32 select": (
        lambda x: np.select([x > 1], [x * x], 2) + np.piecewise(x, [x > 1], [np.exp]),
        entries(4, dtype=np.float32),
    ),
    "float32 interp": (
        lambda x: np.interp(x, KNOTS, KNOTS**2),
        entries(4, dtype=np.float32),
    ),
    "empty": (lambda x: np.clip(np.where(x > 0, x, 1.0), 0, x), entries(0, 2)),
}


@pytest.mark.parametrize("name", CASES)
def test_derivatives_match_differences(name):
    check(*CASES[name])


def test_where_keeps_zeros_strong():
    x = np.array([0.0, 4.0])
    for v in (x, np.ones(2)):
        _, tangent = jvp(lambda x: np.where(x > 0, np.sqrt(x), 0.0), (x,), (v,))
        np.testing.assert_array_equal(tangent, [0.0, v[1] / 4])
    g = grad(lambda x: np.sum(np.where(x > 0, np.sqrt(x), x)))(x)
    np.testing.assert_array_equal(g, [1.0, 0.25])
    assert grad(lambda x: np.where(x > 0, np.sqrt(x), 2 * x))(0.0) == 2.0


def test_where_remembers_the_condition():
    mask = np.array([True, False])

    def f(x):
        y = np.where(mask, x, 2 * x)
        mask[:] = ~mask
        return y

    np.testing.assert_array_equal(vjp(f, entries(2))[1](np.ones(2))[0], [1.0, 2.0])


def test_where_of_a_condition_alone_names_places():
    def f(x):
        (places,) = np.where(x > 1)
        return np.sum(x[places])

    np.testing.assert_array_equal(grad(f)(np.array([0.5, 2.0])), [0.0, 1.0])


def test_where_of_complex_and_real():
    def f(x, z):
        return np.where([True, False], x, z)

    x, z = entries(2), entries(2) * 1j
    y, back = vjp(f, x, z)
    a, b = back(np.array([1 + 2j, 3 + 4j]))
    np.testing.assert_array_equal(y, f(x, z))
    np.testing.assert_array_equal(a, [1.0, 0.0])
    np.testing.assert_array_equal(b, [0.0, 3 + 4j])


def test_clip_shares_the_derivative_at_its_edges():
    x = np.array([0.0, 0.5, 1.0, 2.0])
    g = grad(lambda x: np.sum(np.clip(x, 0.0, 1.0)))(x)
    np.testing.assert_array_equal(g, [0.5, 1.0, 0.5, 0.0])
    low, high = grad(lambda lo, hi: np.sum(np.clip(x, lo, hi)), argnums=(0, 1))(
        0.0, 1.0
    )
    assert (low, high) == (0.5, 1.5)
    assert grad(lambda lo: np.sum(np.clip(2.0, lo, 1.0)))(3.0) == 0.0


def test_interp_at_knots_and_beyond():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, -2.0])
    x = np.array([-0.5, 0.0, 1.0, 3.0, 3.5])

    def f(x):
        return np.interp(x, xp, fp)

    y, tangent = jvp(f, (x,), (np.ones(5),))
    np.testing.assert_array_equal(y, f(x))
    np.testing.assert_array_equal(tangent, [0.0, 2.0, -2.0, -2.0, 0.0])
    _, back = vjp(lambda fp: np.interp(x, xp, fp), fp)
    np.testing.assert_array_equal(back(np.ones(5))[0], [2.0, 1.0, 2.0])


@pytest.mark.parametrize("xp", [[0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 2.0], [1.0, 1.0]])
def test_interp_of_repeated_knots(xp):
    x = np.array([0.0, 0.5, 1.0, 1.5, 2.5, np.nan])
    fp = np.arange(len(xp)) + 1.0

    def f(x, fp):
        return np.interp(x, xp, fp)

    y, back = vjp(f, x, fp)
    slope, _ = back(np.ones(6))
    np.testing.assert_array_equal(y, f(x, fp))
    assert np.all(np.isfinite(slope[:5]))
    assert np.sum(vjp(f, x[:5], fp)[1](np.ones(5))[1]) == 5.0


def test_hessian_of_what_is_selected():
    h = hessian(lambda x: np.sum(np.clip(x, 0.0, 1.0) ** 3))(np.array([-1.0, 0.5, 2.0]))
    np.testing.assert_array_equal(h, np.diag([0.0, 3.0, 0.0]))
    assert gradv(grad(lambda x: np.where(x > 0, x**3, x)))(2.0, 1.0) == 12.0


@pytest.mark.parametrize(
    ("f", "kind"),
    [
        (lambda x: np.choose(x, [x, x]), NoDerivativeError),
        (lambda x: np.choose([2, 0], [x, x]), ValueError),
        (lambda x: np.clip(x, 0, min=1), ValueError),
        (lambda x: np.interp(KNOTS, KNOTS, KNOTS, left=x[0]), NoDerivativeError),
        (lambda x: np.select([x], [x]), TypeError),
        (lambda x: np.select([x > 0], [x, x]), ValueError),
        (lambda x: np.select([], [x]), ValueError),
        (lambda x: np.piecewise(x, [x > 0], [x, x, x]), ValueError),
    ],
)
def test_errors(f, kind):
    with pytest.raises(kind):
        grad(lambda x: np.sum(f(x)))(entries(2))
