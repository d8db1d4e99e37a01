"""``minimize``: SciPy's, with exact derivatives filled in, and differentiable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._searches import Objective, size_of, unknown_of
from diffops.implicit._solution import order_of, plain
from diffops.operators.hessian import hessian as dense_hessian
from diffops.optimize._bounds import Limits, limits_of
from diffops.optimize._conditions import minimum
from diffops.optimize._constraints import Constraint, constraints_of
from diffops.optimize._reports import Reports, differentiable_result
from diffops.sparse.sparse_hessian import sparse_hessian
from diffops.tags import running

F = Callable[..., Any]
Hessian = Literal["products", "dense", "sparse"]

#: SciPy's methods by the derivatives that they take: none, the gradient, also products
#: with the Hessian or the matrix, or the matrix alone.
_PLAIN = ("nelder-mead", "powell", "cobyla", "cobyqa")
_FIRST = ("cg", "bfgs", "l-bfgs-b", "tnc", "slsqp")
_SECOND = ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr")
_MATRIX = ("dogleg", "trust-exact")
METHODS = (*_PLAIN, *_FIRST, *_SECOND, *_MATRIX)


def minimize(
    f: F,
    x0: Any,
    args: Any = (),
    method: str | Callable[..., Any] | None = None,
    *,
    hessian: Hessian | None = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[..., Any] | None = None,
    options: dict[str, Any] | None = None,
    jit: bool = False,
    progress: bool = False,
    implicit_tol: float = 1e-6,
    linear: str = "auto",
) -> Any:
    """Minimise f(x, *args) by `scipy.optimize.minimize`, with exact derivatives.

    The gradient comes with the value, in one pass; methods with second derivatives get
    products H v ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr") or the
    matrix ("dogleg", "trust-exact"), or what ``hessian`` says: "products", "dense", or
    "sparse" (`sparse_hessian`, then also sparse Jacobians of the constraints).
    Constraints get Jacobians and Hessians too. Without a method SciPy chooses BFGS,
    L-BFGS-B or SLSQP.

    x0 may be a number, an array or a container; f, constraints and callback get the
    like, and so is the result's x. All else in the `OptimizeResult` is SciPy's.
    ``bounds`` are SciPy's, or a container like x0 of pairs. ``jit`` records f and its
    derivatives, anew in each call, and replays them; ``progress`` shows a bar of
    evaluations (tqdm); `History` is a callback that plots.

    Differentiable by every parameter among args, in closures, bounds and constraints:
    x is that of `argmin`, by the same implicit function theorem (x0 does not matter),
    and fun is f there; what would be constant in the result is left out of it. The
    search itself is not differentiated; x is polished by Newton's method first.

    Raises ValueError for a method that SciPy does not have, or where f or its gradient
    is nan at x0; TypeError unless f returns one real number. While something is being
    differentiated, ConvergenceError where the search failed, where the gradient (with
    bounds or constraints, the Karush-Kuhn-Tucker residual) exceeds ``implicit_tol``,
    where x is no minimum, or where it lies on a bound that does not push back.

    >>> import numpy as np
    >>> from diffops import grad, optimize
    >>> bowl = lambda x, a: np.sum((x - a) ** 2)
    >>> optimize.minimize(bowl, np.zeros(2), args=(3.0,)).x
    array([3., 3.])
    >>> x = lambda a: optimize.minimize(bowl, np.zeros(2), args=(a,)).x
    >>> round(grad(lambda a: np.sum(x(a) ** 2))(3.0), 9)
    12.0
    """
    from scipy import optimize

    name = method.lower() if isinstance(method, str) else method
    _check_method(name, hessian)
    unknown = unknown_of(x0, "minimize")
    args = args if isinstance(args, tuple) else (args,)  # as SciPy does
    limits = limits_of(bounds, x0, unknown)
    ties = constraints_of(constraints, unknown)
    with Reports(unknown, callback, progress) as reports:
        objective = Objective(f, unknown, "minimize", args, jit, reports.watch)
        reports.objective = objective
        found = optimize.minimize(
            **_function(objective, name, hessian),
            x0=unknown.vector(unknown.start),
            method=name,
            bounds=None if limits is None else limits.for_scipy(),
            constraints=[
                tie.for_scipy(name == "trust-constr", hessian == "sparse", jit)
                for tie in ties
            ],
            tol=tol,
            callback=None if callback is None else reports.iterated,
            options=options,
        )
    if not running or not _varies(objective, found.x, limits, ties):
        found.x = unknown.container(found.x)
        return found
    _check_success(objective, found, implicit_tol)
    x = minimum(objective, x0, found.x, limits, ties, linear, implicit_tol)
    return differentiable_result(found, x=x, fun=f(x, *args))


def _function(objective: Objective, name: Any, hessian: str | None) -> dict[str, Any]:
    """Return f and its derivatives in the arguments of SciPy's function."""
    if name in _PLAIN:
        return {"fun": objective.value}
    given: dict[str, Any] = {"fun": objective.value_and_gradient, "jac": True}
    if name is None or name in _FIRST:
        return given
    if hessian is None:
        hessian = "dense" if name in _MATRIX else "products"
    if hessian == "products":
        return {**given, "hessp": objective.product}
    if hessian == "sparse":
        return {**given, "hessp": _SparseProducts(objective)}
    matrix = dense_hessian(objective.searched)
    return {**given, "hess": lambda x: plain(matrix(x))}


class _SparseProducts:
    """Products with the sparse Hessian, which is made once for each x."""

    def __init__(self, objective: Objective) -> None:
        self.matrix_at = sparse_hessian(objective.searched)
        self._at: tuple[Any, Any] | None = None

    def __call__(self, x: Any, v: Any) -> Any:
        if self._at is None or not np.array_equal(self._at[0], x):
            self._at = np.array(x), self.matrix_at(x)
        return self._at[1] @ v


def _check_method(name: Any, hessian: str | None) -> None:
    if isinstance(name, str) and name not in METHODS:
        raise ValueError(
            f"SciPy's minimize has no method {name!r}; there are {', '.join(METHODS)}"
        )
    if hessian not in (None, "products", "dense", "sparse"):
        raise ValueError(
            f'hessian must be "products", "dense" or "sparse", not {hessian!r}'
        )
    if hessian is None or callable(name):
        return
    if name not in _SECOND and (name not in _MATRIX or hessian != "dense"):
        raise ValueError(
            f"the method {name!r} does not take hessian={hessian!r}; "
            f"{', '.join(_SECOND)} do"
        )


def _varies(
    objective: Objective, x: Any, limits: Limits | None, ties: Sequence[Constraint]
) -> bool:
    """Tell whether anything that defines the minimum is being differentiated."""
    seen = [objective.gradient(x), *(tie.function(x) for tie in ties)]
    seen += [side for tie in ties for side in (tie.lower, tie.upper)]
    if limits is not None:
        seen += [limits.lower, limits.upper]
    return any(order_of(value) for value in seen)


def _check_success(objective: Objective, found: Any, tolerance: float) -> None:
    if found.success:
        return
    slope = size_of(plain(objective.gradient(np.asarray(found.x))))
    if not slope <= tolerance:
        raise ConvergenceError(
            f"minimize did not reach a minimum ({found.message}), so it has no "
            f"derivative there{at_user_line()}"
        )
