"""Batch mode: one run of f serves all members of a batch.

A batched value stands for one member, and holds them all along its first axis.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from diffops.errors import EscapedValueError, NoDerivativeError, at_user_line
from diffops.primitive import Common, Differing, Members, Primitive, tracked_in
from diffops.tags import Level, Tracked, example, strip
from diffops.values.array import ArrayValue
from diffops.values.discrete import Discrete
from diffops.values.methods import shape_of
from diffops.values.rooted import Rooted
from diffops.values.scalar import OtherValue
from diffops.values.views import link_view


class PathsDiffer(Exception):
    """Python asked for one value where the members of a batch have several."""


class Batched(Discrete):
    """What batched numbers and arrays share: they look like one member."""

    __slots__ = ()

    level: Any
    primal: Any

    dtype: Any
    shape: Any = property(lambda self: shape_of(self.primal)[1:])

    def value(self) -> Any:
        """Refuse: outside its batch a member has no value."""
        raise EscapedValueError(
            f"a batched value was used after its vmap had ended{at_user_line()}; "
            "return it from the function that vmap maps"
        )

    def shared(self) -> Any:
        """Return the value that all members share, without differentiations."""
        value = strip(self)
        entries = self.level.common(value, _entries)
        return np.array(entries, self.dtype).reshape(self.shape)[()]

    def __hash__(self) -> int:
        return int(self.level.common(self, hash))

    def __bool__(self) -> bool:
        return bool(self.level.common(strip(self), bool))

    def __float__(self) -> float:
        return float(self.level.common(self, float))

    def __int__(self) -> int:
        return int(self.level.common(self, int))

    def __index__(self) -> int:
        return int(self.level.common(self, lambda value: value.__index__()))

    def __complex__(self) -> complex:
        return complex(self.level.common(self, complex))

    def __floor__(self) -> int:
        return int(self.level.common(self, math.floor))

    def __ceil__(self) -> int:
        return int(self.level.common(self, math.ceil))

    def __trunc__(self) -> int:
        return int(self.level.common(self, math.trunc))

    def __round__(self, digits: int | None = None) -> Any:
        return self.level.common(self, lambda value: round(value, digits))

    def is_integer(self) -> bool:
        """Tell whether the value is a whole number."""
        return bool(self.level.common(self, lambda value: value.is_integer()))

    def __format__(self, spec: str) -> str:
        return str(self.level.common(self, lambda value: format(value, spec)))

    def __repr__(self) -> str:
        state = "" if self.level.running else ", ended"
        return f"{type(self).__name__}({self.primal!r}, tag={self.level.tag}{state})"


class BatchedNumber(Batched, OtherValue):
    """A number for every member of a batch."""

    __slots__ = ()


class BatchedArray(Batched, ArrayValue):
    """An array for every member of a batch."""

    __slots__ = ()
    __hash__: Any = ArrayValue.__hash__


class BatchedIndices(BatchedArray):
    """Whole numbers or truth values for every member of a batch.

    Where NumPy wants them plain (``np.arange(3)[i]``), those that all members share.
    """

    __slots__ = ()

    @property
    def __array_interface__(self) -> Any:
        raise AttributeError("__array_interface__")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.shared(), dtype or self.dtype)


def _entries(member: Any) -> tuple[Any, ...]:
    return tuple(np.ravel(member).tolist())


#: What ran member by member, for want of a batching rule, and how often.
loops: Counter[str] = Counter()


class Batching(Level):
    """One batch: its size, and how its members part where Python asked for a value."""

    __slots__ = ("parts", "size")

    keeps = True
    parts: list[Any] | None

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.parts = None

    def batched(self, members: Any) -> Tracked:
        """Track the values of all members, which lie along the first axis."""
        value: Any
        if np.ndim(members) == 1:
            value = BatchedNumber()
        else:
            value = BatchedIndices() if members.dtype.kind in "biu" else BatchedArray()
        value.level = self
        value.primal = members
        value.carry = None
        return value

    def stripped(self, value: Any) -> Any:
        """Return a batched value without differentiations inside it."""
        members = strip(value.primal)
        return value if members is value.primal else self.batched(members)

    def example(self, value: Any) -> Any:
        """Return one member as a plain value."""
        members = example(value.primal)
        return members[0] if self.size else np.zeros(members.shape[1:], members.dtype)

    def members(self, value: Any) -> Any:
        """Return the values of all members along the first axis."""
        if isinstance(value, Tracked) and value.level is self:
            if isinstance(value, Rooted):
                return value.opened(self.members)
            return value.primal
        array = value if hasattr(value, "shape") else np.asarray(value)
        return np.broadcast_to(array, (self.size, *shape_of(array)))

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive for all members at once, or else for one after the other."""
        values: list[Any] = []
        batched: list[bool] = []
        run = primitive.function
        for arg in args:
            own = False
            if isinstance(arg, Tracked):
                if arg.level is self:
                    own = True
                    arg = arg.primal
                if isinstance(arg, Tracked):
                    run = primitive
            values.append(arg)
            batched.append(own)
        rule = primitive.batch
        if params and tracked_in(params.values()):
            params = {name: self._opened(value) for name, value in params.items()}
            if tracked_in(params.values()):
                run = primitive
            if not primitive.keyed:
                rule = None
        try:
            if rule is None:
                y = self._loop(primitive.name, run, values, batched, params)
            else:
                y = rule(run, self.size, values, batched, params)
        except Differing as error:
            self._part(error.labels)
        except (NoDerivativeError, PathsDiffer):
            raise
        except Exception:
            # What one member raises does not stop the others.
            if self.size <= 1:
                raise
            self._part(list(range(self.size)))
        if isinstance(y, Common):
            return y.value
        if isinstance(y, tuple):
            return tuple(map(self.batched, y))
        value = self.batched(y)
        if primitive.view:
            link_view(args[0], value, primitive, params)
        return value

    def _opened(self, value: Any) -> Any:
        """Return a parameter with what differs between members marked as such."""
        if isinstance(value, Tracked) and value.level is self:
            return Members(value.primal)
        if isinstance(value, (tuple, list)):
            return type(value)(map(self._opened, value))
        return value

    def _loop(
        self,
        name: str,
        run: Callable[..., Any],
        values: Sequence[Any],
        batched: Sequence[bool],
        params: dict[str, Any],
    ) -> Any:
        loops[name] += 1
        results = [
            run(
                *(
                    _of_member(Members(value), i) if own else value
                    for value, own in zip(values, batched, strict=True)
                ),
                **{name: _of_member(value, i) for name, value in params.items()},
            )
            for i in range(max(self.size, 1))
        ]
        stacked = tuple(map(np.stack, zip(*map(_as_tuple, results), strict=True)))
        stacked = tuple(members[: self.size] for members in stacked)
        return stacked if isinstance(results[0], tuple) else stacked[0]

    def common(self, value: Any, convert: Callable[[Any], Any]) -> Any:
        """Return what Python makes of a value, if it is the same for all members.

        Otherwise f has to run anew for the members that agree.
        """
        if not self.running:
            value.value()
        members = value.primal
        if not self.size:
            return convert(self.example(value))
        if self.size == 1 or self._all_equal(members):
            return convert(members[0])
        labels = [convert(members[i]) for i in range(self.size)]
        if all(label == labels[0] for label in labels):
            return labels[0]
        self._part(labels)

    def _all_equal(self, members: Any) -> bool:
        return not isinstance(members, Tracked) and bool(np.all(members == members[0]))

    def _part(self, labels: list[Any]) -> NoReturn:
        if self.parts is None:
            self.parts = labels
        raise PathsDiffer(f"the members of a batch take different ways{at_user_line()}")


def _as_tuple(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


def _of_member(value: Any, i: int) -> Any:
    if isinstance(value, Members):
        members = value.primal
        return members[i] if len(members) else np.zeros(members.shape[1:])
    if isinstance(value, (tuple, list)):
        return type(value)(_of_member(item, i) for item in value)
    return value
