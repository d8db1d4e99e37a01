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
from diffops.kernels.cuda_source import (
    BLOCK,
    ENTRIES,
    NUMBER,
    REPEATED,
    grid_of,
    kernel_text,
    source_of,
)
from diffops.kernels.kernel import Found, Kernel, is_ours
from diffops.kernels.settings import are_native
from diffops.kernels.symbols import NotElementwise, expressions

#: Products are not joined to sums, so that each is rounded as NumPy rounds it.
OPTIONS = ("--fmad=false",)

_REALS = {"d": "double", "f": "float"}

Launch = Callable[[Any, Sequence[Any]], Found]


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
        first = next((arg for arg in args if _has_entries(arg)), None)
        if first is None or not are_native():
            return None
        roles = [_role(arg, first) for arg in args]
        if None in roles or any(args[i].shape != first.shape for i in wrt):
            return None
        module = module_of(first)
        key: Any = (module, first.dtype.char, tuple(roles), tuple(wrt))
        if self.function.__name__ == "whole_power":
            key = (*key, args[1])
        if key not in self._launches:
            self._launches[key] = self._built(first, args, roles, wrt)  # type: ignore[arg-type]
        launch = self._launches[key]
        return None if launch is None else launch(first, args)

    def _built(
        self, first: Any, args: Sequence[Any], roles: list[str], wrt: Sequence[int]
    ) -> Launch | None:
        function, partials = self.function, [self.partials[i] for i in wrt]
        if not all(map(callable, partials)):
            return None
        if function.__name__ == "whole_power":
            function, partials = _of_power(function, partials[0], args[1])
            roles = roles[:1]
        try:
            symbols, found = expressions(function, partials, len(roles))
            known = {id(symbol) for symbol in (*symbols, found[0])}
            if any(type(e) is float or id(e) in known for e in found[1:]):
                return None  # what costs nothing, or a number
            text = kernel_text("elementwise", symbols, roles, found)
        except NotElementwise:
            return None
        module, source = module_of(first), source_of(_REALS[first.dtype.char], [text])
        code = module.RawModule(code=source, options=OPTIONS)
        return _launching(code.get_function("elementwise"), roles, len(found))


def _has_entries(arg: Any) -> bool:
    """Tell whether this is an array on the current GPU with its entries in order."""
    return (
        is_on_device(arg)
        and arg.dtype.char in _REALS
        and arg.size > 0
        and arg.ndim > 0
        and arg.flags.c_contiguous
        and device_of(arg) == int(module_of(arg).cuda.Device().id)
    )


def _role(arg: Any, first: Any) -> str | None:
    """Return what an argument is to a kernel over the entries of an array, or None."""
    if type(arg) in (float, int):
        return NUMBER
    if not is_on_device(arg) or arg.dtype != first.dtype:
        return None
    if device_of(arg) != device_of(first):
        return None
    if arg.shape == first.shape:
        if arg.flags.c_contiguous:
            return ENTRIES
        return None if any(arg.strides) else REPEATED
    return REPEATED if arg.shape == () else None


def _of_power(function: Any, partial: Any, n: Any) -> tuple[Any, list[Any]]:
    return lambda x: function(x, n), [lambda y, x: partial(y, x, n)]


def _launching(kernel: Any, roles: Sequence[str], results: int) -> Launch:
    def launch(first: Any, args: Sequence[Any]) -> Found:
        given = [
            np.float64(arg) if role == NUMBER else arg
            for arg, role in zip(args, roles, strict=False)
        ]
        empty = module_of(first).empty
        made = [empty(first.shape, dtype=first.dtype) for _ in range(results)]
        size = np.int64(first.size)
        kernel((grid_of(first.size),), (BLOCK,), (*given, *made, size))
        return made[0], made[1:]

    return launch


def _strong(g: Any, d: Any) -> Any:
    return np.where((g == 0) & ~np.isfinite(d), 0.0, g * d)


_strong_product = DeviceKernel(_strong, (), None)


def strong_product(g: Any, d: Any) -> Any:
    """Return g d, 0 where g is 0, by one launch; None where no kernel serves these."""
    found = _strong_product.on_device((g, d), ())
    return None if found is None else found[0]


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
