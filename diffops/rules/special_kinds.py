"""The kinds of rules for `scipy.special`: of one output or several, quiet, in doubles.

SciPy computes in doubles whatever it is given, and does not warn; so do the partials
here. An argument whose derivative is not at hand is refused when it is tracked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import Partial, Primitive, Pull, table
from diffops.rules._batches import broadcasting
from diffops.rules._fitting import spread
from diffops.rules._kinds import Domain, elementwise, general
from diffops.tags import levels

#: Every rule made here, and its partials, of which some may be `Unknown`.
rules: dict[Primitive, tuple[Any, ...]] = {}


class Unknown:
    """The partial in an argument whose derivative has no usable form: it refuses."""

    __slots__ = ("advice", "argument", "function")

    def __init__(self, function: str, argument: str, advice: str = "") -> None:
        self.function = function
        self.argument = argument
        self.advice = advice or (
            "pass a plain value there, or detach it with diffops.stop_gradient"
        )

    def __call__(self, *_: Any) -> Any:
        """Raise."""
        raise NoDerivativeError(
            f"scipy.special.{self.function} has no derivative with respect to its "
            f"argument {self.argument!r}, which is tracked{at_user_line()}; "
            + self.advice
        )


def analytic(
    function: Callable[..., Any],
    *partials: Partial | None,
    singular: bool = False,
    on: Domain = (),
) -> Primitive:
    """Make a primitive of a function from its partial derivatives.

    A ``singular`` one has an algebraic or logarithmic singularity at a finite point,
    and strong zeros there. ``on`` is where tests sample each argument.
    """
    primitive = elementwise(
        function,
        *map(_prepared, partials),
        regular=_nowhere if singular else None,
        on=on,
    )
    return _refusing(primitive, partials)


def several(
    function: Callable[..., Any],
    *slopes: Callable[..., Any] | None,
    on: Domain | None = (),
) -> Primitive:
    """Make a primitive of a function of several outputs.

    There is one slope per argument: ``slope(y, *args)`` returns the partial derivative
    of each output, given the tuple y of them all.
    """
    prepared = [slope and _prepared(slope) for slope in slopes]

    def pushforward(y: Any, args: Sequence[Any], tangents: Sequence[Any]) -> Any:
        totals: list[Any] = [None] * len(y)
        for slope, tangent in zip(prepared, tangents, strict=True):
            if slope is None or tangent is None:
                continue
            for i, d in enumerate(slope(y, *args)):
                term = tangent * d
                totals[i] = term if totals[i] is None else totals[i] + term
        if totals[0] is None:
            return None
        return tuple(map(spread, totals, y))

    def transposed(slope: Callable[..., Any]) -> Callable[..., Any]:
        def pull(g: Sequence[Any], y: Any, *args: Any) -> Any:
            pairs = zip(g, slope(y, *args), strict=True)
            terms = [c * d for c, d in pairs if c is not None]
            return sum(terms[1:], terms[0])

        return pull

    primitive = general(
        function,
        pushforward,
        *(slope and transposed(slope) for slope in prepared),
        batch=broadcasting,
    )
    primitive.on = on or ()
    return _refusing(primitive, slopes)


def _prepared(partial: Any) -> Any:
    """Return a partial that computes in doubles and does not warn."""
    if partial is None or isinstance(partial, (int, Unknown)):
        return partial

    def quiet(y: Any, *args: Any) -> Any:
        with np.errstate(all="ignore"):
            y = tuple(map(doubled, y)) if isinstance(y, tuple) else doubled(y)
            return partial(y, *map(doubled, args))

    return quiet


def doubled(x: Any) -> Any:
    """Return a value in double precision; whole numbers as those of 64 bits."""
    dtype = getattr(x, "dtype", None)
    if dtype is None or dtype in _WIDE:
        return x
    if dtype.kind in "biu":
        return x.astype(np.int64)
    if dtype.kind == "f" and dtype.itemsize < 8:
        return x.astype(np.float64)
    return x.astype(np.complex128) if dtype == np.complex64 else x


_WIDE = frozenset(map(np.dtype, (np.float64, np.complex128, np.int64)))


def _nowhere(*_: Any) -> bool:
    return False


class Asking:
    """A primitive that refuses what it cannot differentiate before it runs.

    SciPy might refuse a tracked order for being no whole number, and say nothing of
    derivatives.
    """

    __slots__ = ("primitive",)

    def __init__(self, primitive: Primitive) -> None:
        self.primitive = primitive

    def __call__(self, *args: Any) -> Any:
        """Refuse, or run."""
        for partial, arg in zip(rules[self.primitive], args, strict=True):
            if isinstance(partial, Unknown) and _is_varying(arg):
                partial()
        return self.primitive(*args)

    def __repr__(self) -> str:
        return repr(self.primitive)


def _is_varying(value: Any) -> bool:
    """Tell whether a differentiation is under way in which a value varies."""
    return any(level.running and not level.keeps for level in levels(value))


def _refusing(primitive: Primitive, partials: Sequence[Any]) -> Primitive:
    """Refuse unknown partials when the function runs, not in the sweep back."""
    pullback = primitive.pullback

    def check(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull | None:
        for i in wrt:
            partial = partials[i]
            if isinstance(partial, Unknown):
                partial()
        return pullback(y, args, params, wrt)

    rules[primitive] = tuple(partials)
    if any(isinstance(partial, Unknown) for partial in partials):
        primitive.pullback = check
        table[primitive.function] = Asking(primitive)
    return primitive
