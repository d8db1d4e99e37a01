"""Discrete cosine and sine transforms of types 1 to 4, with their exact transposes.

In SciPy's unnormalised form each is C W or S W, with a symmetric matrix (type 1, 4) or
one that transposition makes the other of types 2 and 3, and weights W of 1 and 2
(Martucci, IEEE Trans. Signal Process. 42, 1994). Norms add a factor to the whole, and
``orthogonalize`` factors √2 at one or two entries of either side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from scipy import fft as original

from diffops.primitive import adopt
from diffops.rules._fitting import shape_of
from diffops.rules._kinds import linear
from diffops.scipy._mirror import mirrors

Function = Callable[..., Any]
Shape = tuple[int, ...]
Kind = Literal["cosine", "sine"]

_FUNCTIONS = {"cosine": original.dct, "sine": original.dst}

#: The type that transposition makes of one.
_TRANSPOSED = {1: 1, 2: 3, 3: 2, 4: 4}

_OPPOSITE = {None: "forward", "backward": "forward", "forward": None, "ortho": "ortho"}


def wave_transform(x: Any, kind: Kind, type: int, axis: int) -> Any:
    """Return the unnormalised transform of an array along an axis."""
    return _FUNCTIONS[kind](x, type, axis=axis)


def _transpose(g: Any, shape: Shape, kind: Kind, type: int, axis: int) -> Any:
    n = shape[axis]
    before, after = _weights(kind, type, n)
    g = _scaled(g, [1 / w for w in before], axis)
    y = waves(g, kind=kind, type=_TRANSPOSED[type], axis=axis)
    return _scaled(y, after, axis)


def _weights(kind: Kind, type: int, n: int) -> tuple[list[float], list[float]]:
    """Return what the transpose divides the cotangent by, and multiplies its result.

    SciPy counts an entry once where its mirror image is itself, and twice elsewhere.
    """
    none = [1.0] * n
    if kind == "cosine" and type == 1:
        twice = [1.0] + [2.0] * (n - 2) + [1.0]
        return twice, twice
    single = {"cosine": 0, "sine": n - 1}[kind]
    halved = [0.5 if i == single else 1.0 for i in range(n)]
    if type == 2:
        return halved, none
    return none, halved if type == 3 else none


waves = linear(wave_transform, _transpose)


def _scaled(x: Any, weights: list[float], axis: int) -> Any:
    if all(w == 1.0 for w in weights):
        return x
    along = [1] * len(shape_of(x))
    along[axis] = len(weights)
    return x * np.reshape(np.array(weights), along).astype(np.real(x[:0]).dtype)


def _transform(
    x: Any, kind: Kind, type: int, n: int | None, axis: int, norm: Any, orthogonal: Any
) -> Any:
    """Return the transform along one axis, cropped or filled up with zeros to n."""
    if type not in _TRANSPOSED:
        raise ValueError(f"invalid type {type}; it must be 1, 2, 3 or 4")
    if norm not in _OPPOSITE:
        raise ValueError(
            f"Invalid norm value {norm}, should be 'backward', 'ortho' or 'forward'"
        )
    axis = range(np.ndim(x))[axis]
    x = _sized(x, n, axis)
    n = shape_of(x)[axis]
    if n < 1 + (kind == "cosine" and type == 1):
        raise ValueError(f"invalid number of data points ({n}) specified")
    if orthogonal or (orthogonal is None and norm == "ortho"):
        before, after = _orthogonal(kind, type, n)
        y = waves(_scaled(x, before, axis), kind=kind, type=type, axis=axis)
        y = _scaled(y, after, axis)
    else:
        y = waves(x, kind=kind, type=type, axis=axis)
    period = 2 * (n + {"cosine": -1, "sine": 1}[kind] * (type == 1))
    if norm == "ortho":
        return y * (1 / math.sqrt(period))
    return y * (1 / period) if norm == "forward" else y


def _orthogonal(kind: Kind, type: int, n: int) -> tuple[list[float], list[float]]:
    """Return the factors of ``orthogonalize`` before and after the transform."""
    none = [1.0] * n
    root = math.sqrt(2)
    if type == 4 or (kind == "sine" and type == 1):
        return none, none
    if type == 1:
        ends = [root] + none[2:] + [root]
        return ends, [1 / w for w in ends]
    single = {"cosine": 0, "sine": n - 1}[kind]
    if type == 2:
        return none, [1 / root if i == single else 1.0 for i in range(n)]
    return [root if i == single else 1.0 for i in range(n)], none


def _sized(x: Any, n: int | None, axis: int) -> Any:
    found = shape_of(x)[axis]
    if n is None or n == found:
        return x
    if n < found:
        return x[(slice(None),) * axis + (slice(n),)]
    widths = [(0, 0)] * np.ndim(x)
    widths[axis] = (0, n - found)
    return np.pad(x, widths)


def _ready(x: Any) -> Any:
    x = adopt(x)
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _inverted(type: int, norm: Any) -> tuple[int, Any]:
    """Return the type and the norm of the forward transform that is the inverse."""
    return _TRANSPOSED.get(type, type), _OPPOSITE.get(norm, norm)


def _along(function: Function, kind: Kind, inverse: bool = False) -> Function:
    """Mirror a transform along one axis."""

    @mirrors(function)
    def run(
        x: Any,
        type: int = 2,
        n: int | None = None,
        axis: int = -1,
        norm: Any = None,
        overwrite_x: bool = False,
        workers: Any = None,
        orthogonalize: bool | None = None,
    ) -> Any:
        if inverse:
            type, norm = _inverted(type, norm)
        return _transform(_ready(x), kind, type, n, axis, norm, orthogonalize)

    return run


def _over(function: Function, kind: Kind, inverse: bool = False) -> Function:
    """Mirror a transform along several axes."""

    @mirrors(function)
    def run(
        x: Any,
        type: int = 2,
        s: Any = None,
        axes: Any = None,
        norm: Any = None,
        overwrite_x: bool = False,
        workers: Any = None,
        *,
        orthogonalize: bool | None = None,
    ) -> Any:
        if inverse:
            type, norm = _inverted(type, norm)
        x = _ready(x)
        sizes, chosen = _sizes(np.ndim(x), s, axes)
        for n, axis in zip(sizes, chosen, strict=True):
            x = _transform(x, kind, type, n, axis, norm, orthogonalize)
        return x

    return run


def _sizes(ndim: int, s: Any, axes: Any) -> tuple[list[Any], list[int]]:
    s = [s] if isinstance(s, (int, np.integer)) else s
    axes = [axes] if isinstance(axes, (int, np.integer)) else axes
    if axes is None:
        axes = range(ndim) if s is None else range(ndim - len(s), ndim)
    return [None] * len(axes) if s is None else list(s), list(axes)


dct = _along(original.dct, "cosine")
idct = _along(original.idct, "cosine", inverse=True)
dst = _along(original.dst, "sine")
idst = _along(original.idst, "sine", inverse=True)
dctn = _over(original.dctn, "cosine")
idctn = _over(original.idctn, "cosine", inverse=True)
dstn = _over(original.dstn, "sine")
idstn = _over(original.idstn, "sine", inverse=True)
