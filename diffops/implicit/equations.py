"""``root``, ``fixed_point``, ``argmin`` and ``linear_solve``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError
from diffops.implicit._inverse import DENSE, LinearMap
from diffops.implicit._solution import Unknown, plain, solution
from diffops.operators._tree import flatten
from diffops.operators.gradient import grad
from diffops.operators.hessian import hessianv
from diffops.operators.jacobian import jacobian
from diffops.operators.transform import jvp, vjp
from diffops.primitive import adopt, tracked_in

F = Callable[..., Any]
Solver = Callable[..., Any]


def root(
    f: F,
    x0: Any,
    *args: Any,
    solver: Solver | None = None,
    tol: float = 1e-8,
    linear: str = "auto",
) -> Any:
    """Return x with f(x, *args) = 0, differentiable by the implicit function theorem.

    dx/dθ = −(∂f/∂x)⁻¹ ∂f/∂θ, for every θ among ``args`` or in what f closes over, in
    all modes and to any order. x and f(x) are vectors, or containers of as many
    numbers; x does not depend on ``x0``, where the search begins.

    ``solver(f, x0)`` gets a function of plain vectors and returns one, or an object
    with an attribute x; by default it is `scipy.optimize.root` with exact Jacobians.
    ``linear`` says how systems with ∂f/∂x are solved: "dense", "gmres" or "cg" from
    products alone; "auto" is dense up to 300 unknowns.

    Raises ConvergenceError where the residual exceeds ``tol`` or ∂f/∂x is singular.
    A derivative costs as many products with ∂f/∂x as the linear solver takes, whatever
    the solver did (Griewank & Walther, ch. 15).

    >>> from diffops import grad, root
    >>> grad(lambda a: root(lambda x: x**2 - a, 1.0))(4.0)  # that of the square root
    0.25
    """
    unknown = Unknown(x0)
    equations = unknown.equations(lambda x: f(x, *args))
    x = _solved(equations, unknown, solver or _searching(equations))
    return solution(unknown, equations, x, "root", linear, tol)


def fixed_point(
    f: F,
    x0: Any,
    *args: Any,
    solver: Solver | None = None,
    tol: float = 1e-8,
    linear: str = "auto",
    max_iterations: int = 10_000,
) -> Any:
    """Return x with x = f(x, *args), differentiable by the implicit function theorem.

    dx/dθ = (1 − ∂f/∂x)⁻¹ ∂f/∂θ (Christianson 1994). By default x is found by iterating
    f from ``x0`` until it stands still; all else is as in `root`.

    >>> import numpy as np
    >>> from diffops import fixed_point, grad
    >>> x = fixed_point(lambda x, a: np.cos(a * x), 1.0, 1.0)
    >>> slope = grad(lambda a: fixed_point(lambda x: np.cos(a * x), 1.0))(1.0)
    >>> np.isclose(slope, -x * np.sin(x) / (1 + np.sin(x)))
    np.True_
    """
    unknown = Unknown(x0)
    image = unknown.equations(lambda x: f(x, *args))

    def iterate(equations: F, start: Any) -> Any:
        x = start
        for _ in range(max_iterations):
            x, last = plain(image(x)), x
            if np.max(np.abs(x - last), initial=0.0) <= 0.01 * tol:
                return x
            if not np.all(np.isfinite(x)):
                break
        raise ConvergenceError(
            f"fixed_point did not settle in {max_iterations} iterations: f may not "
            "contract; give another x0, or solver="
        )

    def equations(x: Any) -> Any:
        return x - image(x)

    x = _solved(equations, unknown, solver or iterate)
    return solution(unknown, equations, x, "fixed_point", linear, tol)


def argmin(
    f: F,
    x0: Any,
    *args: Any,
    solver: Solver | None = None,
    tol: float = 1e-6,
    linear: str = "auto",
) -> Any:
    """Return the x that minimises f(x, *args), differentiable implicitly.

    dx/dθ = −H⁻¹ ∂∇f/∂θ, H being the Hessian of f in x. ``solver(f, x0)`` gets f as a
    function of plain vectors; by default it is `scipy.optimize.minimize` with exact
    gradients and Hessian products, followed by Newton's method. ``tol`` bounds the
    gradient; all else is as in `root`. A stationary point is taken for a minimum.

    >>> import numpy as np
    >>> from diffops import argmin, grad
    >>> ridge = lambda w, a: np.sum((w - 3.0) ** 2) + a * np.sum(w**2)
    >>> slope = grad(lambda a: np.sum(argmin(ridge, np.zeros(2), a)))(1.0)
    >>> np.isclose(slope, -2 * 3.0 / 4)
    np.True_
    """
    unknown = Unknown(x0)

    def objective(vector: Any) -> Any:
        return f(unknown.container(vector), *args)

    gradient = grad(objective)
    if solver is None:
        x = _minimised(objective, gradient, unknown)
    else:
        x = _solved(objective, unknown, solver)
    return solution(unknown, gradient, x, "argmin", linear, tol)


def linear_solve(A: Any, b: Any, *, linear: str = "auto", tol: float = 1e-8) -> Any:
    """Return x with A x = b; A is a matrix, or a function that multiplies by one.

    The derivative solves the same system again, or its transpose; nothing of the
    solver is kept. b may be a container where A is a function. All else is as in
    `root`; ``tol`` bounds the residual in relation to b.

    >>> import numpy as np
    >>> from diffops import grad, linear_solve
    >>> grad(lambda a: linear_solve(lambda x: a * x, np.array([6.0]))[0])(2.0)
    -1.5
    """
    unknown = Unknown(b)
    multiply = A if callable(A) else lambda x: A @ x
    right = unknown.vector([adopt(leaf) for leaf in flatten(b)[0]])
    product = unknown.equations(multiply)

    def equations(x: Any) -> Any:
        return product(x) - right

    zero = np.zeros(unknown.n)
    matrix = LinearMap(
        unknown.n,
        lambda v: plain(jvp(product, (zero,), (v,))[1]),
        lambda u: plain(vjp(product, zero)[1](u)[0]),
        linear,
    )
    x = matrix.solve(plain(right))
    scale = 1.0 + float(np.max(np.abs(plain(right)), initial=0.0))
    return solution(unknown, equations, x, "linear_solve", linear, tol * scale)


def _solved(equations: F, unknown: Unknown, solver: Solver) -> Any:
    """Run a solver on plain numbers.

    A solver may differentiate the function; the derivatives then vary with what the
    function closes over, and are made plain with `stop_gradient`.
    """

    def numbers(x: Any) -> Any:
        y = equations(x)
        return y if tracked_in([x]) else plain(y)

    found = solver(numbers, unknown.vector(unknown.start))
    return getattr(found, "x", found)


def _searching(equations: F) -> Solver:
    """Return the default solver: SciPy's, then Newton's steps while they help."""

    def solve(f: F, x0: Any) -> Any:
        from scipy.optimize import root as search

        matrix = jacobian(equations)
        x = search(f, x0, jac=lambda x: plain(matrix(x)), tol=1e-12).x
        return _polished(equations, x)

    return solve


def _polished(equations: F, x: Any) -> Any:
    """Take Newton's steps as long as the residual shrinks."""
    matrix = jacobian(equations)
    residual = plain(equations(x))
    for _ in range(10):
        try:
            after = x - np.linalg.solve(plain(matrix(x)), residual)
        except np.linalg.LinAlgError:
            break
        smaller = plain(equations(after))
        if not size_of(smaller) < size_of(residual):
            break
        x, residual = after, smaller
    return x


def size_of(residual: Any) -> float:
    """Return the largest entry, 0 of none."""
    return float(np.max(np.abs(residual), initial=0.0))


def _minimised(objective: F, gradient: F, unknown: Unknown) -> Any:
    """Return a minimum by SciPy, with exact gradients and Hessian products."""
    from scipy.optimize import minimize

    products = hessianv(objective)
    x = minimize(
        lambda v: float(plain(objective(v))),
        unknown.vector(unknown.start),
        jac=lambda v: plain(gradient(v)),
        hessp=lambda v, p: plain(products(v, p)),
        method="trust-ncg",
        options={"gtol": 1e-10},
    ).x
    return _polished(gradient, x) if unknown.n <= DENSE else x
