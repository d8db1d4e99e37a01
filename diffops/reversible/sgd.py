"""``reversible_sgd``: training that reverse mode undoes instead of remembering."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.operators._bound import Bound, Leaves, Memory, is_floating, of_active
from diffops.operators._custom_rule import CustomRule
from diffops.operators._promotion import promote
from diffops.operators._tree import flatten
from diffops.operators._vectors import zero_like
from diffops.operators.gradient import grad
from diffops.operators.transform import jvp, vjp
from diffops.reversible._per_step import Schedule, checked_momentum
from diffops.reversible._weights import Weights
from diffops.reversible.fixed_point import Floats, Training
from diffops.tags import Tracked
from diffops.values.scalar import is_number

F = Callable[..., Any]


def reversible_sgd(
    loss: F, w0: Any, n: int, learning_rates: Any, momenta: Any, *args: Any
) -> Any:
    """Return the weights after n steps of gradient descent with momentum.

    From v = 0, w = w0, for t = 0, …, n − 1: v ← γₜ v − (1 − γₜ) ∇loss(w, t, *args)
    and w ← w + αₜ v, with αₜ of ``learning_rates`` and γₜ of ``momenta``: numbers, or
    one for each step. Differentiable with respect to w0, both, and args. What varies
    must be an argument; w0 and args may be containers.

    Reverse mode keeps the last weights and velocities alone and undoes step after
    step, bit for bit (Maclaurin, Duvenaud & Adams 2015): w and v are multiples of
    2⁻⁵² between ±1024, and products with γ (as the nearest fraction with a denominator
    below 2³¹) keep what they lose, log₂(1/γ) bits for a step and weight; 64 for γ = 0.
    So the loss must be a function of its arguments: seed what is random by t. A step
    back costs a gradient and a product with second derivatives. Forward mode and
    higher orders differentiate the same steps in floats; there, and inside `jit` and
    `vmap`, reverse mode keeps every step.

    Raises ValueError for n < 0, a momentum outside [0, 1), or schedules of another
    length; TypeError for weights that are not real, or a loss that is not one real
    number; OverflowError where a weight, a velocity or a change of them leaves ±1024;
    NoDerivativeError where the loss uses a tracked value that is no argument, or
    gives another gradient on the way back.

    >>> from diffops import grad, reversible_sgd
    >>> loss = lambda w, t, a: (w - a) ** 2
    >>> train = lambda a: reversible_sgd(loss, 0.0, 60, 0.3, 0.5, a)
    >>> round(train(2.0), 6), round(grad(train)(2.0), 6)
    (2.0, 1.0)
    """
    n = operator.index(n)
    if n < 0:
        raise ValueError(f"reversible_sgd cannot take {n} steps")
    bound = Bound((w0, learning_rates, momenta, args), ())
    for i in range(len(flatten(w0)[0])):
        bound.leaves[i] = promote(bound.leaves[i], "a weight of reversible_sgd")
    rule = _Steps(loss, n, bound).rule()
    return bound.rebuild(rule(bound.leaves))


class _Steps:
    """The steps of one training, as a function of leaves, and how to go back."""

    def __init__(self, loss: F, n: int, bound: Bound) -> None:
        self.loss = loss
        self.gradient = grad(loss)
        self.n = n
        self.bound = bound
        counts = [len(flatten(part)[0]) for part in bound.args[:3]]
        self.weights = Weights(bound.leaves[: counts[0]])
        self.ends = counts[0], sum(counts[:2]), sum(counts)
        w_end, rates_end, momenta_end = self.ends
        self.rates = Schedule("learning_rates", bound.leaves[w_end:rates_end], n)
        self.momenta = Schedule("momenta", bound.leaves[rates_end:momenta_end], n)
        #: Which leaves of args may ever vary.
        self.varying = [i for i in bound.active if i >= momenta_end]

    def rule(self) -> CustomRule:
        """Return the training as a function of leaves with a pullback of its own."""
        memory = Memory(self._trained)

        def function(*leaves: Any) -> tuple[Any, ...]:
            if any(isinstance(leaf, Tracked) for leaf in leaves):
                return rule(leaves)
            return self._result(self.weights.split(memory(leaves).weights), leaves)

        def push(leaves: Leaves, tangents: Leaves) -> Leaves:
            wrt, function, active = self._floating(leaves)
            moved = tuple(tangents[i] for i in wrt)
            changes: Leaves = jvp(function, tuple(active), moved)[1]
            return changes

        def pull(leaves: Leaves, g: Leaves) -> Leaves:
            if not any(isinstance(leaf, Tracked) for leaf in leaves):
                return self._back(memory(leaves).copy(), leaves, g)
            wrt, function, active = self._floating(leaves)
            found = dict(zip(wrt, vjp(function, *active)[1](tuple(g)), strict=True))
            return [found.get(i) for i in range(len(leaves))]

        rule = CustomRule("reversible_sgd", function, push, pull, looped=True)
        return rule

    def _parts(self, leaves: Leaves) -> tuple[Leaves, Leaves, Leaves]:
        """Return the leaves of the weights, the learning rates and the momenta."""
        w, rates, momenta = self.ends
        return leaves[:w], leaves[w:rates], leaves[rates:momenta]

    def _split(self, weights: Leaves, leaves: Leaves) -> tuple[Any, Any]:
        """Return the weights and args in their containers."""
        parts = self.bound.split([*weights, *leaves[self.ends[0] :]])
        return parts[0], parts[3]

    def _result(self, weights: Leaves, leaves: Leaves) -> tuple[Any, ...]:
        return self.bound.flat(self._split(weights, leaves)[0])

    def _slope(self, weights: Leaves, t: int, leaves: Leaves) -> list[Any]:
        """Return the gradient of the loss, as leaves."""
        w, args = self._split(weights, leaves)
        return flatten(self.gradient(w, t, *args))[0]

    def _plain_slope(self, training: Training, t: int, leaves: Leaves) -> Floats:
        parts = self._slope(self.weights.split(training.weights), t, leaves)
        if any(isinstance(part, Tracked) for part in parts):
            raise NoDerivativeError(
                "the loss of reversible_sgd uses a tracked value that is no argument "
                f"of it{at_user_line()}; pass it after the momenta"
            )
        return self.weights.joined(parts)

    def _trained(self, leaves: Leaves) -> Training:
        """Train in fixed-point numbers."""
        first, rates, momenta = self._parts(leaves)
        training = Training(self.weights.joined(first))
        for t in range(self.n):
            rate, momentum = float(self.rates.at(rates, t)), self._momentum(momenta, t)
            training.step(rate, momentum, self._plain_slope(training, t, leaves))
        return training

    def _momentum(self, momenta: Leaves, t: int) -> float:
        return checked_momentum(float(self.momenta.at(momenta, t)))

    def _floating(self, leaves: Leaves) -> tuple[list[int], F, list[Any]]:
        """Return which leaves can vary, the training as their function, and them."""
        wrt = [i for i in range(self.ends[2]) if is_floating(leaves[i])]
        wrt += self.varying
        function = of_active(self._in_floats, leaves, wrt)
        return wrt, function, [leaves[i] for i in wrt]

    def _in_floats(self, *leaves: Any) -> tuple[Any, ...]:
        """Train in floats, which every mode can follow."""
        first, rates, momenta = self._parts(leaves)
        w = list(first)
        v = [zero_like(part) for part in first]
        for t in range(self.n):
            rate, momentum = self.rates.at(rates, t), self.momenta.at(momenta, t)
            slope = self._slope(w, t, leaves)
            v = [
                _like(momentum * a - (1 - momentum) * g, part)
                for a, g, part in zip(v, slope, first, strict=True)
            ]
            w = [
                _like(a + rate * b, part)
                for a, b, part in zip(w, v, first, strict=True)
            ]
        return self._result(w, leaves)

    def _back(self, training: Training, leaves: Leaves, g: Leaves) -> list[Any]:
        """Undo the training, pulling back cotangents of the weights and velocities."""
        first, rates, momenta = self._parts(leaves)
        to_w = list(g)
        to_v: list[Any] = [zero_like(part) for part in to_w]
        to_args = {i: 0.0 * leaves[i] for i in self.varying}
        to_rates, to_momenta = [], []
        for t in reversed(range(self.n)):
            rate, momentum = float(self.rates.at(rates, t)), self._momentum(momenta, t)
            to_rates.append(_dot(to_w, self.weights.split(training.velocities)))
            gradient = functools.partial(self._plain_slope, training, t, leaves)
            slope = training.undo(rate, momentum, gradient)
            to_v = [a + rate * b for a, b in zip(to_v, to_w, strict=True)]
            lag = self.weights.split(training.velocities + slope)
            to_momenta.append(_dot(to_v, lag))
            weights = self.weights.split(training.weights)
            bends = self._bends(weights, t, leaves, to_v)
            to_w = [
                a + (momentum - 1) * b
                for a, b in zip(to_w, bends[: len(to_w)], strict=True)
            ]
            for i, bend in zip(self.varying, bends[len(to_w) :], strict=True):
                to_args[i] = to_args[i] + (momentum - 1) * bend
            to_v = [momentum * a for a in to_v]
        self._check_return(training, first)
        return [
            *to_w,
            *self.rates.cotangents(rates, to_rates[::-1]),
            *self.momenta.cotangents(momenta, to_momenta[::-1]),
            *(to_args.get(i) for i in range(self.ends[2], len(leaves))),
        ]

    def _bends(
        self, weights: Leaves, t: int, leaves: Leaves, direction: Leaves
    ) -> list[Any]:
        """Return the derivatives of ∇loss · direction: by the weights, and by args."""
        count = len(weights)

        def slope(*active: Any) -> Any:
            own, rest = active[:count], list(leaves)
            for i, part in zip(self.varying, active[count:], strict=True):
                rest[i] = part

            def along(*moved: Any) -> Any:
                w, args = self._split(moved, rest)
                return self.loss(w, t, *args)

            return np.sum(jvp(along, tuple(own), tuple(direction))[1])

        active = [*weights, *(leaves[i] for i in self.varying)]
        _, pullback = vjp(slope, *active)
        return list(pullback(1.0))

    def _check_return(self, training: Training, first: Leaves) -> None:
        start = Training(self.weights.joined(first))
        if np.any(training.w != start.w) or np.any(training.v):
            raise NoDerivativeError(
                "reversible_sgd did not come back to where it began, so the loss gave "
                "another gradient on the way back; it must be a function of w, t and "
                "args alone: seed what is random by t"
            )


def _dot(a: Leaves, b: Leaves) -> Any:
    return sum((np.sum(x * y) for x, y in zip(a, b, strict=True)), 0.0)


def _like(x: Any, leaf: Any) -> Any:
    """Return x in the dtype of a leaf."""
    if is_number(leaf) or x.dtype == leaf.dtype:
        return x
    return x.astype(leaf.dtype)
