"""Derivatives of the user's own: ``custom_jvp``, ``custom_vjp``, ``primitive``."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.copying import copied
from diffops.operators._bound import Bound, Memory
from diffops.operators._custom_rule import CustomRule, Leaves
from diffops.operators._tree import flatten
from diffops.primitive import tracked_in
from diffops.tags import Tracked

F = Callable[..., Any]


class _Custom:
    """A function that gets a rule: what the three decorators share."""

    def __init__(self, f: F, nondiff_argnums: int | Sequence[int] = ()) -> None:
        if not callable(f):
            raise TypeError(
                f"{type(self).__name__} decorates a function, not a {type(f).__name__}"
            )
        self.f = f
        if isinstance(nondiff_argnums, int):
            nondiff_argnums = (nondiff_argnums,)
        self.nondiff_argnums = tuple(map(operator.index, nondiff_argnums))
        functools.update_wrapper(self, f, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; on tracked values, by its rule."""
        if not tracked_in(args) and not tracked_in(kwargs.values()):
            leaves, _ = flatten((args, list(kwargs.values())))
            if not any(isinstance(leaf, Tracked) for leaf in leaves):
                return self.f(*args, **kwargs)
        if kwargs:
            bound = inspect.signature(self.f).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        if kwargs:
            raise TypeError(
                f"{self.__name__} has a derivative of its own, which knows positional "
                f"arguments alone; it got {', '.join(kwargs)} by keyword"
            )
        return self._apply(Bound(args, self.nondiff_argnums))

    __name__: str

    def _apply(self, bound: Bound) -> Any:
        raise NotImplementedError

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__name__}>"


def check_functions(name: str, *rules: Any) -> None:
    """Raise unless what a rule is made of can be called."""
    for rule in rules:
        if not callable(rule):
            raise TypeError(f"the rule of {name} wants functions, not {rule!r}")


