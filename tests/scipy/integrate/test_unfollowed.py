"""What of `scipy.integrate` calls functions but has no derivative."""

import numpy as np
import pytest
import scipy.integrate

from diffops import NoDerivativeError, grad
from diffops.scipy import integrate


def bvp(m, a):
    field = lambda x, y: np.stack([y[1], -a * y[0]])  # noqa: E731
    ends = lambda first, last: np.array([first[0], last[0] - 1])  # noqa: E731
    return m.solve_bvp(field, ends, np.linspace(0, 1, 5), np.zeros((2, 5))).y[0, 2]


def stepped(m, a):
    solver = m.RK45(lambda t, y: -a * y, 0.0, [1.0], 1.0)
    solver.step()
    return solver.y[0]


def started(m, a):
    solver = m.ode(lambda t, y: -y)
    solver.set_initial_value([a], 0.0)
    return solver.integrate(1.0)[0]


def with_parameter(m, a):
    solver = m.ode(lambda t, y, k: -k * y)
    solver.set_initial_value([1.0], 0.0)
    solver.set_f_params(a)
    return solver.integrate(1.0)[0]


def turned(m, a):
    solver = m.complex_ode(lambda t, y: 1j * a * y)
    solver.set_initial_value([1.0], 0.0)
    return solver.integrate(1.0)[0].real


CALLS = {
    "cubature": lambda m, a: m.cubature(lambda x: a * x[:, 0], [0.0], [1.0]).estimate,
    "qmc_quad": lambda m, a: (
        m.qmc_quad(lambda x: a * x[0] ** 0, [0.0], [1.0], n_points=8).integral
    ),
    "tanhsinh": lambda m, a: m.tanhsinh(lambda x: a * x, 0.0, 1.0).integral,
    "tanhsinh of a": lambda m, a: m.tanhsinh(lambda x: x, 0.0, a).integral,
    "nsum": lambda m, a: m.nsum(lambda k: a / k**2, 1, 10).sum,
    "solve_bvp": bvp,
    "RK45": stepped,
    "RK45 of a": lambda m, a: m.RK45(lambda t, y: -y, 0.0, [a], 1.0).y[0],
    "ode": started,
    "ode of a": with_parameter,
    "ode of a function": turned,
}


@pytest.mark.parametrize("name", CALLS)
def test_closures_and_arguments_are_refused(name):
    call = CALLS[name]
    np.testing.assert_array_equal(call(integrate, 1.0), call(scipy.integrate, 1.0))
    with pytest.raises(NoDerivativeError, match=rf"scipy\.integrate\.{name}"):
        grad(lambda a: call(integrate, a))(1.0)

    def swallowing(a):
        try:
            return call(integrate, a)
        except Exception:
            return 0 * a

    with pytest.raises(NoDerivativeError, match=rf"scipy\.integrate\.{name}"):
        grad(swallowing)(1.0)
    beside = grad(lambda a: a * call(integrate, 1.0))(2.0)
    np.testing.assert_allclose(beside, call(scipy.integrate, 1.0))


def test_every_name_of_scipy_is_there():
    for name in scipy.integrate.__all__:
        assert hasattr(integrate, name), name
    assert issubclass(integrate.Radau, scipy.integrate.Radau)
    assert integrate.IntegrationWarning is scipy.integrate.IntegrationWarning
