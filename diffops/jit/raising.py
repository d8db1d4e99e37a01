"""Where Python's numbers raise and NumPy's do not: ``1 / 0.0`` and ``10.0 ** 400``.

Recorded numbers compute on with what NumPy gives, since derivatives must. But f itself
would raise there, and may catch it: so a program holds only for divisors that are not
zero, and for powers that do not overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.jit.recorded import Recorded, RecordedFloat, RecordedNumber
from diffops.jit.recorder import NotRecordable

Method = Callable[[Any, Any], Any]

_PYTHON = frozenset((bool, int, float, complex))


def install() -> None:
    """Let recorded numbers of Python's watch their divisions and powers."""
    for kind in (RecordedFloat, RecordedNumber):
        for name in ("truediv", "floordiv", "mod"):
            for method, watched in (("__{}__", _divided_by), ("__r{}__", _dividing)):
                method = method.format(name)
                setattr(kind, method, watched(getattr(kind, method)))
        kind.__pow__ = _raised(kind.__pow__)
        kind.__rpow__ = _raising(kind.__rpow__)


def _divided_by(divide: Method) -> Method:
    def method(self: Any, other: Any) -> Any:
        if _are_pythons(self, other):
            _insist(self.level, other)
        return divide(self, other)

    return method


def _dividing(divide: Method) -> Method:
    def method(self: Any, other: Any) -> Any:
        if _are_pythons(self, other):
            _insist(self.level, self)
        return divide(self, other)

    return method


def _raised(power: Method) -> Method:
    def method(self: Any, other: Any) -> Any:
        y = power(self, other)
        if _are_pythons(self, other):
            _insist_on_power(self.level, y, self)
        return y

    return method


def _raising(power: Method) -> Method:
    def method(self: Any, other: Any) -> Any:
        y = power(self, other)
        if _are_pythons(self, other):
            _insist_on_power(self.level, y, other)
        return y

    return method


def _insist_on_power(level: Any, y: Any, base: Any) -> None:
    """Guard that a power is finite, or is not because its base is not."""
    if isinstance(y.primal, complex):
        _insist(level, np.isfinite(y))
    elif level.decide(y != math.inf, bool) and level.decide(y != -math.inf, bool):
        return
    elif math.isinf(getattr(base, "primal", base)):
        _insist(level, base == getattr(base, "primal", base))
    else:
        _insist(level, False)


def _are_pythons(a: Any, b: Any) -> bool:
    """Tell whether both are numbers of Python's, and none is differentiated."""
    if isinstance(b, Recorded):
        b = b.primal if b.level is a.level else None
    return type(a.primal) in _PYTHON and type(b) in _PYTHON and a.level.running


def _insist(level: Any, value: Any) -> None:
    """Guard that a value is true; where it is not, f raises here."""
    if not (level.decide(value, bool) if isinstance(value, Recorded) else value):
        level.raised = True
        raise NotRecordable
