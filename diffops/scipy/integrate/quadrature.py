"""Integrals of functions of one number, whose derivatives are integrals (Leibniz)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original

from diffops.errors import NoDerivativeError
from diffops.primitive import tracked_in
from diffops.rules._arguments import known
from diffops.scipy._mirror import refuse_option
from diffops.scipy.integrate.components import Components, as_number
from diffops.scipy.integrate.moving_limits import moved_limit
from diffops.tags import running
from diffops.values.refusal import remember

Function = Callable[..., Any]

_NAME = "scipy.integrate.quad"


def quad(
    func: Function,
    a: Any,
    b: Any,
    args: Any = (),
    full_output: Any = 0,
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
    limit: int = 50,
    points: Any = None,
    weight: str | None = None,
    wvar: Any = None,
    wopts: Any = None,
    maxp1: int = 50,
    limlst: int = 50,
    complex_func: bool = False,
) -> Any:
    """Integrate a function between limits, as `scipy.integrate.quad`: (y, abserr).

    Differentiable in the limits a and b, in args, and in whatever func closes over:
    ∂/∂θ ∫ₐᵇ f dx = ∫ₐᵇ ∂f/∂θ dx, ∂/∂b ∫ₐᵇ f dx = f(b) (to order 8 in the limits). Each
    derivative is an integral of its own, which SciPy computes to the same tolerances,
    with all options; func is called once at each place that any of them asks for. In
    reverse mode the gradient of func is taken at each of these places, so the memory
    does not grow with the calls of func that the sweep back needs.

    Where func jumps at a place that moves with a parameter, what the jump adds to the
    derivative is not seen: split the integral there, at a tracked limit.

    Raises NoDerivativeError for a tracked wvar, and where func is not finite at a
    tracked limit.

    >>> import numpy as np
    >>> from diffops import grad
    >>> from diffops.scipy import integrate
    >>> mass = lambda k: integrate.quad(lambda x: np.exp(-k * x), 0.0, np.inf)[0]
    >>> round(mass(2.0), 6), round(grad(mass)(2.0), 6)  # 1 / k, -1 / k²
    (0.5, -0.25)
    >>> round(grad(lambda b: integrate.quad(np.cos, 0.0, b)[0])(0.0), 12)
    1.0
    """
    args = args if isinstance(args, tuple) else (args,)
    options: dict[str, Any] = {
        "full_output": full_output,
        "epsabs": epsabs,
        "epsrel": epsrel,
        "limit": limit,
        "points": None if points is None else np.asarray(known(points)),
        "weight": weight,
        "wvar": wvar,
        "wopts": wopts,
        "maxp1": maxp1,
        "limlst": limlst,
    }
    if not running:
        return original.quad(func, a, b, args, complex_func=complex_func, **options)
    given = [a, b, args, wvar]
    try:
        if not callable(func):
            if tracked_in(given):
                refuse_option(_NAME, "a compiled function", "write func with NumPy")
            return original.quad(func, a, b, args, complex_func=complex_func, **options)
        if tracked_in([wvar]):
            refuse_option(_NAME, "a tracked wvar", "write the weight into func")
        if complex_func:
            return _complex(func, a, b, args, options)
        return _real(lambda x: func(x, *args), a, b, options)
    except NoDerivativeError as error:
        remember(error, given)
        raise


def _complex(func: Function, a: Any, b: Any, args: Any, options: Any) -> Any:
    real = _real(lambda x: np.real(func(x, *args)), a, b, options)
    imag = _real(lambda x: np.imag(func(x, *args)), a, b, options)
    value, error = (real[i] + 1j * imag[i] for i in (0, 1))
    if not options["full_output"]:
        return value, error
    return value, error, {"real": real[2:], "imag": imag[2:]}


def _real(func: Function, a: Any, b: Any, options: dict[str, Any]) -> Any:
    components = Components()
    places: dict[float, Any] = {}

    def at(x: float) -> Any:
        found = places.get(x)
        if found is None:
            found = places[x] = components.of(lambda: func(x))
        return found

    low, high = known(a), known(b)
    result = original.quad(lambda x: at(x)[()], low, high, **options)
    quiet = {**options, "full_output": 0}
    integrals: dict[Any, Any] = {(): result[0]}
    while True:
        missing = {key for parts in places.values() for key in parts} - set(integrals)
        if not missing:
            break
        for key in missing:
            integrals[key] = original.quad(
                lambda x, key=key: at(x).get(key, 0.0), low, high, **quiet
            )[0]
    y = components.value(integrals)
    if tracked_in([b]):
        y = y + moved_limit(_weighted(func, options), b, high, _NAME)
    if tracked_in([a]):
        y = y - moved_limit(_weighted(func, options), a, low, _NAME)
    return y, *result[1:]


def _weighted(func: Function, options: dict[str, Any]) -> Function:
    """Return the integrand with SciPy's weight function."""
    weight = _weight(options)
    return lambda x: as_number(func(x)) * weight(x)


def _weight(options: dict[str, Any]) -> Function:
    """Return the weight function of SciPy's option."""
    kind, variable = options["weight"], options["wvar"]
    if kind is None:
        return lambda x: 1.0
    if kind == "cos":
        return lambda x: np.cos(variable * x)
    if kind == "sin":
        return lambda x: np.sin(variable * x)
    if kind == "cauchy":
        return lambda x: 1.0 / (x - variable)
    return refuse_option(
        _NAME,
        f"weight={kind!r} and a tracked limit, on which the weight depends",
        "write the weight into func",
    )
