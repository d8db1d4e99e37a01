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
from diffops.primitive import Primitive, Pull
from diffops.tags import levels, strip
from diffops.values.methods import shape_of as shape

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
            kind = getattr(getattr(y, "dtype", None), "kind", "f")
            if kind not in "fc" or isinstance(y, (bool, int)):
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
                zero_like(arg) if tangent is None else tangent
                for arg, tangent in zip(args, tangents, strict=True)
            ]
            return self._like(self.push(args, filled), y, "tangent", "result")

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
                filled = [zero_like(arg) for arg in args]
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
        if any(np.any(strip(part)) for part in of_zero):
            raise TypeError(
                f"the {which} rule of {self.name} is not linear in what it is given: "
                "of zero it must return zero"
            )
        return back

    def _cotangents(self, args: Leaves, g: Leaves, wrt: Sequence[int]) -> list[Any]:
        assert self.pull is not None
        found = self.pull(args, g)
        chosen = [zero_like(args[i]) if found[i] is None else found[i] for i in wrt]
        return list(self._like(chosen, [args[i] for i in wrt], "cotangent", "argument"))

    def _like(self, parts: Leaves, likes: Leaves, what: str, of: str) -> Any:
        """Check the shapes that a rule of the user's returned."""
        for part, like in zip(parts, likes, strict=True):
            if shape(part) != shape(like):
                raise ValueError(
                    f"the rule of {self.name} returned a {what} of shape "
                    f"{shape(part)} for a {of} of shape {shape(like)}"
                )
        return tuple(parts)

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
