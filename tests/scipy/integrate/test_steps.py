"""Steps of explicit methods beside SciPy's own, and derivatives of their parts."""

import numpy as np
import pytest
import scipy.integrate
from truth import check, entries

from diffops import diff, grad
from diffops.scipy.integrate.steps import EXPLICIT, moved, weighted_sum_

FIELDS = {
    "RK23": scipy.integrate.RK23,
    "RK45": scipy.integrate.RK45,
    "DOP853": scipy.integrate.DOP853,
}


def field(t, y):
    return np.stack([y[1], -np.sin(y[0]) * (1 + t)])


@pytest.mark.parametrize("name", FIELDS)
def test_a_step_is_scipys(name):
    y = np.array([0.4, 1.1])
    solver = FIELDS[name](field, 0.3, y, 9.0, first_step=0.2, rtol=10, atol=10)
    solver.step()
    step = EXPLICIT[name].step(field, 0.3, y, 0.2, field(0.3, y))
    np.testing.assert_allclose(step.end, solver.y, rtol=1e-14)
    np.testing.assert_allclose(step.last, solver.f, rtol=1e-14)
    curve = solver.dense_output()
    for t in (0.3, 0.37, 0.45, 0.5):
        np.testing.assert_allclose(step.at(t), curve(t), rtol=1e-13)


@pytest.mark.parametrize("name", FIELDS)
def test_the_order_of_a_step(name):
    """Halving a step divides its error by 2 to the order plus one."""
    method = EXPLICIT[name]
    errors = []
    for h in (0.4, 0.2):
        y = method.advance(lambda t, y: -y, 0.0, np.ones(1), h, -np.ones(1))[0]
        errors.append(abs(y[0] - np.exp(-h)))
    order = {"RK23": 3, "RK45": 5, "DOP853": 8}[name]
    assert 2 ** (order + 0.5) < errors[0] / errors[1] < 2 ** (order + 2)


def test_lengths_and_places_may_vary():
    y, method = np.array([0.4, 1.1]), EXPLICIT["DOP853"]

    def end(h):
        return method.advance(field, 0.3, y, h, field(0.3, y))[0][0]

    assert grad(end)(1e-9) == pytest.approx(y[1], rel=1e-6)
    step = method.step(field, 0.3, y, 0.2, field(0.3, y))
    slope = diff(lambda t: step.at(t)[0])(0.4)
    assert slope == pytest.approx(step.at(0.4)[1], rel=1e-6)


def test_weighted_sums():
    y, k = entries(3), entries(3) ** 2
    weights = (0.3, 0.0, -1.2)
    check(lambda y, a, b: weighted_sum_(y, a, k, b, weights=weights), y, k, k[::-1])
    np.testing.assert_array_equal(moved(y, [k], [0.0], 1.0), y)
    check(lambda h, w, y: moved(y, [k, k**2], [w, 0.0], h), 0.3, 0.7, y)
