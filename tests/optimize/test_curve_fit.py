"""SciPy's curve_fit with exact Jacobians, and its derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from fitting import DATA, TIMES, decay, fitted_decay
from landscapes import Counted

from diffops import NoDerivativeError, grad, jacobian, optimize

X, Y = TIMES[:20], DATA[:20]
SIGMA = 0.1 + 0.05 * np.random.default_rng(1).random(20)


def line(x, a, b):
    return a + b * x


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"p0": [1.0, 2.0, 1.0]},
        {"sigma": SIGMA},
        {"sigma": SIGMA, "absolute_sigma": True},
        {"sigma": 0.3, "absolute_sigma": True},
        {"sigma": np.diag(SIGMA**2) + 0.001},
        {"method": "trf"},
        {"method": "dogbox", "loss": "soft_l1"},
        {"bounds": (0, [3.0, 1.0, 0.5])},
    ],
    ids=lambda given: "-".join(given),
)
def test_scipys_results_with_no_more_evaluations(given, jit):
    ours, theirs = Counted(decay), Counted(decay)
    named = lambda counted: lambda x, a, b, c: counted(x, a, b, c)  # noqa: E731
    popt, pcov = optimize.curve_fit(named(ours), X, Y, jit=jit, **given)
    wanted, spread = scipy.optimize.curve_fit(named(theirs), X, Y, **given)
    np.testing.assert_allclose(popt, wanted, rtol=1e-5)
    np.testing.assert_allclose(pcov, spread, rtol=1e-4, atol=1e-10)
    assert type(popt) is type(wanted)
    if not jit:
        assert ours.calls <= theirs.calls


def test_full_output_and_missing_values():
    full = optimize.curve_fit(decay, X, Y, full_output=True)
    info, message, ier = full[2:]
    assert ier in (1, 2, 3, 4)
    assert {"nfev", "fvec"} <= set(info)
    assert isinstance(message, str)
    gaps = np.where(np.arange(20) % 7 == 3, np.nan, Y)
    found = optimize.curve_fit(decay, X, gaps, sigma=SIGMA, nan_policy="omit")
    kept = ~np.isnan(gaps)
    wanted = scipy.optimize.curve_fit(decay, X[kept], Y[kept], sigma=SIGMA[kept])
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    fit = lambda y: optimize.curve_fit(line, X, y, sigma=SIGMA, nan_policy="omit")[0]  # noqa: E731
    short = lambda y: optimize.curve_fit(line, X[kept], y, sigma=SIGMA[kept])[0]  # noqa: E731
    slopes = jacobian(fit)(gaps)
    np.testing.assert_allclose(slopes[:, kept], jacobian(short)(Y[kept]), rtol=1e-9)
    np.testing.assert_array_equal(slopes[:, ~kept], 0.0)
    full = np.diag(SIGMA**2)
    fit = lambda y: optimize.curve_fit(line, X, y, sigma=full, nan_policy="omit")[0]  # noqa: E731
    np.testing.assert_allclose(jacobian(fit)(gaps), slopes, rtol=1e-8, atol=1e-14)


def test_parameters_in_containers():
    def model(x, amplitude, rest):
        return amplitude * np.exp(-rest[0] * x) + rest[1]

    named = {"amplitude": 1.0, "rest": np.ones(2)}
    wanted, spread = optimize.curve_fit(decay, X, Y)
    for p0 in ((1.0, np.ones(2)), named):
        popt, pcov = optimize.curve_fit(model, X, Y, p0=p0)
        amplitude, rest = popt.values() if p0 is named else popt
        np.testing.assert_allclose([amplitude, *rest], wanted, rtol=1e-6)
        np.testing.assert_allclose(pcov, spread, rtol=1e-4)
    found = optimize.curve_fit(lambda x, a: a * x, X, 2 * X, p0=1.0)[0]
    np.testing.assert_allclose(found, [2.0])


def weighted_line(y, sigma):
    """Return a line's parameters and their covariance by the normal equations."""
    rows = np.stack([np.ones(20), X], axis=1) / sigma[:, None]
    inverse = np.linalg.inv(rows.T @ rows)
    popt = inverse @ rows.T @ (y / sigma)
    residuals = rows @ popt - y / sigma
    return popt, inverse * (residuals @ residuals) / 18


@pytest.mark.parametrize("part", [0, 1])
def test_derivatives_of_a_line_are_those_of_the_normal_equations(part):
    ours = lambda y, s: optimize.curve_fit(line, X, y, sigma=s)[part]  # noqa: E731
    theirs = lambda y, s: weighted_line(y, s)[part]  # noqa: E731
    for found, wanted in zip(
        jacobian(ours, (0, 1))(Y, SIGMA),
        jacobian(theirs, (0, 1))(Y, SIGMA),
        strict=True,
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-12)
    known = lambda s: optimize.curve_fit(line, X, Y, sigma=s, absolute_sigma=True)[1]  # noqa: E731
    rows = lambda s: np.stack([np.ones(20), X], axis=1) / s[:, None]  # noqa: E731
    inverse = lambda s: np.linalg.inv(rows(s).T @ rows(s))  # noqa: E731
    np.testing.assert_allclose(
        jacobian(known)(SIGMA), jacobian(inverse)(SIGMA), rtol=1e-8, atol=1e-14
    )


@pytest.mark.parametrize("part", [0, 1])
def test_derivatives_of_a_curve_are_those_of_differences(part):
    """By xdata, ydata and sigma."""
    directions = np.random.default_rng(2).normal(size=(3, 20))

    def moved(t, i):
        points = zip((X, Y, SIGMA), directions, strict=True)
        return [p + (t * d if k == i else 0.0) for k, (p, d) in enumerate(points)]

    def ours(t, i):
        x, y, sigma = moved(t, i)
        return optimize.curve_fit(decay, x, y, sigma=sigma)[part]

    def theirs(t, i):
        return fitted_decay(*moved(t, i))[part]

    for i in range(3):
        near, far = ((theirs(h, i) - theirs(-h, i)) / (2 * h) for h in (5e-4, 1e-3))
        wanted = (4 * near - far) / 3
        found = jacobian(ours)(0.0, i)
        np.testing.assert_allclose(found, wanted, atol=1e-7 * np.max(np.abs(wanted)))


def test_what_the_model_closes_over():
    def fit(shift):
        return optimize.curve_fit(lambda x, a, b: a + b * x + shift, X, Y)[0]

    np.testing.assert_allclose(jacobian(fit)(0.3), [-1.0, 0.0], atol=1e-9)
    listed = lambda t: optimize.curve_fit(line, [0.0, 1.0, 2.0], [t, 1.0, 2.0])[0][0]  # noqa: E731
    assert grad(listed)(0.1) == pytest.approx(5 / 6)


def test_misuse():
    with pytest.raises(ValueError, match="give p0"):
        optimize.curve_fit(lambda x, *p: x, X, Y)
    with pytest.raises(NoDerivativeError, match=r"use diffops\.optimize\."):
        grad(
            lambda y: optimize.curve_fit(line, X, y, method="trf", loss="huber")[0][0]
        )(Y)
    with pytest.raises(ValueError, match="f is not finite at x0"):
        optimize.curve_fit(lambda x, a: a * x * np.nan, X, Y)
    with pytest.raises(RuntimeError, match="Optimal parameters not found"):
        optimize.curve_fit(decay, X, Y, maxfev=2)
