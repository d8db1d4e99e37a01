"""What the mirrors are made of: SciPy for plain values, derivatives for tracked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

import numpy as np

from diffops import assembly as _assembly  # noqa: F401  (fills the table)
from diffops.engines.loading import engine_of
from diffops.errors import NoDerivativeError, at_user_line, name_of
from diffops.primitive import tracked_in
from diffops.tags import example
from diffops.values.refusal import remember

Function = Callable[..., Any]


class Holder:
    """An object of ours that holds values which may be tracked."""

    def parts(self) -> list[Any]:
        """Return these values."""
        raise NotImplementedError


def holds(values: Sequence[Any]) -> bool:
    """Tell whether one of these is an object of ours, which SciPy does not know."""
    return any(isinstance(value, Holder) for value in values)


def _parts(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Return the arguments of a call, and what they hold."""
    values = [*args, *kwargs.values()]
    held = [
        part for value in values if isinstance(value, Holder) for part in value.parts()
    ]
    return values + held


def mirrors(original: Function) -> Callable[[Function], Function]:
    """Run SciPy's function on plain arguments, and the decorated one on tracked ones.

    What the latter refuses is noted on the differentiations of the arguments.

    >>> from scipy import linalg
    >>> @mirrors(linalg.det)
    ... def det(a):
    ...     return "tracked"
    >>> float(det([[2.0]]))
    2.0
    """

    def decorate(implementation: Function) -> Function:
        @functools.wraps(implementation)
        def call(*args: Any, **kwargs: Any) -> Any:
            values = _parts(args, kwargs)
            if not tracked_in(values) and not holds(values):
                return original(*args, **kwargs)
            try:
                check_lazy(original, values)
                return implementation(*args, **kwargs)
            except NoDerivativeError as error:
                remember(error, values)
                raise

        return call

    return decorate


def check_lazy(original: Any, values: Sequence[Any]) -> None:
    """Raise where a function of SciPy's would compute what is lazy among values."""
    engine = next(filter(None, map(engine_of, map(example, values))), None)
    if engine is not None:
        engine.check_scipy(name_of(original))


def refusing(original: Function, name: str, advice: str = "") -> Function:
    """Run SciPy's function on plain arguments, and refuse tracked ones by its name.

    Its attribute ``refusal`` is the advice.
    """

    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        values = _parts(args, kwargs)
        if tracked_in(values) or holds(values):
            error = NoDerivativeError(
                f"{name} of a tracked value has no derivative rule{at_user_line()}; "
                + (advice or _REWRITE)
            )
            remember(error, values)
            raise error
        return original(*args, **kwargs)

    call.refusal = advice  # type: ignore[attr-defined]
    return call


_REWRITE = (
    "rewrite it with functions that have one, or detach the argument with "
    "diffops.stop_gradient if its derivative is zero"
)


def refuse(values: Sequence[Any], message: str) -> NoReturn:
    """Raise a refusal that is noted on the differentiations of these values."""
    error = NoDerivativeError(message)
    remember(error, _parts(tuple(values), {}))
    raise error


def refuse_option(function: str, option: str, advice: str) -> NoReturn:
    """Raise where a function has a derivative, but not with this option."""
    raise NoDerivativeError(
        f"{function} of a tracked value has no derivative rule with {option}"
        f"{at_user_line()}; {advice}"
    )


def the_rest(of: str, namespace: dict[str, Any]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a mirror, for the names that have no rule in it.

    Functions refuse tracked values; ufuncs dispatch by themselves, and all else (types,
    constants, submodules) is SciPy's own.
    """

    def __getattr__(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(import_module(of), name)
        if callable(value) and not isinstance(value, (type, np.ufunc)):
            value = refusing(value, f"{of}.{name}")
        namespace[name] = value
        return value

    return __getattr__
