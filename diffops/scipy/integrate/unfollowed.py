"""Functions of SciPy that integrate what they call, and have no derivative here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from scipy import integrate as original

from diffops.errors import at_user_line
from diffops.primitive import tracked_in
from diffops.scipy._mirror import refuse, refusing
from diffops.tags import running

Function = Callable[..., Any]


def refusing_closures(function: Function, advice: str) -> Function:
    """Run SciPy's function, and refuse tracked values that it would call or be given.

    A function that it calls may close over a tracked value: that shows in what it
    returns.
    """
    name = f"scipy.integrate.{function.__name__}"
    refuses = refusing(function, name, advice)

    def checked(called: Function) -> Function:
        @functools.wraps(called)
        def call(*args: Any, **kwargs: Any) -> Any:
            value = called(*args, **kwargs)
            return _refused(value, name, advice) if tracked_in([value]) else value

        return call

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if running:
            args = tuple(checked(arg) if callable(arg) else arg for arg in args)
            kwargs = {k: checked(v) if callable(v) else v for k, v in kwargs.items()}
        return refuses(*args, **kwargs)

    return call


def _refused(value: Any, name: str, advice: str) -> NoReturn:
    refuse(
        value if isinstance(value, (list, tuple)) else [value],
        f"{name} of a function that returns a tracked value has no derivative rule"
        f"{at_user_line()}; {advice}",
    )


cubature = refusing_closures(original.cubature, "use nquad, or quad_vec inside itself")
qmc_quad = refusing_closures(original.qmc_quad, "sum func over points of your own")
tanhsinh = refusing_closures(original.tanhsinh, "use quad or quad_vec")
nsum = refusing_closures(original.nsum, "sum with np.sum as many terms as are wanted")
solve_bvp = refusing_closures(
    original.solve_bvp,
    "solve the equations of collocation on its mesh with diffops.root",
)


class _Stepping:
    """What the classes that integrate step by step share: they take plain values."""

    t: float
    y: Any
    f: Function
    f_params: tuple[Any, ...]

    def integrate(self, t: Any, step: bool = False, relax: bool = False) -> Any:
        """Return y at a time; SciPy looks at the arity of f, which is left as it is."""
        f = getattr(self, "cf", self.f)  # a complex one
        for value in (t, self.f_params, f(self.t, self.y, *self.f_params)):
            _check_plain(value)
        return super().integrate(t, step, relax)  # type: ignore[misc]

    def set_initial_value(self, y: Any, t: Any = 0.0) -> Any:
        """Set where to begin."""
        _check_plain([y, t])
        return super().set_initial_value(y, t)  # type: ignore[misc]


def _check_plain(value: Any) -> None:
    if tracked_in([value]):
        _refused(value, "scipy.integrate.ode", "use solve_ivp")


class ode(_Stepping, original.ode):
    """`scipy.integrate.ode`, of plain values alone: use `solve_ivp` for derivatives."""


class complex_ode(_Stepping, original.complex_ode):
    """`scipy.integrate.complex_ode`, of plain values alone."""


def _solver(kind: type) -> type:
    """Return a solver class that refuses tracked values."""

    def __init__(self: Any, fun: Function, *args: Any, **kwargs: Any) -> None:
        given = [*args, *kwargs.values()]
        if tracked_in(given):
            _refused(given, name, advice)

        def checked(t: Any, y: Any) -> Any:
            value = fun(t, y)
            return _refused(value, name, advice) if tracked_in([value]) else value

        kind.__init__(self, checked, *args, **kwargs)  # type: ignore[misc]

    name, advice = f"scipy.integrate.{kind.__name__}", "use solve_ivp"
    return type(kind.__name__, (kind,), {"__init__": __init__, "__doc__": kind.__doc__})


RK23 = _solver(original.RK23)
RK45 = _solver(original.RK45)
DOP853 = _solver(original.DOP853)
Radau = _solver(original.Radau)
BDF = _solver(original.BDF)
LSODA = _solver(original.LSODA)
