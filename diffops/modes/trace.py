"""Reverse mode: the trace of one differentiation, and the sweep back through it.

Numbers are recorded on a flat tape of local partials; arrays in a graph of places,
so that an array that nobody needs is freed. Both draw their order from one counter:
a value's index is larger than its parents', whichever thread recorded it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from diffops.engines.arrays import add_into, is_owned, is_plain, times, whole
from diffops.kernels.adjoint import add_product
from diffops.modes.node import NUMBERS, ArrayNode
from diffops.modes.one_pass import in_one_pass
from diffops.modes.place import Place, Product, packed, product
from diffops.modes.twins import Same, are_twins
from diffops.primitive import ONE, Consuming, Primitive, Pull, tracked_in
from diffops.tags import Level, Tracked
from diffops.values.scalar import OTHER, is_number, kind_of
from diffops.values.views import link_view


class Part:
    """The cotangent of one output of a primitive that has several."""

    __slots__ = ("cotangent", "number")

    def __init__(self, number: int, cotangent: Any) -> None:
        self.number = number
        self.cotangent = cotangent


class Trace(Level):
    """One reverse-mode differentiation.

    ``rows`` is the tape: five entries ``k, i, d_i, j, d_j`` per number, namely its
    index, its parents' and the partials. A row ``k, None, pull, parents, None`` is a
    number made from arrays, ``k, None, None, None, None`` an array; where k is a slice,
    an array was unpacked into the numbers of these indices.
    """

    __slots__ = ("places", "rows")

    rows: list[Any] | None

    def __init__(self) -> None:
        super().__init__()
        self.places = itertools.count()
        self.rows = []

    def end(self) -> None:
        """Stop recording; the values become constants."""
        super().end()
        self.rows = None

    def leaf(self, value: Any) -> Tracked:
        """Track an input."""
        return _node(self, value, next(self.places), (), None)

    def apply(
        self, primitive: Primitive, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Run a primitive and record how cotangents come back through it."""
        primals: list[Any] = []
        wrt: list[int] = []
        parents: list[Any] = []
        run = primitive.function
        for i, arg in enumerate(args):
            if isinstance(arg, Tracked):
                if arg.level is self:
                    parents.append(arg.carry)
                    wrt.append(i)
                    arg = arg.value()
                if isinstance(arg, Tracked):
                    run = primitive
            primals.append(arg)
        if primitive.keyed and tracked_in(params.values()):
            run = primitive
        found = None
        if primitive.kernel is not None and not params:
            found = in_one_pass(primitive, primals, wrt)
        y, factors = (run(*primals, **params), None) if found is None else found
        if factors is not None:
            return self._product(y, parents, factors)
        pull = primitive.pullback(y, primals, params, wrt)
        if pull is None:
            return y
        if type(y) is tuple:
            return self._outputs(y, parents, pull)
        node = self.record(y, parents, pull)
        if primitive.view:
            link_view(args[0], node, primitive, params)
        return node

    def record(self, y: Any, parents: Sequence[Any], pull: Pull) -> Tracked:
        """Track a value, given how its cotangent reaches its parents."""
        k = next(self.places)
        node = _node(self, y, k, parents, pull)
        if type(node.carry) is int:
            self.rows += (k, None, pull, parents, None)  # type: ignore[operator]
        else:
            self.rows += (k, None, None, None, None)  # type: ignore[operator]
        return node

    def _product(self, y: Any, parents: Sequence[Any], factors: list[Any]) -> Tracked:
        """Track an array whose cotangent comes back times these factors."""
        place = product(next(self.places), parents, factors)
        self.rows += (place.index, None, None, None, None)  # type: ignore[operator]
        node = ArrayNode()
        node.level = self
        node.primal = y
        node.carry = place
        return node

    def twins(self, a: Any, b: Any, same: Same) -> bool:
        """Tell whether two places have the same parents, and the same ways to them."""
        return are_twins(self.rows, a, b, same)

    def unpack(self, array: ArrayNode) -> tuple[int, list[Any], Any]:
        """Track the entries of a vector as numbers; return the first index and them."""
        primal = array.primal
        values = primal.tolist() if is_plain(primal) else list(primal)
        first, *_ = itertools.islice(self.places, len(values))
        pull = partial(packed, array.dtype)
        numbers = slice(first, first + len(values))
        self.rows += (numbers, None, pull, (array.carry,), None)  # type: ignore[operator]
        return first, values, primal

    def _outputs(
        self, outputs: tuple[Any, ...], parents: Sequence[Any], pull: Pull
    ) -> tuple[Any, ...]:
        """Track the outputs of one primitive, each a part of a joint place."""
        k = next(self.places)
        joint = Place(k, parents, pull)
        self.rows += (k, None, None, None, None)  # type: ignore[operator]
        return tuple(
            self.record(y, (joint,), partial(_part, number))
            for number, y in enumerate(outputs)
        )


