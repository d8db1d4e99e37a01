"""Functions of roots that vanish, by the branches that they share and do not share.

    even = Σₖ f⁽²ᵏ⁾(e) o²ᵏ sᵏ / (2k)!,    odd = Σₖ f⁽²ᵏ⁺¹⁾(e) o²ᵏ⁺¹ sᵏ / (2k + 1)!

are the parts of f(e + o r), r² = s. Of several roots the even part is the mean over all
branches, but for their products, such as |x| |y|: these have no second derivative at 0,
and it is NaN. So it is for the square of a sum over entries that have roots.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.arrays import is_plain
from diffops.engines.loading import perhaps_any
from diffops.primitive import Primitive, table
from diffops.slopes import steep_product, unknown_bend, unknown_slope
from diffops.tags import belongs, strip
from diffops.values.roots import Root, Split

Function = Callable[..., Any]

#: Makes the level by which functions are expanded around a kink: set by `assembly`.
expansion: list[Callable[[], Any]] = []


class Call:
    """A primitive called on values of which some have roots.

    ``plain`` are the values as they are to the chain rule, ``splits`` their parts.
    """

    def __init__(
        self,
        primitive: Primitive,
        plain: Sequence[Any],
        splits: Sequence[Split | None],
        params: dict[str, Any],
    ) -> None:
        self.primitive = primitive
        self.plain = plain
        self.splits = splits
        self.params = params
        self.evens = [
            x if split is None or split.even is None else split.even
            for x, split in zip(plain, splits, strict=True)
        ]
        #: Whether a value is not its own even part.
        self.steep = any(
            split is not None and split.even is not None for split in splits
        )
        #: All roots, and for each the odd parts of the arguments, or None.
        self.roots: dict[Root, list[Any]] = {}
        for i, split in enumerate(splits):
            for root, odd in split.odds.items() if split else ():
                self.roots.setdefault(root, [None] * len(splits))[i] = odd

    def run(self, args: Sequence[Any]) -> Any:
        """Run the primitive on other arguments."""
        return self.primitive(*args, **self.params)

    def size(self) -> int:
        """Return the number of entries of the result."""
        zeros = [np.zeros_like(strip(x))[()] for x in self.plain]
        return math.prod(np.shape(self.run(zeros)))


#: What comes of it: the value, its even part (None: itself), and the odd parts.
Parts = tuple[Any, Any, dict[Root, Any]]


def of_sum(call: Call) -> Parts:
    """Add or subtract: the parts of a sum are sums of parts."""
    y = call.run(call.plain)
    odds = {}
    for root, parts in call.roots.items():
        terms = [
            partial * part
            for partial, part in zip(call.primitive.partials, parts, strict=True)
            if part is not None
        ]
        odds[root] = np.broadcast_to(sum(terms[1:], terms[0]), np.shape(y))[()]
    return y, call.run(call.evens) if call.steep else None, odds


def of_product(call: Call) -> Parts:
    """Multiply, and leave out what is a product with a constant 0."""
    a, b = call.evens
    even = call.run(call.evens)
    if call.steep and any(map(_is_zero, call.evens)):
        even = strip(even)
    odds = {}
    value = even
    for root, (odd_a, odd_b) in call.roots.items():
        if odd_a is not None and odd_b is not None:
            value = even = even + odd_a * odd_b * root.square
        terms = [
            x * y
            for x, y in ((a, odd_b), (odd_a, b))
            if not (x is None or y is None or _is_zero(x) or _is_zero(y))
        ]
        if terms:
            odds[root] = np.broadcast_to(sum(terms[1:], terms[0]), np.shape(even))[()]
    for root, odd in odds.items():
        if root.steep is not None:
            value = value + table[steep_product](odd, root.steep)
    return _with_mixed(call, value, None if value is even else even, odds)


def _is_zero(x: Any) -> bool:
    return is_plain(x) and not np.any(x)


def of_entries(call: Call) -> Parts:
    """Expand an elementwise function around the even parts of its arguments."""
    odds = {}
    with np.errstate(all="ignore"):
        value = even = _expanded(call.primitive, call.roots)(*call.evens)
        for root in call.roots:
            value, odd = _odd_part(call, root, value)
            if odd is not None:
                odds[root] = odd
    return _with_mixed(call, *_where_sound(call, value, even, odds))


def _with_mixed(call: Call, value: Any, even: Any, odds: dict[Root, Any]) -> Parts:
    """Add what is not known where the second derivative pairs different roots."""
    mixed = _mixed(call) if len(call.roots) > 1 else False
    if perhaps_any(mixed):
        value = value + np.where(mixed, unknown(call), 0.0)[()]
        even = even if even is None else even + np.where(mixed, unknown(call), 0.0)[()]
    return value, even, odds


def _mixed(call: Call) -> Any:
    """Tell where the second derivative pairs the roots with each other."""
    f, xs = call.primitive, call.evens
    rooted = [i for i, split in enumerate(call.splits) if split]
    units = [
        np.ones_like(strip(x))[()] if i in rooted else None for i, x in enumerate(xs)
    ]
    mixed: Any = False
    for i in rooted:
        for j in rooted:
            slope = _slope(
                f, [unit if k == i else None for k, unit in enumerate(units)]
            )
            bend = _slope(
                slope, [unit if k == j else None for k, unit in enumerate(units)]
            )
            found = bend(*xs)
            if found is not None:
                mixed = mixed | np.not_equal(strip(found), 0) & (pairs(call, i, j) > 0)
    return mixed


def pairs(call: Call, i: int, j: int) -> Any:
    """Count the pairs of different roots, one in the i-th argument, one in the j-th."""
    first: Any = 0
    second: Any = 0
    both: Any = 0
    for parts in call.roots.values():
        here, there = (
            0 if parts[k] is None else np.not_equal(strip(parts[k]), 0) * 1
            for k in (i, j)
        )
        first, second, both = first + here, second + there, both + here * there
    return first * second - both


def unknown(call: Call) -> Any:
    """Return 0, tracked, as a product of two roots is: its derivative is not known."""
    slow = sum(root.steep is not None for root in call.roots) < 2
    total = sum(np.sum(root.square) for root in call.roots)
    return table[unknown_bend if slow else unknown_slope](total)


def _odd_part(call: Call, root: Root, value: Any) -> tuple[Any, Any]:
    """Return the value with what a root adds to it, and the odd part itself."""
    odd = None
    for k in range(root.terms() + (root.steep is not None)):
        term = _expanded(call.primitive, call.roots, root, k)(*call.evens)
        if term is None:
            continue
        if root.steep is not None:
            power = root.square ** (k + 0.5) if k else root.steep
            value = value + table[steep_product](term, power)
        term = term * root.square**k if k else term
        odd = term if odd is None else odd + term
    return value, odd


def _where_sound(call: Call, value: Any, even: Any, odds: dict[Root, Any]) -> Parts:
    """Return a value with its parts; where they are infinite, what the chain rule says.

    That is where the function itself is singular at the kink.
    """
    sound: Any = True
    for part in (even, value, *odds.values()):
        sound = sound & np.isfinite(strip(part))
    itself = value is even
    if not is_plain(sound) or not np.all(sound):
        y = call.run(call.plain)
        if is_plain(sound) and not np.any(sound):
            return y, None, {}
        value, even = (np.where(sound, part, y)[()] for part in (value, even))
        odds = {root: np.where(sound, odd, 0.0)[()] for root, odd in odds.items()}
    return value, None if itself else even, odds


def _expanded(
    f: Function, roots: dict[Root, list[Any]], odd: Root | None = None, k: int = 0
) -> Function:
    """Return the even part of a function, or the k-th term of the odd one of a root.

    Of many roots the even part is expanded in each alone, lest that take exponential
    time: what pairs them is of fourth order, where it is not unknown anyway.
    """
    if len(roots) > _FEW:
        if odd is not None:
            return _coefficient(f, roots[odd], 2 * k + 1)
        return _sum_of_series(f, roots)
    for root, directions in roots.items():
        if root is odd:
            f = _coefficient(f, directions, 2 * k + 1)
        else:
            f = _even_series(f, directions, root)
    return f


#: So many roots are expanded jointly.
_FEW = 3


def _sum_of_series(f: Function, roots: dict[Root, list[Any]]) -> Function:
    def total(*xs: Any) -> Any:
        y = f(*xs)
        for root, directions in roots.items():
            for k in range(1, root.terms() + 1):
                term = _coefficient(f, directions, 2 * k)(*xs)
                y = y if term is None else y + term * root.square**k
        return y

    return total


def _even_series(f: Function, directions: Sequence[Any], root: Root) -> Function:
    def series(*xs: Any) -> Any:
        total = f(*xs)
        for k in range(1, root.terms() + 1):
            term = _coefficient(f, directions, 2 * k)(*xs)
            if term is not None:
                term = term * root.square**k
                total = term if total is None else total + term
        return total

    return series


def _coefficient(f: Function, directions: Sequence[Any], order: int) -> Function:
    """Return a Taylor coefficient of a function along directions; None stands for 0."""
    for _ in range(order):
        f = _slope(f, directions)

    def coefficient(*xs: Any) -> Any:
        y = f(*xs)
        return y if y is None or order < 2 else y / math.factorial(order)

    return coefficient


def _slope(f: Function, directions: Sequence[Any]) -> Function:
    def slope(*xs: Any) -> Any:
        level = expansion[0]()
        duals = [
            x if direction is None else level.dual(x, direction)
            for x, direction in zip(xs, directions, strict=True)
        ]
        try:
            y = f(*duals)
        finally:
            level.end()
        return y.carry if belongs(y, level) else None

    return slope
