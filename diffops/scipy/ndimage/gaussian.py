"""Gaussian filters, differentiable in the array and in the width of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage as original

from diffops.primitive import adopt
from diffops.rules._fitting import is_complex
from diffops.scipy._mirror import mirrors
from diffops.scipy.ndimage.windows import along_axis, chosen_axes, each, ready
from diffops.tags import strip


def _kernel(sigma: Any, order: int, radius: int) -> Any:
    """Return weights of the Gaussian, or of its derivative of some order, reversed.

    The derivatives are those of the continuous function, Hermite polynomials times the
    normalised weights: φ⁽ⁿ⁾(x) = (−1/σ)ⁿ Heₙ(x/σ) φ(x).
    """
    x = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (x / sigma) ** 2)
    weights = weights / np.sum(weights)
    before, factor = np.zeros(x.shape), np.ones(x.shape)
    for n in range(order):
        before, factor = factor, x / sigma * factor - n * before
    return weights * factor / sigma**order if order else weights


def _smoothed(
    x: Any,
    sigma: Any,
    axis: int,
    order: int,
    mode: str,
    cval: Any,
    truncate: float,
    radius: Any,
) -> Any:
    if order < 0:
        raise ValueError("order must be non-negative")
    reach = int(truncate * float(strip(sigma)) + 0.5) if radius is None else radius
    if not isinstance(reach, (int, np.integer)) or reach < 0:
        raise ValueError("Radius must be a nonnegative integer.")
    kernel = _kernel(sigma, order, int(reach))
    return along_axis(x, kernel, axis, mode, cval, 0)


@mirrors(original.gaussian_filter1d)
def gaussian_filter1d(
    input: Any,
    sigma: Any,
    axis: int = -1,
    order: int = 0,
    output: Any = None,
    mode: str = "reflect",
    cval: Any = 0.0,
    truncate: float = 4.0,
    *,
    radius: Any = None,
) -> Any:
    """Smooth along an axis, as `scipy.ndimage.gaussian_filter1d`.

    Differentiable in sigma too; the radius, at which the kernel is cut off, is
    constant.
    """
    x = ready(input, output, "gaussian_filter1d")
    return _smoothed(x, sigma, axis, order, mode, cval, truncate, radius)


@mirrors(original.gaussian_filter)
def gaussian_filter(
    input: Any,
    sigma: Any,
    order: Any = 0,
    output: Any = None,
    mode: Any = "reflect",
    cval: Any = 0.0,
    truncate: float = 4.0,
    *,
    radius: Any = None,
    axes: Any = None,
) -> Any:
    """Smooth along all axes, as `scipy.ndimage.gaussian_filter`."""
    x = ready(input, output, "gaussian_filter")
    chosen = chosen_axes(axes, np.ndim(x))
    count = len(chosen)
    options = zip(
        chosen,
        each(adopt(sigma), count, "sigma"),
        each(order, count, "order"),
        each(mode, count, "mode"),
        each(radius, count, "radius"),
        strict=True,
    )
    for axis, width, n, how, reach in options:
        if strip(width) > 1e-15:
            x = _smoothed(x, width, axis, n, how, cval, truncate, reach)
    return x


def _of_second_order(
    function: Callable[..., Any], order: int, combine: Callable[[list[Any]], Any]
) -> Callable[..., Any]:
    """Mirror a filter that takes the derivative of some order along axis after axis."""

    @mirrors(function)
    def run(
        input: Any,
        sigma: Any,
        output: Any = None,
        mode: Any = "reflect",
        cval: Any = 0.0,
        *,
        axes: Any = None,
        **kwargs: Any,
    ) -> Any:
        x = ready(input, output, function.__name__)
        chosen = chosen_axes(axes, np.ndim(x))
        count = len(chosen)
        sigmas = each(adopt(sigma), count, "sigma")
        return combine(
            [
                gaussian_filter(
                    x,
                    np.stack(sigmas) if count else 0.0,
                    [order * (i == k) for i in range(count)],
                    None,
                    mode,
                    cval,
                    axes=chosen,
                    **kwargs,
                )
                for k in range(count)
            ]
        )

    return run


def _length(parts: list[Any]) -> Any:
    if is_complex(parts[0]):
        return np.sqrt(sum(part * part for part in parts))
    return np.linalg.norm(np.stack(parts), axis=0)


gaussian_laplace = _of_second_order(original.gaussian_laplace, 2, sum)
gaussian_gradient_magnitude = _of_second_order(
    original.gaussian_gradient_magnitude, 1, _length
)
