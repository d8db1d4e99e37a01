"""The public functions of NumPy, and the kind of each."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from diffops.coverage.classes import (
    Kind,
    import_all_rules,
    kind_in_table,
    reason_in_table,
)
from diffops.coverage.undispatched import KINDS, REFUSALS

#: The modules whose functions are listed, by what users call them.
MODULES = {
    "np": "numpy",
    "np.linalg": "numpy.linalg",
    "np.fft": "numpy.fft",
    "np.emath": "numpy.lib.scimath",
    "np.lib.stride_tricks": "numpy.lib.stride_tricks",
    "np.lib.array_utils": "numpy.lib.array_utils",
    "np.polynomial.polynomial": "numpy.polynomial.polynomial",
}

#: What is not callable, but makes arrays of what stands in its brackets.
_BRACKETS = ("c_", "index_exp", "mgrid", "ogrid", "r_", "s_")


class Entry(NamedTuple):
    """A public function: what users call it, what it is, and its kind if it has one."""

    name: str
    function: Any
    kind: Kind | None
    reason: str = ""


def entries(place: str) -> Iterator[Entry]:
    """Yield the public functions of one of the `MODULES`.

    Types of numbers are no functions: ``np.float64(x)`` makes a plain number of x, and
    refuses to.
    """
    module = importlib.import_module(MODULES[place])
    import_all_rules()
    for name in sorted(_public(module)):
        value = getattr(module, name)
        number = isinstance(value, type) and issubclass(value, np.generic)
        wanted = name in _BRACKETS or (callable(value) and not number)
        if wanted and not isinstance(value, ModuleType):
            full = f"{place}.{name}"
            kind = kind_in_table(value) or KINDS.get(full)
            yield Entry(full, value, kind, REFUSALS.get(full, reason_in_table(value)))


def _public(module: ModuleType) -> list[str]:
    if hasattr(module, "__all__"):
        return module.__all__
    return [name for name in dir(module) if not name.startswith("_")]
