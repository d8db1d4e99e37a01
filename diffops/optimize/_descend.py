"""``descend``: the steps of a differentiable optimiser."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from diffops.implicit._solution import plain
from diffops.optimize._method import Method
from diffops.optimize._reports import progress_bar, tell
from diffops.optimize._stopping import EarlyStopping
from diffops.optimize._training import Training
from diffops.optimize._ways import Way, way_of

F = Callable[..., Any]


def descend(
    loss: F,
    w0: Any,
    method: Method,
    n: int,
    *args: Any,
    way: str | Way = "unrolled",
    stochastic: bool = False,
    stop: EarlyStopping | None = None,
    callback: Callable[..., Any] | None = None,
    progress: bool = False,
) -> Any:
    """Return the weights after n steps of a method on loss(w, *args).

    w0 may be a number, an array or a container, and so is what is returned. The steps
    are a pure function of w0, of the hyperparameters in ``method`` and of args, and are
    themselves differentiated, in all modes and to any order; they run under `jit`.

    ``way`` says what reverse mode keeps of them: every step ("unrolled"), some states,
    the steps between which are taken again ("checkpointed"), or the last weights alone,
    from which the steps are undone ("reversible", for `GradientDescent` and `Momentum`,
    see `reversible_sgd`). With "implicit" the derivatives are those of the minimum (see
    `argmin`), whatever led there: none by w0 and the method's hyperparameters. What
    varies must be in w0, method or args, except for "unrolled" and "implicit".

    With ``stochastic`` the loss is called as loss(w, t, *args), t = 0, …, n − 1; choose
    the batch by it. ``stop`` ends early and returns the best weights. ``callback``
    (`History`) is told of the weights and the loss before each step, ``progress`` shows
    a bar (tqdm); both cost an evaluation a step, and are for the unrolled way.

    Raises ValueError for n < 0, an unknown way, or one that the method does not have;
    TypeError unless the loss returns one real number; ConvergenceError for "implicit",
    where the gradient after n steps exceeds the way's ``tol``, or at no minimum.

    >>> import numpy as np
    >>> from diffops import grad, optimize
    >>> loss = lambda w, a: np.sum((w - a) ** 2)
    >>> adam = optimize.Adam(0.25)
    >>> w = optimize.descend(loss, np.zeros(2), adam, 200, 3.0)
    >>> np.round(w, 3)
    array([3., 3.])
    >>> train = lambda a: np.sum(optimize.descend(loss, np.zeros(2), adam, 200, a))
    >>> round(grad(train)(3.0), 2)
    2.0
    """
    n = operator.index(n)
    if n < 0:
        raise ValueError(f"descend cannot take {n} steps")
    if not isinstance(method, Method):
        raise TypeError(
            f"descend wants a method such as optimize.Adam(0.01), not a "
            f"{type(method).__name__}"
        )
    way = way_of(way)
    training = Training(loss, w0, method, n, args, stochastic, stop, way)
    watched = callback is not None or progress
    if way.name != "unrolled":
        if watched:
            raise ValueError("callback and progress are for the unrolled way")
        found = getattr(training, way.name)()
        if way.name != "checkpointed":
            return found
        return training.packing.container(found)
    if not watched:
        return training.packing.container(training.unrolled())
    bar = progress_bar(n) if progress else None

    def report(t: int, w: Any, loss: Any) -> None:
        from scipy.optimize import OptimizeResult

        value = plain(loss.value(w))
        if bar is not None:
            bar.update()
            bar.set_postfix_str(f"loss = {float(value):.6g}", refresh=False)
        if callback is not None:
            x = training.packing.container(plain(w))
            tell(callback, OptimizeResult(x=x, fun=float(value), nit=t, nfev=way.calls))

    try:
        return training.packing.container(training.unrolled(report))
    finally:
        if bar is not None:
            bar.close()
