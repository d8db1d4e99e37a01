"""SciPy's minimize with exact derivatives, and its derivatives."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import scipy.optimize
from landscapes import LANDSCAPES, Counted, rosen

from diffops import (
    ConvergenceError,
    NoDerivativeError,
    argmin,
    check_grads,
    diffn,
    grad,
    hessian,
    jacobian,
    jit,
    jvp,
    optimize,
    sparse_jacobian,
    vmap,
)
from diffops.optimize._minimize import METHODS

WITH_DERIVATIVES = [name for name in METHODS if name not in METHODS[:4]]
#: These stop where f hardly changes, at 1e-8 or so, or after a few hundred calls.
PRECISE = {
    "tnc": {"ftol": 1e-14, "maxfun": 3000},
    "slsqp": {"ftol": 1e-12},
    "l-bfgs-b": {"ftol": 1e-14, "gtol": 1e-8},
    "trust-constr": {"maxiter": 3000},
}
BY_DIFFERENCES = ["cg", "bfgs", "l-bfgs-b", "tnc", "slsqp", "trust-constr"]


@pytest.mark.filterwarnings("ignore:Method .* does not")
@pytest.mark.parametrize("method", [None, *WITH_DERIVATIVES])
@pytest.mark.parametrize("name", LANDSCAPES)
def test_scipys_problems_are_solved(name, method):
    f, start, wanted = LANDSCAPES[name]
    if method == "dogleg" and name not in {"rosen", "booth"}:
        pytest.skip("dogleg wants a Hessian that is positive definite all the way")
    if (method, name) == ("newton-cg", "wood"):
        pytest.skip("SciPy's Newton-CG ends elsewhere, whatever the derivatives")
    options = PRECISE.get(method, {})
    found = optimize.minimize(f, np.array(start), method=method, options=options)
    assert found.success, found.message
    if wanted is not None:
        np.testing.assert_allclose(found.x, wanted, atol=2e-3)
    assert np.max(np.abs(grad(f)(found.x))) < 2e-3


@pytest.mark.parametrize("method", BY_DIFFERENCES)
@pytest.mark.parametrize("name", LANDSCAPES)
def test_never_more_evaluations_than_with_differences(name, method):
    """f itself is counted, whoever calls it, and SciPy's own count too."""
    f, start, _ = LANDSCAPES[name]
    ours, theirs = Counted(f), Counted(f)
    options = {"maxfun": 3000} if method == "tnc" else {}
    given = {"x0": np.array(start), "method": method, "options": options}
    exact = optimize.minimize(ours, **given)
    rough = scipy.optimize.minimize(theirs, **given)
    assert exact.fun <= rough.fun + 1e-6
    assert ours.calls <= theirs.calls
    assert exact.nfev <= rough.nfev


@pytest.mark.parametrize("hessian", ["products", "dense", "sparse"])
@pytest.mark.parametrize(
    "method", ["newton-cg", "trust-ncg", "trust-krylov", "trust-constr"]
)
def test_second_derivatives_in_every_form(method, hessian):
    f, start, wanted = LANDSCAPES["rosen of five"]
    runs = [
        optimize.minimize(f, np.array(start), method=method, hessian=hessian, jit=jit)
        for jit in (False, True)
    ]
    for found in runs:
        assert found.success
        np.testing.assert_allclose(found.x, wanted, atol=1e-3)
    assert runs[0].nit == runs[1].nit


def test_containers_numbers_and_arguments():
    def f(w, c, scale):
        return scale["by"] * ((w["a"] - c) ** 2 + np.sum((w["b"] - 2.0) ** 2))

    start = {"a": 0.0, "b": np.zeros((2, 2))}
    found = optimize.minimize(f, start, args=(3.0, {"by": 2.0}))
    assert found.success
    assert found.x["a"] == pytest.approx(3.0)
    np.testing.assert_allclose(found.x["b"], np.full((2, 2), 2.0))
    assert optimize.minimize(lambda x: (x - 2) ** 2, 0.0).x == pytest.approx(2.0)
    assert optimize.minimize(lambda x: (x - 2) ** 2, 1).x == pytest.approx(2.0)
    alone = optimize.minimize(lambda x, a: (x - a) ** 2, 1.0, args=2.0)  # as SciPy does
    assert alone.x == pytest.approx(2.0)


