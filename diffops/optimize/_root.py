"""``root``: SciPy's, with exact Jacobians filled in, and differentiable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._searches import (
    Equations,
    plain_parts,
    polished,
    size_of,
    unknown_of,
)
from diffops.implicit._solution import check_count, order_of, plain, solution
from diffops.optimize._reports import Reports, differentiable_result
from diffops.tags import running

F = Callable[..., Any]

#: SciPy's methods: those that take the Jacobian, and those that do without.
_WITH_MATRIX = ("hybr", "lm")
METHODS = (
    *_WITH_MATRIX,
    *("broyden1", "broyden2", "anderson", "linearmixing", "diagbroyden"),
    *("excitingmixing", "krylov", "df-sane"),
)


def root(
    f: F,
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    *,
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
    jit: bool = False,
    progress: bool = False,
    implicit_tol: float = 1e-8,
    linear: str = "auto",
) -> Any:
    """Solve f(x, *args) = 0 by `scipy.optimize.root`, with exact Jacobians.

    "hybr" and "lm" take the Jacobian; SciPy's other methods do without. x and f(x) are
    vectors or containers, and so is the result's x; all else in the `OptimizeResult` is
    SciPy's. ``jit`` and ``progress`` are those of `minimize`.

    Differentiable by every parameter among args or in closures: x is that of
    `diffops.root`, by the same implicit function theorem, after Newton's steps.

    Raises ValueError for a method that SciPy does not have, or where f is not finite at
    x0. While something is being differentiated, ConvergenceError where the residual
    exceeds ``implicit_tol`` or the Jacobian is singular.

    >>> from diffops import grad, optimize
    >>> found = optimize.root(lambda x, a: x**2 - a, 1.0, args=(4.0,))
    >>> found.success, round(found.x, 9)
    (True, np.float64(2.0))
    >>> grad(lambda a: optimize.root(lambda x: x**2 - a, 1.0).x)(4.0)
    0.25
    """
    from scipy import optimize

    name = method.lower() if isinstance(method, str) else method
    if name not in METHODS:
        raise ValueError(
            f"SciPy's root has no method {method!r}; there are {', '.join(METHODS)}"
        )
    unknown = unknown_of(x0, "root")
    args = args if isinstance(args, tuple) else (args,)  # as SciPy does
    known = plain_parts(args)
    residuals = unknown.equations(lambda x: f(x, *known))

    def searched(x: Any) -> Any:
        y = residuals(x)
        check_count(y, unknown, "root")
        return y

    with Reports(unknown, callback, progress) as reports:
        equations = Equations(searched, "root", jit=jit, watch=reports.watch)
        found = optimize.root(
            equations.values,
            unknown.vector(unknown.start),
            jac=equations.matrix if name in _WITH_MATRIX else None,
            method=name,
            tol=tol,
            callback=None if callback is None else reports.iterated,
            options=options,
        )
    varying = unknown.equations(lambda x: f(x, *args))
    if not running or not order_of(varying(found.x)):
        found.x = unknown.container(found.x)
        return found
    if not found.success and not size_of(plain(varying(found.x))) <= implicit_tol:
        raise ConvergenceError(
            f"root did not find a root ({found.message}), so it has no derivative "
            f"there{at_user_line()}"
        )
    x = polished(varying, found.x, linear, 0.01 * implicit_tol)
    x = solution(unknown, varying, x, "root", linear, implicit_tol)
    return differentiable_result(found, x=x)
