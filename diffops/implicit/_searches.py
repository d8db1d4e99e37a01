"""Functions as SciPy's searches call them: plain, with their exact derivatives.

`root`, `argmin` and all of `diffops.optimize` search through these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.loading import at_hand
from diffops.errors import ConvergenceError
from diffops.implicit._inverse import DENSE, is_dense
from diffops.implicit._solution import Unknown, map_of, plain
from diffops.jit.jitted import jit as jitted
from diffops.operators._tree import flatten
from diffops.operators.gradient import fgrad, grad
from diffops.operators.hessian import hessianv
from diffops.operators.jacobian import jacobian
from diffops.operators.transform import vjp
from diffops.primitive import adopt, tracked_in
from diffops.tags import Tracked
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_complex

F = Callable[..., Any]
#: Is told of each evaluation: the point, the value, and the gradient or None.
Watch = Callable[[Any, float, Any], None]


class Objective:
    """A function to be minimised: its value, gradient and Hessian products.

    ``function`` maps a vector of the unknowns to a number that may be tracked; what
    the methods return is plain. With ``jit`` the derivatives are recorded and
    replayed, unless f uses tracked values. ``watch`` is told of each value.
    """

    def __init__(
        self,
        f: F,
        unknown: Unknown,
        name: str,
        args: Sequence[Any] = (),
        jit: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self.name = name
        self.jit = jit
        self.watch = watch
        self._f = f
        self._begun = False
        #: How many products with the Hessian were asked for.
        self.products = 0
        known = plain_parts(args)

        def function(vector: Any) -> Any:
            return one_number(f(unknown.container(vector), *args), f, name)

        def searched(vector: Any) -> Any:
            return one_number(f(unknown.container(vector), *known), f, name)

        self.function = function
        self.gradient = grad(function)
        #: The same function of plain arguments.
        self.searched = searched
        self._value: F = searched
        self._both: F = fgrad(searched)
        self._slope = grad(searched)
        self._product: F | None = None
        self._at: tuple[Any, F] | None = None

    def value(self, x: Any) -> float:
        """Return f(x)."""
        if not self._begun:
            return self._begin(x, self._value(x), None)
        return self._seen(x, float(plain(self._value(x))), None)

    def value_and_gradient(self, x: Any) -> tuple[float, Any]:
        """Return f(x) and its gradient, in one pass."""
        y, slope = at_hand(*self._both(x))
        if not self._begun:
            value = self._begin(x, y, plain(slope))
            if not np.all(np.isfinite(plain(slope))):
                raise ValueError(
                    f"{self.name} cannot begin: the gradient of {_named(self._f)} at "
                    "x0 is not finite; begin elsewhere"
                )
            return value, plain(slope)
        slope = plain(slope)
        return self._seen(x, float(plain(y)), slope), slope

    def product(self, x: Any, v: Any) -> Any:
        """Return the Hessian at x times v.

        The gradient is recorded once for all products at one x: H is symmetric, so that
        they are what its pullback gives. Replayed, each product stands alone.
        """
        self.products += 1
        if self._product is not None:
            return plain(self._product(x, v))
        if self._at is None or not np.array_equal(self._at[0], x):
            self._at = np.array(x), vjp(self._slope, x)[1]
        return plain(self._at[1](v)[0])

    def _begin(self, x: Any, y: Any, slope: Any) -> float:
        self._begun = True
        if self.jit and not isinstance(y, Tracked):
            self._both = jitted(self._both)
            self._product = jitted(hessianv(self.searched))
            self._value = jitted(self._value)
        value = float(plain(y))
        if np.isnan(value):
            raise ValueError(
                f"{self.name} cannot begin: {_named(self._f)} is nan at x0; begin "
                "elsewhere"
            )
        return self._seen(x, value, slope)

    def _seen(self, x: Any, value: float, slope: Any) -> float:
        if self.watch is not None:
            self.watch(x, value, slope)
        return value


class Equations:
    """A function from vector to vector: its value and its Jacobian, plain."""

    def __init__(
        self,
        function: F,
        name: str,
        matrix: F | None = None,
        jit: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self.name = name
        self.function = function
        self.jit = jit
        self.watch = watch
        self._begun = False
        self._values = function
        self._matrix: F = jacobian(function) if matrix is None else matrix
        self._given = matrix is not None

    def values(self, x: Any) -> Any:
        """Return f(x)."""
        y = self._values(x)
        if not self._begun:
            self._begin(y)
        y = np.array(plain(y))  # f may use its array again
        if self.watch is not None:
            self.watch(x, float(np.linalg.norm(y)), None)
        return y

    def matrix(self, x: Any) -> Any:
        """Return the Jacobian at x."""
        found = self._matrix(x)
        return found if self._given else plain(found)

    def _begin(self, y: Any) -> None:
        self._begun = True
        if not np.all(np.isfinite(plain(y))):
            raise ValueError(
                f"{self.name} cannot begin: f is not finite at x0; begin elsewhere"
            )
        if self.jit and not isinstance(y, Tracked):
            self._values = jitted(self._values)
            if not self._given:
                self._matrix = jitted(self._matrix)


def plain_parts(args: Sequence[Any]) -> tuple[Any, ...]:
    """Return arguments without anything that tracks them."""
    if not args:
        return ()
    leaves, rebuild = flatten(tuple(args))
    return tuple(rebuild([plain(a) if tracked_in([a]) else a for a in leaves]))


def unknown_of(x0: Any, name: str) -> Unknown:
    """Return the unknowns that x0 holds, or say that it holds none."""
    unknown = Unknown(x0)
    if not unknown.n:
        what = "None" if x0 is None else "an x0 without numbers"
        raise ValueError(f"{name} wants to know where to begin, not {what}")
    return unknown


def one_number(y: Any, f: F, name: str) -> Any:
    """Return the one real number that f returned, or say what it returned."""
    if type(y) is float or type(y) is np.float64:
        return y
    leaves, _ = flatten(y)
    what = ""
    if len(leaves) != 1:
        what = f"{len(leaves)} values"
    elif np.prod(shape(adopt(leaves[0])), dtype=int) != 1:
        what = f"an array of shape {shape(adopt(leaves[0]))}"
    elif is_complex(adopt(leaves[0])):
        what = "a complex number"
    if what:
        raise TypeError(
            f"{name} wants a function that returns one real number, but {_named(f)} "
            f"returned {what}"
        )
    leaf = adopt(leaves[0])
    return leaf if not shape(leaf) else np.reshape(leaf, ())


def _named(f: F) -> str:
    return getattr(f, "__name__", repr(f))


def polished(equations: F, x: Any, linear: str = "auto", enough: float = np.inf) -> Any:
    """Take Newton's steps as long as the residual shrinks.

    Where the systems are solved by products, only until it is ``enough``.
    """
    residual = plain(equations(x))
    dense = is_dense(len(x), linear)
    for _ in range(10):
        if not size_of(residual) > (0.0 if dense else enough):
            break
        with contextlib.suppress(ConvergenceError):
            after = x - map_of(equations, x, linear).solve(residual)
            smaller = plain(equations(after))
            if size_of(smaller) < size_of(residual):
                x, residual = after, smaller
                continue
        break
    return x


def size_of(residual: Any) -> float:
    """Return the largest entry, 0 of none."""
    return float(np.max(np.abs(residual), initial=0.0))


#: How often a minimiser that has come to a saddle point is sent on.
_ATTEMPTS = 4


def minimised(objective: Objective, start: Any, linear: str = "auto") -> Any:
    """Return a minimum by SciPy, with exact gradients and Hessian products.

    Saddle points and maxima of few unknowns are left again.
    """
    from scipy.optimize import minimize

    x = start
    for _ in range(_ATTEMPTS):
        x = minimize(
            objective.value_and_gradient,
            x,
            jac=True,
            hessp=objective.product,
            method="trust-ncg",
            options={"gtol": 1e-10},
        ).x
        x = polished(objective.gradient, x, linear)
        if not 0 < x.size <= DENSE or not np.all(np.isfinite(x)):
            return x
        bends, directions = np.linalg.eigh(plain(jacobian(objective.gradient)(x)))
        if not bends[0] < -1e-8 * np.max(np.abs(bends)):
            return x
        x = x + 1e-2 * (1 + size_of(x)) * directions[:, 0]
    raise ConvergenceError(
        f"{objective.name} came to a stationary point that is no minimum; start at "
        "another x0"
    )


def solved(equations: Equations, start: Any, linear: str = "auto") -> Any:
    """Return a root by SciPy: with exact Jacobians, or without of many unknowns."""
    from scipy.optimize import root

    if is_dense(start.size, linear):
        x = root(equations.values, start, jac=equations.matrix, tol=1e-12).x
    else:
        x = root(equations.values, start, method="krylov", options={"fatol": 1e-8}).x
    return polished(equations.function, x, linear)
