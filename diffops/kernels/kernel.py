"""Kernels: what computes an elementwise function and its partials in one pass.

Whether one is used goes by the function, the dtype, the size and the setting alone, so
the same call gives the same bits. Nothing is compiled, or even imported, before an
array is large enough.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from diffops.kernels.least_sizes import LEAST, LEAST_SINGLE
from diffops.kernels.settings import are_native, threads

_array = np.ndarray
_float64 = np.dtype(np.float64)
_float32 = np.dtype(np.float32)

#: The largest whole power that is computed by multiplication.
_LARGEST_POWER = 64

Found = tuple[Any, list[Any]]


class Kernel:
    """An elementwise function with its partials.

    ``least`` doubles are worth it, or ``least_single`` singles, which are no fewer.
    """

    __slots__ = ("_made", "function", "least", "least_single", "partials")

    def __init__(
        self,
        function: Any,
        partials: Sequence[Any],
        least: int,
        least_single: int = sys.maxsize,
    ) -> None:
        self.function = function
        self.partials = partials
        self.least = least
        self.least_single = least_single
        self._made: dict[Any, Callable[..., Found] | None] = {}

    def __call__(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Return the value, and the partials in the arguments of these numbers.

        None is for whatever a kernel does not serve.
        """
        real = self._served(args)
        if real is None or not are_native():
            return None
        run = self._prepared(args, wrt, real)
        return None if run is None else run(*args)

    def on_device(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Do the same for arrays on a GPU (see `diffops.kernels.device_kernel`)."""
        return None

    def _served(self, args: Sequence[Any]) -> str | None:
        """Return the type of large arrays of one shape, with Python's numbers.

        That is LLVM's name, or None where a kernel does not serve.
        """
        shape = dtype = None
        size = 0
        for arg in args:
            if arg.__class__ is _array:
                if shape is None:
                    dtype, shape, size = arg.dtype, arg.shape, arg.size
                elif arg.dtype is not dtype or arg.shape != shape:
                    return None
            elif arg.__class__ is not float and arg.__class__ is not int:
                return None
        if dtype is _float64:
            return "double" if size >= self.least else None
        if dtype is _float32:
            return "float" if size >= self.least_single else None
        return None

    def _prepared(
        self, args: Sequence[Any], wrt: Sequence[int], real: str
    ) -> Callable[..., Found] | None:
        varying = tuple(arg.__class__ is _array for arg in args)
        key = (*wrt, varying, real, threads())
        if key not in self._made:
            from diffops.kernels.compilation import built

            chosen = [self.partials[i] for i in wrt]
            self._made[key] = built(self.function, chosen, varying, real, threads())
        return self._made[key]


class PowerKernel(Kernel):
    """Whole powers, by multiplication: one kernel for each exponent."""

    __slots__ = ()

    def _prepared(
        self, args: Sequence[Any], wrt: Sequence[int], real: str
    ) -> Callable[..., Found] | None:
        n = args[1]
        if args[0].__class__ is not _array or n != int(n):
            return None
        n = int(n)
        if not 2 < n <= _LARGEST_POWER:
            return None
        key = n, real, threads()
        if key not in self._made:
            from diffops.kernels.compilation import built

            (partial, *_) = self.partials
            run = built(
                lambda x: self.function(x, n),
                [lambda y, x: partial(y, x, n)],
                (True,),
                real,
                threads(),
            )
            self._made[key] = run and (lambda x, _: run(x))
        return self._made[key]


def kernel_of(function: Any, partials: Sequence[Any]) -> Kernel | None:
    """Return the kernel of a function of NumPy's or SciPy's with our own partials."""
    name = getattr(function, "__name__", "")
    least = LEAST.get(name)
    single = LEAST_SINGLE.get(name, sys.maxsize)
    if least is None or not all(map(is_ours, partials)):
        return None
    if name == "whole_power":
        return PowerKernel(function, partials, least, single)
    if not isinstance(function, np.ufunc):
        return None
    return Kernel(function, partials, least, single)


def is_ours(partial: Any) -> bool:
    """Tell whether a partial is the house's: a user's may depend on anything."""
    module = getattr(partial, "__module__", None) or __name__
    return module.partition(".")[0] == __name__.partition(".")[0]
