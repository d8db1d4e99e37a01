"""Values that know their series: numbers and arrays in Taylor mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from diffops.modes.jet_lists import Operation
from diffops.primitive import Primitive, tracked_in
from diffops.series import Call, Doubles, Series
from diffops.tags import Level, Tracked
from diffops.values.array import ArrayValue
from diffops.values.scalar import (
    FLOAT64,
    PYTHON,
    Float64Value,
    OtherValue,
    ScalarValue,
    is_number,
    kind_of,
)
from diffops.values.steps import Numbers


class ScalarJet(Float64Value):
    """A float64 number and its series."""

    __slots__ = ()
    kind = FLOAT64


class PythonJet(ScalarValue):
    """A Python float and its series."""

    __slots__ = ()
    kind = PYTHON


class OtherJet(OtherValue):
    """A number of another dtype and its series."""

    __slots__ = ()


class ArrayJet(ArrayValue):
    """An array and its series, of arrays of the same shape."""

    __slots__ = ()


NUMBERS = Numbers(ScalarJet, PythonJet, OtherJet)


class Expansion(Level):
    """What tracks values by their series."""

    __slots__ = ()

    #: The operators that numbers compute inline.
    operations: ClassVar[dict[Callable[..., Any], Operation]] = {}

    def track(self, value: Any, series: Series) -> Tracked:
        """Track a value by the series that begins with it."""
        jet: Tracked
        if is_number(value):
            kind = kind_of(value)
            jet = NUMBERS[kind]()
            if kind == FLOAT64 and series.__class__ is Doubles:
                series = Series(series, series.step and series.at)
        else:
            jet = ArrayJet()
        jet.level = self
        jet.primal = series[0]
        jet.carry = series
        return jet

    def called(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Call:
        """Run a primitive on the primals; return what its series are made from."""
        primals: list[Any] = []
        series: list[Any] = []
        doubles: list[int] = []
        mixed = False
        run = primitive.function
        for i, arg in enumerate(args):
            carry = arg
            if isinstance(arg, Tracked):
                if arg.level is self:
                    carry = arg.carry
                    if isinstance(arg, Float64Value):
                        doubles.append(i)
                    elif not isinstance(arg, PythonJet):
                        mixed = True
                    arg = arg.value()
                if isinstance(arg, Tracked):
                    run = primitive
                    mixed = True
            elif arg.__class__ not in _FLOATS:
                mixed = True
            primals.append(arg)
            series.append(carry)
        if primitive.keyed and tracked_in(params.values()):
            run = primitive
        y = run(*primals, **params)
        kind = Series
        if mixed:
            if doubles or not is_number(y) or y.__class__ is np.float64:
                kind = Doubles
                for i in doubles:
                    series[i] = Doubles.of(series[i])
            if primitive.partials:
                dtype = getattr(y, "dtype", None)
                primals = [_widened(value, dtype) for value in primals]
                series = [_widened(x, dtype) for x in series]
        return Call(primitive.pushforward, y, primals, params, series, kind)


def _widened(value: Any, dtype: Any) -> Any:
    """Return a value, or a series, in the precision in which NumPy computes with it."""
    if isinstance(value, Series):
        if _widened(value[0], dtype) is value[0]:
            return value
        wide = type(value)(_widened(c, dtype) for c in value)
        wide.step = value.step and (lambda k: _widened(value.at(k), dtype))
        return wide
    own = getattr(value, "dtype", None)
    if own is None or own is dtype or dtype is None or own.kind not in "fc":
        return value
    if own.kind == "f" and dtype.kind == "c":
        dtype = np.dtype(f"f{dtype.itemsize // 2}")
    return value if own.itemsize >= dtype.itemsize else value.astype(dtype)


#: Numbers beside which those of float64 may compute as Python's floats.
_FLOATS = frozenset((float, int, np.float64))
