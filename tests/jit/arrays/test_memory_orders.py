"""Shapes with a short last axis lie with a long one last, where nobody sees them."""

import numpy as np
import pytest
from natively import natively_of_arrays
from odd_orders import odd_orders

from diffops import grad, jit
from diffops.jit.arrays.memory_orders import memory_orders, strides_in

POINTS = np.random.default_rng(0).standard_normal((200, 3))
CENTRES = np.random.default_rng(1).standard_normal((4, 3))


def distances(x, c):
    """Return each centre's distance from each point, and what it says of it."""
    apart = x[None] - c[:, None]
    far = np.sqrt(np.sum(apart * apart, 2))
    return np.sum(np.tanh(apart / far[..., None]))


def orders(f, *args):
    return memory_orders(jit(f).program(*args))


def test_points_for_each_component():
    assert orders(distances, POINTS, CENTRES) == {(4, 200, 3): (0, 2, 1)}


def test_shapes_that_are_seen_keep_the_order_of_c():
    f = lambda x, c: x[None] - c[:, None]  # noqa: E731
    assert orders(f, POINTS, CENTRES) == {}
    centre = lambda x: np.sum(np.sin(x / np.sum(x, 1, keepdims=True)))  # noqa: E731
    assert orders(centre, POINTS) == {}
    assert orders(lambda x, c: np.sum(np.ravel(f(x, c))), POINTS, CENTRES) == {}


def test_what_is_gone_through_as_one_keeps_the_order_of_c():
    assert orders(lambda x: np.sum(np.sin(x[1:]) * x[1:]), POINTS) == {}
    wide = np.ones((100, 40))
    assert orders(lambda x: np.sum(np.exp(x[1:] - x[0])), wide) == {}


def test_stacks_of_matrices_have_a_long_axis_among_the_last_two():
    f = lambda x, c: np.sum(np.sin((x[:, None] * c) @ c.T))  # noqa: E731
    assert orders(f, POINTS, CENTRES) == {}


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 2, 0), (2, 1, 0)])
def test_strides(order):
    shape = (2, 3, 4)
    lying = np.empty([shape[i] for i in order], dtype=np.int8)
    seen = lying.transpose(np.argsort(order))
    assert strides_in(shape, order) == seen.strides


PROGRAMS = {
    "distances": distances,
    "sums over each axis": lambda x, c: (
        np.sum(np.exp(x[None] * c[:, None]), 0) + np.sum(x[None] + c[:, None])
    ),
    "products": lambda x, c: (x[None] - c[:, None]) @ np.sin(c.T @ c),
    "products of products": lambda x, c: np.sum(
        np.swapaxes(x[None] - c[:, None], 1, 2) @ np.cos(x[None] * c[:, None]), 0
    ),
    "einsum": lambda x, c: np.einsum(
        "kni,kij->kn", x[None] - c[:, None], c[:, :, None] * c[:, None]
    ),
    "windows": lambda x, c: (x[None] * c[:, None])[1:, ::2, 1] + c[1:, :1],
}


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("name", PROGRAMS)
def test_results_are_those_of_numpy(name, odd):
    f = PROGRAMS[name]
    x, c = (POINTS[:7], CENTRES) if odd else (POINTS, CENTRES)
    slope = grad(lambda x, c: np.sum(np.sin(f(x, c))), (0, 1))
    for function in (f, slope):
        if odd:
            with odd_orders():
                found = natively_of_arrays(function, x, c)(x, c)
        else:
            found = natively_of_arrays(function, x, c)(x, c)
        wanted = function(x, c)
        many = isinstance(wanted, tuple)
        for a, b in zip(found, wanted, strict=True) if many else [(found, wanted)]:
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_a_constant_that_is_repeated_lies_along_the_loops():
    f = lambda c: np.sum(np.sqrt(np.sum((POINTS[None] - c[:, None]) ** 2, 2)))  # noqa: E731
    native = natively_of_arrays(grad(f), CENTRES)
    np.testing.assert_allclose(native(CENTRES), grad(f)(CENTRES), rtol=1e-12)
