"""SciPy's least_squares with exact Jacobians, and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from fitting import DATA, TIMES, decay, fitted_decay
from gradients import differences
from landscapes import Counted

from diffops import ConvergenceError, grad, jacobian, optimize
from diffops.optimize._least_squares import LOSSES

RNG = np.random.default_rng(7)


def residuals(p, data):
    return decay(TIMES, *p) - data


def rosenbrock(x):
    return np.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
@pytest.mark.parametrize(
    ("f", "start"),
    [(rosenbrock, np.array([-1.2, 1.0])), (lambda p: residuals(p, DATA), np.ones(3))],
)
def test_no_more_evaluations_than_with_differences(f, start, method):
    ours, theirs = Counted(f), Counted(f)
    exact = optimize.least_squares(ours, start, method=method)
    rough = scipy.optimize.least_squares(theirs, start, method=method)
    np.testing.assert_allclose(exact.x, rough.x, rtol=1e-5)
    assert exact.nfev <= rough.nfev
    assert ours.calls <= theirs.calls


@pytest.mark.parametrize("kind", ["dense", "sparse", "products"])
@pytest.mark.parametrize("jit", [False, True])
def test_jacobians_in_every_form(kind, jit):
    """Residuals of three neighbours each, as in SciPy's documentation."""

    def f(x):
        padded = np.concatenate([[0.0], x, [0.0]])
        return (3 - x) * x + 1 - padded[:-2] - padded[2:]

    given = {"jacobian": kind, "jit": jit, "gtol": 1e-12}
    found = optimize.least_squares(f, np.full(60, -1.0), **given)
    assert found.success
    assert found.cost < 1e-15


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("f_scale", [0.1, 2.0])
def test_losses_are_scipys(loss, f_scale):
    """The cost that is differentiated is the one that SciPy minimised."""
    given = {"loss": loss, "f_scale": f_scale}
    theirs = scipy.optimize.least_squares(residuals, np.ones(3), args=(DATA,), **given)

    def ours(scale):
        residual = lambda p: scale * residuals(p, DATA)  # noqa: E731
        return optimize.least_squares(residual, np.ones(3), **given).cost

    seen = []

    def spied(scale):
        seen.append(ours(scale))
        return seen[-1]

    grad(spied)(1.0)
    assert float(seen[0].primal) == pytest.approx(theirs.cost, rel=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_derivatives_by_the_data(loss):
    given = {"loss": loss, "f_scale": 0.15}

    def fit(data):
        return optimize.least_squares(residuals, np.ones(3), args=(data,), **given).x[1]

    wanted = differences(lambda data: fitted_decay(TIMES, data, **given)[0][1], DATA)
    np.testing.assert_allclose(grad(fit)(DATA), wanted, rtol=1e-6, atol=1e-9)


def test_the_closed_form_of_a_linear_fit():
    """x = A⁺b, and the cost is ½ bᵀ(1 − AA⁺)b."""
    matrix = RNG.normal(size=(12, 3))
    inverse = np.linalg.pinv(matrix)
    b = RNG.normal(size=12)

    def fit(b):
        return optimize.least_squares(lambda x: matrix @ x - b, np.zeros(3))

    np.testing.assert_allclose(jacobian(lambda b: fit(b).x)(b), inverse, atol=1e-12)
    np.testing.assert_allclose(
        grad(lambda b: fit(b).cost)(b), b - matrix @ inverse @ b, atol=1e-12
    )


def test_second_order():
    def fit(t):
        data = DATA + t * np.sin(TIMES)
        return optimize.least_squares(residuals, np.ones(3), args=(data,)).x[1]

    def wanted(t):
        return fitted_decay(TIMES, DATA + t * np.sin(TIMES))[0][1]

    near, far = (
        (wanted(h) - 2 * wanted(0.0) + wanted(-h)) / h**2 for h in (0.01, 0.02)
    )
    assert grad(grad(fit))(0.0) == pytest.approx((4 * near - far) / 3, rel=1e-6)


def test_bounds_containers_and_keywords():
    def f(w, data, power):
        return (
            w["scale"] * np.exp(-w["rates"][0] * TIMES) + w["rates"][1] ** power - data
        )

    start = {"scale": 1.0, "rates": np.array([1.0, 0.1])}
    upper = {"scale": 2.0, "rates": np.array([np.inf, np.inf])}

    def fit(data, most=2.0):
        bounds = (0.0, {**upper, "scale": most})
        return optimize.least_squares(
            f, start, args=(data,), kwargs={"power": 1}, bounds=bounds
        ).x

    found = fit(DATA)
    assert found["scale"] == pytest.approx(2.0)
    assert jacobian(lambda most: fit(DATA, most)["scale"])(2.0) == pytest.approx(1.0)
    np.testing.assert_array_equal(jacobian(lambda d: fit(d)["scale"])(DATA), 0 * DATA)
    loose = lambda d: fit(d, 99.0)["rates"][0]  # noqa: E731
    free = lambda d: optimize.least_squares(residuals, np.ones(3), args=(d,)).x[1]  # noqa: E731
    np.testing.assert_allclose(grad(loose)(DATA), grad(free)(DATA), rtol=1e-8)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "newton"}, "no method 'newton'; there are trf"),
        ({"loss": "l2"}, "no loss 'l2'; there are linear"),
        ({"jacobian": "2-point"}, 'jacobian must be "dense"'),
    ],
)
def test_misuse(given, message):
    with pytest.raises(ValueError, match=message):
        optimize.least_squares(rosenbrock, np.ones(2), **given)


def test_a_fit_that_was_not_reached():
    def fit(data):
        return optimize.least_squares(residuals, np.ones(3), args=(data,), max_nfev=2)

    assert not fit(DATA).success
    with pytest.raises(ConvergenceError, match="did not reach a minimum"):
        grad(lambda data: fit(data).x[0])(DATA)
    with pytest.raises(ValueError, match="not finite at x0"):
        optimize.least_squares(lambda x: x * np.inf, np.ones(2))

    def flat(t):
        return optimize.least_squares(lambda x: x[:1] - t, np.ones(2)).x[0]

    with pytest.raises(ConvergenceError, match="singular"):
        grad(flat)(1.0)


def test_the_jacobian_is_not_to_be_given():
    with pytest.raises(TypeError, match="least_squares makes the Jacobian itself"):
        optimize.least_squares(lambda x: x, np.ones(2), jac="2-point")
