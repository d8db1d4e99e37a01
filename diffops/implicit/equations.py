"""``root``, ``fixed_point``, ``argmin`` and ``linear_solve``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError
from diffops.implicit._searches import Equations, Objective, minimised, solved
from diffops.implicit._second_order import minimum_check
from diffops.implicit._solution import (
    Unknown,
    check_count,
    map_of,
    plain,
    solution,
)
from diffops.operators._tree import flatten
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
    products alone; "auto" is dense up to 300 unknowns, and up to 4000 where GMRES does
    not converge. The result has the precision of ``x0``; f is given float64.

    Raises ConvergenceError where the residual exceeds ``tol``, and where a derivative
    is asked for and ∂f/∂x is singular, or so close to it that it changes within a
    Newton step.
    A derivative costs as many products with ∂f/∂x as the linear solver takes, whatever
    the solver did (Griewank & Walther, ch. 15). The search sees plain numbers, so a
    program of `jit` holds for the parameters that it was recorded with alone, and with
    many of them f runs as it is; the sparsity pattern is to be found "local".

    >>> from diffops import grad, root
    >>> grad(lambda a: root(lambda x: x**2 - a, 1.0))(4.0)  # that of the square root
    0.25
    """
    unknown = Unknown(x0)
    equations = unknown.equations(lambda x: f(x, *args))
    start = unknown.vector(unknown.start)
    check_count(equations(start), unknown, "root")
    if solver is None:
        x = solved(Equations(equations, "root"), start, linear)
    else:
        x = _solved(equations, unknown, solver)
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

    check_count(image(unknown.vector(unknown.start)), unknown, "fixed_point")
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
    gradient; all else is as in `root`. A stationary point that a solver of your own
    finds is taken for a minimum; so is that of more than 300 unknowns.

    >>> import numpy as np
    >>> from diffops import argmin, grad
    >>> ridge = lambda w, a: np.sum((w - 3.0) ** 2) + a * np.sum(w**2)
    >>> slope = grad(lambda a: np.sum(argmin(ridge, np.zeros(2), a)))(1.0)
    >>> np.isclose(slope, -2 * 3.0 / 4)
    np.True_
    """
    unknown = Unknown(x0)
    objective = Objective(f, unknown, "argmin", args)
    if solver is None:
        x = minimised(objective, unknown.vector(unknown.start), linear)
    else:
        x = _solved(objective.function, unknown, solver)
    check = minimum_check("argmin")
    return solution(unknown, objective.gradient, x, "argmin", linear, tol, check)


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

    x = map_of(product, np.zeros(unknown.n), linear).solve(plain(right))
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
    found = getattr(found, "x", found)
    try:
        x = np.ravel(np.asarray(plain(found), dtype=float))
    except (TypeError, ValueError):
        x = None
    if found is None or x is None or x.size != unknown.n:
        raise TypeError(
            f"solver= is to return a vector of the {unknown.n} unknowns, or what has "
            f"one as x, not {found!r}"
        )
    return x
