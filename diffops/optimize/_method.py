"""What a differentiable optimiser is: pure functions from weights to weights.

A method is a frozen dataclass of its hyperparameters, which may be tracked, so it is a
container of them. ``start(w)`` returns its first state, ``step(loss, w, state, t)`` the
next weights and state; both know vectors alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.implicit._searches import one_number
from diffops.operators._tree import flatten
from diffops.operators.gradient import fgrad, grad
from diffops.operators.hessian import hessian, hessianv
from diffops.optimize._line_search import Along
from diffops.optimize._packing import Packing
from diffops.optimize._rates import rate_at

F = Callable[..., Any]
State = tuple[Any, ...]


class Loss:
    """The loss at one step, as a function of the vector of weights.

    Gradients are taken by the weights in their container, which is cheaper than by
    the vector.
    """

    def __init__(
        self, f: F, packing: Packing, args: tuple[Any, ...], named: F | None = None
    ) -> None:
        def of_weights(weights: Any) -> Any:
            return one_number(f(weights, *args), named or f, "descend")

        self._packing = packing
        self._of_weights = of_weights
        self._gradient = grad(of_weights)

    @functools.cached_property
    def _both(self) -> F:
        return fgrad(self._of_weights)

    def value(self, w: Any) -> Any:
        """Return the loss at w."""
        return self._of_weights(self._packing.container(w))

    def gradient(self, w: Any) -> Any:
        """Return the gradient at w."""
        slope = self._gradient(self._packing.container(w))
        return self._packing.vector(flatten(slope)[0])

    def both(self, w: Any) -> tuple[Any, Any]:
        """Return the loss and the gradient at w."""
        value, slope = self._both(self._packing.container(w))
        return value, self._packing.vector(flatten(slope)[0])

    def product(self, w: Any, v: Any) -> Any:
        """Return the Hessian at w times v."""
        return hessianv(self.value)(w, v)

    def hessian(self, w: Any) -> Any:
        """Return the Hessian at w."""
        return hessian(self.value)(w)


class Method:
    """A way of descending: a direction of every step, times a rate.

    Subclasses are frozen dataclasses with a ``rate``: a number, a rule (`Decay`,
    `ExponentialDecay`, `Schedule`), a function of the number of the step, or a line
    search (`Backtracking`, `StrongWolfe`); and ``clip``, what is done to gradients.

    A step costs one gradient of the loss. Line searches and `FISTA` evaluate it further
    times, `NewtonCG` takes products with its Hessian, `Newton` the matrix. What a
    method raises comes out of `descend`.

    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from diffops import optimize
    >>> @dataclass(frozen=True)
    ... class SignDescent(optimize.Method):
    ...     rate: float = 0.25
    ...     clip: object = None
    ...
    ...     def direction(self, loss, w, slope, state, t):
    ...         return -np.sign(slope), state
    >>> optimize.descend(lambda w: w @ w, np.array([1.0, -0.5]), SignDescent(), 2)
    array([0.5, 0. ])
    """

    rate: Any
    clip: Any

    def start(self, w: Any) -> State:
        """Return the state before the first step."""
        return ()

    def direction(
        self, loss: Loss, w: Any, slope: Any, state: State, t: int
    ) -> tuple[Any, State]:
        """Return the direction of step t, and the state after it."""
        raise NotImplementedError

    def step(self, loss: Loss, w: Any, state: State, t: int) -> tuple[Any, State]:
        """Return the weights and the state after step t, from 0 on."""
        rate = self.rate
        searches = hasattr(rate, "length")
        value, slope = loss.both(w) if searches else (None, loss.gradient(w))
        if self.clip is not None:
            slope = self.clip(slope)
        direction, state = self.direction(loss, w, slope, state, t)
        if searches:
            along = Along(loss.both, loss.value, w, direction)
            length = rate.length(along, value, slope @ direction)
        else:
            length = rate_at(rate, t)
        return w + length * direction, state

    def result(self, w: Any, state: State) -> Any:
        """Return what was found, from the last weights and state."""
        return w

    def residual(self, loss: Loss, w: Any) -> Any:
        """Return what vanishes where the method comes to rest: the gradient."""
        return loss.gradient(w)


def zeros(w: Any) -> Any:
    """Return zeros like a vector."""
    return np.zeros_like(w)
