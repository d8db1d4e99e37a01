"""``checkpointed_loop``: few of its states are kept, the others computed again."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

from diffops.checkpointing._repeatable import anew, check_repeated
from diffops.checkpointing.schedule import Spaced, advance
from diffops.operators._bound import Bound, Memory, is_floating, of_active
from diffops.operators._custom_rule import CustomRule, Leaves
from diffops.operators._tree import flatten
from diffops.operators._vectors import zero_like
from diffops.operators.transform import jvp, vjp
from diffops.primitive import adopt

F = Callable[..., Any]


def checkpointed_loop(
    step: F,
    x0: Any,
    n: int | None,
    *args: Any,
    memory: int | None = None,
    record: int | None = None,
    until: Callable[[Any], bool] | None = None,
) -> Any:
    """Return the state after n steps ``x = step(x, *args)``, keeping few states.

    Reverse mode keeps at most ``memory`` states and takes the steps between them again,
    recording ``record`` of them at once. By default both are about √n: each step is
    then taken once more. With fewer states a binomial schedule takes each block of
    steps at most r times more before it records it, C(s + r, s) being at least the
    number of blocks for s states (Griewank & Walther 2000, algorithm 799); ``record``
    is then a quarter of ``memory``. With ``n=None`` the loop goes on until ``until(x)``
    holds, and states are kept at growing distances. See docs/checkpointing.md for times
    and memory.

    What varies must be in x0 or in ``args``: their floats; integers and all else pass
    through. A step may write into its state; x0 stays as it is. Nests, to any order;
    forward mode runs the loop once.

    Raises ValueError for n < 0, memory or record < 1, or unless one of n and until is
    given, TypeError where a step does not return a state like x0, and NoDerivativeError
    where it uses a tracked value that is no argument, or computes something else when
    it is taken again (what is random is to be seeded by a counter in the state).

    >>> from diffops import checkpointed_loop, grad
    >>> grad(lambda a: checkpointed_loop(lambda x, a: a * x, 1.0, 10, a))(1.0)
    10.0
    """
    if (n is None) == (until is None):
        raise ValueError("checkpointed_loop wants a number of steps n, or until=")
    if n is not None and operator.index(n) < 0:
        raise ValueError(f"checkpointed_loop cannot take {n} steps")
    if memory is not None and memory < 1:
        raise ValueError(f"memory must be at least one state, not {memory}")
    if record is not None and record < 1:
        raise ValueError(f"record must be at least one step, not {record}")
    if record is None:
        usual = (n or _USUAL**2) ** 0.5
        record = max(1, round(usual) if memory is None else memory // 4)
    if memory is None:
        memory = _USUAL if n is None else max(1, -(-n // record))
    loop = _Loop(step, n, until, memory, record)
    bound = Bound((x0, args), ())
    return bound.rebuild(loop.rule(bound)(bound.leaves))


class _Loop:
    """One loop: its step, how it ends, and how many states are kept."""

    def __init__(
        self,
        step: F,
        n: int | None,
        until: Callable[[Any], bool] | None,
        memory: int,
        record: int,
    ) -> None:
        self.step = step
        self.n = n
        self.until = until
        self.memory = memory
        self.record = record

    def rule(self, bound: Bound) -> CustomRule:
        """Return the loop as a function of the leaves of x0 and of the arguments."""
        count = len(flatten(bound.args[0])[0])
        active = bound.active

        def one(state: Leaves, rest: Leaves) -> list[Any]:
            x, args = bound.split([*state, *rest])
            x = self.step(x, *args)
            leaves, _ = flatten(x)
            if len(leaves) != count:
                raise TypeError(
                    f"step returned {len(leaves)} values for a state of {count}; it "
                    "must return a state like x0"
                )
            return [adopt(leaf) for leaf in leaves]

        def run(leaves: Leaves) -> tuple[list[Any], list[Stretch]]:
            take = functools.partial(one, rest=leaves[count:])
            state = list(leaves[:count])
            if self.n is not None:
                return _kept(take, state, self.n, self.memory, self.record)
            more = self._open_ended(bound, leaves[count:])
            return _kept_spaced(take, state, more, self.memory)

        memory = Memory(run)

        def function(*leaves: Any) -> tuple[Any, ...]:
            last = [*memory(leaves)[0], *leaves[count:]]
            return bound.flat(bound.split(last)[0])

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            here, along = ([part[i] for i in active] for part in (leaves, tangents))
            changes: Leaves = jvp(of_active(function, leaves, active), here, along)[1]
            return changes

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            last, stretches = memory(leaves)
            varying = [i - count for i in active if i >= count]
            back = _Backwards(one, list(leaves[count:]), varying, g, last)
            back.reverse(stretches, self.record)
            return [*back.to_state, *back.to_rest]

        return CustomRule("checkpointed_loop", function, push, pull)

    def _open_ended(self, bound: Bound, rest: Leaves) -> Callable[[Leaves], bool]:
        assert self.until is not None
        until = self.until
        return lambda state: not until(bound.split([*state, *rest])[0])


#: A state, how many steps follow it before the next one kept, and how many more
#: states these may keep when they are taken again.
Stretch = tuple[list[Any], int, int]

#: How many states an open loop keeps unless it is told.
_USUAL = 64


def _kept(
    take: Callable[[Leaves], list[Any]],
    state: list[Any],
    steps: int,
    states: int,
    record: int,
) -> tuple[list[Any], list[Stretch]]:
    """Run a loop, keeping the states that its schedule reverses from first."""
    stretches: list[Stretch] = []
    states -= 1
    while steps:
        first = advance(steps, states, record) if states > 0 else steps
        stretches.append((state, first, max(states, 0)))
        state = anew(state)
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
        if spaced.offer(steps, state):
            state = anew(state)
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
    """The sweep back through a loop: the cotangents of its state and arguments.

    ``varying`` numbers the arguments that get cotangents, ``after`` is the state that
    the sweep has come to.
    """

    def __init__(
        self,
        one: Callable[[Leaves, Leaves], list[Any]],
        rest: list[Any],
        varying: Sequence[int],
        g: Leaves,
        after: Leaves,
    ) -> None:
        self.one = one
        self.rest = rest
        self.varying = varying
        self.after = after
        self.to_state: list[Any] = list(g)
        self.to_rest: list[Any] = [None for _ in rest]
        for i in varying:
            self.to_rest[i] = zero_like(rest[i])

    def reverse(self, stretches: Sequence[Stretch], record: int) -> None:
        """Sweep back through stretches of steps, the last one first.

        A list of pending ones stands in for recursion, which long loops forbid.
        """
        pending = list(stretches)
        while pending:
            state, steps, states = pending.pop()
            if steps <= record:
                self._through(state, steps)
                continue
            first = advance(steps, states, record)
            later = self._advanced(state, first)
            pending.append((state, first, states))
            pending.append((later, steps - first, max(states - 1, 0)))

    def _advanced(self, state: Leaves, steps: int) -> list[Any]:
        state = anew(state)
        for _ in range(steps):
            state = self.one(state, self.rest)
        return list(state)

    def _through(self, state: Leaves, steps: int) -> None:
        """Pull the cotangents back through some steps, recorded at once."""
        count = len(state)
        ends = [i for i, leaf in enumerate(self.after) if is_floating(leaf)]
        starts = [i for i, leaf in enumerate(state) if is_floating(leaf)]
        chosen = [*starts, *(count + i for i in self.varying)]
        every = [*anew(state), *self.rest]

        def flat(*leaves: Any) -> tuple[Any, ...]:
            results: Leaves = leaves[:count]
            for _ in range(steps):
                results = self.one(results, leaves[count:])
            return tuple(results[i] for i in ends)

        again, pullback = vjp(
            of_active(flat, every, chosen), *(every[i] for i in chosen)
        )
        check_repeated("checkpointed_loop", [self.after[i] for i in ends], again)
        found = pullback(tuple(self.to_state[i] for i in ends))
        self.after = state
        self.to_state = [None] * count
        for i, g in zip(starts, found[: len(starts)], strict=True):
            self.to_state[i] = g
        for i, g in zip(self.varying, found[len(starts) :], strict=True):
            self.to_rest[i] = self.to_rest[i] + g
