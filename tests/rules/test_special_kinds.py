"""What the rules of special functions share: doubles, silence, refusals, tuples."""

import numpy as np
import pytest
from scipy import special

from diffops import NoDerivativeError, diff, grad, jacobian, jvp, vmap
from diffops.rules.special_kinds import Unknown, analytic, doubled, rules, several

scaled = analytic(
    lambda n, x: n * np.log(x),
    Unknown("scaled", "n"),
    lambda y, n, x: n / x,
    singular=True,
)
polar = several(
    lambda r, t: (r * np.cos(t), r * np.sin(t)),
    lambda y, r, t: (np.cos(t), np.sin(t)),
    lambda y, r, t: (-y[1], y[0]),
)


def test_which_arguments_have_a_derivative_is_known():
    order, argument = rules[scaled]
    assert isinstance(order, Unknown)
    assert argument(0.0, 3, 2.0) == 1.5
    assert len(rules[polar]) == 2


def test_an_unknown_partial_is_refused_by_name_and_line():
    message = r"scipy\.special\.scaled .* 'n', .*test_special_kinds\.py:\d+\); pass a"
    for mode in (grad, diff):
        with pytest.raises(NoDerivativeError, match=message):
            mode(lambda n: scaled(n, 2.0))(3.0)
    assert grad(lambda x: scaled(3, x))(2.0) == 1.5


def test_the_refusal_comes_where_the_function_runs_and_is_not_lost():

    with pytest.raises(NoDerivativeError, match="'v'"):
        grad(lambda v: v + special.jv(v, 1.0) * 0)(2.0)
    with pytest.raises(NoDerivativeError, match="'v'"):
        grad(lambda v: _swallowed(lambda: special.jv(v, 1.0), v))(2.0)


def _swallowed(run, other):
    try:
        return run()
    except NoDerivativeError:
        return other


def test_several_outputs():
    point = np.array([2.0, 0.5])

    def f(v):
        return np.stack(polar(v[0], v[1]))

    x, y = 2 * np.cos(0.5), 2 * np.sin(0.5)
    wanted = [[x / 2, -y], [y / 2, x]]
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(jacobian(f, mode=mode)(point), wanted, rtol=1e-15)
    bend = diff(grad(lambda t: polar(2.0, t)[1]))(0.5)
    assert bend == pytest.approx(-y)


def test_one_of_several_outputs_suffices():
    assert grad(lambda t: polar(2.0, t)[0])(0.5) == pytest.approx(-2 * np.sin(0.5))


def test_several_outputs_broadcast_and_come_in_batches():
    r, t = np.array([[1.0], [2.0]]), np.array([0.1, 0.2, 0.3])
    (_, y), (_, slope) = jvp(lambda r: polar(r, t), (r,), (np.ones_like(r),))
    np.testing.assert_array_equal(slope, np.broadcast_to(np.sin(t), y.shape))
    found = vmap(lambda t: np.stack(polar(2.0, t)))(t)
    np.testing.assert_array_equal(found, np.stack([2 * np.cos(t), 2 * np.sin(t)], 1))


def test_partials_are_computed_in_doubles():
    assert doubled(np.float32(0.1)).dtype == np.float64
    assert doubled(np.complex64(0.1)).dtype == np.complex128
    assert doubled(np.uint8(0)) - 1 == -1
    assert doubled(0.1) == 0.1
    assert doubled(np.longdouble(0.1)).dtype == np.longdouble
    slope = grad(lambda x: special.jv(np.uint8(0), x))(0.5)
    np.testing.assert_allclose(slope, -special.j1(0.5), rtol=1e-15)
    half = np.float16(0.3)
    assert grad(special.erf)(half).dtype == np.float16
    slope = jvp(special.erf, (half,), (np.float16(1),))[1]
    wanted = 2 / np.sqrt(np.pi) * np.exp(-(np.float64(half) ** 2))
    np.testing.assert_allclose(slope, wanted, rtol=1e-7)
