"""Sparsity: which inputs a value may depend on, whatever the inputs are.

A pattern is the value at one point and a set of inputs per entry. It is to hold at
every point, so what Python decides by a value (``if x > 0``) cannot be followed: it is
refused, with the user's line. See Griewank, Walther, Evaluating Derivatives (2008),
chapter 7.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from diffops.engines.copying import is_of_numpy
from diffops.errors import NoDerivativeError, at_user_line
from diffops.modes.pattern_rows import EMPTY, Rows, Set, joined
from diffops.modes.pattern_values import PatternArray, PatternIndices, PatternNumber
from diffops.primitive import Primitive, parts_of
from diffops.tags import Level, Tracked, example
from diffops.values.methods import shape_of
from diffops.values.refusal import remember
from diffops.values.scalar import is_number
from diffops.values.views import link_view


class Call:
    """One call of a primitive, as the rules of its dependences see it.

    ``carries`` holds a set per tracked number, rows per tracked array, and None for
    what does not depend on the inputs at all. ``unknown`` holds those parameters whose
    value depends on the inputs, as they came; ``params`` has plain values.
    """

    __slots__ = ("args", "carries", "level", "params", "primitive", "unknown", "y")

    def __init__(
        self,
        level: Detection,
        primitive: Primitive,
        args: Sequence[Any],
        carries: Sequence[Rows | Set | None],
        params: dict[str, Any],
        unknown: dict[str, Any],
        y: Any,
    ) -> None:
        self.level = level
        self.primitive = primitive
        self.args = args
        self.carries = carries
        self.params = params
        self.unknown = unknown
        self.y = y

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return self.level.inputs

    def rows(self, i: int) -> Rows:
        """Return the rows of an argument."""
        carry = self.carries[i]
        if isinstance(carry, Rows):
            return carry
        if carry is None:
            return Rows.empty(int(np.prod(shape_of(self.args[i]))), self.inputs)
        return Rows(1, self.inputs, sets=[carry])


#: What a primitive's outputs depend on: rows, or the set of a number, for each; None
#: where the values of the inputs do not matter at all.
Flow = Callable[[Call], Any]


#: Where our own formulas choose by a value between ways to the same derivative, with
#: the same dependences (a quotient and its limit, say): modules, and functions of some.
_CHOOSING = frozenset(
    f"diffops.{name}"
    for name in (
        "modes.graph",
        "modes.node",
        "modes.splitting",
        "rules._fitting",
        "rules._kinds",
        "rules._kinks",
        "rules.ranges.geomspace",
        "rules.determinants",
        "rules.eigen",
        "rules.emath",
        "rules.hermitian",
        "rules.norms",
        "rules.singular",
        "rules.statistics",
    )
)

#: Where Python's ``int(x)`` and the like are methods.
_METHODS = "diffops.values.methods"


def _is_choice(frame: FrameType | None) -> bool:
    """Tell whether what asks for a value, at this frame, is a formula of ours."""
    while frame is not None and frame.f_globals.get("__name__") == _METHODS:
        frame = frame.f_back
    if frame is None:
        return False
    module = frame.f_globals.get("__name__")
    return module in _CHOOSING or f"{module}.{frame.f_code.co_name}" in _CHOOSING


class Detection(Level):
    """One detection of a sparsity pattern, over so many inputs.

    ``flow_of`` returns what is known of a primitive's dependences.
    """

    __slots__ = ("flow_of", "inputs")

    keeps = True
    order = 0  # it does not differentiate

    def __init__(self, inputs: int, flow_of: Callable[[Primitive], Flow]) -> None:
        super().__init__()
        self.inputs = inputs
        self.flow_of = flow_of

    def pattern(self, primal: Any, carry: Rows | Set) -> Any:
        """Track a value and what it depends on."""
        value: Any
        if is_number(primal):
            value = PatternNumber()
            if isinstance(carry, Rows):
                carry = carry.item(0)
        elif is_of_numpy(primal) and primal.dtype.kind in "fciub":
            kind = primal.dtype.kind
            value = PatternArray() if kind in "fc" else PatternIndices()
        else:
            return primal
        value.level = self
        value.primal = primal
        value.carry = carry
        return value

    def leaf(self, primal: Any, first: int) -> Any:
        """Track inputs, which are numbered from first on."""
        count = int(np.prod(shape_of(primal)))
        return self.pattern(primal, Rows.one_each(first, count, self.inputs))

    def rows(self, value: Any) -> Rows:
        """Return the rows of an output."""
        if not (isinstance(value, Tracked) and value.level is self):
            return Rows.empty(int(np.prod(shape_of(value))), self.inputs)
        carry = value.carry
        return carry if isinstance(carry, Rows) else Rows(1, self.inputs, sets=[carry])

    def stripped(self, value: Any) -> Any:
        """Return the value with the derivative dropped: it still depends on the inputs.

        That is why what Python decides by it is refused all the same.
        """
        if isinstance(value, PatternNumber):
            return self.pattern(value.primal, EMPTY)
        return self.pattern(value.primal, Rows.empty(value.size, self.inputs))

    def example(self, value: Any) -> Any:
        """Return the value at the point of the detection."""
        return value.primal

    def decide(self, value: Any, what: str) -> None:
        """Refuse that Python sees a value, unless one of our own formulas asks.

        To be called by what the values' methods, which Python calls, call for it.
        """
        if not _is_choice(sys._getframe(3)):
            self.refuse(value, what)

    def refuse(self, value: Any, what: str) -> NoReturn:
        """Say that the pattern would hold for one branch alone."""
        error = NoDerivativeError(
            f"{what} depends on the values of the inputs{at_user_line()}, so that a "
            "sparsity pattern found here would hold for inputs that go the same way "
            "alone; give the pattern as sparsity=, have it found anew at every point "
            'with sparsity="local", or write the choice with np.where'
        )
        remember(error, [value])
        if self.refusal is None:
            self.refusal = error
        raise error

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive on the values, and find what its outputs depend on."""
        primals: list[Any] = []
        carries: list[Rows | Set | None] = []
        numbers = True
        for arg in args:
            carry = None
            if isinstance(arg, Tracked):
                if arg.level is self:
                    carry = arg.carry
                    arg = arg.primal
                else:
                    arg = example(arg)
            if isinstance(carry, Rows) or hasattr(arg, "__len__"):
                numbers = False
            primals.append(arg)
            carries.append(carry)
        unknown = {}
        for name, value in params.items():
            if any(part.level is self for part in parts_of(value)):
                unknown[name] = value
                params = {**params, name: _exemplified(value)}
        y = primitive.function(*primals, **params)
        found: Any
        if numbers and primitive.partials:
            found = EMPTY
            for partial, carry in zip(primitive.partials, carries, strict=True):
                if carry and partial is not None:
                    found = joined(found, carry)  # type: ignore[arg-type]
        else:
            call = Call(self, primitive, primals, carries, params, unknown, y)
            found = self.flow_of(primitive)(call)
            if found is None:
                return y
            for carry in carries:
                if carry is found and isinstance(carry, Rows):
                    carry.shared = params.get("reuse") is not True
        if isinstance(y, tuple):
            for part in found:
                part.shared = True  # outputs may have the same rows
            return tuple(map(self.pattern, y, found))
        result = self.pattern(y, found)
        if primitive.view and result is not y:
            link_view(args[0], result, primitive, params)
        return result


class LocalDetection(Detection):
    """A detection at one point: it takes the branches that are taken there."""

    __slots__ = ()

    keeps = False

    def decide(self, value: Any, what: str) -> None:
        """Let Python see the value."""


def _exemplified(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_exemplified, value))
    return example(value)
