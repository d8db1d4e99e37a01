"""What an engine cannot express is refused, from the first array of its library on.

Some libraries compute what they do not have in NumPy, on one machine, without asking.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from diffops.engines.loading import engine_of, is_lazy, on_loading
from diffops.index import getitem, update
from diffops.primitive import Primitive, Pull, Pullback, table
from diffops.rules._fitting import fit, likeness
from diffops.rules.reductions import restore, summation
from diffops.tags import example


def guard(engine: Any) -> None:
    """Put in the table, beside each rule that an engine cannot run, its refusal."""
    for name, function in engine.refused().items():
        table[function] = _refusing(name, table[function], engine)
    table[getitem] = _lifting(table[getitem], engine, engine.check_key)
    table[update] = _lifting(table[update], engine)
    summation.pullback = _in_blocks(summation.pullback)


on_loading.append(guard)


def _in_blocks(pullback: Pullback) -> Pullback:
    """Return the pullback of a sum, which hands out its cotangent block by block.

    Broadcast in one piece it would be cut up, and copied, before it is wanted.
    """

    def pull_back(
        y: Any, args: Sequence[Any], params: dict[str, Any], wrt: Sequence[int]
    ) -> Pull | None:
        if not is_lazy(args[0]):
            return pullback(y, args, params, wrt)
        like = likeness(args[0])
        zeros = np.zeros_like(example(args[0]))
        options = {"axis": None, "keepdims": False, **params}
        return lambda g: (fit(restore(g, like[0], **options) + zeros, like),)

    return pull_back


def _refusing(name: str, entry: Callable[..., Any], engine: Any) -> Callable[..., Any]:
    def check(values: Iterable[Any]) -> None:
        if holds(values, engine):
            raise engine.refusal(name)

    if isinstance(entry, Primitive):
        kind = type(entry)

        class Guarded(kind):  # type: ignore[misc, valid-type]
            """The same primitive, which refuses arrays of the engine."""

            __slots__ = ()

            def __call__(self, *args: Any, **params: Any) -> Any:
                check((*args, *params.values()))
                return kind.__call__(self, *args, **params)

        entry.__class__ = Guarded
        return entry

    @functools.wraps(entry)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check((*args, *kwargs.values()))
        return entry(*args, **kwargs)

    guarded.unguarded = entry  # type: ignore[attr-defined]
    return guarded


def holds(values: Iterable[Any], engine: Any) -> bool:
    """Tell whether one of these values, or one in a list of them, is an engine's."""
    return any(
        holds(value, engine)
        if isinstance(value, (list, tuple))
        else engine_of(example(value)) is engine
        for value in values
    )


def _lifting(
    entry: Callable[..., Any],
    engine: Any,
    check: Callable[[Any], None] = lambda key: None,
) -> Callable[..., Any]:
    """Run a function on an array of the engine's where its other arguments are such."""

    @functools.wraps(entry)
    def run(array: Any, *args: Any, key: Any, **params: Any) -> Any:
        plain = example(array)
        if engine_of(plain) is None and holds((*args, key), engine):
            zeros = engine.lifted(np.zeros(np.shape(plain), plain.dtype))
            array = array + zeros
        if engine_of(example(array)) is engine:
            check(key)
        return entry(array, *args, key=key, **params)

    return run
