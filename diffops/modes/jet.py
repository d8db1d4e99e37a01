"""Taylor mode: truncated power series along one direction, whose carry they are.

A primitive continues the series of its output by its own rule, where it has one. Else
its pushforward does: see `jet_equation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.modes.jet_equation import Equation, Lazy, name_of_call
from diffops.modes.jet_lists import OPERATIONS
from diffops.modes.jet_values import Expansion
from diffops.primitive import Primitive
from diffops.series import Call, Doubles, Series
from diffops.tags import Tracked
from diffops.values.scalar import is_number
from diffops.values.views import link_view


class Continuing(Expansion):
    """An expansion up to some order, whose series are complete."""

    __slots__ = ("order",)

    def __init__(self, order: int) -> None:
        super().__init__()
        self.order = order

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on the primals, and continue the series of its output."""
        call = self.called(primitive, args, params)
        with np.errstate(all="ignore"):
            outputs = self.settled(call, args, self.continued(primitive, call))
        if all(len(y) == 1 for y in outputs):
            return call.value
        if isinstance(call.value, tuple):
            return tuple(map(self.track, call.value, outputs))
        jet = self.track(call.value, outputs[0])
        if primitive.view:
            link_view(args[0], jet, primitive, params)
        return jet

    def by_rule(self, primitive: Primitive, call: Call) -> Series | None:
        """Return the series that the primitive's own rule continues, if it has one."""
        y = call.y
        y.step = primitive.series and primitive.series(call)
        if y.step is None:
            return None
        y.reach(self.order)
        y.step = None
        return y

    def settled(
        self, call: Call, args: Sequence[Any], outputs: list[Series]
    ) -> list[Series]:
        """Return the carries of the outputs, given all of their coefficients."""
        return outputs

    def continued(self, primitive: Primitive, call: Call) -> list[Series]:
        """Return the series of the outputs: by the primitive's rule, or pushed."""
        y = self.by_rule(primitive, call)
        return self._pushed(primitive, call) if y is None else [y]

    def _pushed(self, primitive: Primitive, call: Call) -> list[Series]:
        lazy = Lazy(self.order - 1)
        outputs = Equation(call, lazy).outputs
        if primitive.partials and not call.params:
            known = (call.value, outputs[0], call.args)
            lazy.known[name_of_call(primitive, call.args)] = known
        try:
            for k in range(1, self.order + 1):
                lazy.advance(k - 1)
                for y in outputs:
                    y.reach(k)
        finally:
            lazy.end()
            for y in outputs:
                y.step = None
        return outputs


class Jets(Continuing):
    """One expansion along one direction."""

    __slots__ = ()

    operations = OPERATIONS

    def jet(self, *coefficients: Any) -> Tracked:
        """Track a value, given its Taylor coefficients from the lowest."""
        kind = Series if is_number(coefficients[0]) else Doubles
        return self.track(coefficients[0], kind(coefficients))

    def of_number(self, primitive: Primitive, call: Call) -> Series | None:
        """Return the carry of a function of one number, or None: see `jet_numbers`."""
        return self.by_rule(primitive, call)
