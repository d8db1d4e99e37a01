"""Arrays of two libraries that met, of which neither converts the other's: said so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

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


#: How NumPy speaks of a function that no library of the operands has.
_LACKING = re.compile(
    r"NotImplemented from __array_ufunc__\(<ufunc '(\w+)'"
    r"|no implementation found for '([\w.]+)'"
)


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


def _is_on_device(library: str) -> bool:
    return library not in ("numpy", "scipy")


def explain_mixture(error: Exception, where: str, values: Iterable[Any]) -> NoReturn:
    """Raise an error, or in its place what says that arrays of two libraries met."""
    found = sorted(set(libraries_in(values)), key=_is_on_device)
    if isinstance(error, NoDerivativeError):
        raise error
    lacking = _LACKING.search(str(error))
    if len(found) == 1 and lacking is not None:
        raise NoDerivativeError(
            f"{where}{at_user_line()}, or its derivative, takes "
            f"{lacking[1] or lacking[2]}, which {_NAMES.get(found[0], found[0])} does "
            "not have"
        ) from error
    if len(found) < 2:
        raise error
    ours, theirs = (_NAMES.get(name, name) for name in found[:2])
    to, back = _WAYS.get(found[1], (f"{found[1]}.asarray(a)", "x.get()"))
    raise NoDerivativeError(
        f"{where}{at_user_line()} met an array of {ours} and one of {theirs}, and "
        f"neither converts the other's by itself; convert one of them before: {to} of "
        f"the array of {ours}, or {back} of that of {theirs} outside the function that "
        "is differentiated"
    ) from error