class custom_jvp(_Custom):
    """Give a function a pushforward of your own.

    ``@custom_jvp def f(x, y)``; ``@f.defjvp def rule(primals, tangents)`` returns
    (f(x, y), its change along the tangents), which must be linear in these. All modes
    and orders follow: reverse mode transposes the rule. Arguments numbered in
    ``nondiff_argnums`` come first to the rule, and do not vary.

    Raises TypeError and ValueError where the rule returns what does not fit. Forward
    mode costs a call of the rule, reverse mode another one to transpose it.

    The rounding of torch's and autograd's ``floor``, let through as if it were linear
    (a straight-through estimator):

    >>> import numpy as np
    >>> from diffops import custom_jvp, grad
    >>> @custom_jvp
    ... def floor(x):
    ...     return np.floor(x)
    >>> @floor.defjvp
    ... def rule(primals, tangents):
    ...     return floor(*primals), tangents[0]
    >>> grad(lambda x: floor(x) ** 2)(2.7)
    4.0
    """

    rule: Callable[..., Any] | None = None

    def defjvp(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """State the rule: (primals, tangents) to (value, tangent)."""
        check_functions(self.__name__, rule)
        self.rule = rule
        return rule

    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """State a rule per argument: ``jvp(tangent, value, *primals)``, or None."""
        check_functions(self.__name__, *(jvp for jvp in jvps if jvp is not None))

        def rule(primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
            y = self(*primals)
            if len(jvps) != len(primals):
                raise TypeError(
                    f"{self.__name__} has {len(primals)} arguments that vary, but "
                    f"defjvps states {len(jvps)} rules; None stands for a zero"
                )
            terms = [
                jvp(tangent, y, *primals)
                for jvp, tangent in zip(jvps, tangents, strict=True)
                if jvp is not None
            ]
            return y, sum(terms) if terms else 0.0 * y

        self.rule = rule

    def _apply(self, bound: Bound) -> Any:
        rule = self.rule
        if rule is None:
            raise TypeError(f"{self.__name__} has no rule yet: state it with defjvp")

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            pair = rule(*bound.fixed, bound.split(leaves), bound.split(tangents))
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(
                    f"the rule of {self.__name__} must return (value, tangent)"
                )
            return bound.tangents(self.__name__, pair[1])

        def function(*leaves: Any) -> tuple[Any, ...]:
            return bound.flat(bound.call(self.f, leaves, self.__name__))

        return bound.rebuild(CustomRule(self.__name__, function, push)(bound.leaves))


class custom_vjp(_Custom):
    """Give a function a pullback of your own.

    ``@custom_vjp def f(x, y)``; ``f.defvjp(forward, backward)``: ``forward(x, y)``
    returns (f(x, y), residuals), ``backward(residuals, g)`` one cotangent per argument
    (None is zero), which must be linear in g. All modes and orders follow: forward mode
    transposes the pullback. Arguments numbered in ``nondiff_argnums`` come first to
    ``backward``, and do not vary.

    Raises TypeError and ValueError where the rule returns what does not fit. Reverse
    mode costs a call of ``forward`` and one of ``backward``, forward mode as much to
    transpose them.

    A gradient that is clipped on its way back:

    >>> import numpy as np
    >>> from diffops import custom_vjp, grad
    >>> @custom_vjp
    ... def clipped(x):
    ...     return x
    >>> clipped.defvjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1, 1),))
    >>> grad(lambda x: clipped(x) ** 2)(3.0)
    1.0
    """

    forward: Callable[..., Any] | None = None
    backward: Callable[..., Any] | None = None

    def defvjp(self, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
        """State the rule: how to go forward and keep residuals, and how back."""
        check_functions(self.__name__, forward, backward)
        self.forward = forward
        self.backward = backward

    def _apply(self, bound: Bound) -> Any:
        forward, backward = self.forward, self.backward
        if forward is None or backward is None:
            raise TypeError(f"{self.__name__} has no rule yet: state it with defvjp")

        def run(leaves: Leaves) -> tuple[Any, Any]:
            pair = bound.call(forward, leaves, self.__name__)
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(
                    f"the forward rule of {self.__name__} must return "
                    "(value, residuals)"
                )
            return pair

        memory = Memory(run)

        def function(*leaves: Any) -> tuple[Any, ...]:
            # The forward rule may call f, which comes back here for other levels.
            if tracked_in(leaves):
                return bound.flat(bound.call(self.f, leaves, self.__name__))
            return bound.flat(memory(leaves)[0])

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            residuals = memory(leaves)[1]
            parts = backward(*bound.fixed, residuals, bound.rebuild(g))
            return bound.cotangents(self.__name__, parts)

        results = CustomRule(self.__name__, function, pull=pull)(bound.leaves)
        return bound.rebuild(results)


class primitive(_Custom):
    """Wrap a black box (a C function, a solver) that takes plain arrays alone.

    ``primitive(f, vjp=..., jvp=...)``: ``vjp(g, y, *args)`` returns one cotangent per
    argument (None is zero), ``jvp(tangents, y, *args)`` the change of y; one of the two
    is enough. They are written with NumPy functions and primitives, so that derivatives
    of higher order follow.

    Raises TypeError if neither is given, and where a rule returns what does not fit.
    In every mode f runs once, and the rule once; under `vmap` once per member.

    >>> import math
    >>> from diffops import grad, primitive
    >>> import numpy as np
    >>> sine = primitive(math.sin, vjp=lambda g, y, x: (g * np.cos(x),))
    >>> grad(grad(sine))(0.5) == -math.sin(0.5)
    True
    """

    def __init__(
        self,
        f: F,
        *,
        vjp: Callable[..., Any] | None = None,
        jvp: Callable[..., Any] | None = None,
        nondiff_argnums: int | Sequence[int] = (),
    ) -> None:
        super().__init__(f, nondiff_argnums)
        if vjp is None and jvp is None:
            raise TypeError(f"primitive({self.__name__}) wants a vjp or a jvp")
        check_functions(self.__name__, *(rule for rule in (vjp, jvp) if rule))
        self.vjp = vjp
        self.jvp = jvp

    def _apply(self, bound: Bound) -> Any:
        vjp, jvp = self.vjp, self.jvp

        def run(leaves: Leaves) -> tuple[Any, ...]:
            # A black box may write into its arguments, or return what it will reuse.
            own = [copied(x) for x in leaves]
            results = bound.flat(self.f(*bound.whole(own)))
            return tuple(np.copy(y) if hasattr(y, "__len__") else y for y in results)

        memory = Memory(run)

        def function(*leaves: Any) -> tuple[Any, ...]:
            results: tuple[Any, ...] = memory(leaves)
            return results

        def outputs(leaves: Leaves) -> Any:
            # Where the leaves are tracked by an older level, so is what comes of them.
            return bound.rebuild(rule(leaves))

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            assert jvp is not None
            y = outputs(leaves)
            change = jvp(bound.split(tangents), y, *bound.whole(leaves))
            return bound.tangents(self.__name__, change)

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            assert vjp is not None
            y = outputs(leaves)
            parts = vjp(bound.rebuild(g), y, *bound.whole(leaves))
            return bound.cotangents(self.__name__, parts)

        rule = CustomRule(
            self.__name__, function, jvp and push, vjp and pull, looped=True
        )
        return bound.rebuild(rule(bound.leaves))
