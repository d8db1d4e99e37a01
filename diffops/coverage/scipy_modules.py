"""The public functions of SciPy's modules that have a mirror, and the kind of each.

Every name has to be found in the table of rules, in the lists of what is left to SciPy,
or in the mirror: one that SciPy adds is in none, and has no kind.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from diffops import scipy as mirrors
from diffops.coverage.classes import (
    Kind,
    import_all_rules,
    kind_in_table,
    kind_of_function,
    reason_in_table,
)
from diffops.coverage.namespaces import Entry
from diffops.coverage.scipy_rest import apart, reasons

#: Mirrors inside of mirrors.
_INNER = ("sparse.linalg", "spatial.distance")


def scipy_modules() -> list[str]:
    """Return the names of SciPy's modules that have a mirror."""
    names = sorted([*mirrors.__all__, *_INNER])
    return [f"scipy.{name}" for name in names]


def scipy_entries(module: str) -> Iterator[Entry]:
    """Yield the public functions of one of SciPy's modules."""
    import_all_rules()
    original = importlib.import_module(module)
    mirror = importlib.import_module(f"diffops.{module}")
    for name in public_names(original):
        kind, reason = _classified(module, name, getattr(original, name), mirror)
        yield Entry(f"{module}.{name}", getattr(original, name), kind, reason)


def public_names(module: ModuleType) -> list[str]:
    """Return the names of functions, classes and distributions, but not of errors."""
    names = getattr(module, "__all__", None) or dir(module)
    return sorted(
        name
        for name in set(names)
        if not name.startswith("_") and _counts(getattr(module, name))
    )


def _counts(value: Any) -> bool:
    if isinstance(value, ModuleType):
        return False
    if isinstance(value, type) and issubclass(value, Exception):
        return False
    return callable(value) or hasattr(value, "rvs")


def _classified(
    module: str, name: str, value: Any, mirror: ModuleType
) -> tuple[Kind | None, str]:
    if isinstance(value, np.ufunc):
        return kind_in_table(value), reason_in_table(value)
    if name in reasons(module):
        return Kind.REFUSED, reasons(module)[name]
    if name in apart(module):
        return Kind.APART, ""
    own = vars(mirror).get(name)
    advice = getattr(own, "refusal", None)
    if advice:
        return Kind.REFUSED, advice
    if advice is None and _is_mirror(own, value):
        return kind_of_function(getattr(own, "__wrapped__", own)), ""
    return None, ""


def _is_mirror(own: Any, value: Any) -> bool:
    """Tell whether a mirror takes tracked values, and is no mere object of SciPy's."""
    if own is None or (own is value and isinstance(value, type)):
        return False
    return bool(getattr(own, "methods", True))
