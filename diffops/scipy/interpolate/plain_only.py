"""What of `scipy.interpolate` has no derivative, and says so."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from diffops.errors import at_user_line
from diffops.primitive import tracked_in
from diffops.scipy._mirror import refuse, refusing
from diffops.scipy.interpolate.piecewise import NAMES, Curve

Function = Callable[..., Any]


def the_rest(namespace: dict[str, Any]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of the mirror, for names that have no rule in it.

    Functions and the methods of classes refuse tracked values, and curves made of
    tracked values.
    """

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(import_module("scipy.interpolate"), name)
        if isinstance(value, type) and not issubclass(value, Warning | Exception):
            value = refusing_class(value)
        elif callable(value) and not isinstance(value, type):
            value = refusing_curves(value, NAMES + name)
        namespace[name] = value
        return value

    return __getattr__


def refusing_curves(function: Function, name: str) -> Function:
    """Run SciPy's function on plain values and curves, and refuse tracked ones."""
    refuses = refusing(function, name)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        _check([*args, *kwargs.values()], name)
        return refuses(*args, **kwargs)

    return call


def refusing_class(kind: type) -> type:
    """Return a class like SciPy's, whose methods refuse tracked values."""
    name = NAMES + kind.__name__

    def guarded(method: str) -> Function:
        original = getattr(kind, method)

        @functools.wraps(original)
        def call(self: Any, *args: Any, **kwargs: Any) -> Any:
            _check([*args, *kwargs.values()], name)
            return original(self, *args, **kwargs)

        return call

    methods = [
        method
        for method in dir(kind)
        if (method in ("__init__", "__call__") or not method.startswith("_"))
        and callable(getattr(kind, method))
        and not isinstance(_declared(kind, method), (classmethod, staticmethod))
    ]
    namespace = {method: guarded(method) for method in methods}
    return type(kind)(
        kind.__name__,
        (kind,),
        {"__doc__": kind.__doc__, "__module__": "diffops.scipy.interpolate"}
        | namespace,
    )


def _declared(kind: type, name: str) -> Any:
    return next(vars(of)[name] for of in kind.__mro__ if name in vars(of))


def _check(values: list[Any], name: str) -> None:
    found = [*values, *_held(values)]
    if tracked_in(found):
        refuse(
            found,
            f"{name} of a tracked value has no derivative rule{at_user_line()}; use "
            "what diffops.scipy.interpolate can differentiate (CubicSpline, BSpline, "
            "make_interp_spline, RegularGridInterpolator, ...)",
        )


def _held(values: Iterable[Any]) -> list[Any]:
    """Return what the curves among values are made of."""
    parts: list[Any] = []
    for value in values:
        if isinstance(value, Curve) and value.tracked is not None:
            for part in value.tracked:
                parts += part if isinstance(part, (list, tuple)) else [part]
    return parts