def test_methods_of_the_users_own():
    def fixed_steps(fun, x0, args=(), jac=None, hessp=None, **options):
        x = x0
        for _ in range(60):
            x = x - 0.25 * jac(x)
        np.testing.assert_allclose(hessp(x, np.ones(2)), [2.0, 2.0])
        return scipy.optimize.OptimizeResult(x=x, fun=fun(x), success=True)

    found = optimize.minimize(
        lambda x: np.sum((x - 1) ** 2), np.zeros(2), method=fixed_steps
    )
    np.testing.assert_allclose(found.x, [1.0, 1.0])


def quartic(x, a):
    return np.sum((x - a) ** 4) + np.sum((x - np.sin(a)) ** 2) + x[0] * x[1]


@pytest.mark.parametrize("method", [None, *WITH_DERIVATIVES, "nelder-mead"])
def test_the_derivative_is_that_of_argmin(method):
    """By the same code: the two faces agree to the last digits."""

    def face(a):
        return optimize.minimize(quartic, np.zeros(2), args=(a,), method=method).x

    a = np.array([0.7, 1.2])
    other = lambda a: argmin(quartic, np.zeros(2), a)  # noqa: E731
    np.testing.assert_allclose(jacobian(face)(a), jacobian(other)(a), rtol=1e-10)

    def closed(a):
        f = lambda x: quartic(x, a)  # noqa: E731
        return optimize.minimize(f, np.zeros(2), method=method).x

    np.testing.assert_allclose(jacobian(closed)(a), jacobian(other)(a), rtol=1e-10)


def test_derivatives_in_all_modes_and_orders():
    def energy(a):
        options = {"gtol": 1e-12}
        given = {"method": "trust-exact", "options": options}
        x = optimize.minimize(quartic, np.zeros(2), args=(a,), **given).x
        return np.sum(np.sin(x))

    a = np.array([0.7, 1.2])
    check_grads(energy, (a,), order=2)
    np.testing.assert_allclose(jacobian(grad(energy))(a), hessian(energy)(a), rtol=1e-9)
    np.testing.assert_allclose(
        vmap(grad(energy))(np.stack([a, 2 * a])),
        [grad(energy)(a), grad(energy)(2 * a)],
        rtol=1e-9,
    )
    jitted = jit(grad(energy))
    for _ in range(3):
        np.testing.assert_allclose(jitted(a), grad(energy)(a), rtol=1e-9)
    slope = jvp(energy, (a,), (np.ones(2),))[1]
    assert slope == pytest.approx(np.sum(grad(energy)(a)))


def test_other_modes():
    """Taylor mode follows; a sparsity pattern would hold here alone, and is refused."""

    def f(a):
        near = lambda x: (x - np.sqrt(a)) ** 4 + (x - np.sqrt(a)) ** 2  # noqa: E731
        return optimize.minimize(near, 1.0).x

    assert diffn(3, f)(4.0) == pytest.approx(3 / 8 * 4.0**-2.5, rel=1e-10)
    with pytest.raises(NoDerivativeError, match="depends on the values"):
        sparse_jacobian(lambda a: optimize.minimize(quartic, np.zeros(2), args=(a,)).x)(
            np.ones(2)
        )


def test_the_value_has_its_derivative_and_constants_are_left_out():
    """The envelope theorem: d min f / da = ∂f/∂a."""

    def value(a):
        found = optimize.minimize(quartic, np.zeros(2), args=(a,), jit=True)
        assert found.success
        assert found.nfev > 0
        assert {"x", "fun", "success", "nfev", "message"} <= set(found)
        with pytest.raises(AttributeError):
            found.hess_inv  # noqa: B018
        return found.fun

    a = np.array([0.7, 1.2])
    x = optimize.minimize(quartic, np.zeros(2), args=(a,), tol=1e-12).x
    np.testing.assert_allclose(
        grad(value)(a), grad(lambda a: quartic(x, a))(a), rtol=1e-5
    )


def test_a_constant_search_inside_a_derivative_is_scipys():
    def f(t):
        found = optimize.minimize(rosen, np.zeros(2))
        assert "hess_inv" in found
        return t * np.sum(found.x)

    assert grad(f)(1.0) == pytest.approx(2.0, rel=1e-4)


