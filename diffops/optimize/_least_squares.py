"""``least_squares``: SciPy's, with exact Jacobians filled in, and differentiable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._searches import Equations, Objective, plain_parts, unknown_of
from diffops.implicit._solution import Unknown, order_of, plain
from diffops.operators._tree import flatten
from diffops.operators.transform import jvp, vjp
from diffops.optimize._bounds import Limits, sides_of
from diffops.optimize._conditions import minimum
from diffops.optimize._reports import Reports, differentiable_result
from diffops.primitive import adopt
from diffops.sparse.sparse_jacobian import sparse_jacobian
from diffops.tags import running

F = Callable[..., Any]
Jacobian = Literal["dense", "sparse", "products"]

#: What SciPy's losses make of the squares z.
LOSSES: dict[str, F] = {
    "linear": lambda z: z,
    "soft_l1": lambda z: 2.0 * (np.sqrt(1.0 + z) - 1.0),
    "huber": lambda z: np.where(z <= 1.0, z, 2.0 * np.sqrt(np.maximum(z, 1.0)) - 1.0),
    "cauchy": lambda z: np.log1p(z),
    "arctan": lambda z: np.arctan(z),
}
METHODS = ("trf", "dogbox", "lm")


def least_squares(
    f: F,
    x0: Any,
    args: Any = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    jacobian: Jacobian = "dense",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    loss: str | F = "linear",
    f_scale: Any = 1.0,
    jit: bool = False,
    progress: bool = False,
    implicit_tol: float = 1e-8,
    linear: str = "auto",
    **options: Any,
) -> Any:
    """Minimise ½ Σ ρ(fᵢ(x)²) by `scipy.optimize.least_squares`, with exact Jacobians.

    ``jacobian`` says what the solver gets: the matrix ("dense"), a `sparse_jacobian`
    ("sparse"), or products with vectors ("products"; the method "trf" takes all). x and
    f(x) are vectors or containers, and so is the result's x; each side of ``bounds``
    may be a container too. All else, and further ``options``, are SciPy's. ``jit`` and
    ``progress`` are those of `minimize`.

    Differentiable by every parameter among args, in closures and bounds, as `minimize`:
    x is where the gradient Jᵀ ρ′ f vanishes, and cost is the value there.

    Raises ValueError for a method or loss that SciPy does not have, or where f is not
    finite at x0. While something is being differentiated, ConvergenceError where the
    search failed, the gradient exceeds ``implicit_tol`` in relation to its summands,
    its Jacobian is singular, or x lies on a bound that does not push back.

    >>> import numpy as np
    >>> from diffops import grad, optimize
    >>> t, y = np.arange(4.0), np.array([1.0, 3.0, 5.0, 7.0])
    >>> line = lambda p, y: p[0] + p[1] * t - y
    >>> fit = lambda y: optimize.least_squares(line, np.ones(2), args=(y,))
    >>> np.round(fit(y).x, 6)
    array([1., 2.])
    >>> np.round(grad(lambda y: fit(y).x[1])(y), 6)  # a row of the pseudo-inverse
    array([-0.3, -0.1,  0.1,  0.3])
    """
    from scipy import optimize

    _check(method, loss, jacobian)
    if "jac" in options:
        raise TypeError(
            "least_squares makes the Jacobian itself: leave jac out, or choose how it "
            'is made by jacobian="dense", "sparse" or "products"'
        )
    unknown = unknown_of(x0, "least_squares")
    args = args if isinstance(args, tuple) else (args,)  # as SciPy does
    named = dict(kwargs or {})
    limits = sides_of(bounds, unknown)
    known, known_named = plain_parts(args), plain_parts([named])[0]
    searched = unknown.equations(lambda x: f(x, *known, **known_named))
    with Reports(unknown, None, progress) as reports:
        equations = Equations(
            searched, "least_squares", _matrix(searched, jacobian), jit, reports.watch
        )
        found = optimize.least_squares(
            equations.values,
            unknown.vector(unknown.start),
            jac=equations.matrix,
            bounds=(plain(limits.lower), plain(limits.upper)),
            method=method,
            loss=loss,
            f_scale=plain(f_scale),
            **options,
        )
    residuals = unknown.equations(lambda x: f(x, *args, **named))
    objective = cost_of(residuals, found.x, loss, f_scale, "least_squares")
    if not running or not _varies(objective, found.x, limits):
        found.x = unknown.container(found.x)
        return found
    if not found.success:
        raise ConvergenceError(
            f"least_squares did not reach a minimum ({found.message}), so it has no "
            f"derivative there{at_user_line()}"
        )
    x = fitted(objective, x0, found.x, limits, linear, implicit_tol)
    return differentiable_result(found, x=x, cost=objective.function(vector_of(x)))


def cost_of(residuals: F, x: Any, loss: str | F, f_scale: Any, name: str) -> Objective:
    """Return the cost whose minimum the fit is, as a function of the vector x."""

    def cost(vector: Any) -> Any:
        squares = (residuals(vector) / f_scale) ** 2
        shrunk = LOSSES[loss](squares) if isinstance(loss, str) else loss(squares)[0]
        return 0.5 * f_scale**2 * np.sum(shrunk)

    return Objective(cost, Unknown(np.asarray(x)), name)


def fitted(
    objective: Objective,
    x0: Any,
    x: Any,
    limits: Limits,
    linear: str,
    tolerance: float,
) -> Any:
    """Return the parameters of a fit, as a container with their derivatives."""
    bounded = np.any(
        np.isfinite(plain(limits.lower)) | np.isfinite(plain(limits.upper))
    )
    # Rounding errors of the gradient grow with its summands, and these with the cost.
    scale = 1.0 + abs(float(plain(objective.function(x))))
    return minimum(
        objective, x0, x, limits if bounded else None, (), linear, tolerance * scale
    )


def _varies(objective: Objective, x: Any, limits: Limits) -> bool:
    seen = (objective.gradient(x), limits.lower, limits.upper)
    return any(map(order_of, seen))


def vector_of(x: Any) -> Any:
    """Return the entries of a container in one vector."""
    return Unknown(x).vector([adopt(leaf) for leaf in flatten(x)[0]])


def _matrix(function: F, kind: str) -> F | None:
    if kind == "dense":
        return None
    if kind == "sparse":
        return sparse_jacobian(function)

    def products(x: Any) -> Any:
        from scipy.sparse.linalg import LinearOperator

        y, pullback = vjp(function, x)
        return LinearOperator(
            (y.size, x.size),
            matvec=lambda v: plain(jvp(function, (x,), (np.reshape(v, x.shape),))[1]),
            rmatvec=lambda u: plain(pullback(np.reshape(u, y.shape))[0]),
            dtype=float,
        )

    return products


def _check(method: str, loss: Any, kind: str) -> None:
    if method not in METHODS:
        raise ValueError(
            f"SciPy's least_squares has no method {method!r}; there are "
            f"{', '.join(METHODS)}"
        )
    if isinstance(loss, str) and loss not in LOSSES:
        raise ValueError(
            f"SciPy's least_squares has no loss {loss!r}; there are "
            f"{', '.join(LOSSES)}, or a function"
        )
    if kind not in ("dense", "sparse", "products"):
        raise ValueError(
            f'jacobian must be "dense", "sparse" or "products", not {kind!r}'
        )
