"""The solution as a function of time."""

import numpy as np
import scipy.integrate

from diffops import grad, jacobian, jvp
from diffops.scipy.integrate import solve_ivp

PLAIN = scipy.integrate.solve_ivp(
    lambda t, y: -0.7 * y, (0, 2), [2.0, 1.0], dense_output=True, rtol=1e-8, atol=1e-9
).sol


def solved(k):
    field = lambda t, y: -k * y  # noqa: E731
    tight = {"rtol": 1e-8, "atol": 1e-9}
    return solve_ivp(field, (0, 2), [2.0, 1.0], dense_output=True, **tight).sol


def test_one_time_and_several():
    times = np.array([0.3, 1.1, 0.0])
    value, change = jvp(lambda k: solved(k)(times), (0.7,), (1.0,))
    np.testing.assert_array_equal(value, PLAIN(times))
    np.testing.assert_allclose(change, -times * value, rtol=1e-6, atol=1e-12)
    value, change = jvp(lambda k: solved(k)(0.3), (0.7,), (1.0,))
    np.testing.assert_array_equal(value, PLAIN(0.3))


def test_tracked_times_beside_tracked_rates():
    f = lambda z: solved(z[0])(z[1])[0]  # noqa: E731
    wanted = [-0.3 * PLAIN(0.3)[0], -0.7 * PLAIN(0.3)[0]]
    np.testing.assert_allclose(grad(f)(np.array([0.7, 0.3])), wanted, rtol=1e-5)
    several = lambda t: solved(t[0] / t[0] * 0.7)(t)[0]  # noqa: E731
    times = np.array([0.3, 1.1])
    slopes = np.diag(jacobian(several)(times))
    np.testing.assert_allclose(slopes, -0.7 * PLAIN(times)[0], rtol=1e-5)


def test_its_ends():
    ends = []

    def f(k):
        sol = solved(k)
        ends.append((sol.t_min, sol.t_max, len(sol.ts)))
        return sol(2.0)[0]

    grad(f)(0.7)
    assert ends == [(0.0, 2.0, len(PLAIN.ts))]
