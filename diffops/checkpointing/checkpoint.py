"""``checkpoint`` and ``checkpointed_loop``: what is not kept is computed again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from diffops.checkpointing.schedule import Spaced, split
from diffops.operators._bound import Bound, Memory
from diffops.operators._custom_rule import CustomRule, Leaves
from diffops.operators._tree import flatten
from diffops.operators.transform import jvp, vjp

F = Callable[..., Any]


def checkpoint(f: F) -> F:
    """Return f, of which reverse mode keeps the arguments alone.

    ``checkpoint(f)(*args)`` = f(*args). On its way back the sweep calls f again and
    records it then, so the memory is that of the arguments and of one call of f; the
    time is that of one more call. What varies must be an argument of f; keyword
    arguments must have been given by position. Nests, to any order.

    Raises NoDerivativeError where f uses a tracked value that is no argument.

    >>> import numpy as np
    >>> from diffops import checkpoint, grad
    >>> grad(lambda x: checkpoint(np.sin)(x) * x)(0.0)
    0.0
    """

    @functools.wraps(f)
    def call(*args: Any) -> Any:
        bound = Bound(args, ())

        def function(*leaves: Any) -> tuple[Any, ...]:
            return bound.flat(f(*bound.whole(leaves)))

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            changes: Leaves = jvp(function, tuple(leaves), tuple(tangents))[1]
            return changes

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            cotangents: Leaves = vjp(function, *leaves)[1](tuple(g))
            return cotangents

        name = f"checkpoint({getattr(f, '__name__', 'f')})"
        return bound.rebuild(CustomRule(name, function, push, pull)(bound.leaves))

    return call


def checkpointed_loop(
    step: F,
    x0: Any,
    n: int | None,
    *args: Any,
    memory: int | None = None,
    until: Callable[[Any], bool] | None = None,
) -> Any:
    """Return the state after n steps ``x = step(x, *args)``, keeping few states.

    Reverse mode keeps at most ``memory`` states (by default about the square root of
    n), and takes the steps between them again, by a binomial schedule: with s states
    each step is taken at most r times more, C(s + r, s) ≥ n (Griewank & Walther 2000,
    algorithm 799). With ``n=None`` the loop goes on until ``until(x)`` holds, and
    states are kept at growing distances. What varies must be in x0 or in ``args``.

    Raises ValueError for n < 0, memory < 1, or unless one of n and until is given.
    Nests, to any order; forward mode runs the loop once.

    >>> from diffops import checkpointed_loop, grad
    >>> grad(lambda a: checkpointed_loop(lambda x, a: a * x, 1.0, 10, a))(1.0)
    10.0
    """
    if (n is None) == (until is None):
        raise ValueError("checkpointed_loop wants a number of steps n, or until=")
    if n is not None and n < 0:
        raise ValueError(f"checkpointed_loop cannot take {n} steps")
    if memory is not None and memory < 1:
        raise ValueError(f"memory must be at least one state, not {memory}")
    loop = _Loop(step, n, until, memory)
    bound = Bound((x0, args), ())
    return bound.rebuild(loop.rule(bound)(bound.leaves))


class _Loop:
    """One loop: its step, how it ends, and how many states are kept."""

    def __init__(
        self,
        step: F,
        n: int | None,
        until: Callable[[Any], bool] | None,
        memory: int | None,
    ) -> None:
        self.step = step
        self.n = n
        self.until = until
        self.memory = memory

    def rule(self, bound: Bound) -> CustomRule:
        """Return the loop as a function of the leaves of x0 and of the arguments."""
        count = len(flatten(bound.args[0])[0])

        def one(state: Leaves, rest: Leaves) -> list[Any]:
            x, args = bound.split([*state, *rest])
            leaves, _ = flatten(self.step(x, *args))
            if len(leaves) != count:
                raise TypeError(
                    f"step returned {len(leaves)} values for a state of {count}; it "
                    "must return a state like x0"
                )
            return leaves

        def run(leaves: Leaves) -> tuple[list[Any], list[Stretch]]:
            take = functools.partial(one, rest=leaves[count:])
            state = list(leaves[:count])
            if self.n is not None:
                return _kept(take, state, self.n, self._states(self.n))
            more = self._open_ended(bound, leaves[count:])
            return _kept_spaced(take, state, more, self.memory or _USUAL)

        memory = Memory(run)

        def function(*leaves: Any) -> tuple[Any, ...]:
            last = [*memory(leaves)[0], *leaves[count:]]
            return bound.flat(bound.split(last)[0])

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            changes: Leaves = jvp(function, tuple(leaves), tuple(tangents))[1]
            return changes

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            back = _Backwards(one, list(leaves[count:]), g)
            back.reverse(memory(leaves)[1])
            return [*back.to_state, *back.to_rest]

        return CustomRule("checkpointed_loop", function, push, pull)

    def _open_ended(self, bound: Bound, rest: Leaves) -> Callable[[Leaves], bool]:
        assert self.until is not None
        until = self.until
        return lambda state: not until(bound.split([*state, *rest])[0])

    def _states(self, n: int) -> int:
        return self.memory or max(1, round(n**0.5))


#: A state, how many steps follow it before the next one kept, and how many more
#: states these may keep when they are taken again.
Stretch = tuple[list[Any], int, int]

#: How many states an open loop keeps unless it is told.
_USUAL = 64


def _kept(
    take: Callable[[Leaves], list[Any]], state: list[Any], steps: int, states: int
) -> tuple[list[Any], list[Stretch]]:
    """Run a loop, keeping the states that its schedule reverses from first."""
    stretches: list[Stretch] = []
    states -= 1
    while steps:
        first = split(steps, states) if states > 0 else steps
        stretches.append((state, first, max(states, 0)))
        for _ in range(first):
            state = take(state)
        steps -= first
        states -= 1
    return state, stretches


def _kept_spaced(
    take: Callable[[Leaves], list[Any]],
    state: list[Any],
    more: Callable[[Leaves], bool],
    states: int,
) -> tuple[list[Any], list[Stretch]]:
    """Run a loop of unknown length, keeping states at growing distances."""
    spaced = Spaced(states)
    steps = 0
    while more(state):
        spaced.offer(steps, state)
        state = take(state)
        steps += 1
    begins = sorted(spaced.kept)
    ends = [*begins[1:], steps]
    free = max(states - len(begins), 0)
    return state, [
        (spaced.kept[begin], end - begin, free)
        for begin, end in zip(begins, ends, strict=True)
    ]


class _Backwards:
    """The sweep back through a loop: the cotangents of its state and arguments."""

    def __init__(
        self, one: Callable[[Leaves, Leaves], list[Any]], rest: list[Any], g: Leaves
    ) -> None:
        self.one = one
        self.rest = rest
        self.to_state: list[Any] = list(g)
        self.to_rest: list[Any] = [0.0 * leaf for leaf in rest]

    def reverse(self, stretches: Sequence[Stretch]) -> None:
        """Sweep back through stretches of steps, the last one first.

        A list of pending ones stands in for recursion, which long loops forbid.
        """
        pending = list(stretches)
        while pending:
            state, steps, states = pending.pop()
            if steps == 1:
                self._through(state)
                continue
            first = split(steps, states) if states > 0 else steps - 1
            later = self._advanced(state, first)
            pending.append((state, first, states))
            pending.append((later, steps - first, max(states - 1, 0)))

    def _advanced(self, state: Leaves, steps: int) -> list[Any]:
        for _ in range(steps):
            state = self.one(state, self.rest)
        return list(state)

    def _through(self, state: Sequence[Any]) -> None:
        """Pull the cotangents back through one step."""

        def flat(*leaves: Any) -> tuple[Any, ...]:
            return tuple(self.one(leaves[: len(state)], leaves[len(state) :]))

        _, pullback = vjp(flat, *state, *self.rest)
        found = pullback(tuple(self.to_state))
        self.to_state = list(found[: len(state)])
        pairs = zip(self.to_rest, found[len(state) :], strict=True)
        self.to_rest = [a + b for a, b in pairs]
