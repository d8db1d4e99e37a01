"""``checkpoint``: what a function computes is not kept, but computed again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from diffops.checkpointing._repeatable import anew, check_repeated
from diffops.operators._bound import Bound, Memory, of_active
from diffops.operators._custom_rule import CustomRule, Leaves
from diffops.operators._tree import flatten
from diffops.operators.transform import jvp, vjp
from diffops.primitive import adopt
from diffops.tags import Tracked

F = Callable[..., Any]


def checkpoint(f: F) -> F:
    """Return f, of which reverse mode keeps the arguments and the value alone.

    ``checkpoint(f)(*args)`` = f(*args). On its way back the sweep calls f again and
    records it then, so the memory is that of the arguments and of one call of f; the
    time is that of one more call. What varies must be an argument of f; numbers, arrays
    and containers of floats may vary, all else passes through. Nests, to any order.

    Raises NoDerivativeError where f uses a tracked value that is no argument, or
    computes something else when it is called again (what is random is to be seeded);
    TypeError where f writes into its arguments.

    >>> import numpy as np
    >>> from diffops import checkpoint, grad
    >>> grad(lambda x: checkpoint(np.sin)(x) * x)(0.0)
    0.0
    """
    if not callable(f):
        raise TypeError(f"checkpoint takes a function, not a {type(f).__name__}")

    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        leaves, _ = flatten((args, kwargs))
        if not any(isinstance(leaf, Tracked) for leaf in map(adopt, leaves)):
            return f(*args, **kwargs)
        bound = Bound((*args, *kwargs.values()), ())
        return bound.rebuild(_rule(f, bound, list(kwargs))(bound.leaves))

    return call


def _rule(f: F, bound: Bound, keywords: list[str]) -> CustomRule:
    """Return f as a function of leaves; the last arguments are those by keyword."""
    name = f"checkpoint({getattr(f, '__name__', 'f')})"
    active = bound.active

    def by_position(*args: Any) -> Any:
        count = len(args) - len(keywords)
        return f(*args[:count], **dict(zip(keywords, args[count:], strict=True)))

    def run(*leaves: Any) -> tuple[Any, ...]:
        return bound.flat(bound.call(by_position, leaves, name))

    memory = Memory(lambda leaves: run(*leaves))

    def function(*leaves: Any) -> tuple[Any, ...]:
        results: tuple[Any, ...] = memory(leaves)
        return results

    def push(leaves: Leaves, tangents: Leaves) -> Leaves:
        here, along = ([part[i] for i in active] for part in (leaves, tangents))
        changes: Leaves = jvp(of_active(run, leaves, active), here, along)[1]
        return changes

    def pull(leaves: Leaves, g: Leaves) -> Leaves:
        chosen = anew([leaves[i] for i in active])
        again, pullback = vjp(of_active(run, leaves, active), *chosen)
        check_repeated(name, memory.recall(leaves), again)
        found = dict(zip(active, pullback(tuple(g)), strict=True))
        return [found.get(i) for i in range(len(leaves))]

    return CustomRule(name, function, push, pull)
