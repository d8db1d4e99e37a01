"""What users see of a search: a progress bar, their callback, and the history."""

from __future__ import annotations

import functools
import inspect
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.implicit._searches import Objective
from diffops.implicit._solution import Unknown


class Reports:
    """Watches the evaluations of a search and passes its iterations on.

    The last evaluations are remembered, so that the callback learns the value and the
    gradient at an iterate without another one.
    """

    def __init__(
        self, unknown: Unknown, callback: Callable[..., Any] | None, progress: bool
    ) -> None:
        self.unknown = unknown
        self.callback = callback
        self.objective: Objective | None = None
        self.count = 0
        self.iteration = 0
        self._recent: OrderedDict[bytes, tuple[float, Any]] = OrderedDict()
        self._bar = progress_bar() if progress else None

    def __enter__(self) -> Reports:
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.close()

    @property
    def watch(self) -> Callable[[Any, float, Any], None] | None:
        """What is to be told of each evaluation, if anything is."""
        return None if self.callback is self._bar is None else self._evaluated

    def _evaluated(self, x: Any, value: float, slope: Any) -> None:
        self.count += 1
        if self._bar is not None:
            self._bar.update()
            self._bar.set_postfix_str(f"f = {value:.6g}", refresh=False)
        if self.callback is not None:
            self._recent[np.asarray(x).tobytes()] = value, slope
            if len(self._recent) > 16:
                self._recent.popitem(last=False)

    def iterated(self, x: Any, *_: Any) -> Any:
        """Tell the callback of an iterate; what it returns may stop SciPy."""
        from scipy.optimize import OptimizeResult

        assert self.callback is not None
        self.iteration += 1
        container = self.unknown.container(np.array(x))
        value, slope = self._recent.get(np.asarray(x).tobytes(), (np.nan, None))
        result = OptimizeResult(
            x=container,
            fun=value,
            jac=slope,
            nit=self.iteration,
            nfev=self.count,
            nhev=0 if self.objective is None else self.objective.products,
        )
        return tell(self.callback, result)


def tell(callback: Callable[..., Any], result: Any) -> Any:
    """Call a callback of either of SciPy's kinds: with the result, or with its x."""
    if set(inspect.signature(callback).parameters) == {"intermediate_result"}:
        return callback(intermediate_result=result)
    return callback(result.x)


def progress_bar(total: int | None = None) -> Any:
    """Return tqdm's progress bar of evaluations."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError(
            "progress=True wants the package tqdm: pip install 'diffops[progress]'"
        ) from None
    return tqdm(total=total, unit=" evaluations")


def differentiable_result(found: Any, **varying: Any) -> Any:
    """Return what varies, and of SciPy's result the flags, counts and the message."""
    kinds = (bool, np.bool_, int, np.integer, str)
    flags = {name: part for name, part in found.items() if isinstance(part, kinds)}
    left_out = frozenset(found) - frozenset(flags) - frozenset(varying)
    return _result_class(left_out)(**flags, **varying)


@functools.cache
def _result_class(left_out: frozenset[str]) -> Any:
    from scipy.optimize import OptimizeResult

    class DifferentiableResult(OptimizeResult):  # type: ignore[misc]
        def __getattr__(self, name: str) -> Any:
            if name in left_out:
                raise AttributeError(
                    f"the result has no {name} while something is being "
                    f"differentiated: it would be a constant; compute it from x"
                )
            return super().__getattr__(name)

    DifferentiableResult.__name__ = DifferentiableResult.__qualname__ = "OptimizeResult"
    return DifferentiableResult
