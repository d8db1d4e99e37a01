"""Directional and mixed derivatives: orders, scales of x, number of calls."""

import numpy as np
import pytest

from diffops.numerical._sampling import Samples
from diffops.numerical._stencils import along, mixed
from diffops.operators._point import Point


class Counted:
    def __init__(self, f):
        self.f = f
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.f(*args)


def samples(f, *args):
    return Samples(Point(f, tuple(range(len(args))), args, {}), False, "f")


@pytest.mark.parametrize("order", range(6))
def test_orders(order):
    found = along(samples(np.exp, 0.3), [1.0], order)
    assert abs(found.value[0] - np.exp(0.3)) <= found.error[0]
    assert found.error[0] < 10.0 ** (-14 + 2 * order)


def test_a_direction_through_all_leaves():
    found = along(
        samples(lambda x, y: x @ x * y, np.array([1.0, 2.0]), 3.0),
        [np.array([1, -1]), 2],
    )
    assert abs(found.value[0] - (2 * (1 - 2) * 3 + 5 * 2)) <= found.error[0] < 1e-11


def test_mixed():
    at = samples(
        lambda x: np.stack([x[0] ** 3 * x[1] ** 2, np.exp(x[0] * x[1])]),
        np.array([2.0, 0.5]),
    )
    found = mixed(at, [np.array([1.0, 0.0])], [np.array([0.0, 1.0])])
    wanted = [3 * 4 * 2 * 0.5, (1 + 1) * np.exp(1)]
    assert np.all(np.abs(found.value - wanted) <= found.error)
    assert np.all(found.error < 1e-9)


def test_no_direction():
    at = samples(np.sin, 1.0)
    assert along(at, [0.0]) == (0, 0)
    assert mixed(at, [1.0], [0.0]) == (0, 0)


@pytest.mark.parametrize("x", [1e-30, 1e-8, 1e-3, 1.0, 1e8, 1e100, -1e-8, -1e100])
@pytest.mark.parametrize("name", ["log", "cube", "root"])
def test_scale_of_x(name, x):
    f, slope = {
        "log": (lambda x: np.log(np.abs(x)), lambda x: 1 / x),
        "cube": (lambda x: x**3, lambda x: 3 * x**2),
        "root": (np.cbrt, lambda x: 1 / (3 * np.cbrt(x) ** 2)),
    }[name]
    found = along(samples(f, x), [1.0])
    assert abs(found.value[0] - slope(x)) <= found.error[0]
    # A cube is flat near 0: there the error is small in itself.
    assert found.error[0] <= 1e-9 * max(abs(slope(x)), abs(x) < 1)


@pytest.mark.parametrize("speed", [1, 30, 1e3, 1e5])
def test_scale_of_f(speed):
    found = along(samples(lambda x: np.sin(speed * x), 0.7), [1.0])
    assert abs(found.value[0] - speed * np.cos(speed * 0.7)) <= found.error[0]
    assert found.error[0] < 1e-8 * speed


def test_unmoved_entries_do_not_coarsen():
    found = along(
        samples(lambda x: np.sin(x[1]), np.array([1e12, 1.0])), [np.array([0.0, 1.0])]
    )
    assert abs(found.value[0] - np.cos(1.0)) <= found.error[0] < 1e-11


def test_period_equal_to_a_step():
    """The differences of sin(2ᵏ π x) at 0 vanish for round steps."""
    for k in range(1, 10):
        found = along(samples(lambda x, k=k: np.sin(2**k * np.pi * x), 0.0), [1.0])
        assert abs(found.value[0] - 2**k * np.pi) <= found.error[0] < 1e-7


@pytest.mark.parametrize("x", [1e3, 1e5, 1e6, 1e7, 1e8])
def test_waves_far_from_the_origin(x):
    """Steps in proportion to x would be many periods long."""
    found = along(samples(np.sin, x), [1.0])
    assert abs(found.value[0] - np.cos(x)) <= found.error[0] < 1e-6


@pytest.mark.parametrize(
    ("f", "most"), [(np.sin, 14), (np.exp, 14), (lambda x: 3 * x, 9), (np.log, 16)]
)
def test_smooth_functions_take_few_calls(f, most):
    counted = Counted(f)
    along(samples(counted, 2.0), [1.0])
    assert 1 + 8 <= counted.calls <= most + 1


def test_no_function_takes_more_than_two_ladders():
    counted = Counted(lambda x: np.sin(1e9 * x))
    along(samples(counted, 0.5), [1.0])
    assert counted.calls == 1 + 2 * 20 * 2
