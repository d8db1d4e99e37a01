"""Arrays of two libraries that met, of which neither converts the other's: said so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from diffops.errors import NoDerivativeError, at_user_line
from diffops.tags import example

_NAMES = {
    "numpy": "NumPy",
    "scipy": "SciPy (sparse)",
    "cupy": "CuPy",
    "cupyx": "CuPy (sparse)",
    "dask": "Dask",
}

#: How an array is brought to a library, and from there to NumPy.
_WAYS = {
    "cupy": ("cupy.asarray(a)", "cupy.asnumpy(x)"),
    "dask": ("dask.array.asarray(a)", "x.compute()"),
}


def library_of(value: Any) -> str | None:
    """Return the package that an array is of, tracked or not; None if it is none."""
    plain = example(value)
    if isinstance(plain, np.ndarray):
        return "numpy"
    kind = type(plain)
    if isinstance(plain, np.generic) or not hasattr(kind, "shape"):
        return None
    return kind.__module__.partition(".")[0]


def libraries_in(values: Iterable[Any]) -> Iterator[str]:
    """Yield the packages of the arrays among values, and in lists of them."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from libraries_in(value)
        else:
            found = library_of(value)
            if found is not None:
                yield found


def met(values: Iterable[Any], where: str) -> NoDerivativeError | None:
    """Return the error that says which two libraries met where, if two did."""
    found = sorted(set(libraries_in(values)), key=lambda name: name != "numpy")
    if len(found) < 2:
        return None
    ours, theirs = (_NAMES.get(name, name) for name in found[:2])
    to, back = _WAYS.get(found[1], (f"{found[1]}.asarray(a)", "x.get()"))
    return NoDerivativeError(
        f"{where}{at_user_line()} met an array of {ours} and one of {theirs}, and "
        f"neither converts the other's by itself; convert one of them before: {to} of "
        f"the array of {ours}, or {back} of that of {theirs} outside the function that "
        "is differentiated"
    )
