"""Step lengths that look at f along the direction: backtracking, strong Wolfe.

They are programs like any other: what is differentiated is the length that they return,
along the decisions that they took.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from diffops.operators.transform import stop_gradient


class Along:
    """f on the line w + a d: φ(a) = f(w + a d), and φ′(a)."""

    def __init__(
        self, both: Callable[[Any], Any], value: Callable[[Any], Any], w: Any, d: Any
    ) -> None:
        self._both = both
        self._value = value
        self.w = w
        self.d = d

    def value(self, a: Any) -> Any:
        """Return φ(a)."""
        return self._value(self.w + a * self.d)

    def both(self, a: Any) -> tuple[Any, Any]:
        """Return φ(a) and φ′(a)."""
        value, slope = self._both(self.w + a * self.d)
        return value, slope @ self.d


@dataclass(frozen=True)
class Backtracking:
    """The first of the lengths start · shrinkᵏ at which f decreases enough.

    That is f(w + a d) ≤ f(w) + decrease · a ∇f·d (Armijo), for k < ``most``; then the
    last is taken. Source: Nocedal & Wright, Numerical Optimization, algorithm 3.1.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> search = optimize.GradientDescent(optimize.Backtracking())
    >>> optimize.descend(lambda w: 4 * w @ w, np.ones(2), search, 10)
    array([0., 0.])
    """

    start: Any = 1.0
    shrink: Any = 0.5
    decrease: float = 1e-4
    most: int = 40

    def length(self, along: Along, value: Any, slope: Any) -> Any:
        """Return the length of the step, where φ(0) and φ′(0) are known."""
        a = self.start
        for _ in range(self.most):
            if along.value(a) <= value + self.decrease * a * slope:
                break
            a = a * self.shrink
        return a


@dataclass(frozen=True)
class StrongWolfe:
    """A length at which f decreases enough and its slope has become flat enough.

    f(w + a d) ≤ f(w) + decrease · a ∇f·d, and |φ′(a)| ≤ curvature · |φ′(0)|, by
    bracketing and cubic interpolation, within ``most`` evaluations each; then the best
    length so far is taken. Source: Nocedal & Wright, algorithms 3.5 and 3.6.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> method = optimize.ConjugateGradient(optimize.StrongWolfe(curvature=0.1))
    >>> w = optimize.descend(lambda w: 4 * w @ w, np.ones(2), method, 3)
    >>> bool(np.max(np.abs(w)) < 1e-12)
    True
    """

    start: Any = 1.0
    decrease: float = 1e-4
    curvature: float = 0.9
    most: int = 20

    def length(self, along: Along, value: Any, slope: Any) -> Any:
        """Return the length of the step, where φ(0) and φ′(0) are known."""
        if not slope < 0:
            return 0.0
        begin = 0.0, value, slope
        last = begin
        a = self.start
        for i in range(self.most):
            here = a, *along.both(a)
            high = i > 0 and here[1] >= last[1]
            if not self._decreases(here, begin) or high:
                return self._zoom(along, begin, last, here)
            if self._is_flat(here, begin):
                return a
            if here[2] >= 0:
                return self._zoom(along, begin, here, last)
            last, a = here, 2.0 * a
        return last[0]

    def _zoom(self, along: Along, begin: Any, low: Any, high: Any) -> Any:
        """Return a length between two, of which the first has the lower value."""
        for _ in range(self.most):
            here = (a := _between(low, high)), *along.both(a)
            if not self._decreases(here, begin) or here[1] >= low[1]:
                high = here
                continue
            if self._is_flat(here, begin):
                return a
            if here[2] * (high[0] - low[0]) >= 0:
                high = low
            low = here
        return low[0]

    def _decreases(self, here: Any, begin: Any) -> bool:
        allowed = begin[1] + self.decrease * here[0] * begin[2]
        return bool(here[1] <= allowed)

    def _is_flat(self, here: Any, begin: Any) -> bool:
        return bool(abs(here[2]) <= -self.curvature * begin[2])


def _between(low: Any, high: Any) -> Any:
    """Return the minimum of the cubic through two points with their slopes.

    Where that is no number, or hardly inside, the middle.
    """
    (a, fa, da), (b, fb, db) = low, high
    middle = 0.5 * (a + b)
    first = da + db - 3.0 * (fa - fb) / (a - b)
    inside = first * first - da * db
    if not inside > 0:
        return middle
    second = np.sign(stop_gradient(b - a)) * np.sqrt(inside)
    down = db - da + 2.0 * second
    if down == 0:
        return middle
    found = b - (b - a) * (db + second - first) / down
    near, far = min(a, b), max(a, b)
    margin = 0.1 * (far - near)
    return found if near + margin <= found <= far - margin else middle
