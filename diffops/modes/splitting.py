"""Series in an infinitesimal, with poles: what tells equal eigenvalues apart.

See `diffops.repeated`. Such values stand inside those of all differentiations, and
leave with them: what a differentiation returns is the constant term.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.index import update
from diffops.modes.jet import Jets
from diffops.primitive import Primitive
from diffops.repeated import finite, inverse
from diffops.series import by_products, by_terms
from diffops.tags import Level, Tracked, belongs, strip
from diffops.values.array import ArrayValue
from diffops.values.scalar import OtherValue, is_number

#: Poles smaller than this, beside what they come from, are taken for rounding errors.
_ROUNDING = 1e-7


class Laurent(NamedTuple):
    """Coefficients of rising powers of the infinitesimal, the first of minus ``pole``.

    None is zero, as are those that follow the last one.
    """

    pole: int
    terms: list[Any]

    def at(self, power: int) -> Any:
        """Return the coefficient of a power, or None."""
        k = power + self.pole
        return self.terms[k] if 0 <= k < len(self.terms) else None

    def raised(self, pole: int) -> Laurent:
        """Return the same series as one with a pole of another order."""
        return Laurent(pole, [None] * (pole - self.pole) + self.terms)


class SplitNumber(OtherValue):
    """A number that is a series."""

    __slots__ = ()


class SplitArray(ArrayValue):
    """An array of series."""

    __slots__ = ()


class Splitting(Level):
    """One infinitesimal, and the order beyond which series in it are cut off."""

    __slots__ = ("order", "peak")

    fleeting = True

    def __init__(self, order: int) -> None:
        super().__init__()
        super().end()
        self.running = True
        self.order = order
        self.peak = 0.0

    def track(self, series: Laurent) -> Any:
        """Track a value by its series."""
        constant = series.at(0)
        if constant is None:
            constant = _zero(series)
        value: Tracked = SplitNumber() if is_number(constant) else SplitArray()
        value.level = self
        value.primal = constant
        value.carry = series
        return value

    def lowered(self, value: Any) -> Any:
        """Return the constant term of a value, if it has no poles."""
        return self._without_poles(value.carry).at(0)

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on series: in Taylor mode, but for poles."""
        if primitive.function is inverse:
            return self.track(_inverse(args[0].carry, self.order + 1))
        if primitive.function is finite:
            return self.track(self._without_poles(args[0].carry))
        series = [arg.carry if belongs(arg, self) else None for arg in args]
        poles = [0 if x is None else x.pole for x in series]
        pole = sum(poles)
        if pole and _is_linear(primitive):
            pole = max(poles)
            series = [
                (Laurent(0, [arg]) if x is None else x).raised(pole)
                for x, arg in zip(series, args, strict=True)
            ]
        elif pole and not _is_product(primitive, poles):
            raise NoDerivativeError(_REFUSAL.format(at_user_line()))
        jets = Jets(self.order + pole)
        y = primitive(
            *(
                arg if x is None else _jet(jets, x)
                for x, arg in zip(series, args, strict=True)
            ),
            **params,
        )
        jets.end()
        if isinstance(y, tuple):
            return tuple(self._result(part, jets, pole) for part in y)
        return self._result(y, jets, pole)

    def _result(self, y: Any, jets: Jets, pole: int) -> Any:
        terms = [y]
        if belongs(y, jets):
            terms = [y.value(), *y.carry[1:]]
        if terms[0].__class__ is np.float64:
            terms = [np.float64(c) if c.__class__ is float else c for c in terms]
        if not pole and len(terms) == 1:
            return terms[0]
        series = Laurent(pole, terms)
        for power in range(-pole, 0):
            self.peak = max(self.peak, _size(series.at(power)))
        return self.track(series)

    def _without_poles(self, x: Laurent) -> Laurent:
        """Return a series without poles that are zero up to rounding; refuse others."""
        peak = max(self.peak, _size(x.at(0)))
        for power in range(-x.pole, 0):
            if not _size(x.at(power)) <= _ROUNDING * peak:
                raise NoDerivativeError(_REFUSAL.format(at_user_line()))
        terms = x.terms[x.pole :]
        if not terms or terms[0] is None:
            terms = [_zero(x), *terms[1:]]
        return Laurent(0, terms)


_REFUSAL = (
    "eigenvalues or singular values are equal, and a function of vectors that belong "
    "to them has no derivative{}: the matrix determines only the space that they span; "
    "use functions of the whole matrix, such as V f(Λ) Vᵀ, or of all equal ones alike"
)


def split(order: int, w: Any, ranks: Any) -> Any:
    """Return eigenvalues plus multiples of a new infinitesimal.

    Each derivative may divide by it, and what is divided must be known as far.
    """
    return Splitting(2 * order).track(Laurent(0, [w, ranks]))


def _jet(jets: Jets, x: Laurent) -> Any:
    zero = _zero(x)
    return jets.jet(*(zero if c is None else c for c in x.terms))


def _zero(x: Laurent) -> Any:
    """Return a plain zero of the shape and dtype of a coefficient."""
    example = next(c for c in x.terms if c is not None)
    return np.zeros(np.shape(example), getattr(example, "dtype", float))[()]


def _size(coefficient: Any) -> float:
    if coefficient is None:
        return 0.0
    return float(np.max(np.abs(strip(coefficient)), initial=0.0))


def _is_linear(primitive: Primitive) -> bool:
    """Tell whether a primitive is linear in all of its arguments together."""
    return primitive.function is update or (
        primitive.series is by_terms
        and all(isinstance(partial, int) for partial in primitive.partials)
    )


def _is_product(primitive: Primitive, poles: list[int]) -> bool:
    """Tell whether a primitive multiplies what has poles."""
    if primitive.name in ("divide", "solve", "recurrence"):
        return not poles[primitive.name == "divide"]
    return primitive.series is by_products or primitive.name in (
        "multiply",
        "strong_product",
    )


def _inverse(gap: Laurent, order: int) -> Laurent:
    """Return the series of 1 / gap, whose first coefficient may be zero."""
    vanishing = np.equal(gap.terms[0], 0)
    n = order + 2
    terms = gap.terms + [None] * (n + 1 - len(gap.terms))
    moved = [
        np.where(vanishing, *(0.0 if c is None else c for c in pair))
        for pair in zip(terms[1:], terms[:-1], strict=True)
    ]
    head = np.where(np.equal(moved[0], 0), 1.0, moved[0])
    inverses = [np.where(np.equal(moved[0], 0), 0.0, 1 / head)]
    for k in range(1, n - 1):
        rest = sum(moved[j] * inverses[k - j] for j in range(1, k + 1))
        inverses.append(-rest / head)
    zero = np.zeros_like(inverses[0])
    return Laurent(
        1,
        [
            np.where(vanishing, *pair)
            for pair in zip([*inverses, zero], [zero, *inverses], strict=True)
        ],
    )
