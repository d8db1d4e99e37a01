"""The right-hand side of a differential equation, as solvers and derivatives see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError, at_user_line
from diffops.operators.jacobian import jacobian
from diffops.operators.transform import jvp
from diffops.primitive import adopt, tracked_in
from diffops.rules._arguments import known
from diffops.rules._fitting import shape_of
from diffops.tags import Tracked, strip

Function = Callable[..., Any]

#: Jacobians of more columns are found in one batch.
_FEW = 4


class Problem:
    """y′ = fun(t, y, *args): plain for SciPy, tracked for derivatives.

    ``seen`` tells whether fun has returned a tracked value to SciPy, which is how
    closures are noticed.
    """

    def __init__(
        self, fun: Function, args: Any, vectorized: bool = False, jac: Any = None
    ) -> None:
        self.fun = fun
        self.args = () if args is None else args
        self.fixed = known(args)
        self.vectorized = vectorized
        self.jac = jac
        self.seen = False

    def plain(self, t: float, y: Any, *args: Any) -> Any:
        """Return the plain slope."""
        value = self.fun(t, y, *args)
        if not tracked_in([value]):
            return value
        slope = known(adopt(value))
        if not self.seen and not np.all(np.isfinite(slope)):
            # SciPy would look for the length of a first step for ever.
            raise ConvergenceError(
                f"no solution can begin at t = {t:g}{at_user_line()}: its slope there "
                "is not finite, so it has no derivative"
            )
        self.seen = True
        return slope

    def field(self, t: Any, y: Any) -> Any:
        """Return the slope with all that tracks it, of the shape of y."""
        if not self.vectorized:
            return vector(self.fun(t, y, *self.args), shape_of(y))
        return vector(self.fun(t, y[:, None], *self.args), shape_of(y))

    def slope(self, t: float, y: Any) -> Any:
        """Return the plain Jacobian of the field: the user's, or by forward mode."""
        if self.jac is not None:
            found = self.plain_jac
            if callable(found):
                found = found(t, y, *(() if self.fixed is None else self.fixed))
            return found.toarray() if hasattr(found, "toarray") else np.asarray(found)

        def along(y: Any) -> Any:
            return self.field(t, y)

        if y.size > _FEW and not np.iscomplexobj(y):
            return strip(jacobian(along, mode="forward")(y))
        units = np.eye(y.size, dtype=np.result_type(y, 0.0))
        columns = [jvp(along, (y,), (unit,))[1] for unit in units]
        return np.stack([strip(column) for column in columns], axis=1)

    @property
    def plain_jac(self) -> Any:
        """The user's Jacobian, or function that returns it, without what tracks it."""
        if not callable(self.jac):
            return plain(self.jac)
        return lambda *args: plain(self.jac(*args))


def plain(value: Any) -> Any:
    """Return a value, or what holds tracked ones, without what tracks it."""
    return known(adopt(value)) if tracked_in([value]) else value


def adopted(value: Any) -> Any:
    """Return a container of tracked numbers as a tracked array, all else as it is."""
    return adopt(value) if tracked_in([value]) else value


def vector(value: Any, shape: tuple[int, ...]) -> Any:
    """Return a state, or a slope, of which the user may have made a list."""
    value = adopt(value)
    if not isinstance(value, Tracked):
        value = np.asarray(value)
    return value if shape_of(value) == shape else np.reshape(value, shape)
