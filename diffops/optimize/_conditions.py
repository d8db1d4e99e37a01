"""The first-order conditions of a minimum, as equations that define it.

With bounds and constraints these are the Karush-Kuhn-Tucker conditions: what holds with
equality at the minimum stays there while the parameters change a little, provided that
it pushes back (strict complementarity). So the minimum solves

    ∇f(x) − Σ λⱼ ∇cⱼ(x) = 0   for the free entries,   xᵢ = bound   for the others,
    cⱼ(x) = its bound           for the constraints that hold with equality

in x and the multipliers λ, and `solution` differentiates that (Fiacco, Introduction to
Sensitivity and Stability Analysis in Nonlinear Programming, 1983, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._searches import Objective, polished
from diffops.implicit._second_order import minimum_check
from diffops.implicit._solution import Unknown, plain, solution
from diffops.operators.gradient import grad
from diffops.operators.jacobian import jacobian
from diffops.optimize._bounds import Limits
from diffops.optimize._constraints import Constraint
from diffops.values.methods import shape_of as shape

#: How near a bound, in relation to its size, what may hold with equality is.
_NEAR = 1e-3

#: So often what holds with equality is looked at again.
_ROUNDS = 10


class Conditions:
    """What holds with equality at a minimum that SciPy found, and the equations."""

    def __init__(
        self,
        objective: Objective,
        x: Any,
        limits: Limits | None,
        constraints: Sequence[Constraint],
    ) -> None:
        self.objective = objective
        self.n = len(x)
        self.bounds = _Bounded(lambda x: x, limits, self.n)
        self.ties = _Bounded(*_joined(constraints, x))
        slope = plain(objective.gradient(x))
        self.scale = 1e-6 * (1.0 + float(np.max(np.abs(slope), initial=0.0)))
        pinned, ties = self.bounds.near(x), self.ties.near(x)
        rows = self._matrix(x, ties)
        weights = np.linalg.lstsq(rows[:, ~pinned].T, slope[~pinned], rcond=None)[0]
        self.bounds.hold(pinned, slope - weights @ rows, x, self.scale)
        every = np.zeros(len(ties))
        every[ties] = weights
        self.ties.hold(ties, every, x, self.scale)
        self.start = np.concatenate([x, every[self.ties.held]])

    def _matrix(self, x: Any, chosen: Any) -> Any:
        if not np.any(chosen):
            return np.zeros((0, self.n))
        return plain(jacobian(lambda x: self.ties.function(x)[chosen])(x))

    def equations(self, z: Any) -> Any:
        """Return the residual of the conditions at x and λ in one vector."""
        x = z[: self.n]
        slope = self._slope(x, z[self.n :])
        if np.any(self.bounds.held):
            slope = np.where(self.bounds.held, self.bounds.gaps(x), slope)
        if not np.any(self.ties.held):
            return slope
        return np.concatenate([slope, self.ties.gaps(x)[self.ties.held]])

    def _slope(self, x: Any, weights: Any) -> Any:
        """Return the gradient of the Lagrangian."""
        held = self.ties.held
        if not np.any(held):
            return self.objective.gradient(x)

        def lagrangian(x: Any) -> Any:
            return self.objective.function(x) - weights @ self.ties.function(x)[held]

        return grad(lagrangian)(x)

    def revise(self, z: Any) -> bool:
        """Let go what pulls at z, hold what is broken there; tell whether any was."""
        x = z[: self.n]
        before = np.concatenate([self.bounds.held, self.ties.held])
        push = plain(self._slope(x, z[self.n :]))
        weights = np.zeros(len(self.ties.held))
        weights[self.ties.held] = z[self.n :]
        self.bounds.hold(self.bounds.held, push, x, 0.0)
        self.ties.hold(self.ties.held, weights, x, 0.0)
        self.bounds.hold_broken(x)
        self.ties.hold_broken(x)
        self.start = np.concatenate([x, weights[self.ties.held]])
        after = np.concatenate([self.bounds.held, self.ties.held])
        return bool(np.any(before != after))

    def check(self, z: Any) -> None:
        """Raise where a bound or a constraint is met without pushing back.

        There the minimum has one derivative on each side.
        """
        x = z[: self.n]
        push = plain(self._slope(x, z[self.n :]))
        weights = np.zeros(len(self.ties.held))
        weights[self.ties.held] = z[self.n :]
        if self.bounds.idle(x, push, self.scale) or self.ties.idle(
            x, weights, self.scale
        ):
            raise ConvergenceError(
                f"the minimum that {self.objective.name} found lies on a bound or "
                "constraint that does not push back, so it has no derivative there"
                f"{at_user_line()}"
            )


class _Bounded:
    """lower ≤ c(x) ≤ upper, and which entries hold with equality: ``held``."""

    def __init__(self, function: Any, limits: Limits | None, count: int) -> None:
        self.function = function
        none = np.full(count, np.inf)
        self.lower = -none if limits is None else limits.lower
        self.upper = none if limits is None else limits.upper
        low, high = plain(self.lower), plain(self.upper)
        self.sides = low, high
        self.equal = low == high
        self.held = np.zeros(count, bool)
        self.at_lower = np.zeros(count, bool)

    def distances(self, x: Any) -> tuple[Any, Any]:
        """Return how far the entries are above and below their bounds, in relation."""
        values, (low, high) = plain(self.function(x)), self.sides
        size = 1.0 + np.abs(values)
        return (values - low) / size, (high - values) / size

    def near(self, x: Any) -> Any:
        """Tell which entries are near a bound."""
        above, below = self.distances(x)
        return (above <= _NEAR) | (below <= _NEAR)

    def hold(self, among: Any, push: Any, x: Any, scale: float) -> None:
        """Hold those among some entries that are pushed against their bound."""
        above, below = self.distances(x)
        self.at_lower = above <= below
        against = np.where(self.at_lower, push > scale, push < -scale)
        self.held = among & (against | self.equal)

    def hold_broken(self, x: Any) -> None:
        """Hold also those that are beyond a bound."""
        above, below = self.distances(x)
        broken = ~self.held & (np.minimum(above, below) < -1e-9)
        self.at_lower = np.where(broken, above <= below, self.at_lower)
        self.held = self.held | broken

    def gaps(self, x: Any) -> Any:
        """Return how far the entries are from the bounds that may hold them."""
        return self.function(x) - np.where(self.at_lower, self.lower, self.upper)

    def idle(self, x: Any, push: Any, scale: float) -> bool:
        """Tell whether an entry meets its bound, but is not pushed against it."""
        above, below = self.distances(x)
        met = ~self.held & (np.minimum(above, below) <= 1e-8)
        weak = self.held & ~self.equal & (np.abs(push) <= scale)
        return bool(np.any(met | weak))


def _joined(constraints: Sequence[Constraint], x: Any) -> tuple[Any, Limits, int]:
    """Return all constraints as one function with limits, and how many rows it has."""
    lower, upper = [np.zeros(0)], [np.zeros(0)]
    for constraint in constraints:
        rows = shape(constraint.function(x))
        lower.append(np.broadcast_to(constraint.lower, rows) * 1.0)
        upper.append(np.broadcast_to(constraint.upper, rows) * 1.0)

    def function(x: Any) -> Any:
        return np.concatenate([np.zeros(0), *(c.function(x) for c in constraints)])

    limits = Limits(np.concatenate(lower), np.concatenate(upper))
    return function, limits, shape(limits.lower)[0]


def minimum(
    objective: Objective,
    x0: Any,
    x: Any,
    limits: Limits | None,
    constraints: Sequence[Constraint],
    linear: str,
    tolerance: float,
) -> Any:
    """Return a minimum that SciPy found, as a container with its derivatives."""
    name, unknown = objective.name, Unknown(x0)
    if limits is None and not constraints:
        found = polished(objective.gradient, x, linear, 0.01 * tolerance)
        check = minimum_check(name)
        slope = objective.gradient
        return solution(unknown, slope, found, name, linear, tolerance, check)
    conditions = Conditions(objective, x, limits, constraints)
    for _ in range(_ROUNDS):
        z = polished(conditions.equations, conditions.start, linear, tolerance)
        if not conditions.revise(z):
            break
    else:
        raise ConvergenceError(
            f"{name} did not settle which bounds and constraints hold at the minimum"
        )
    conditions.check(z)
    extended = Unknown((x0, z[len(x) :]))
    check = minimum_check(name, ~conditions.bounds.held)
    equations = conditions.equations
    return solution(extended, equations, z, name, linear, tolerance, check)[0]
