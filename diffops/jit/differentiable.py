"""Derivatives of a jitted function: one primitive, whose two maps are jitted too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from diffops.engines.arrays import keep
from diffops.jit.signature import Arguments
from diffops.operators._tree import Rebuild, flatten
from diffops.operators._vectors import zero_like
from diffops.operators.transform import jvp, vjp
from diffops.primitive import Primitive, Pull
from diffops.tags import example

F = Callable[..., Any]


class SmoothCall:
    """A jitted function of one signature, as a primitive of the leaves that vary."""

    def __init__(self, primitive: Primitive, rebuild: Rebuild) -> None:
        self.primitive = primitive
        self.rebuild = rebuild

    def __call__(self, arguments: Arguments) -> Any:
        """Run under the newest level of the arguments."""
        return self.rebuild(self.primitive(*arguments.varying))


class Direct(SmoothCall):
    """A function that returns what cannot vary too: it is differentiated as it is."""

    def __init__(self, f: F) -> None:
        self.f = f

    def __call__(self, arguments: Arguments) -> Any:
        """Run f itself."""
        return arguments.call(self.f, arguments.varying)


def smooth_call(f: F, arguments: Arguments, jit: Callable[[F], Any]) -> SmoothCall:
    """Return what runs for tracked arguments of this signature.

    Calls f once on plain values, to see what it returns.
    """
    returned = arguments.call(f, [example(leaf) for leaf in arguments.varying])
    leaves, rebuild = flatten(returned)
    if not all(_can_vary(leaf) for leaf in leaves):
        return Direct(f)

    arguments = arguments.without_values()

    def flat(*varying: Any) -> tuple[Any, ...]:
        return tuple(flatten(arguments.call(f, varying))[0])

    flat.__name__ = getattr(f, "__name__", "f")
    return SmoothCall(_primitive(flat, jit), rebuild)


def _can_vary(leaf: Any) -> bool:
    kind = getattr(getattr(leaf, "dtype", None), "kind", "")
    return kind in ("f", "c") or isinstance(leaf, (float, complex))


def _primitive(flat: Callable[..., tuple[Any, ...]], jit: Callable[[F], Any]) -> Any:
    pushes: dict[tuple[int, ...], Any] = {}
    pulls: dict[tuple[int, ...], Any] = {}

    def pushforward(
        y: Any, args: Sequence[Any], params: dict[str, Any], tangents: Sequence[Any]
    ) -> Any:
        wrt = tuple(i for i, tangent in enumerate(tangents) if tangent is not None)
        if wrt not in pushes:
            pushes[wrt] = jit(_pushing(flat, wrt, len(args)))
        return pushes[wrt](*args, *(tangents[i] for i in wrt))

    def pullback(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull:
        wrt = tuple(wrt)
        if wrt not in pulls:
            pulls[wrt] = jit(_pulling(flat, wrt, len(args)))
        held = [arg if i in wrt else keep(arg) for i, arg in enumerate(args)]

        def pull(parts: Any) -> Any:
            cotangents = [
                zero_like(part) if parts.get(i) is None else parts[i]
                for i, part in enumerate(y)
            ]
            return pulls[wrt](*held, *cotangents)

        return pull

    function = jit(flat)
    return Primitive(function, pushforward, pullback)


def _pushing(flat: F, wrt: Sequence[int], count: int) -> F:
    def push(*values: Any) -> Any:
        args, tangents = values[:count], values[count:]
        at = _along(flat, args, wrt)
        return jvp(at, tuple(args[i] for i in wrt), tangents)[1]

    return push


def _pulling(flat: F, wrt: Sequence[int], count: int) -> F:
    def pull(*values: Any) -> Any:
        args, cotangents = values[:count], values[count:]
        at = _along(flat, args, wrt)
        return vjp(at, *(args[i] for i in wrt))[1](cotangents)

    return pull


def _along(flat: F, args: Sequence[Any], wrt: Sequence[int]) -> F:
    """Return the function of the chosen arguments, at the values of the others."""

    def at(*chosen: Any) -> Any:
        full = list(args)
        for i, value in zip(wrt, chosen, strict=True):
            full[i] = value
        return flat(*full)

    return at
