"""A function with a derivative of the user's, as a primitive of flat leaves.

One of the two maps is enough: the other is its transpose, found by pulling back
through it, for each is linear in what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.operators._vectors import zero_like
from diffops.operators.transform import vjp
from diffops.operators.vmap import vmap
from diffops.primitive import Primitive, Pull, adopt
from diffops.rules._fitting import fit, likeness
from diffops.tags import Tracked, levels, strip
from diffops.values.methods import shape_of as shape
from diffops.values.scalar import is_number

Leaves = Sequence[Any]
#: From leaves to the leaves of the result.
Flat = Callable[..., tuple[Any, ...]]
#: From leaves and one tangent each to the tangents of the results.
Push = Callable[[Leaves, Leaves], Leaves]
#: From leaves and a cotangent per result to one cotangent (or None) per leaf.
PullRule = Callable[[Leaves, Leaves], Leaves]


class CustomRule:
    """A function of leaves, and its pushforward or pullback as the user wrote it."""

    def __init__(
        self,
        name: str,
        function: Flat,
        push: Push | None = None,
        pull: PullRule | None = None,
        looped: bool = False,
    ) -> None:
        self.name = name
        self.function = function
        self.push = push
        self.pull = pull
        #: Whether the function takes plain arrays alone, and so a batch in a loop.
        self.looped = looped

    def __call__(self, leaves: Leaves) -> tuple[Any, ...]:
        """Run under the newest level of the leaves."""
        primitive = Primitive(
            lambda *args: self._checked(args),
            self._pushforward,
            self._pullback,
            batch=None if self.looped else self._batch,
        )
        primitive.name = self.name
        results: tuple[Any, ...] = primitive(*leaves)
        return results

    def _checked(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Run the function; what it closes over must not vary."""
        known = {level for arg in args for level in levels(arg)}
        results = self.function(*args)
        for y in results:
            kind = kind_of(y)
            if kind not in "fc":
                raise TypeError(
                    f"{self.name} has a derivative of its own, so it must return "
                    f"floats or arrays of them, not {type(y).__name__} of kind {kind!r}"
                )
            if any(level not in known for level in levels(y)):
                raise NoDerivativeError(
                    f"{self.name} has a derivative of its own, but uses a tracked "
                    f"value that is no argument of it{at_user_line()}; pass it as one"
                )
        return results

    def _pushforward(
        self, y: Any, args: Leaves, params: dict[str, Any], tangents: Leaves
    ) -> tuple[Any, ...]:
        wrt = [i for i, tangent in enumerate(tangents) if tangent is not None]
        if self.push is not None:
            filled = [
                _still(arg) if tangent is None else tangent
                for arg, tangent in zip(args, tangents, strict=True)
            ]
            found = self._counted(self.push(args, filled), y, "tangents", "results")
            return tuple(
                self._suited(part, like, "tangent", "result")
                for part, like in zip(found, y, strict=True)
            )

        def transposed(*g: Any) -> tuple[Any, ...]:
            return tuple(self._cotangents(args, g, wrt))

        back = self._transpose(transposed, [zero_like(part) for part in y], "backward")
        return tuple(back(tuple(tangents[i] for i in wrt)))

    def _pullback(
        self, y: Any, args: Leaves, params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        def pull(parts: Any) -> Any:
            g = [
                zero_like(part) if parts.get(i) is None else parts[i]
                for i, part in enumerate(y)
            ]
            if self.pull is not None:
                return self._cotangents(args, g, wrt)

            def pushed(*tangents: Any) -> tuple[Any, ...]:
                filled = [_still(arg) for arg in args]
                for i, tangent in zip(wrt, tangents, strict=True):
                    filled[i] = tangent
                return self._pushforward(y, args, params, filled)

            zeros = [zero_like(args[i]) for i in wrt]
            return self._transpose(pushed, zeros, "forward")(tuple(g))

        return pull

    def _transpose(self, linear: Flat, zeros: Leaves, which: str) -> Callable[..., Any]:
        """Return the transpose of a linear map, or say why there is none."""
        try:
            of_zero, back = vjp(linear, *zeros)
        except NoDerivativeError as error:
            other = "backward" if which == "forward" else "forward"
            raise NoDerivativeError(
                f"{self.name} states its {which} rule alone, and that cannot be "
                f"transposed ({error}); state a {other} rule too"
            ) from error
        plain = [part for part in map(strip, of_zero) if not isinstance(part, Tracked)]
        if any(map(np.any, plain)):
            raise TypeError(
                f"the {which} rule of {self.name} is not linear in what it is given: "
                "of zero it must return zero"
            )
        return back

    def _cotangents(self, args: Leaves, g: Leaves, wrt: Sequence[int]) -> list[Any]:
        assert self.pull is not None
        found = self._counted(self.pull(args, g), args, "cotangents", "arguments")
        # Pairing with a real change leaves the real part of a complex cotangent.
        pairing = any(kind_of(part) == "c" for part in g)
        return [
            zero_like(args[i])
            if found[i] is None
            else self._suited(found[i], args[i], "cotangent", "argument", pairing)
            for i in wrt
        ]

    def _counted(self, parts: Leaves, likes: Leaves, what: str, of: str) -> Leaves:
        if len(parts) != len(likes):
            raise TypeError(
                f"the rule of {self.name} returned {len(parts)} {what} for "
                f"{len(likes)} {of}; what vanishes is to be given as zeros"
            )
        return parts

    def _suited(
        self, part: Any, like: Any, what: str, of: str, pairing: bool = False
    ) -> Any:
        """Check a part of what a rule of the user's returned, and cast it."""
        part = adopt(part)
        kind = kind_of(part)
        if kind not in "iufc":
            raise TypeError(
                f"the rule of {self.name} returned a {what} that is a "
                f"{type(part).__name__} of kind {kind!r}, not floats"
            )
        if shape(part) != shape(like):
            raise ValueError(
                f"the rule of {self.name} returned a {what} of shape {shape(part)} for "
                f"its {of} of shape {shape(like)}"
            )
        if kind == "c" and kind_of(like) != "c" and not pairing:
            raise TypeError(
                f"the rule of {self.name} returned a complex {what} for its {of}, "
                "which is real"
            )
        return fit(part * 1.0 if kind in "iu" else part, likeness(like))

    def _batch(
        self,
        run: Any,
        size: int,
        args: Leaves,
        batched: Sequence[bool],
        params: dict[str, Any],
    ) -> tuple[Any, ...]:
        """Map the function and its rule over the members of a batch."""
        axes = tuple(0 if own else None for own in batched)
        push, pull = self.push, self.pull

        def mapped_push(leaves: Leaves, tangents: Leaves) -> Leaves:
            assert push is not None
            both = vmap(lambda a, t: tuple(push(a, t)), (axes, axes))
            return both(tuple(leaves), tuple(tangents))

        def mapped_pull(leaves: Leaves, g: Leaves) -> Leaves:
            assert pull is not None

            def full(a: Leaves, g: Leaves) -> tuple[Any, ...]:
                found = pull(a, g)
                pairs = zip(found, a, strict=True)
                return tuple(zero_like(x) if c is None else c for c, x in pairs)

            found = vmap(full, (axes, 0))(tuple(leaves), tuple(g))
            pairs = zip(found, batched, strict=True)
            return [c if own else np.sum(c, axis=0) for c, own in pairs]

        return CustomRule(
            self.name,
            vmap(self.function, axes),
            push and mapped_push,
            pull and mapped_pull,
        )(args)


def kind_of(value: Any) -> str:
    """Return the kind of a number's or an array's dtype, "O" of anything else."""
    dtype = getattr(value, "dtype", None)
    if dtype is None and is_number(value):
        dtype = np.dtype(type(value))
    return getattr(dtype, "kind", "O")


def _still(arg: Any) -> Any:
    """Return the tangent of an argument that does not vary."""
    if kind_of(arg) in "fc":
        return zero_like(arg)
    return np.zeros(shape(arg)) if shape(arg) else 0.0
