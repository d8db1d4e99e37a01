"""What may vary: floats and arrays of them; integers are promoted, the rest refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from diffops.engines.arrays import keep, libraries
from diffops.engines.copying import copied, is_of_numpy
from diffops.engines.cupy import check_current, is_on_device
from diffops.engines.loading import engine_of
from diffops.primitive import adopt, primitives, tracked_in
from diffops.tags import Tracked, lower


def promote(leaf: Any, f: Callable[..., Any] | str, number: int | str = 0) -> Any:
    """Return a value that can vary: a float for an int, a private copy of an array.

    Messages name argument ``number`` of f, or f itself where it is a description.
    """
    kind = type(leaf)
    if kind is float:
        return leaf
    if kind is np.ndarray:
        if leaf.dtype.kind in "fc":
            return leaf.copy("K")
        return _promote_array(leaf, f, number)
    if isinstance(leaf, Tracked):
        return _promote_tracked(lower(leaf), f, number)
    if kind is int:
        return float(leaf)
    if kind is complex or isinstance(leaf, (np.floating, np.complexfloating)):
        return leaf
    if isinstance(leaf, np.integer):
        return np.float64(leaf)
    if is_of_numpy(leaf):
        return _promote_array(leaf, f, number)
    module = kind.__module__.partition(".")[0]
    if module in libraries:
        return _promote_foreign(leaf, f, number)
    raise TypeError(f"{_name(f, number)} {_why_not(leaf, module)}")


def _promote_tracked(leaf: Any, f: Any, number: int | str) -> Any:
    """Promote a value of another level: under vmap there may be whole numbers."""
    kind = getattr(getattr(leaf, "dtype", None), "kind", "f")
    if kind in "iu":
        return leaf.astype(np.float64)
    if kind == "b":
        raise TypeError(f"{_name(f, number)} is a bool, which cannot vary")
    return keep(leaf)


def _promote_array(array: np.ndarray, f: Any, number: int | str) -> Any:
    if isinstance(array, (np.ma.MaskedArray, np.matrix)):
        raise TypeError(
            f"{_name(f, number)} is a {type(array).__name__}, whose arithmetic differs "
            "from ndarray's; pass np.asarray(x)"
        )
    kind = array.dtype.kind
    if kind in "fc":
        return copied(array)
    if kind in "iu":
        return array.astype(np.float64)
    if kind == "O" and tracked_in([array]):
        return adopt(array)
    advice = "; pass x.astype(float)" if kind == "O" else ""
    raise TypeError(
        f"{_name(f, number)} is an array of {array.dtype}, which cannot vary{advice}"
    )


def _promote_foreign(array: Any, f: Any, number: int | str) -> Any:
    """Promote an array of another library: its entries are not looked at."""
    kind = array.dtype.kind
    if is_on_device(array):
        check_current(array, _name(f, number))
        _serve_devices()
    elif (engine := engine_of(array)) is not None:
        engine.check(array)
    if kind in "fc":
        return array.copy()
    if kind in "iu":
        return array.astype(np.float64)
    raise TypeError(
        f"{_name(f, number)} is an array of {array.dtype}, which cannot vary"
    )


def _serve_devices() -> None:
    """Have kernels for a GPU: these imports wait until there is an array on one."""
    from diffops.kernels.device_kernel import serve

    serve(primitives)


def _name(f: Callable[..., Any] | str, number: int | str) -> str:
    """Say in words which argument of which function is meant."""
    if isinstance(f, str):
        return f
    return f"argument {number!r} of {getattr(f, '__name__', repr(f))}"


def _why_not(leaf: Any, module: str) -> str:
    kind = type(leaf).__name__
    if module != "builtins":
        kind = f"{module}.{kind}"
    if isinstance(leaf, (bool, np.bool_)):
        return "is a bool, which cannot vary; pass a float"
    if module == "pandas":
        return f"is a {kind}; pass x.to_numpy()"
    if module == "scipy" and hasattr(leaf, "toarray"):
        return f"is sparse ({kind}); pass x.toarray(), or vary x.data"
    if callable(leaf):
        return "is a function: only numbers, arrays and containers of them can vary"
    return f"is a {kind}: only numbers, arrays and containers of them can vary"
