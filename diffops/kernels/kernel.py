"""Kernels: what computes an elementwise function and its partials in one pass.

Whether one is used goes by the function, the dtype, the size and the setting alone, so
the same call gives the same bits. Nothing is compiled, or even imported, before an
array is large enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from diffops.kernels.settings import are_native

_array = np.ndarray
_float64 = np.dtype(np.float64)

#: Entries from which a kernel is used: where it saves several nanoseconds an entry, and
#: where it saves about one.
_SOON = 1000
_LATE = 8000

#: Of these NumPy and SciPy compute one number at a time; the last is `whole_power`.
_SLOW = (
    *("sin", "cos", "hypot", "arctan2", "logaddexp"),
    *("expit", "erf", "erfc", "whole_power"),
)
#: Of these NumPy computes several at a time, where it knows AVX-512.
_FAST = (
    *("tan", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "tanh"),
    *("log", "log1p", "log2", "log10", "cbrt"),
)
#: In these, moreover, a kernel has nothing to save then.
_FASTEST = ("exp", "exp2", "expm1", "sinh", "cosh")


def least_sizes(numpy_is_vectorised: bool) -> dict[str, int]:
    """Return, by the names of functions, the sizes from which kernels are used.

    For what is not there NumPy is as fast: both wait for memory.
    """
    sizes = dict.fromkeys(_SLOW, _SOON)
    sizes |= dict.fromkeys(("reciprocal", "divide"), _LATE)
    sizes |= dict.fromkeys(_FAST, _LATE if numpy_is_vectorised else _SOON)
    return sizes if numpy_is_vectorised else sizes | dict.fromkeys(_FASTEST, _SOON)


def _numpy_is_vectorised() -> bool:
    """Tell whether NumPy computes transcendental functions by AVX-512 here."""
    module = import_module("numpy._core._multiarray_umath")
    features = getattr(module, "__cpu_features__", {})
    return bool(features.get("AVX512_SKX") or features.get("X86_V4"))


LEAST = least_sizes(_numpy_is_vectorised())

#: The largest whole power that is computed by multiplication.
_LARGEST_POWER = 64

Found = tuple[Any, list[Any]]


class Kernel:
    """An elementwise function with its partials; ``least`` entries are worth it."""

    __slots__ = ("_made", "function", "least", "partials")

    def __init__(self, function: Any, partials: Sequence[Any], least: int) -> None:
        self.function = function
        self.partials = partials
        self.least = least
        self._made: dict[Any, Callable[..., Found] | None] = {}

    def __call__(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Return the value, and the partials in the arguments of these numbers.

        None is for whatever a kernel does not serve.
        """
        if not self._serves(args) or not are_native():
            return None
        run = self._prepared(args, wrt)
        return None if run is None else run(*args)

    def on_device(self, args: Sequence[Any], wrt: Sequence[int]) -> Found | None:
        """Do the same for arrays on a GPU (see `diffops.kernels.device_kernel`)."""
        return None

    def _serves(self, args: Sequence[Any]) -> bool:
        """Tell whether these are large arrays of one shape, and Python's numbers."""
        shape = None
        for arg in args:
            if arg.__class__ is _array:
                if arg.dtype is not _float64 or shape not in (None, arg.shape):
                    return False
                if arg.size < self.least:
                    return False
                shape = arg.shape
            elif arg.__class__ is not float and arg.__class__ is not int:
                return False
        return shape is not None

    def _prepared(
        self, args: Sequence[Any], wrt: Sequence[int]
    ) -> Callable[..., Found] | None:
        varying = tuple(arg.__class__ is _array for arg in args)
        key = (*wrt, varying)
        if key not in self._made:
            from diffops.kernels.compilation import built

            chosen = [self.partials[i] for i in wrt]
            self._made[key] = built(self.function, chosen, varying)
        return self._made[key]


class PowerKernel(Kernel):
    """Whole powers, by multiplication: one kernel for each exponent."""

    __slots__ = ()

    def _prepared(
        self, args: Sequence[Any], wrt: Sequence[int]
    ) -> Callable[..., Found] | None:
        n = args[1]
        if args[0].__class__ is not _array or n != int(n):
            return None
        n = int(n)
        if not 2 < n <= _LARGEST_POWER:
            return None
        if n not in self._made:
            from diffops.kernels.compilation import built

            (partial, *_) = self.partials
            run = built(
                lambda x: self.function(x, n), [lambda y, x: partial(y, x, n)], (True,)
            )
            self._made[n] = run and (lambda x, _: run(x))
        return self._made[n]


def kernel_of(function: Any, partials: Sequence[Any]) -> Kernel | None:
    """Return the kernel of a function of NumPy's or SciPy's with our own partials."""
    name = getattr(function, "__name__", "")
    least = LEAST.get(name)
    if least is None or not all(map(is_ours, partials)):
        return None
    if name == "whole_power":
        return PowerKernel(function, partials, least)
    if not isinstance(function, np.ufunc):
        return None
    return Kernel(function, partials, least)


def is_ours(partial: Any) -> bool:
    """Tell whether a partial is the house's: a user's may depend on anything."""
    module = getattr(partial, "__module__", None) or __name__
    return module.partition(".")[0] == __name__.partition(".")[0]
