"""What is defined by an equation, with the derivatives that the equation gives it.

At a solution x of f(x, θ) = 0 with Jacobian A = ∂f/∂x the steps

    x ← x − A⁻¹ f(x, θ)

with A held at its plain value leave the value alone and make one more order of the
derivatives right each (Christianson 1994; Griewank & Walther, Evaluating Derivatives,
2nd ed., ch. 15). So they are taken as often as differentiations are nested, on tracked
values: θ may come as an argument or through a closure, and the solver is never seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.copying import is_of_numpy
from diffops.engines.loading import at_hand
from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._inverse import LinearMap, is_dense
from diffops.operators._tree import flatten
from diffops.operators.jacobian import jacobian
from diffops.operators.transform import jvp, linearize, vjp
from diffops.primitive import adopt
from diffops.rules._arguments import known
from diffops.tags import levels
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex, is_number

Residual = Callable[[Any], Any]


COMPLEX = (
    "the unknowns and equations are to be real numbers; solve for the real and the "
    "imaginary parts of complex ones"
)


class Unknown:
    """The container of the unknowns, and how it becomes one vector."""

    def __init__(self, x0: Any) -> None:
        leaves, self._rebuild = flatten(x0)
        if any(map(is_complex, leaves)):
            raise TypeError(COMPLEX)
        self.start = [np.array(plain(leaf), dtype=float) for leaf in leaves]
        self._numbers = [is_number(leaf) for leaf in leaves]
        self._dtypes = [_dtype_of(leaf) for leaf in leaves]
        self.n = sum(leaf.size for leaf in self.start)
        self._is_vector = is_of_numpy(x0) and x0.ndim == 1

    def vector(self, leaves: Sequence[Any]) -> Any:
        """Return all entries in one vector."""
        if not leaves:
            return np.zeros(0)
        if len(leaves) == 1:
            return np.reshape(leaves[0], (-1,))
        return np.concatenate([np.reshape(leaf, (-1,)) for leaf in leaves])

    def container(self, vector: Any) -> Any:
        """Return a vector as the container that x0 is."""
        if self._is_vector:
            return vector
        leaves, start = [], 0
        for like, number in zip(self.start, self._numbers, strict=True):
            part = vector[start : start + like.size]
            leaves.append(part[0] if number else np.reshape(part, like.shape))
            start += like.size
        return self._rebuild(leaves)

    def result(self, vector: Any) -> Any:
        """Return a solution as the container that x0 is, in its precision."""
        leaves, rebuild = flatten(self.container(vector))
        pairs = zip(leaves, self._dtypes, strict=True)
        return rebuild(
            [x if dtype == np.float64 else x.astype(dtype) for x, dtype in pairs]
        )

    def equations(self, f: Residual) -> Callable[[Any], Any]:
        """Return f as a function from a vector to a vector."""

        def run(vector: Any) -> Any:
            leaves, _ = flatten(f(self.container(vector)))
            residual = self.vector([adopt(leaf) for leaf in leaves])
            if is_complex(residual):
                raise TypeError(COMPLEX)
            return residual

        return run


def _dtype_of(leaf: Any) -> Any:
    """Return the dtype of a solution: that of x0, if that is one of floats."""
    dtype = getattr(leaf, "dtype", np.dtype(float))
    return dtype if dtype.kind == "f" else np.dtype(float)


def plain(value: Any) -> Any:
    """Return a value without anything that tracks it, computed if it was not yet."""
    return at_hand(known(adopt(value)))[0]


def solution(
    unknown: Unknown,
    equations: Callable[[Any], Any],
    x: Any,
    name: str,
    linear: str,
    tolerance: float,
    examine: Callable[[Any], None] | None = None,
) -> Any:
    """Return a solution with its derivatives, after checking that it is one.

    ``examine`` sees the plain Jacobian at x, where it is formed.
    """
    x = np.asarray(plain(x), dtype=float)
    residual = equations(x)
    check_count(residual, unknown, name)
    distance = plain(residual)
    size = float(np.max(np.abs(distance), initial=0.0))
    if not size <= tolerance:
        raise ConvergenceError(
            f"{name} did not converge: the largest residual is {size:.1e}, above "
            f"tol={tolerance:.1e}{at_user_line()}; it has no derivative there"
        )
    orders = order_of(residual)
    if not orders:
        return unknown.result(x)
    at_x = map_of(equations, x, linear)
    if examine is not None and at_x.method == "dense":
        examine(at_x.matrix())
    try:
        inverse = at_x.inverse()
        _check_close(equations, x, distance, at_x)
    except ConvergenceError as error:
        raise ConvergenceError(f"{name}: {error}{at_user_line()}") from None
    y = x
    for _ in range(orders):
        y = y - inverse(equations(y))
    return unknown.result(y)


def map_of(equations: Callable[[Any], Any], x: Any, linear: str) -> LinearMap:
    """Return the Jacobian at x, as it is now: the equations are not asked later.

    What they close over may be overwritten before the way back.
    """
    if is_dense(x.size, linear):
        return LinearMap(
            x.size,
            lambda v: plain(jvp(equations, (x,), (v,))[1]),
            lambda u: plain(vjp(equations, x)[1](u)[0]),
            "dense",
            lambda: plain(jacobian(equations)(x)),
        )
    _, push = linearize(equations, x)
    _, pull = vjp(equations, x)
    return LinearMap(
        x.size, lambda v: plain(push(v)), lambda u: plain(pull(u)[0]), linear
    )


def check_count(residual: Any, unknown: Unknown, name: str) -> None:
    """Raise unless there is an equation for each unknown."""
    if shape(residual) != (unknown.n,):
        raise ValueError(
            f"{name} wants as many equations as unknowns, but f returned "
            f"{shape(residual)[0]} numbers for {unknown.n}"
        )


def _check_close(
    equations: Callable[[Any], Any], x: Any, distance: Any, at_x: LinearMap
) -> None:
    """Raise where the Jacobian changes much within a Newton step of the solution.

    Such a Jacobian is not that of the exact solution: that one is singular, as at a
    double root, or far away.
    """
    step = at_x.solve(distance)
    if not np.any(step):
        return
    there = plain(jvp(equations, (x - step,), (step,))[1])
    change = at_x.solve(there - distance)
    if np.max(np.abs(change)) > 0.1 * np.max(np.abs(step)):
        raise ConvergenceError(
            "the Jacobian is nearly singular at the solution, or the solution still "
            "too far away, so that it has no reliable derivative"
        )


def order_of(value: Any) -> int:
    """Return the order of the derivatives that the levels of a value ask for.

    A mode that asks what depends on what needs one correction too.
    """
    return sum(
        max(getattr(level, "order", 1), 1)
        for level in levels(value)
        if not level.keeps or hasattr(level, "order")
    )
