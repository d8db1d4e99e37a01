"""The arguments of a function with a rule of its own, and what it last computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diffops.engines.copying import copied, held, is_copy, is_of_numpy, unwritable
from diffops.errors import NoDerivativeError, at_user_line
from diffops.operators._tree import Rebuild, flatten, structure_of
from diffops.primitive import adopt, parts_of, tracked_in
from diffops.rules._arguments import known
from diffops.tags import Tracked, example, levels, strip
from diffops.values.scalar import is_number

Leaves = Sequence[Any]


class Bound:
    """The arguments of one call: leaves of those that vary, and all others."""

    def __init__(self, args: tuple[Any, ...], fixed: Sequence[int]) -> None:
        fixed = [_position(i, len(args)) for i in fixed]
        args = tuple(_known(a, i) if i in fixed else a for i, a in enumerate(args))
        self.args = args
        self.fixed = [args[i] for i in fixed]
        self.varying = [i for i in range(len(args)) if i not in fixed]
        parts = [flatten(args[i]) for i in self.varying]
        self.leaves = [held(adopt(leaf)) for leaves, _ in parts for leaf in leaves]
        self._rebuilds = [(len(leaves), rebuild) for leaves, rebuild in parts]
        self._output: Rebuild | None = None
        self._structure: Any = None

    @property
    def active(self) -> list[int]:
        """The leaves with a derivative: floats that something tracks."""
        return [
            i
            for i, leaf in enumerate(self.leaves)
            if isinstance(leaf, Tracked) and is_floating(leaf)
        ]

    def split(self, leaves: Leaves) -> tuple[Any, ...]:
        """Return one container per varying argument."""
        parts, start = [], 0
        for count, rebuild in self._rebuilds:
            parts.append(rebuild(list(leaves[start : start + count])))
            start += count
        return tuple(parts)

    def whole(self, leaves: Leaves) -> list[Any]:
        """Return all arguments of the function."""
        args = list(self.args)
        for i, part in zip(self.varying, self.split(leaves), strict=True):
            args[i] = part
        return args

    def call(self, f: Callable[..., Any], leaves: Leaves, name: str) -> Any:
        """Call a function of the arguments, which must not write into them.

        Compiled code may ask for arrays that could be written into, and not write.
        """
        try:
            return f(*self.whole([unwritable(leaf) for leaf in leaves]))
        except ValueError as error:
            if "read-only" not in str(error):
                raise
        own = [copied(leaf) for leaf in leaves]
        result = f(*self.whole(own))
        if not all(map(is_copy, own, leaves)):
            raise TypeError(
                f"{name} writes into its arguments, which a function with a derivative "
                "of its own must not: copy them first"
            )
        return result

    def flat(self, result: Any) -> tuple[Any, ...]:
        """Return the leaves of what the function returned."""
        leaves, self._output = flatten(result)
        self._structure = structure_of(result)
        return tuple(_own(adopt(leaf)) for leaf in leaves)

    def rebuild(self, leaves: Leaves) -> Any:
        """Put leaves into the container that the function returned."""
        assert self._output is not None, "the function has not run yet"
        return self._output(list(leaves))

    def tangents(self, name: str, change: Any) -> list[Any]:
        """Return the leaves of what a rule says of the change of the result."""
        leaves, _ = flatten(change)
        if change is None or structure_of(change) != self._structure:
            raise TypeError(
                f"the rule of {name} must return a tangent like the value, in the same "
                f"containers, not {_sketch(change)}; what vanishes is given as zeros"
            )
        return leaves

    def cotangents(self, name: str, parts: Any) -> list[Any]:
        """Return the leaves of what a rule says of each varying argument."""
        if not isinstance(parts, (tuple, list)) or len(parts) != len(self.varying):
            raise TypeError(
                f"the rule of {name} must return cotangents in a tuple of "
                f"{len(self.varying)}, one per argument that varies, not "
                f"{_sketch(parts)}"
            )
        joined: list[Any] = []
        for i, part, (count, _) in zip(
            self.varying, parts, self._rebuilds, strict=True
        ):
            if part is None:
                joined += [None] * count
                continue
            if structure_of(part) != structure_of(self.args[i]):
                raise TypeError(
                    f"the rule of {name} must return a cotangent of argument {i} in "
                    f"the same containers as it, or None for zero, not {_sketch(part)}"
                )
            joined += flatten(part)[0]
        return joined


def _position(number: int, count: int) -> int:
    """Return which argument a number means that may count from the last one."""
    if not -count <= number < count:
        raise TypeError(
            f"nondiff_argnums names argument {number}, but the call has {count}"
        )
    return number % count


def is_floating(leaf: Any) -> bool:
    """Tell whether a leaf, plain or tracked, holds floats and so may vary."""
    plain = example(leaf)
    kind = getattr(getattr(plain, "dtype", None), "kind", None)
    return isinstance(plain, (float, complex)) if kind is None else kind in "fc"


def of_active(
    function: Callable[..., Any], leaves: Leaves, active: Sequence[int]
) -> Callable[..., Any]:
    """Return a function of leaves as one of some of them, the others being fixed."""

    def of_these(*chosen: Any) -> Any:
        every = list(leaves)
        for i, leaf in zip(active, chosen, strict=True):
            every[i] = leaf
        return function(*every)

    return of_these


def _known(arg: Any, number: int) -> Any:
    """Return an argument that does not vary; a batched one as its members share it."""
    if not tracked_in([arg]):
        leaves, rebuild = flatten(arg)
        return rebuild([held(leaf) for leaf in leaves])
    if any(not level.keeps for part in parts_of(arg) for level in levels(part)):
        raise NoDerivativeError(
            f"argument {number} is among nondiff_argnums, but it is tracked"
            f"{at_user_line()}; take it out of there, or pass stop_gradient of it"
        )
    return known(arg)


def _sketch(value: Any) -> str:
    """Return what a value is, in a few words."""
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _own(leaf: Any) -> Any:
    """Return a leaf of a result: a float for an int, an array of its own for a view."""
    if is_of_numpy(leaf) and not leaf.flags.writeable:
        return leaf.copy("K")
    return float(leaf) if type(leaf) is int else leaf


class Memory:
    """A function of leaves that need not run again on the plain ones it ran on last."""

    def __init__(self, run: Callable[[Leaves], Any]) -> None:
        self.run = run
        self._last: tuple[Leaves, Any] | None = None

    def __call__(self, leaves: Leaves) -> Any:
        """Return what the function returns for these leaves."""
        if self._last is not None and all(map(_same, self._last[0], leaves)):
            return self._last[1]
        result = self.run(leaves)
        if not any(isinstance(leaf, Tracked) for leaf in leaves):
            self._last = leaves, result
        return result

    def recall(self, leaves: Leaves) -> Any:
        """Return what came of these leaves, or None unless they were the last."""
        plain = [strip(leaf) for leaf in leaves]
        if self._last is not None and all(map(_same, self._last[0], plain)):
            return self._last[1]
        return None


def _same(a: Any, b: Any) -> bool:
    """Tell whether two leaves are one: numbers are made anew, arrays are not."""
    if isinstance(b, Tracked):
        return False
    return a is b or bool(is_number(a) and is_number(b) and a == b)
