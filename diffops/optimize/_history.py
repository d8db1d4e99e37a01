"""``History``: a callback that remembers a search and plots it."""

from __future__ import annotations

from typing import Any

import numpy as np


class History:
    """A callback that remembers the iterates of `minimize` or `descend`.

    ``xs``, ``values`` and ``slopes`` hold the points, f there, and the largest entry of
    the gradient (nan where the method did not ask for it), one per iteration;
    ``evaluations`` how many had been made by then, ``products`` how many products with
    the Hessian. ``plot()`` draws the values.

    >>> import numpy as np
    >>> from diffops import optimize
    >>> history = optimize.History()
    >>> found = optimize.minimize(lambda x: x @ x, np.ones(2), callback=history)
    >>> len(history.values) == found.nit
    True
    """

    def __init__(self) -> None:
        self.xs: list[Any] = []
        self.values: list[float] = []
        self.slopes: list[float] = []
        self.evaluations: list[int] = []
        self.products: list[int] = []

    def __call__(self, intermediate_result: Any) -> None:
        """Take an iterate down, as SciPy's callbacks get it."""
        self.xs.append(intermediate_result.x)
        self.values.append(float(intermediate_result.fun))
        slope = intermediate_result.get("jac")
        size = np.nan if slope is None else np.max(np.abs(slope), initial=0.0)
        self.slopes.append(float(size))
        self.evaluations.append(int(intermediate_result.get("nfev", 0)))
        self.products.append(int(intermediate_result.get("nhev", 0)))

    def __len__(self) -> int:
        return len(self.values)

    def plot(self, axes: Any = None, best: float | None = None) -> Any:
        """Draw f, and the largest entry of the gradient, by iteration.

        On a logarithmic scale where values are positive; with ``best`` the values are
        drawn above that. Returns Matplotlib's axes. Raises ImportError without
        Matplotlib, ValueError where nothing was taken down.
        """
        if not self.values:
            raise ValueError("the history is empty: pass it as callback= first")
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError(
                "History.plot wants Matplotlib: pip install 'diffops[plot]'"
            ) from None
        if axes is None:
            _, axes = pyplot.subplots()
        iterations = np.arange(1, len(self) + 1)
        values = np.array(self.values) - (0.0 if best is None else best)
        axes.plot(iterations, values, label="f" if best is None else "f − best")
        if np.any(np.isfinite(self.slopes)):
            axes.plot(iterations, self.slopes, label="max |∇f|")
        if np.all(values[np.isfinite(values)] > 0):
            axes.set_yscale("log")
        axes.set_xlabel("iteration")
        axes.legend()
        return axes
