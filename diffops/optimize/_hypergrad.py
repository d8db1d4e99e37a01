"""``hypergrad``: the gradient of a training by its hyperparameters, and its cost."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from diffops.operators.gradient import fgrad
from diffops.optimize._ways import Way, way_of


class Hypergradient(NamedTuple):
    """A value, its gradient by the hyperparameters, and what they cost.

    ``calls`` are the evaluations of the losses of all `descend`, back and forth,
    ``seconds`` the time, ``peak`` the bytes that it took at most, where measured.

    >>> from diffops import optimize
    >>> found = optimize.Hypergradient(1.0, 2.0, "unrolled", 10, 0.5, None)
    >>> print(found)
    unrolled: value 1, 10 evaluations of the loss, 0.5 s
    """

    value: Any
    gradient: Any
    way: str
    calls: int
    seconds: float
    peak: int | None

    def __str__(self) -> str:
        memory = "" if self.peak is None else f", {self.peak / 2**20:.3g} MiB at most"
        return (
            f"{self.way}: value {float(self.value):.6g}, {self.calls} evaluations of "
            f"the loss, {self.seconds:.3g} s{memory}"
        )


def hypergrad(
    train: Callable[[Any, Way], Any],
    hyper0: Any,
    way: str | Way = "unrolled",
    *,
    measure_memory: bool = False,
) -> Hypergradient:
    """Return the gradient of train(hyper, way) by its hyperparameters, one way.

    ``train`` passes the way on to `descend` and returns one number, mostly the loss on
    other data:

    >>> import numpy as np
    >>> from diffops import optimize
    >>> def train(hyper, way):
    ...     loss = lambda w, c: np.sum((w - 1.0) ** 2) + c * np.sum(w**2)
    ...     method = optimize.Momentum(hyper["rate"], 0.5)
    ...     w = optimize.descend(loss, np.zeros(2), method, 80, hyper["c"], way=way)
    ...     return np.sum((w - 0.8) ** 2)
    >>> hyper0 = {"rate": 0.2, "c": 1.0}
    >>> for way in optimize.WAYS:
    ...     found = optimize.hypergrad(train, hyper0, way)
    ...     print(f"{way:12} {found.gradient['c']:.6f} {found.calls}")
    unrolled     0.300000 80
    checkpointed 0.300000 160
    reversible   0.300000 240
    implicit     0.300000 85

    What reverse mode keeps, and takes again on its way back, for n steps on weights of
    size m, a loss that records r numbers, and s states (``Way(memory=s)``, √n unless
    given):

    - "unrolled": n r; nothing.
    - "checkpointed": s m + r; each step a few times.
    - "reversible": m and some bits a step; each gradient twice.
    - "implicit": r; a linear system with the Hessian, by its matrix up to 300 weights
      or by products. It is right at a minimum alone, and says so elsewhere.

    ``measure_memory`` runs under `tracemalloc`, which takes several times longer.
    Raises as `descend`, and TypeError unless train returns one real number.

    Sources: Maclaurin, Duvenaud & Adams 2015; Griewank & Walther 2000; Lorraine, Vicol
    & Duvenaud, Optimizing millions of hyperparameters by implicit differentiation
    (2020).
    """
    chosen = way_of(way)
    before = chosen.calls
    derivative = fgrad(lambda hyper: train(hyper, chosen))
    peak = None
    if measure_memory:
        tracemalloc.start()
    begin = time.perf_counter()
    try:
        value, gradient = derivative(hyper0)
        if measure_memory:
            peak = tracemalloc.get_traced_memory()[1]
    finally:
        if measure_memory:
            tracemalloc.stop()
    seconds = time.perf_counter() - begin
    calls = chosen.calls - before
    return Hypergradient(value, gradient, chosen.name, calls, seconds, peak)