def _part(number: int, cotangent: Any) -> tuple[Part]:
    return (Part(number, cotangent),)


def _node(
    trace: Trace, value: Any, k: int, parents: Sequence[Any], pull: Pull | None
) -> Tracked:
    """Wrap a value: float64 numbers point into the tape, all else has a place."""
    node: Tracked
    if value.__class__ is not np.ndarray and is_number(value):
        kind = kind_of(value)
        node = NUMBERS[kind]()
        node.carry = Place(k, parents, pull) if kind == OTHER else k
        if value.__class__ is np.float64:
            value = float(value)
    else:
        node = ArrayNode()
        node.carry = Place(k, parents, pull)
    node.level = trace
    node.primal = value
    return node


def sweep(
    rows: list[Any],
    count: int,
    seeds: Sequence[tuple[Any, Any]],
    consume: bool = False,
) -> list[Any]:
    """Carry cotangents from the seeded places back to every place before them.

    Returns the adjoints by index: a number's cotangent, or ``[place, cotangent]`` of
    an input array, or None where nothing arrived. With ``consume`` the recorded arrays
    may be overwritten, and the trace cannot be swept again.
    """
    adjoints: list[Any] = [None] * count
    for place, seed in seeds:
        give(adjoints, place, seed)
    entries = reversed(rows)
    with np.errstate(all="ignore"):
        for dj, j, di, i, k in zip(
            entries, entries, entries, entries, entries, strict=True
        ):
            g = adjoints[k]
            if g is None:
                continue
            if i is not None:
                term = g if di is ONE else g * di
                found = adjoints[i]
                adjoints[i] = term if found is None else found + term
                if j is not None:
                    term = g if dj is ONE else g * dj
                    found = adjoints[j]
                    adjoints[j] = term if found is None else found + term
            elif di is not None:
                for place, term in zip(j, di(g), strict=True):
                    give(adjoints, place, term)
            else:
                adjoints[k] = None
                origin = g[0]
                if type(origin) is Product:
                    g = g[1]
                    if consume and origin.large:
                        _sweep_large(adjoints, origin, g)
                        continue
                    factor = origin.factor
                    term = g if factor is ONE else g * factor
                    place = origin.parent
                    cell = adjoints[place.index]
                    if cell is None:
                        adjoints[place.index] = [place, term]
                    else:
                        add_into(cell, term)
                    place = origin.second_parent
                    if place is not None:
                        factor = origin.second_factor
                        term = g if factor is ONE else g * factor
                        cell = adjoints[place.index]
                        if cell is None:
                            adjoints[place.index] = [place, term]
                        else:
                            add_into(cell, term)
                    continue
                for place, term in zip(origin.parents, _pull(g), strict=True):
                    give(adjoints, place, term)
    return adjoints


def _sweep_large(adjoints: list[Any], origin: Product, g: Any) -> None:
    """Take a large array's cotangent to its parents, in the memory of the factors."""
    second = origin.second_parent
    terms = [(origin.parent, origin.factor)]
    if second is not None:
        terms.append((second, origin.second_factor))
    origin.factor = origin.second_factor = None
    while terms:
        place, factor = terms.pop()
        cell = adjoints[place.index]
        if (
            cell is not None
            and factor is not ONE
            and is_owned(cell)
            and add_product(cell[1], g, factor)
        ):
            continue
        term = g if factor is ONE else times(g, factor, not terms)
        factor = None
        if cell is None:
            adjoints[place.index] = [place, term]
        else:
            add_into(cell, term)
        term = None


def _pull(cell: list[Any]) -> Sequence[Any]:
    """Run the pull of the place in a cell on the cotangent there, giving it away."""
    pull = cell[0].pull
    if type(pull) is Consuming:
        owned = is_owned(cell)
        return pull.pull(cell.pop(), owned)
    return pull(cell.pop())


def give(adjoints: list[Any], place: Place | int, term: Any) -> None:
    """Add a term to the adjoint of a place."""
    if term is None:
        return
    if type(place) is int:
        found = adjoints[place]
        adjoints[place] = term if found is None else found + term
        return
    index = place.index  # type: ignore[union-attr]
    cell = adjoints[index]
    if type(term) is Part:
        cotangents = adjoints[index][1] if cell else {}
        number = term.number
        found = cotangents.get(number)
        cotangents[number] = term.cotangent if found is None else found + term.cotangent
        adjoints[index] = [place, cotangents]
    elif cell is None:
        adjoints[index] = [place, whole(term)]
    else:
        add_into(cell, term)
