"""One training: its steps as a loop, unrolled or checkpointed, and its minimum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.checkpointing.loops import checkpointed_loop
from diffops.errors import ConvergenceError, at_user_line
from diffops.implicit._searches import plain_parts, size_of
from diffops.implicit._second_order import minimum_check
from diffops.implicit._solution import Unknown, plain, solution
from diffops.operators._tree import flatten
from diffops.operators.transform import stop_gradient
from diffops.optimize._method import Loss, Method
from diffops.optimize._momentum import GradientDescent, Momentum
from diffops.optimize._packing import Packing
from diffops.optimize._rates import rate_at
from diffops.optimize._stopping import EarlyStopping
from diffops.optimize._ways import Way
from diffops.primitive import tracked_in
from diffops.reversible.sgd import reversible_sgd

F = Callable[..., Any]


class Training:
    """What `descend` is given: a loss, its first weights, a method, and how long."""

    def __init__(
        self,
        loss: F,
        w0: Any,
        method: Method,
        n: int,
        args: tuple[Any, ...],
        stochastic: bool,
        stop: EarlyStopping | None,
        way: Way,
    ) -> None:
        self._loss = loss
        self._last: tuple[Any, Loss] | None = None
        self.w0 = w0
        self.method = method
        self.n = n
        self.args = args
        self.stochastic = stochastic
        self.stop = stop
        self.way = way
        self.packing = Packing(w0)

    def f(self, *given: Any) -> Any:
        """Return the loss, and count."""
        self.way.calls += 1
        return self._loss(*given)

    def loss_at(self, t: int, args: tuple[Any, ...]) -> Loss:
        """Return the loss of step t."""
        if self.stochastic:
            return Loss(self.f, self.packing, (t, *args), self._loss)
        if self._last is None or self._last[0] is not args:
            self._last = args, Loss(self.f, self.packing, args, self._loss)
        return self._last[1]

    def begin(self, method: Method) -> tuple[Any, ...]:
        """Return the state before the first step: weights, the method's, the stop's."""
        w = self.packing.first
        stopping = () if self.stop is None else self.stop.start(w)
        return w, method.start(w), stopping

    def step(
        self, state: tuple[Any, ...], method: Method, args: tuple[Any, ...], t: int
    ) -> tuple[Any, ...]:
        """Return the state after step t."""
        w, inner, stopping = state
        loss = self.loss_at(t, args)
        w, inner = method.step(loss, w, inner, t)
        if self.stop is not None:
            validation = self.stop.validation
            found = method.result(w, inner)
            if validation is None:
                value = loss.value(found)
            else:
                value = validation(self.packing.container(found))
            stopping = self.stop.update(value, found, stopping)
        return w, inner, stopping

    def finish(self, state: tuple[Any, ...], method: Method) -> Any:
        """Return the vector of weights that the training gives."""
        w, inner, stopping = state
        return method.result(w, inner) if self.stop is None else stopping[1]

    def unrolled(self, report: Callable[[int, Any, Any], None] | None = None) -> Any:
        """Take the steps, one after the other."""
        state = self.begin(self.method)
        for t in range(self.n):
            if report is not None:
                report(t, state[0], self.loss_at(t, self.args))
            state = self.step(state, self.method, self.args, t)
            if self.stop is not None and self.stop.ends(state[2]):
                break
        return self.finish(state, self.method)

    def checkpointed(self) -> Any:
        """Take the steps in a `checkpointed_loop`."""
        parts = _Parts((self.method, self.args))

        def step(state: Any, varying: Any) -> Any:
            t, *rest = state
            method, args = parts.whole(varying)
            return [t + 1.0, *self.step(tuple(rest), method, args, _number(t))]

        first = [0.0, *self.begin(self.method)]
        memory = self.way.memory
        if self.stop is None:
            last = checkpointed_loop(step, first, self.n, parts.varying, memory=memory)
        else:
            stop = self.stop

            def until(state: Any) -> bool:
                return _number(state[0]) >= self.n or stop.ends(state[3])

            last = checkpointed_loop(
                step, first, None, parts.varying, memory=memory, until=until
            )
        return self.finish(tuple(last[1:]), self.method)

    def reversible(self) -> Any:
        """Return the weights, as a container, that `reversible_sgd` gives."""
        rates, momenta = self._of_sgd()

        def loss(w: Any, t: int, *args: Any) -> Any:
            return self.f(w, t, *args) if self.stochastic else self.f(w, *args)

        return reversible_sgd(loss, self.w0, self.n, rates, momenta, *self.args)

    def _of_sgd(self) -> tuple[Any, Any]:
        """Return the learning rates and the momentum of `reversible_sgd`.

        Its velocity is −(1 − γ) times that of `Momentum`.
        """
        method = self.method
        plain_kind = type(method) in (GradientDescent, Momentum)
        if not plain_kind or hasattr(method.rate, "length"):
            why = f"{type(method).__name__} cannot be undone: only GradientDescent and "
            why += "Momentum with rates that do not search can"
        elif method.clip is not None or self.stop is not None:
            why = "clipping and early stopping cannot be undone"
        else:
            momentum = getattr(method, "momentum", 0.0)
            each = [rate_at(method.rate, t) / (1.0 - momentum) for t in range(self.n)]
            return np.stack(each) if each else np.zeros(0), momentum
        raise ValueError(f'{why}; use way="checkpointed"')

    def implicit(self) -> Any:
        """Return the weights, as a container, that the conditions of a minimum give."""
        if self.stochastic or self.stop is not None:
            raise ValueError(
                'way="implicit" is for a minimum, which a stochastic loss or early '
                'stopping does not reach; use way="checkpointed"'
            )
        method, args = plain_parts([self.method])[0], plain_parts(self.args)
        w0 = plain_parts([self.w0])[0]
        plainly = Training(self._loss, w0, method, self.n, args, False, None, self.way)
        w = np.asarray(plain(plainly.unrolled()), dtype=float)
        loss = self.loss_at(0, self.args)

        def equations(w: Any) -> Any:
            return self.method.residual(loss, w)

        size = size_of(plain(equations(w)))
        if not size <= self.way.tol:
            raise ConvergenceError(
                f"the training did not reach a minimum in {self.n} steps: what should "
                f"vanish there is {size:.1e}, above tol={self.way.tol:.1e}"
                f"{at_user_line()}; take more steps, or another way than implicit"
            )
        smooth = type(self.method).residual is Method.residual
        return solution(
            Unknown(self.w0),
            equations,
            w,
            "descend",
            self.way.linear,
            self.way.tol,
            minimum_check("descend") if smooth else None,
        )


def _number(t: Any) -> int:
    return int(stop_gradient(t))


class _Parts:
    """A container, of which the tracked leaves vary and all others stand."""

    def __init__(self, tree: Any) -> None:
        self._leaves, self._rebuild = flatten(tree)
        self._places = [i for i, leaf in enumerate(self._leaves) if tracked_in([leaf])]
        self.varying = [self._leaves[i] for i in self._places]

    def whole(self, varying: Any) -> Any:
        """Return the container with other values for what varies."""
        leaves = list(self._leaves)
        for i, leaf in zip(self._places, varying, strict=True):
            leaves[i] = leaf
        return self._rebuild(leaves)
