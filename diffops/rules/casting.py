"""Copies, dtypes, and the real and imaginary parts of complex values.

Cotangents pair with complex tangents as Re(g dx), without a conjugate: that is where
the transposes of the parts come from.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from diffops.engines.loading import copy as copied
from diffops.errors import NoDerivativeError, at_user_line
from diffops.primitive import adopt, implements
from diffops.rules._arguments import known
from diffops.rules._batch_shapes import copying
from diffops.rules._batches import broadcasting
from diffops.rules._constant import Constant
from diffops.rules._fitting import is_complex
from diffops.rules._kinds import linear
from diffops.tags import Tracked, example

copy_ = linear(copied, lambda g, *_, **__: g, batch=copying)


@implements(np.copy)
def copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    """Return a value that later writes into the original do not reach.

    A number cannot be written into, and is its own copy.
    """
    a = adopt(a)
    return copy_(a, order=order) if hasattr(a, "__len__") else a


def cast(x: Any, dtype: Any) -> Any:
    """Return a plain array or number with another dtype, or as a number of Python's."""
    if isinstance(dtype, type):
        return dtype(x)
    return x.astype(dtype) if hasattr(x, "dtype") else dtype.type(x)


cast_ = linear(cast, lambda g, *_, **__: g, batch=broadcasting)


_whole_numbers = Constant(cast, broadcasting)


@implements(np.astype)
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    """Return the value with another dtype; integers and booleans have no derivative."""
    target = np.dtype(dtype)
    if target.kind in "biu":
        return _whole_numbers(x, dtype=target)
    if target.kind not in "fc":
        raise NoDerivativeError(
            f"x.astype({target}) of a tracked value has no derivative"
            f"{at_user_line()}; detach it with diffops.stop_gradient"
        )
    if is_complex(x) and target.kind == "f":
        raise NoDerivativeError(
            f"x.astype({target}) of a complex tracked value would drop its imaginary "
            f"part{at_user_line()}; take np.real(x) first"
        )
    if target == x.dtype:
        return np.copy(x) if copy else x
    return cast_(x, dtype=target)


real_ = linear(np.real, lambda g, *_: g, view=True, batch=broadcasting)

imag_ = linear(np.imag, lambda g, *_: -1j * g, view=True, batch=broadcasting)

conjugate = linear(np.conjugate, lambda g, *_: np.conjugate(g), batch=broadcasting)


@implements(np.real)
def real(val: Any) -> Any:
    """Return the real part; that of a real value is the value itself, not a copy."""
    val = adopt(val)
    return real_(val) if is_complex(val) else val


@implements(np.imag)
def imag(val: Any) -> Any:
    """Return the imaginary part, a constant 0 of a real value."""
    val = adopt(val)
    return imag_(val) if is_complex(val) else np.imag(example(val))


@implements(np.angle)
def angle(z: Any, deg: bool = False) -> Any:
    """Return the argument of complex values."""
    radians = np.arctan2(np.imag(z), np.real(z))
    return radians * (180 / math.pi) if deg else radians


@implements(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    """Return the real part where NumPy does, which looks at the values."""
    a = adopt(a)
    return a if np.iscomplexobj(np.real_if_close(known(a), tol)) else np.real(a)


@implements(np.nan_to_num)
def nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Replace what is not finite by numbers, which do not depend on it."""
    x = adopt(x)
    if is_complex(x):
        parts = [nan_to_num(p, True, nan, posinf, neginf) for p in (x.real, x.imag)]
        result = parts[0] + 1j * parts[1]
    else:
        limits = np.finfo(x.dtype)
        result = np.where(np.isnan(x), nan, x)
        result = np.where(
            np.isposinf(x), float(limits.max) if posinf is None else posinf, result
        )
        result = np.where(
            np.isneginf(x), float(limits.min) if neginf is None else neginf, result
        )
    if copy or not isinstance(x, Tracked) or not hasattr(x, "__len__"):
        return result
    x[...] = result  # type: ignore[index]
    return x