def test_more_unknowns_than_are_solved_densely():
    target = np.linspace(0.0, 1.0, 400)

    def f(x, a):
        return np.sum((x - a * target) ** 2) + np.sum((x[1:] - x[:-1]) ** 2)

    def energy(a):
        return np.sum(
            optimize.minimize(
                f, np.zeros(400), args=(a,), method="trust-ncg", linear="cg"
            ).x
            ** 2
        )

    steps = np.diff(np.eye(400), axis=0)
    x = np.linalg.solve(np.eye(400) + steps.T @ steps, target)
    assert grad(energy)(1.5) == pytest.approx(2 * 1.5 * np.sum(x**2), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: optimize.minimize(rosen, np.ones(2), method="adam"),
            ValueError,
            "SciPy's minimize has no method 'adam'; there are nelder-mead",
        ),
        (
            lambda: optimize.minimize(rosen, np.ones(2), method="cg", hessian="dense"),
            ValueError,
            "'cg' does not take hessian='dense'",
        ),
        (
            lambda: optimize.minimize(
                rosen, np.ones(2), method="trust-exact", hessian="sparse"
            ),
            ValueError,
            "does not take hessian='sparse'",
        ),
        (
            lambda: optimize.minimize(rosen, np.ones(2), hessian="full"),
            ValueError,
            'hessian must be "products"',
        ),
        (
            lambda: optimize.minimize(lambda x: x, np.ones(2)),
            TypeError,
            r"minimize wants .* one real number, but .* an array of shape \(2,\)",
        ),
        (
            lambda: optimize.minimize(lambda x: (x[0], x[1]), np.ones(2)),
            TypeError,
            "returned 2 values",
        ),
        (
            lambda: optimize.minimize(lambda x: x[0] * 1j, np.ones(2)),
            TypeError,
            "a complex number",
        ),
        (
            lambda: optimize.minimize(lambda x: np.nan * x[0], np.ones(2)),
            ValueError,
            "is nan at x0",
        ),
        (
            lambda: optimize.minimize(
                lambda x: np.nan * x[0], np.ones(2), method="powell"
            ),
            ValueError,
            "is nan at x0",
        ),
        (
            lambda: optimize.minimize(lambda x: np.sqrt(x[0]), np.zeros(2)),
            ValueError,
            "gradient of .* is not finite",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_misuse(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_minimum_that_was_not_reached_has_no_derivative():
    def end(a, **options):
        f = lambda x: rosen(x) + a * x[0]  # noqa: E731
        return optimize.minimize(f, np.full(5, -1.2), **options)

    found = end(1.0, options={"maxiter": 3})
    assert not found.success
    with pytest.raises(ConvergenceError, match="did not reach a minimum"):
        grad(lambda a: end(a, options={"maxiter": 3}).x[0])(1.0)
    with pytest.raises(ConvergenceError, match="did not reach a minimum"):
        grad(lambda a: end(a, method="nelder-mead", options={"maxiter": 50}).fun)(1.0)


def test_a_stationary_point_that_is_no_minimum_has_no_derivative():
    def hill(a):
        f = lambda x: -a * np.sum(x**2) + np.sum(x**4)  # noqa: E731
        return optimize.minimize(f, np.zeros(2)).x[0]

    assert hill(1.0) == 0.0
    with pytest.raises(ConvergenceError, match="no minimum: f curves down"):
        grad(hill)(1.0)
    valley = lambda a: optimize.minimize(lambda x: a * x[0] ** 2, np.ones(2)).x[0]  # noqa: E731
    with pytest.raises(ConvergenceError, match="singular"):
        grad(valley)(1.0)


def test_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"diffops\[progress\]"):
        optimize.minimize(rosen, np.ones(2), progress=True)


def test_what_the_result_lacks_while_it_is_differentiated():
    def f(a):
        return optimize.minimize(lambda x: np.sum((x - a) ** 2), np.zeros(2)).jac[0]

    assert f(1.0) == 0.0
    with pytest.raises(AttributeError, match="the result has no jac while something"):
        grad(f)(1.0)
