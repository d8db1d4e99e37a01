"""Integrals of functions of one number whose values are arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import integrate as original

from diffops.errors import NoDerivativeError
from diffops.primitive import adopt, tracked_in
from diffops.rules._arguments import known
from diffops.rules._fitting import is_complex
from diffops.scipy._mirror import refuse_option
from diffops.scipy.integrate.components import Components, Key, NewTrace
from diffops.scipy.integrate.moving_limits import moved_limit
from diffops.tags import running
from diffops.values.refusal import remember

Function = Callable[..., Any]

_NAME = "scipy.integrate.quad_vec"


def quad_vec(
    f: Function,
    a: Any,
    b: Any,
    epsabs: float = 1e-200,
    epsrel: float = 1e-8,
    norm: str = "2",
    cache_size: float = 100e6,
    limit: float = 10000,
    workers: Any = 1,
    points: Any = None,
    quadrature: Any = None,
    full_output: bool = False,
    *,
    args: Any = (),
) -> Any:
    """Integrate an array-valued function, as `scipy.integrate.quad_vec`: (y, error).

    Differentiable in the limits a and b, in args, and in whatever f closes over, in
    every mode and to any order (to order 8 in the limits). As in `quad` each derivative
    is an integral of its own, to the same tolerances. In reverse mode f is swept back
    once for each entry of its value, at every place.

    Raises NoDerivativeError for ``workers`` other than 1, and where f is not finite at
    a tracked limit.

    >>> import numpy as np
    >>> from diffops import jacobian
    >>> from diffops.scipy import integrate
    >>> powers = np.array([1.0, 2.0])
    >>> areas = lambda p: integrate.quad_vec(lambda x: x**p, 0.0, 1.0)[0]
    >>> np.round(jacobian(areas)(powers), 9)  # - 1 / (p + 1)²
    array([[-0.25      ,  0.        ],
           [ 0.        , -0.11111111]])
    """
    args = args if isinstance(args, tuple) else (args,)
    options = {
        "epsabs": epsabs,
        "epsrel": epsrel,
        "norm": norm,
        "cache_size": cache_size,
        "limit": limit,
        "points": points,
        "quadrature": quadrature,
    }
    if not running:
        return original.quad_vec(
            f, a, b, workers=workers, full_output=full_output, args=args, **options
        )
    try:
        integral = _Integral(lambda x: f(x, *args), known(a), known(b), options)
        result = integral.plain(workers, full_output)
        if not integral.places and not tracked_in([a, b, args]):
            return result
        if workers != 1:
            refuse_option(_NAME, f"workers={workers}", "leave it out")
        y = integral.tracked(result[0])
        for limit, sign, plain in ((b, 1.0, integral.high), (a, -1.0, integral.low)):
            if tracked_in([limit]):
                y = y + sign * moved_limit(integral.function, limit, plain, _NAME)
    except NoDerivativeError as error:
        remember(error, [a, b, args])
        raise
    return y, *result[1:]


class _Integral:
    """One integral: its plain value, and its derivatives one after the other."""

    def __init__(
        self, f: Function, low: float, high: float, options: dict[str, Any]
    ) -> None:
        self.f = f
        self.low = low
        self.high = high
        self.options = options
        #: Where SciPy asked for the integrand and it was tracked.
        self.places: list[float] = []
        self.components = Components()
        self._known: dict[float, dict[tuple[int, Key], float]] = {}

    def function(self, x: Any) -> Any:
        """Return the integrand, of which f may have made a list."""
        return adopt(self.f(x))

    def plain(self, workers: Any, full_output: bool) -> Any:
        """Return what SciPy does, noting whether the integrand is tracked."""

        def value(x: float) -> Any:
            y = self.f(x)
            if not tracked_in([y]):
                return y
            self.places.append(x)
            return known(adopt(y))

        return original.quad_vec(
            value,
            self.low,
            self.high,
            workers=workers,
            full_output=full_output,
            **self.options,
        )

    def tracked(self, value: Any) -> Any:
        """Return the value with its derivatives."""
        if not self.places:
            return value
        parts = [value.real, value.imag] if np.iscomplexobj(value) else [value]
        flat = np.concatenate([np.ravel(part) for part in parts])
        integrals: dict[Key, Any] = {(): flat}
        for x in self.places:
            self._at(x, len(flat))
        while True:
            found = {key for at in self._known.values() for _, key in at}
            missing = found - set(integrals)
            if not missing:
                break
            for key in missing:
                integrals[key] = self._component(key, len(flat))
        varying = {place for at in self._known.values() for place in at}
        entries = [
            self.components.value(
                {key: y[i] for key, y in integrals.items() if (i, key) in varying}
                | {(): flat[i]}
            )
            for i in range(len(flat))
        ]
        total = np.stack([adopt(entry) for entry in entries])
        if len(parts) == 2:
            half = len(entries) // 2
            total = total[:half] + 1j * total[half:]
        return np.reshape(total, np.shape(value)) if np.shape(value) else total[0]

    def _component(self, key: Key, size: int) -> Any:
        """Integrate one derivative of all entries."""

        def value(x: float) -> Any:
            at = self._at(x, size)
            return np.array([at.get((i, key), 0.0) for i in range(size)])

        return original.quad_vec(value, self.low, self.high, **self.options)[0]

    def _at(self, x: float, size: int) -> Any:
        """Return the components of all entries of the integrand at a place."""
        found = self._known.get(x)
        while found is None:
            rows = {level: len(level.rows or ()) for level in self.components.starts}
            y = np.reshape(self.function(x), (-1,))
            parts = [np.real(y), np.imag(y)] if is_complex(y) else [y]
            entries = [part[i] for part in parts for i in range(size // len(parts))]
            try:
                found = {
                    (i, key): float(part)
                    for i, entry in enumerate(entries)
                    for key, part in self.components.parts(entry, rows)
                }
            except NewTrace:
                continue
            self._known[x] = found
        return found
