"""Weighted sums over a window that moves along an array, which is continued as told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import ndimage as original

from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt
from diffops.rules._arguments import whole
from diffops.rules._fitting import shape_of
from diffops.rules.matmul import conj
from diffops.rules.padding import pad
from diffops.scipy._mirror import mirrors
from diffops.scipy.signal.convolving import convolution

Function = Callable[..., Any]

#: What np.pad calls the modes of ndimage.
MODES = {
    "reflect": "symmetric",
    "grid-mirror": "symmetric",
    "mirror": "reflect",
    "nearest": "edge",
    "wrap": "wrap",
    "grid-wrap": "wrap",
    "constant": "constant",
    "grid-constant": "constant",
}


def ready(input: Any, output: Any, name: str) -> Any:
    """Return the array to filter; an output that is an array cannot be written into."""
    x = adopt(input)
    if output is not None:
        try:
            x = np.astype(x, np.dtype(output), copy=False)
        except TypeError:
            raise NoDerivativeError(
                f"scipy.ndimage.{name}(output=array) of a tracked value"
                f"{at_user_line()} would lose its derivative; use the returned array"
            ) from None
    if x.dtype.kind not in "fc":
        raise NoDerivativeError(
            f"scipy.ndimage.{name} of an array of integers returns integers"
            f"{at_user_line()}, which have no derivative; pass output=float"
        )
    return x


def each(value: Any, count: int, name: str) -> list[Any]:
    """Return an option per axis, of one or of as many."""
    if isinstance(value, str) or not np.ndim(value):
        return [value] * count
    if len(value) != count:
        raise RuntimeError(f"sequence argument {name} must have length equal to axes")
    return list(value)


def chosen_axes(axes: Any, ndim: int) -> list[int]:
    """Return the numbers of the axes to filter along."""
    if axes is None:
        return list(range(ndim))
    axes = [axes] if isinstance(axes, (int, np.integer)) else axes
    found = [range(ndim)[axis] for axis in axes]
    if len(set(found)) != len(found):
        raise ValueError("axes must be unique")
    return found


def correlated(
    x: Any, weights: Any, modes: Sequence[str], cval: Any, origins: Sequence[int]
) -> Any:
    """Correlate an array with weights of as many axes, each continued by its mode."""
    sizes = shape_of(weights)
    for axis, (size, mode, origin) in enumerate(
        zip(sizes, modes, origins, strict=True)
    ):
        if mode not in MODES:
            raise RuntimeError("boundary mode not supported")
        before = size // 2 + origin
        after = size - 1 - before
        if min(before, after) < 0:
            raise ValueError("invalid origin")
        widths = [(0, 0)] * len(sizes)
        widths[axis] = before, after
        if MODES[mode] == "constant":
            x = pad(x, widths, constant_values=cval)
        elif before or after:
            x = np.pad(x, widths, mode=MODES[mode])  # type: ignore[call-overload]
    weights = np.flip(weights, tuple(range(len(sizes))))
    weights = np.astype(weights, x.dtype, copy=False)
    return convolution(x, weights, mode="valid", method="direct")


def along_axis(
    x: Any, weights: Any, axis: int, mode: str, cval: Any, origin: int
) -> Any:
    """Correlate an array with weights along one axis."""
    ndim = np.ndim(x)
    axis = range(ndim)[axis]
    if np.ndim(weights) != 1 or shape_of(weights)[0] < 1:
        raise RuntimeError("no filter weights given")
    shape = [1] * ndim
    shape[axis] = shape_of(weights)[0]
    modes, origins = ["constant"] * ndim, [0] * ndim
    modes[axis], origins[axis] = mode, origin
    return correlated(x, np.reshape(weights, shape), modes, cval, origins)


def _turned(weights: Any, origins: Sequence[int]) -> tuple[Any, list[int]]:
    """Return weights and origins with which a correlation is a convolution."""
    sizes = shape_of(weights)
    turned = [
        -origin - (1 if size % 2 == 0 else 0)
        for origin, size in zip(origins, sizes, strict=True)
    ]
    return np.flip(weights, tuple(range(len(sizes)))), turned


def _over_axes(function: Function, convolving: bool) -> Function:
    """Mirror a correlation or convolution over several axes."""

    @mirrors(function)
    def run(
        input: Any,
        weights: Any,
        output: Any = None,
        mode: str = "reflect",
        cval: Any = 0.0,
        origin: Any = 0,
        *,
        axes: Any = None,
    ) -> Any:
        x, weights = ready(input, output, function.__name__), adopt(weights)
        ndim = np.ndim(x)
        chosen = chosen_axes(axes, ndim)
        if np.ndim(weights) != len(chosen):
            raise RuntimeError(
                f"weights.ndim ({np.ndim(weights)}) must match len(axes) "
                f"({len(chosen)})"
            )
        if not isinstance(mode, str):
            raise RuntimeError("A sequence of modes is not supported")
        # The axes of the weights lie as those of the array do, whatever their order.
        named = dict(zip(chosen, each(origin, len(chosen), "origin"), strict=True))
        chosen = sorted(chosen)
        origins = [named[axis] for axis in chosen]
        if convolving:
            weights, origins = _turned(weights, origins)
        else:
            weights = conj(weights)
        shape = [1] * ndim
        full_modes, full_origins = ["constant"] * ndim, [0] * ndim
        for i, axis in enumerate(chosen):
            shape[axis] = shape_of(weights)[i]
            full_modes[axis], full_origins[axis] = mode, origins[i]
        placed = np.reshape(weights, shape)
        return correlated(x, placed, full_modes, cval, full_origins)

    return run


def _over_axis(function: Function, convolving: bool) -> Function:
    """Mirror a correlation or convolution along one axis."""

    @mirrors(function)
    def run(
        input: Any,
        weights: Any,
        axis: int = -1,
        output: Any = None,
        mode: str = "reflect",
        cval: Any = 0.0,
        origin: int = 0,
    ) -> Any:
        x, weights = ready(input, output, function.__name__), adopt(weights)
        if convolving:
            weights, (origin,) = _turned(weights, [origin])
        else:
            weights = conj(weights)
        return along_axis(x, weights, axis, mode, cval, origin)

    return run


correlate = _over_axes(original.correlate, convolving=False)
convolve = _over_axes(original.convolve, convolving=True)
correlate1d = _over_axis(original.correlate1d, convolving=False)
convolve1d = _over_axis(original.convolve1d, convolving=True)


@mirrors(original.uniform_filter1d)
def uniform_filter1d(
    input: Any,
    size: int,
    axis: int = -1,
    output: Any = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    origin: int = 0,
) -> Any:
    """Average over a window along an axis, as `scipy.ndimage.uniform_filter1d`."""
    size = whole(size, "the size of scipy.ndimage.uniform_filter1d")
    if size < 1:
        raise RuntimeError("incorrect filter size")
    x = ready(input, output, "uniform_filter1d")
    return along_axis(x, np.full(size, 1 / size), axis, mode, cval, origin)


@mirrors(original.uniform_filter)
def uniform_filter(
    input: Any,
    size: Any = 3,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    origin: Any = 0,
    *,
    axes: Any = None,
) -> Any:
    """Average over a box, as `scipy.ndimage.uniform_filter`."""
    x = ready(input, output, "uniform_filter")
    chosen = chosen_axes(axes, np.ndim(x))
    options = zip(
        chosen,
        each(
            whole(size, "the size of scipy.ndimage.uniform_filter"), len(chosen), "size"
        ),
        each(mode, len(chosen), "mode"),
        each(origin, len(chosen), "origin"),
        strict=True,
    )
    for axis, n, how, shift in options:
        if n > 1:
            x = uniform_filter1d(x, int(n), axis, None, how, cval, shift)
    return x


@mirrors(original.laplace)
def laplace(
    input: Any,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    *,
    axes: Any = None,
) -> Any:
    """Sum the second differences along axes, as `scipy.ndimage.laplace`."""
    x = ready(input, output, "laplace")
    chosen = chosen_axes(axes, np.ndim(x))
    modes = each(mode, len(chosen), "mode")
    second = np.array([1.0, -2.0, 1.0])
    return sum(
        along_axis(x, second, axis, how, cval, 0)
        for axis, how in zip(chosen, modes, strict=True)
    )


def _edges(function: Function, across: Sequence[float]) -> Function:
    """Mirror a filter that takes differences along an axis, and means across it."""

    @mirrors(function)
    def run(
        input: Any,
        axis: int = -1,
        output: Any = None,
        mode: Any = "reflect",
        cval: Any = 0.0,
    ) -> Any:
        x = ready(input, output, function.__name__)
        ndim = np.ndim(x)
        axis = range(ndim)[axis]
        modes = each(mode, ndim, "mode")
        x = along_axis(x, np.array([-1.0, 0.0, 1.0]), axis, modes[axis], cval, 0)
        for other in range(ndim):
            if other != axis:
                x = along_axis(x, np.array(across), other, modes[other], cval, 0)
        return x

    return run


sobel = _edges(original.sobel, (1.0, 2.0, 1.0))
prewitt = _edges(original.prewitt, (1.0, 1.0, 1.0))
