"""Kernels for arrays on a GPU: value and partials by one launch, of any size.

There are none before arrays of a GPU are differentiated, so that for NumPy's nothing
is looked at. Functions with singular points have none: whether a partial is infinite
somewhere, the host would have to wait for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.engines.cupy import device_of, is_on_device, module_of
from diffops.kernels.cuda_source import BLOCK, grid_of, kernel_text, source_of
from diffops.kernels.kernel import Found, Kernel, is_ours
from diffops.kernels.settings import are_native
from diffops.kernels.symbols import NotElementwise, expressions

#: Products are not joined to sums, so that each is rounded as NumPy rounds it.
OPTIONS = ("--fmad=false",)

_REALS = {"d": "double", "f": "float"}

Launch = Callable[[Sequence[Any]], Found]


class DeviceKernel(Kernel):
    """The kernel of a function for arrays of the host's, if any, and for a GPU's."""

    __slots__ = ("_launches", "host")

    def __init__(
        self, function: Any, partials: Sequence[Any], host: Kernel | None
    ) -> None:
        super().__init__(function, partials, host.least if host else sys.maxsize)
        self.host = host
        self._launches: dict[Any, Launch | None] = {}

    def __call__(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Return value and partials of arrays of NumPy's, as without this."""
        return None if self.host is None else self.host(args, wrt)

    def on_device(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Return the value, and the partials in the arguments of these numbers.

        None is for whatever a kernel does not serve: CuPy's own functions do.
        """
        arrays = [arg for arg in args if is_on_device(arg)]
        if not arrays or not _serves(args, arrays) or not are_native():
            return None
        module = module_of(arrays[0])
        numbers = tuple(arg for arg in args if not is_on_device(arg))
        key = module, arrays[0].dtype.char, tuple(map(is_on_device, args)), tuple(wrt)
        if self.function.__name__ == "whole_power":
            key = (*key, *numbers)
        if key not in self._launches:
            self._launches[key] = self._built(module, args, wrt)
        launch = self._launches[key]
        return None if launch is None else launch(args)

    def _built(
        self, module: Any, args: Sequence[Any], wrt: Sequence[int]
    ) -> Launch | None:
        function, partials = self.function, [self.partials[i] for i in wrt]
        if not all(map(callable, partials)):
            return None
        count = len(args)
        if function.__name__ == "whole_power":
            function, partials = _of_power(function, partials[0], args[1])
            count = 1
        varying = [is_on_device(arg) for arg in args[:count]]
        try:
            symbols, found = expressions(function, partials, count)
            known = {id(symbol) for symbol in (*symbols, found[0])}
            if any(type(e) is float or id(e) in known for e in found[1:]):
                return None  # what costs nothing, or a number
            text = kernel_text("elementwise", symbols, varying, found)
        except NotElementwise:
            return None
        real = _REALS[next(arg for arg in args if is_on_device(arg)).dtype.char]
        code = module.RawModule(code=source_of(real, [text]), options=OPTIONS)
        return _launching(module, code.get_function("elementwise"), count, len(found))


def _serves(args: Sequence[Any], arrays: Sequence[Any]) -> bool:
    """Tell whether these are arrays of one kind on the current GPU, and numbers."""
    first = arrays[0]
    current = int(module_of(first).cuda.Device().id)
    return (
        first.size > 0
        and first.ndim > 0
        and first.dtype.char in _REALS
        and all(
            array.shape == first.shape
            and array.dtype == first.dtype
            and array.flags.c_contiguous
            and device_of(array) == current
            for array in arrays
        )
        and all(type(arg) in (float, int) or is_on_device(arg) for arg in args)
    )


def _of_power(function: Any, partial: Any, n: Any) -> tuple[Any, list[Any]]:
    return lambda x: function(x, n), [lambda y, x: partial(y, x, n)]


def _launching(module: Any, kernel: Any, count: int, results: int) -> Launch:
    def launch(args: Sequence[Any]) -> Found:
        first = next(arg for arg in args if is_on_device(arg))
        given = [arg if is_on_device(arg) else np.float64(arg) for arg in args[:count]]
        made = [module.empty(first.shape, dtype=first.dtype) for _ in range(results)]
        size = np.int64(first.size)
        kernel((grid_of(first.size),), (BLOCK,), (*given, *made, size))
        return made[0], made[1:]

    return launch


#: The primitives that were looked at so far.
served: list[Any] = []


def serve(primitives: Sequence[Any]) -> None:
    """Give kernels for a GPU to all elementwise primitives, those that are new."""
    for primitive in primitives[len(served) :]:
        served.append(primitive)
        own = [partial for partial in primitive.partials if callable(partial)]
        if own and primitive.regular is None and all(map(is_ours, own)):
            host = primitive.kernel
            primitive.kernel = DeviceKernel(
                primitive.function, primitive.partials, host
            )
