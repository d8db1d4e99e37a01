"""Trajectories: steps taken again, moments, and what makes them warn."""

import numpy as np
import pytest
import scipy.integrate

from diffops import diff, diffn, grad
from diffops.scipy.integrate import solve_ivp
from diffops.scipy.integrate.accuracy import Accuracy
from diffops.scipy.integrate.steps import EXPLICIT
from diffops.scipy.integrate.trajectory import Trajectory, moment, shifted


def test_moments():
    """A step of length zero has the solution's Taylor expansion, up to order eight."""
    field = lambda t, y: 2 * t * y  # noqa: E731
    start = np.array([3.0])
    for order in range(1, 9):
        f = lambda t: moment(field, 1.0, start, t - 1.0)[0]  # noqa: E731
        truth = lambda t: 3 * np.exp(t * t - 1)  # noqa: E731
        found, wanted = diffn(order, f)(1.0), diffn(order, truth)(1.0)
        assert found == pytest.approx(wanted, rel=1e-11)
    assert grad(grad(f))(1.0) == pytest.approx(diffn(2, truth)(1.0), rel=1e-12)


def test_shifted():
    assert shifted(1.0, 2.0) == 2.0
    f = lambda x: x * shifted(3 * x, 5.0)  # noqa: E731
    assert grad(f)(2.0) == 5.0 + 3 * 2.0


def test_a_trajectory_agrees_with_the_plain_one():
    plain = scipy.integrate.solve_ivp(
        lambda t, y: -0.7 * y, (0, 2), [2.0], dense_output=True, rtol=1e-6, atol=1e-9
    ).sol

    def f(k, method):
        field = lambda t, y: -k * y  # noqa: E731
        accuracy = Accuracy(1e-6, 1e-9, 2.0, own=method is not None)
        slope = lambda t, y: np.array([[-0.7]])  # noqa: E731
        path = Trajectory(field, plain, method, slope, accuracy)
        path.follow(plain.ts, np.array([2.0]))
        return path.at(1.1)[0]

    for method in (None, EXPLICIT["RK45"]):
        assert f(0.7, method) == plain(1.1)[0]
        for derivative in (grad, diff):
            found = derivative(lambda k, m=method: f(k, m))(0.7)
            assert found == pytest.approx(-1.1 * plain(1.1)[0], rel=1e-5)


def test_what_is_not_smooth_warns():
    """The slope jumps at a time that no step knows; derivatives still add up."""

    def f(k):
        field = lambda t, y: np.stack([k if t < 0.37 else 3 * k])  # noqa: E731
        return solve_ivp(field, (0, 1), [0.0], rtol=1e-6).y[0, -1]

    with pytest.warns(scipy.integrate.IntegrationWarning, match="smooth"):
        slope = grad(f)(1.0)
    for found in (slope, diff(f)(1.0)):
        assert found == pytest.approx(0.37 + 3 * 0.63, rel=1e-4)
